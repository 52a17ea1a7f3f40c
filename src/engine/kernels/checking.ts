/** The gradient check of core/check with its differences by kernels: the same verdicts, sooner. */

import { checking, type CheckOptions, type CheckProgress, type CheckReport } from '../../core/check';
import type { Network, Samples } from '../../core/network';
import { runToEnd } from '../../core/check/steps';
import { slopesByKernels } from './slopes';

export type FastCheckOptions = Omit<CheckOptions, 'findSlopes'>;

/** Runs `checkingFast` to its end. */
export function checkFast(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: FastCheckOptions = {},
): CheckReport {
  return runToEnd(checkingFast(network, theta, samples, options));
}

/** `checking` of core/check, fast. */
export function checkingFast(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  options: FastCheckOptions = {},
): Generator<CheckProgress, CheckReport> {
  return checking(network, theta, samples, { ...options, findSlopes: slopesByKernels });
}
