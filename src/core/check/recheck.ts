/** A second look at derivatives that do not agree: whether quotients of one function at a time bear the gradient out. */

import { carriedRounding } from './carriedRounding';
import { chainedQuotients } from './chainedQuotients';
import type { ParameterCheck } from './index';
import { type Objective, type ParameterLayout, parameterIndex, parameterLayout } from '../network';
import { formatNumber } from '../numbers';
import { agrees } from './verdict';
import { toFloat64 } from './wide';

/** Failures that are looked at together, and how many must stand for the rest to stand too. */
const TOGETHER = 256;
const ENOUGH = 20;

/**
 * Where J turns within less than the steps, or scales are so far apart that numbers leave float64's range on one way and not
 * on another, a right gradient disagrees. A failure that chained quotients (chainedQuotients.ts) cannot confirm is
 * taken back to `noise`, in place. `samples` and `penalised` are those of the check. Yields often.
 */
export function* rechecking(
  objective: Objective,
  checks: ParameterCheck[],
  penalised: boolean,
): Generator<undefined, void> {
  const { network } = objective;
  const layout = parameterLayout(network.layers);
  if (!checks.some(({ verdict }) => verdict === 'fail')) return;
  const carried = yield* carriedRounding(objective);
  excuse(layout, checks, carried);
  const failed = [...checks.entries()].filter(([, { verdict }]) => verdict === 'fail');
  let standing = 0;
  for (let first = 0; first < failed.length && standing < ENOUGH; first += TOGETHER) {
    const group = failed.slice(first, first + TOGETHER);
    const indices = group.map(([, { parameter }]) => parameterIndex(layout, parameter));
    const found = yield* chainedQuotients(objective, indices, penalised);
    for (const [n, [at, one]] of group.entries()) {
      const { value, error } = toFloat64(found[n] ?? { value: { m: NaN, e: 0 }, error: { m: NaN, e: 0 } });
      const off = carried[indices[n] ?? NaN] ?? 0;
      if (Number.isFinite(error) && !agrees(one.analytic, value, error + off)) {
        standing++;
        continue;
      }
      const reason =
        `taken one function at a time, the quotients give ${formatNumber(value, 3)} within ${formatNumber(error, 3)}: ` +
        `J bends within a step, or its scales are too far apart`;
      checks[at] = { ...one, verdict: 'noise', reason: `${reason}; before that, ${one.reason}` };
    }
  }
}

/** Takes back to `noise` what the rounding of sums that cancel accounts for: there, the right gradient is not float64's. */
function excuse(layout: ParameterLayout, checks: ParameterCheck[], carried: Float64Array): void {
  for (const [at, one] of checks.entries()) {
    const off = carried[parameterIndex(layout, one.parameter)] ?? NaN;
    if (one.verdict !== 'fail' || !(one.absoluteError <= off)) continue;
    const reason = `sums cancel on the way, and the rounding of their terms may move it by ${formatNumber(off, 3)}`;
    checks[at] = { ...one, verdict: 'noise', reason: `${reason}; before that, ${one.reason}` };
  }
}
