/** A second look at derivatives that do not agree: whether quotients of one function at a time bear the gradient out. */

import { chainedQuotients } from './chainedQuotients';
import type { ParameterCheck } from './index';
import { type Objective, parameterIndex, parameterLayout } from '../network';
import { formatNumber } from '../numbers';
import { agrees } from './verdict';
import { narrowed } from './wide';

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
  const failed = [...checks.entries()].filter(([, { verdict }]) => verdict === 'fail');
  let standing = 0;
  for (let first = 0; first < failed.length && standing < ENOUGH; first += TOGETHER) {
    const group = failed.slice(first, first + TOGETHER);
    const indices = group.map(([, { parameter }]) => parameterIndex(layout, parameter));
    const found = yield* chainedQuotients(objective, indices, penalised);
    for (const [n, [at, one]] of group.entries()) {
      const { value, error } = narrowed(found[n] ?? { value: { m: NaN, e: 0 }, error: { m: NaN, e: 0 } });
      if (Number.isFinite(error) && !agrees(one.analytic, value, error)) {
        standing++;
        continue;
      }
      const reason =
        `taken one function at a time, the quotients give ${formatNumber(value, 3)} within ${formatNumber(error, 3)}: ` +
        `J turns within a step, or the scales are too far apart`;
      checks[at] = { ...one, verdict: 'noise', reason: `${reason}; before that, ${one.reason}` };
    }
  }
}
