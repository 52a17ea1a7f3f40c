/** What J does when one parameter is moved: J(θ + Δ) − J(θ), and J along the line of that parameter. */

import { divisorOf, weightOf } from '../cost';
import { requireSample, rowsOf } from '../backprop';
import { requireParameter } from './index';
import { Downstream } from '../check/downstream';
import { type Kink, type Kinks, findingKinks } from '../check/kinks';
import { type Objective, type ParameterId, biasInputOf } from '../network';
import { penaltyGain, ratesOf } from '../penalty';

/** J along the line θ_ij + Δ, Δ from `from` to `to`, others as they are. */
export interface LossSlice {
  readonly from: number;
  readonly to: number;
  /** Rising, from `from` to `to`; 0 and the listed kinks are among them. */
  readonly steps: Float64Array;
  /** J(θ + Δ) − J(θ) at each of `steps`; of E_N where one sample is asked for. */
  readonly gains: Float64Array;
  /** Where J's slope jumps or bends, nearest to Δ = 0 first. */
  readonly kinks: readonly Kink[];
  /** How many there are, listed or not. */
  readonly kinkCount: number;
}

/** Kinks that are listed, each of them a point of the slice. */
const LISTED = 60;
/** Samples that are passed forward together. */
const BLOCK = 64;

/**
 * J(θ_ij + Δ) − J(θ_ij) for each Δ of `steps`, in difference form: Σ_s of what E_s gains, and not a difference of two sums
 * that are nearly the same. With `sample` (from 1), E_N's alone, without the penalty. A step is one Δ in one sample. Throws
 * a RangeError for a parameter or a sample that does not exist.
 */
export function* nudging(
  { network, theta, samples }: Objective,
  parameter: ParameterId,
  steps: Float64Array,
  sample?: number,
): Generator<void, Float64Array> {
  const value = theta[requireParameter(network, parameter)] ?? NaN;
  if (sample !== undefined) requireSample(samples, sample);
  const { layer, to, from } = parameter;
  const gains = new Float64Array(steps.length);
  const m = sample === undefined ? samples.count : 1;
  const divisor = sample === undefined ? divisorOf(network, samples) : 1;
  const first = sample ?? 1;
  for (let start = first; start < first + m; start += BLOCK) {
    const rows = rowsOf(network, samples, start, Math.min(BLOCK, first + m - start));
    const loss = new Downstream({ network, theta, samples: rows });
    for (const _ of loss.prepare()) yield;
    for (let s = 0; s < rows.count; s++) {
      // Δ moves z_i^(l+1) by Δ·a_j^(l), and the sample's loss through it alone.
      const a = from === 0 ? biasInputOf(network, layer) : loss.a(s, layer, from - 1);
      const weight = sample === undefined ? weightOf(samples, start + s) : 1;
      for (const [k, step] of steps.entries()) {
        const gain = a === 0 || weight === 0 ? 0 : weight * loss.gain(s, layer + 1, to - 1, step * a).value;
        gains[k] = (gains[k] ?? NaN) + gain;
        yield;
      }
    }
  }
  const rates = ratesOf(network, from, samples.count);
  for (const [k, step] of steps.entries()) {
    const penalty = sample === undefined ? penaltyGain(rates, value, step) : 0;
    gains[k] = (gains[k] ?? NaN) / divisor + penalty;
  }
  return gains;
}

/** J(θ_ij + Δ) − J(θ_ij) on `points` Δ from `from` to `to`, on Δ = 0, and on its kinks. Throws as `nudging` does. */
export function* slicing(
  objective: Objective,
  parameter: ParameterId,
  { from, to, points, sample }: { from: number; to: number; points: number; sample?: number | undefined },
): Generator<void, LossSlice> {
  const { kinks, count }: Kinks = yield* findingKinks(objective, parameter, { from, to, sample });
  const listed = kinks.slice(0, LISTED);
  const even = Array.from({ length: points }, (_, k) => from + ((to - from) * k) / (points - 1));
  const inside = from <= 0 && 0 <= to ? [0] : [];
  const all = new Set([...even.slice(0, -1), to, ...inside, ...listed.map(({ step }) => step)]);
  const steps = Float64Array.from(all).sort();
  const gains = yield* nudging(objective, parameter, steps, sample);
  return { from, to, steps, gains, kinks: listed, kinkCount: count };
}
