/** The slip that is none of thought: rounding before the end. */

import { parameterIndex, parameterLayout } from '../../network';
import type { Subject } from './factors';
import { derivativeName } from '../names';
import { PRECISIONS, type Rounding, round } from './rounding';
import type { Slip } from './slip';
import type { WholeSlips } from './whole';

/**
 * Rounding may happen in more ways than are tried: what is as near as twice what 3 digits do is believed, up to this part
 * of what the samples add up, which is more than their sum where they cancel.
 */
const BELIEVED = 0.002;
const TWICE = 2;
const DIGITS = 3;

/** First every way of rounding that is tried; then, as a family of its own, whatever lies as near. */
export function* roundedEarly(
  { network, parameter, pieces, penalty }: Subject,
  whole: WholeSlips,
): Generator<readonly Slip[] | undefined> {
  const index = parameterIndex(parameterLayout(network.layers), parameter);
  const code = 'rounded-early';
  const form = `${derivativeName(network, parameter)} with rounded intermediate values`;
  const fault = (how: string): string => `it would be right had the intermediate values not been rounded${how}`;
  let spread = 0;
  const ways = yield* whole.rounded();
  yield ways.map(({ rounding: { digits, kind }, gradient }): Slip => {
    const data = gradient[index] ?? NaN;
    if (digits >= DIGITS) spread = Math.max(spread, Math.abs(data - pieces.data));
    return { code, data, penalty, form, fault: fault(` to ${String(digits)} ${kind}`), detail: { digits, kind } };
  });
  yield ofEachSample(pieces.each).map(({ digits, kind, data }): Slip => ({
    code,
    data,
    penalty,
    form: `${derivativeName(network, parameter)} with rounded derivatives of the samples`,
    fault: fault(` to ${String(digits)} ${kind} before the mean`),
    detail: { digits, kind },
  }));
  const size = pieces.each.reduce((sum, e) => sum + Math.abs(e), 0) / pieces.each.length;
  const reach = Math.min(TWICE * spread, BELIEVED * size);
  if (reach > 0) yield [{ code, data: pieces.data, penalty, form, fault: fault(''), detail: {}, reach }];
}

/** The mean of every ∂E_s/∂θ rounded by itself. */
function ofEachSample(each: Float64Array): { digits: number; kind: Rounding['kind']; data: number }[] {
  if (each.length === 1) return [];
  return PRECISIONS.map(({ digits, kind }) => {
    const sum = each.reduce((total, e) => total + round(e, { digits, kind }), 0);
    return { digits, kind, data: sum / each.length };
  });
}
