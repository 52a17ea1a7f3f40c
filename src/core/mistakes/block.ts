/** ∂J/∂θ^(l) as a program has it, an entry at a time or whole: k counts the weights row by row and then the biases. */

import { weightOf } from '../cost';
import { outerMean } from './batch';
import type { Batch } from './batch';
import type { LayerLayout } from '../network';
import { slopeOfPenalty } from '../penalty';

/** An entry in what comes from the data, (1/D) Σ ω_s ∂E_s/∂θ (core/cost.ts), and what comes from the penalty, ∂R/∂θ. */
export interface Parts {
  readonly data: number;
  readonly penalty: number;
  /** What an unknown constant c adds to the penalty's part, as c · along. */
  readonly along?: number;
}

/** The parts with that constant. */
export function partsWithConstant({ data, penalty, along = 0 }: Parts, c: number): Parts {
  return { data, penalty: penalty + c * along };
}

/** So many entries are worked out one by one before the whole block is. */
const SINGLE = 24;

/** The data's part of entry k alone, (1/D) Σ_s ω_s δ_i a_j. */
export function dataAt(
  { weights, divisor, count }: Batch,
  { rows, columns, biasInput }: LayerLayout,
  k: number,
  delta: Float64Array,
  input: Float64Array,
): number {
  const size = rows * columns;
  const bias = k >= size;
  const i = bias ? k - size : Math.floor(k / columns);
  const j = k % columns;
  let sum = 0;
  for (let s = 0; s < count; s++) {
    sum += (weights?.[s] ?? 1) * (delta[s * rows + i] ?? NaN) * (bias ? biasInput : (input[s * columns + j] ?? NaN));
  }
  return sum / divisor;
}

/** The block that δ^(l+1) and the layer's input give. */
export class Block {
  readonly layout: LayerLayout;
  readonly rows: number;
  readonly columns: number;
  readonly size: number;
  /** m */
  readonly count: number;
  private whole: Float64Array | undefined;
  private asked = 0;
  private readonly withInputs = new Map<Float64Array, Block>();

  constructor(
    readonly batch: Batch,
    readonly l: number,
    readonly delta: Float64Array,
    /** a^(l), or what is taken for it. */
    readonly input: Float64Array = batch.a[l - 1] ?? new Float64Array(),
  ) {
    const layout = batch.blocks[l - 1];
    if (!layout) throw new RangeError(`there is no θ of layer ${String(l)}`);
    this.layout = layout;
    this.rows = layout.rows;
    this.columns = layout.columns;
    this.count = batch.count;
    this.size = layout.rows * layout.columns;
  }

  /** The block with another input, worked out once. */
  withInput(input: Float64Array): Block {
    const known = this.withInputs.get(input) ?? new Block(this.batch, this.l, this.delta, input);
    this.withInputs.set(input, known);
    return known;
  }

  isBias(k: number): boolean {
    return k >= this.size;
  }

  /** The data's part of entry k. */
  data(k: number): number {
    if (!this.whole && ++this.asked > SINGLE) this.whole = outerMean(this.batch, this.layout, this.delta, this.input);
    return this.whole?.[k] ?? this.single(k);
  }

  private single(k: number): number {
    return dataAt(this.batch, this.layout, k, this.delta, this.input);
  }

  /** What row s (from 0) gives to entry k, ω_s δ_i a_j, before it is divided. */
  share(s: number, k: number): number {
    const bias = this.isBias(k);
    const i = bias ? k - this.size : Math.floor(k / this.columns);
    const d = this.weight(s) * (this.delta[s * this.rows + i] ?? NaN);
    return d * (bias ? this.layout.biasInput : (this.input[s * this.columns + (k % this.columns)] ?? NaN));
  }

  /** `share` of every row. */
  shares(k: number): Float64Array {
    const shares = new Float64Array(this.count);
    for (let s = 0; s < shares.length; s++) shares[s] = this.share(s, k);
    return shares;
  }

  /** ω of row s (from 0). */
  weight(s: number): number {
    return weightOf(this.batch, s + 1);
  }

  theta(k: number): number {
    return this.batch.theta[this.layout.weights + k] ?? NaN;
  }

  /** ∂R/∂θ of entry k: λ₁ sign θ + λ₂ θ; 0 of a bias, unless R goes over them. */
  penalty(k: number): number {
    return this.isBias(k) && !this.batch.penalty.biases ? 0 : this.penaltyOf(this.theta(k));
  }

  penaltyOf(theta: number): number {
    return slopeOfPenalty(this.batch.penalty, theta);
  }

  parts(k: number): Parts {
    return { data: this.data(k), penalty: this.penalty(k) };
  }
}
