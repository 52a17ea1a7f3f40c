/** Numerical ∂J/∂θ of the parameters asked for, each with a bound of its own error. */

import { divisorOf } from '../cost';
import { Downstream } from './downstream';
import type { Break } from './line';
import { type LayerLayout, type Network, type Objective, parameterLayout } from '../network';
import { NoiseBehind, Noises } from './noise';
import { BLOCK, errorOf, oneByOne, Slopes, TOGETHER, type SlopeFinder } from './slopes';
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
  const find = findSlopes(loss);
  const behind = new NoiseBehind(loss);
  const noise = new Noises(BLOCK);
  const found = new Slopes();
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
      const all = into.length === block.columns + (block.biases < 0 ? 0 : 1);
      for (let first = 0; first < samples.count; first += BLOCK) {
        const count = Math.min(BLOCK, samples.count - first);
        behind.fill(noise, l + 2, unit, first, count);
        found.broken.clear();
        find(l + 2, unit, first, count, noise, found);
        behind.note(unit, first, count, found.value);
        found.weigh(samples, first, count);
        if (all) sums.addUnit(block, unit, before, found, first, count);
        else for (const { index, from } of into) sums.addParameter(block, index, from, before, found, first, count);
        loss.work += into.length * count;
        if (loss.work > WORK) {
          loss.work = 0;
          yield done;
        }
      }
      done += into.length;
    }
    yield* behind.finish(l + 2, done);
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

  /** a_j · ∂E_s/∂z_i of some samples, for every parameter that enters the unit; `a` is the layer before of all samples. */
  addUnit(block: LayerLayout, unit: number, a: Float64Array, found: Slopes, first: number, count: number): void {
    const { columns, weights, biases, biasInput } = block;
    const row = weights + unit * columns;
    let k = 0;
    while (k < count) {
      const together = found.isPlain(k, Math.min(k + TOGETHER, count)) ? TOGETHER : 1;
      if (together === 1)
        for (let j = 0; j < columns; j++) this.add(row + j, a[(first + k) * columns + j] ?? NaN, found, k, first);
      else this.addFour(row, columns, a, (first + k) * columns, found, k);
      for (const end = k + together; k < end; k++) if (biases >= 0) this.add(biases + unit, biasInput, found, k, first);
    }
  }

  /** Of four samples that are plain, whose sums are the same one after the other as each parameter's alone. */
  private addFour(row: number, columns: number, a: Float64Array, from: number, found: Slopes, k: number): void {
    // In loops as hot as this one a destructured array is an object for each turn.
    const v0 = found.value[k] ?? NaN;
    const v1 = found.value[k + 1] ?? NaN;
    const v2 = found.value[k + 2] ?? NaN;
    const v3 = found.value[k + 3] ?? NaN;
    const t0 = found.truncation[k] ?? NaN;
    const t1 = found.truncation[k + 1] ?? NaN;
    const t2 = found.truncation[k + 2] ?? NaN;
    const t3 = found.truncation[k + 3] ?? NaN;
    const e0 = errorOf(found, k);
    const e1 = errorOf(found, k + 1);
    const e2 = errorOf(found, k + 2);
    const e3 = errorOf(found, k + 3);
    const { value, truncation, bound } = this;
    for (let j = 0; j < columns; j++) {
      const x0 = a[from + j] ?? NaN;
      const x1 = a[from + columns + j] ?? NaN;
      const x2 = a[from + 2 * columns + j] ?? NaN;
      const x3 = a[from + 3 * columns + j] ?? NaN;
      const at = row + j;
      value[at] = (value[at] ?? NaN) + x0 * v0 + x1 * v1 + x2 * v2 + x3 * v3;
      truncation[at] = (truncation[at] ?? NaN) + x0 * t0 + x1 * t1 + x2 * t2 + x3 * t3;
      bound[at] = (bound[at] ?? NaN) + Math.abs(x0) * e0 + Math.abs(x1) * e1 + Math.abs(x2) * e2 + Math.abs(x3) * e3;
    }
  }

  /** The same for one parameter of the unit, which comes from unit `from`; −1 is the bias. */
  addParameter(
    { columns, biasInput }: LayerLayout,
    index: number,
    from: number,
    a: Float64Array,
    found: Slopes,
    first: number,
    count: number,
  ): void {
    for (let k = 0; k < count; k++) {
      this.add(index, from < 0 ? biasInput : (a[(first + k) * columns + from] ?? NaN), found, k, first);
    }
  }

  private add(index: number, a: number, found: Slopes, k: number, first: number): void {
    if (a === 0) return;
    const size = Math.abs(a);
    plus(this.value, index, a * (found.value[k] ?? NaN));
    plus(this.truncation, index, a * (found.truncation[k] ?? NaN));
    plus(this.bound, index, size * errorOf(found, k));
    const broken = found.broken.size > 0 ? found.broken.get(k) : undefined;
    if (!broken) return;
    if (broken.low !== broken.high) {
      const [below, above] = [broken.low - broken.value, broken.high - broken.value];
      plus(this.low, index, a > 0 ? a * below : a * above);
      plus(this.high, index, a > 0 ? a * above : a * below);
    }
    if (broken.break) {
      const spread = size * (broken.high - broken.low);
      if (spread < (this.spread.get(index) ?? 0)) return;
      this.spread.set(index, spread);
      this.breaks.set(index, { ...broken.break, sample: first + k + 1 });
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
