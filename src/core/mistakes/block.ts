/** ∂J/∂θ^(l) as a program has it, an entry at a time or whole: k counts the weights row by row and then the biases. */

import { outerMean } from './batch';
import type { Batch } from './batch';
import type { LayerLayout } from '../network';

/** An entry in what comes from the data, (1/m) Σ ∂E_s/∂θ, and what comes from the penalty, ∂R/∂θ. */
export interface Parts {
  readonly data: number;
  readonly penalty: number;
}

/** So many entries are worked out one by one before the whole block is. */
const SINGLE = 24;

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

  isBias(k: number): boolean {
    return k >= this.size;
  }

  /** The data's part of entry k. */
  data(k: number): number {
    if (!this.whole && ++this.asked > SINGLE) this.whole = outerMean(this.delta, this.rows, this.input, this.columns);
    return this.whole?.[k] ?? this.single(k);
  }

  private single(k: number): number {
    let sum = 0;
    for (let s = 0; s < this.count; s++) sum += this.share(s, k);
    return sum / this.count;
  }

  /** What row s (from 0) gives to entry k. */
  share(s: number, k: number): number {
    const bias = this.isBias(k);
    const i = bias ? k - this.size : Math.floor(k / this.columns);
    const d = this.delta[s * this.rows + i] ?? NaN;
    return bias ? d : d * (this.input[s * this.columns + (k % this.columns)] ?? NaN);
  }

  theta(k: number): number {
    return this.batch.theta[this.layout.weights + k] ?? NaN;
  }

  /** ∂R/∂θ of entry k: λ₁ sign θ + λ₂ θ of a weight, 0 of a bias. */
  penalty(k: number): number {
    return this.isBias(k) ? 0 : this.penaltyOf(this.theta(k));
  }

  penaltyOf(theta: number): number {
    const { l1, l2 } = this.batch.network.regularization;
    return l1 === 0 && l2 === 0 ? 0 : l1 * Math.sign(theta) + l2 * theta;
  }

  parts(k: number): Parts {
    return { data: this.data(k), penalty: this.penalty(k) };
  }
}
