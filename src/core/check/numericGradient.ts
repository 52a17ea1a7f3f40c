/** Numerical ∂J/∂θ of the parameters asked for, each with a bound of its own error. */

import { divisorOf, weightOf } from '../cost';
import { Downstream } from './downstream';
import type { Break } from './line';
import { type LayerLayout, type Network, type Objective, parameterLayout } from '../network';
import { NoiseBehind } from './noise';
import { type Noise, type Slope, slope } from './slope';
import { penalizedRanges, penaltyJump, penaltyQuotient, penaltyRates } from '../penalty';

/** A break of one sample's loss, and how far z of the unit that the parameter enters is from it. */
export interface SampleBreak extends Break {
  /** From 1. */
  readonly sample: number;
  readonly distance: number;
}

/** Arrays in the layout of the parameter vector; of parameters that were not asked for, 0. */
export interface NumericGradient {
  readonly value: Float64Array;
  /** How far `value` may be off. */
  readonly bound: Float64Array;
  /** The range of the one-sided derivatives; both equal `value` where J is smooth. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The break that spreads the one-sided derivatives most, by the parameter's index. */
  readonly breaks: ReadonlyMap<number, SampleBreak>;
  /** (1/D) Σ_s ω_s E_s (core/cost.ts), but no less than what ordinary outputs would make of it: a fit may be perfect. */
  readonly lossSize: number;
}

/** ∂E_s/∂z of one unit; the sample counts from 0. */
export type SlopesOfUnit = (sample: number, noise: Noise) => Slope;

/** How the slopes of a unit are found, once `loss` is prepared; units count from 0. */
export type SlopeFinder = (loss: Downstream) => (layer: number, unit: number) => SlopesOfUnit;

/** By the difference quotients of each sample alone. */
export const oneByOne: SlopeFinder = (loss) => (layer, unit) => (sample, noise) =>
  slope(loss.line(sample, layer, unit), noise);

/** Units computed again, and parameters added to, between two yields: a few milliseconds. */
const WORK = 50_000;

/**
 * ∂J/∂θ_ij^(l) = (1/D) Σ_s ω_s [E_s(θ_ij + h) − E_s(θ_ij − h)] / 2h + ∂R/∂θ_ij, with h = step / a_j for a step of z_i^(l+1) that
 * `findSlopes` chooses: the one set of differences serves every parameter that enters the unit. Yields how many parameters
 * are done; `wanted[index]` says which are asked for. `penalised` adds the penalty's part.
 */
export function* numericGradient(
  objective: Objective,
  wanted: Uint8Array,
  penalised: boolean,
  findSlopes: SlopeFinder = oneByOne,
): Generator<number, NumericGradient> {
  const { network, theta, samples } = objective;
  const { layers, count } = parameterLayout(network.layers);
  const loss = new Downstream(objective);
  yield* loss.prepare();
  const slopesOf = findSlopes(loss);
  const noise = new NoiseBehind(loss);
  const sums = new Sums(count);
  const lowest = layers.findIndex((block) => anyWanted(block, wanted));
  let done = 0;

  // From the last layer down: the rounding error of a layer is known once the slopes behind it are.
  for (let l = layers.length - 1; l >= 0 && l >= lowest; l--) {
    const block = layers[l];
    if (!block) continue;
    const before = loss.aOfAll(l + 1);
    for (let unit = 0; unit < block.rows; unit++) {
      const into = parametersInto(block, unit).filter(({ index }) => wanted[index]);
      // Below the lowest layer that is asked for nothing needs this unit's slope.
      if (into.length === 0 && l === lowest) continue;
      const slopeOf = slopesOf(l + 2, unit);
      const all = into.length === block.columns + (block.biases < 0 ? 0 : 1);
      for (let s = 0; s < samples.count; s++) {
        const own = slopeOf(s, { ofLoss: noise.of(s, l + 2, unit), ofOutputs: noise.ofOutputs(s) });
        noise.note(s, unit, own.value);
        const found = weighted(own, weightOf(samples, s + 1));
        const a = (from: number): number => (from < 0 ? block.biasInput : loss.a(s, l + 1, from));
        if (all) sums.addUnit(block, unit, before, found, s);
        else for (const { index, from } of into) sums.add(index, a(from), found, s);
        loss.work += into.length;
        if (loss.work > WORK) {
          loss.work = 0;
          yield done;
        }
      }
      done += into.length;
    }
    yield* noise.finish(l + 2, done);
  }
  const divisor = divisorOf(network, samples);
  sums.divide(divisor);
  sums.lossSize = loss.size / divisor;
  if (penalised) addPenalty(network, theta, samples.count, sums);
  return sums;
}

/** The parameters of one unit, with the unit they come from, both from 0; −1 is the bias. */
function parametersInto(block: LayerLayout, unit: number): { index: number; from: number }[] {
  const into = Array.from({ length: block.columns }, (_, from) => ({
    index: block.weights + unit * block.columns + from,
    from,
  }));
  return block.biases < 0 ? into : [...into, { index: block.biases + unit, from: -1 }];
}

function anyWanted(block: LayerLayout, wanted: Uint8Array): boolean {
  const end = block.weights + block.rows * (block.columns + (block.biases < 0 ? 0 : 1));
  return wanted.subarray(block.weights, end).includes(1);
}

class Sums implements NumericGradient {
  readonly value: Float64Array;
  readonly bound: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly breaks = new Map<number, SampleBreak>();
  lossSize = 0;
  private readonly truncation: Float64Array;
  private readonly spread = new Map<number, number>();

  constructor(count: number) {
    this.value = new Float64Array(count);
    this.bound = new Float64Array(count);
    this.low = new Float64Array(count);
    this.high = new Float64Array(count);
    this.truncation = new Float64Array(count);
  }

  /** One sample's a_j · ∂E_s/∂z_i of every parameter that enters the unit; `a` is the layer before of all samples. */
  addUnit(block: LayerLayout, unit: number, a: Float64Array, found: Slope, sample: number): void {
    const { columns, weights, biases, biasInput } = block;
    const [first, from] = [weights + unit * columns, sample * columns];
    if (biases >= 0) this.add(biases + unit, biasInput, found, sample);
    if (found.low !== found.high || found.break) {
      for (let j = 0; j < columns; j++) this.add(first + j, a[from + j] ?? NaN, found, sample);
      return;
    }
    const { value, truncation } = found;
    const error = errorOf(found);
    for (let j = 0; j < columns; j++) {
      const x = a[from + j] ?? NaN;
      if (x === 0) continue;
      plus(this.value, first + j, x * value);
      plus(this.truncation, first + j, x * truncation);
      plus(this.bound, first + j, Math.abs(x) * error);
    }
  }

  /** One sample's a_j · ∂E_s/∂z_i; samples count from 0. */
  add(index: number, a: number, found: Slope, sample: number): void {
    if (a === 0) return;
    const size = Math.abs(a);
    plus(this.value, index, a * found.value);
    plus(this.truncation, index, a * found.truncation);
    plus(this.bound, index, size * errorOf(found));
    if (found.low !== found.high) {
      const [below, above] = [found.low - found.value, found.high - found.value];
      plus(this.low, index, a > 0 ? a * below : a * above);
      plus(this.high, index, a > 0 ? a * above : a * below);
    }
    if (found.break) {
      const spread = size * (found.high - found.low);
      if (spread < (this.spread.get(index) ?? 0)) return;
      this.spread.set(index, spread);
      this.breaks.set(index, { ...found.break, sample: sample + 1 });
    }
  }

  /** From the sum over the samples to its D-th part; until then `low` and `high` are how far they are from `value`. */
  divide(m: number): void {
    for (let k = 0; k < this.value.length; k++) {
      plus(this.bound, k, Math.abs(this.truncation[k] ?? NaN));
      plus(this.low, k, this.value[k] ?? NaN);
      plus(this.high, k, this.value[k] ?? NaN);
    }
    for (const values of [this.value, this.bound, this.low, this.high]) {
      for (let k = 0; k < values.length; k++) values[k] = (values[k] ?? NaN) / m;
    }
  }
}

/** ω times a slope. */
function weighted(found: Slope, weight: number): Slope {
  if (weight === 1) return found;
  const { value, truncation, rounding, low, high, ...rest } = found;
  const of = { value: weight * value, truncation: weight * truncation, rounding: weight * rounding };
  return { ...(weight === 0 ? {} : rest), ...of, low: weight * low, high: weight * high };
}

/** Of a slope; truncation may cancel between samples, so a share of it counts whatever its sign; and the sum is rounded too. */
function errorOf({ value, truncation, rounding }: Slope): number {
  return rounding + 0.05 * Math.abs(truncation) + 2 * Number.EPSILON * Math.abs(value);
}

/** The same for R. */
function addPenalty(network: Network, theta: Float64Array, m: number, sums: Sums): void {
  const rates = penaltyRates(network, m);
  if (rates.l1 === 0 && rates.l2 === 0) return;
  for (const { from, to } of penalizedRanges(network)) {
    for (let k = from; k < to; k++) {
      const w = theta[k] ?? NaN;
      const jump = penaltyJump(rates, w);
      const quotient = penaltyQuotient(rates, w);
      plus(sums.value, k, quotient);
      plus(sums.low, k, quotient - jump);
      plus(sums.high, k, quotient + jump);
      plus(sums.bound, k, 8 * Number.EPSILON * (jump + Math.abs(quotient)));
    }
  }
}

function plus(values: Float64Array, index: number, by: number): void {
  values[index] = (values[index] ?? NaN) + by;
}
