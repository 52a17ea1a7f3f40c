/** A second look at derivatives that do not agree: whether a smaller step bears the gradient out. */

import type { ParameterCheck } from './index';
import type { Network, Samples } from '../network';
import { formatNumber } from '../numbers';
import { type StepPoint, curving } from './stepCurve';

/** Disagreement below this is no matter of J's turning within a step. */
const COARSE = 1e-2;
/** So many quotients in a row as near to the gradient as this bear it out. */
const NEAR = 1e-3;
const IN_A_ROW = 3;
/** Failures that were looked at and stand; with so many, the rest stand too. */
const ENOUGH = 20;

/**
 * Where J turns within less than the steps, as it does in a smooth unit behind huge weights, all of them agree on a wrong
 * derivative. A failure whose own step curve comes to the gradient further down, and stays there, is taken back to `noise`,
 * in place. Yields often.
 */
export function* confirming(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  checks: ParameterCheck[],
  sample: number | undefined,
): Generator<0, void> {
  let standing = 0;
  for (const [at, one] of checks.entries()) {
    if (standing === ENOUGH) return;
    if (one.verdict !== 'fail') continue;
    const { analytic, parameter, relativeError } = one;
    const doubtful = relativeError > COARSE && analytic !== 0 && Number.isFinite(analytic);
    const { points } = doubtful ? yield* curving(network, theta, samples, parameter, analytic, sample) : { points: [] };
    const step = bornOutAt(points, analytic);
    if (step === undefined) {
      standing++;
      continue;
    }
    const reason = `the difference quotients come to the gradient below h = ${formatNumber(step, 2)}: J turns within a step`;
    checks[at] = { ...one, verdict: 'noise', reason: `${reason}; before that, ${one.reason}` };
  }
}

/** The largest step from which on the quotients in a row are the gradient. */
function bornOutAt(points: readonly StepPoint[], gradient: number): number | undefined {
  let row = 0;
  for (const [k, { central }] of points.entries()) {
    row = Math.abs(central - gradient) <= NEAR * Math.abs(gradient) ? row + 1 : 0;
    if (row === IN_A_ROW) return points[k - IN_A_ROW + 1]?.step;
  }
  return undefined;
}
