/** The gradient check of core/check with its differences by kernels: the same verdicts, sooner. */

import { checking, type CheckOptions, type CheckProgress, type CheckReport } from '../../core/check';
import type { Objective } from '../../core/network';
import { runToEnd } from '../../core/check/steps';
import { slopesByKernels } from './slopes';

export type FastCheckOptions = Omit<CheckOptions, 'findSlopes'>;

/** Runs `checkingFast` to its end. */
export function checkFast(objective: Objective, options: FastCheckOptions = {}): CheckReport {
  return runToEnd(checkingFast(objective, options));
}

/** `checking` of core/check, fast. */
export function checkingFast(
  objective: Objective,
  options: FastCheckOptions = {},
): Generator<CheckProgress, CheckReport> {
  return checking(objective, { ...options, findSlopes: slopesByKernels });
}
