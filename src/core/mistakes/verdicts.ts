/** Whether each claim of a set is right at its precision, wrong, or too coarse to tell. */

import { gradientRounding } from '../check/gradientRounding';
import type { Pausing } from '../check/steps';
import { type Network, type ParameterId, type Samples, parameterIndex, parameterLayout } from '../network';
import { addPenaltyGradient } from '../penalty';
import { type LayerClaims, layerClaims } from './claimSet';
import {
  type Arithmetic,
  type Precision,
  ROUNDING_OF,
  areFloat32,
  halfOfComputed,
  isComputed,
  judgeByHand,
  precisionOf,
} from './precision';

export type Verdict = 'correct' | 'wrong' | 'too-coarse';

export interface Verdicts {
  readonly arithmetic: Arithmetic;
  readonly verdicts: readonly Verdict[];
  /** Of each claim in the parameter vector. */
  readonly indices: readonly number[];
  readonly layers: readonly LayerClaims[];
}

/** How many claims are read between two pauses. */
const OFTEN = 4096;

/** Derivatives of a layer that are all smaller than this are looked at: they may be rounding alone. */
const CANCELLED = 1e-12;

/** `computed` where they were computed, however few digits they have. Throws a RangeError for a parameter that there is not. */
export function* verdictsOn(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  gradient: Float64Array,
  claims: readonly { readonly parameter: ParameterId; readonly value: number; readonly text: string }[],
  fromFile: boolean,
): Pausing<Verdicts> {
  const layout = parameterLayout(network.layers);
  const indices: number[] = [];
  const precisions: Precision[] = [];
  for (const { parameter, text } of claims) {
    const index = parameterIndex(layout, parameter);
    if (index < 0) throw new RangeError('the network has no such parameter');
    indices.push(index);
    precisions.push(precisionOf(text));
    if (indices.length % OFTEN === 0) yield;
  }
  const computed = fromFile || isComputed(precisions);
  const most = precisions.reduce((digits, one) => Math.max(digits, one.digits), 0);
  const half = new Float64Array(claims.length);
  for (const [n, { text }] of claims.entries()) {
    const precision = precisions[n] ?? precisionOf(text);
    half[n] = computed ? halfOfComputed(text, precision, most) : precision.half;
    if (n % OFTEN === 0) yield;
  }

  let arithmetic: Arithmetic = 'hand';
  const verdicts: Verdict[] = [];
  if (computed) {
    const largest = new Float64Array(layout.count);
    for (const { weights, rows, columns, biases } of layout.layers) {
      const end = weights + rows * (columns + (biases < 0 ? 0 : 1));
      let most = 0;
      for (let k = weights; k < end; k++) most = Math.max(most, Math.abs(gradient[k] ?? 0));
      largest.fill(most, weights, end);
    }
    // A layer whose derivatives all cancel holds nothing but the rounding of its sums, which another right program has otherwise.
    if (largest.some((most) => most > 0 && most < CANCELLED)) {
      const bound = yield* gradientRounding({ network, theta, samples });
      for (const [n, index] of indices.entries())
        if ((largest[index] ?? 0) < CANCELLED) half[n] = (half[n] ?? 0) + (bound[index] ?? 0);
    }
    const within = (n: number, rounding: number): boolean => {
      const index = indices[n] ?? 0;
      const off = Math.abs((claims[n]?.value ?? NaN) - (gradient[index] ?? NaN));
      return off <= (half[n] ?? 0) * (1 + 1e-6) + rounding * (largest[index] ?? 0);
    };
    yield;
    const only32 = (n: number): boolean => !within(n, ROUNDING_OF.float64) && within(n, ROUNDING_OF.float32);
    let count = 0;
    for (let n = 0; n < claims.length; n++) {
      if (only32(n)) count++;
      if (n % OFTEN === 0) yield;
    }
    arithmetic = 2 * count > claims.length || (yield* areFloat32(claims, precisions)) ? 'float32' : 'float64';
    const rounding = ROUNDING_OF[arithmetic];
    for (let n = 0; n < claims.length; n++) {
      verdicts.push(within(n, rounding) ? 'correct' : 'wrong');
      if (n % OFTEN === 0) yield;
    }
  } else {
    const between = yield* roundingByHand(network, theta, samples, gradient);
    for (const [n, { value, text }] of claims.entries()) {
      const index = indices[n] ?? 0;
      const precision = precisions[n] ?? precisionOf(text);
      verdicts.push(judgeByHand(value, precision, gradient[index] ?? NaN, between(index)));
    }
  }

  const claimed = new Float64Array(layout.count).fill(NaN);
  const halves = new Float64Array(layout.count);
  const wrong = new Uint8Array(layout.count);
  for (const [n, { value }] of claims.entries()) {
    const index = indices[n] ?? 0;
    claimed[index] = value;
    halves[index] = half[n] ?? 0;
    wrong[index] = verdicts[n] === 'wrong' ? 1 : 0;
    if (n % OFTEN === 0) yield;
  }
  const rounding = arithmetic === 'hand' ? HAND_ROUNDING : ROUNDING_OF[arithmetic];
  const penalty = new Float64Array(layout.count);
  addPenaltyGradient(network, theta, penalty, samples.count);
  const layers: LayerClaims[] = [];
  for (const block of layout.layers) {
    layers.push(layerClaims(block, gradient, claimed, halves, wrong, penalty, rounding));
    yield;
  }
  return { arithmetic, verdicts, indices, layers };
}

/** What two right ways of computing by hand may be apart, as a part of the network's largest derivative. */
const HAND_ROUNDING = 1e-12;
/** But never of this one's digits. */
const DIGITS = 1e-6;

function* roundingByHand(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  gradient: Float64Array,
): Pausing<(index: number) => number> {
  const bound = yield* gradientRounding({ network, theta, samples });
  let scale = 0;
  for (const g of gradient) scale = Math.max(scale, Math.abs(g));
  // A derivative that is 0 but for the rounding of its sums has no digits to keep.
  return (index) =>
    Math.max(Math.min(HAND_ROUNDING * scale, DIGITS * Math.abs(gradient[index] ?? NaN)), bound[index] ?? 0);
}
