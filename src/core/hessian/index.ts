/**
 * Second derivatives of J, exactly: the chain rule once more. Where θ moves along v, every quantity q of the two passes moves
 * by q̇ = Σ_k (∂q/∂θ_k) v_k, and of what the backward pass ends in, ∂J/∂θ, that is H·v (forward over reverse; B. Pearlmutter,
 * "Fast exact multiplication by the Hessian", Neural Computation 6, 1994). Frozen parameters count like any other.
 */

import type { Pausing } from '../check/steps';
import { divisorOf } from '../cost';
import type { Multiply } from '../eigen';
import { addOuterProduct, addOuterProducts, addProduct, addProducts, addTransposedProduct } from '../layerMath';
import { type LayerLayout, type Network, type Objective, type Samples, parameterLayout } from '../network';
import { penalizedRanges, penaltyRates } from '../penalty';
import { type KeptLayer, type KeptPass, keptPasses, transposedProduct } from './passes';

/** How H at an objective's θ is multiplied by any number of vectors; prepared with pauses. */
export type HessianProducts = (objective: Objective) => Pausing<Multiply>;

/** Samples whose products with θ⁽¹⁾, most of the work, are made at once: each number of a large θ is then read once for all of them. */
const GROUP = 8;

export class Hessian {
  /** The number of parameters. */
  readonly size: number;
  private readonly blocks: readonly LayerLayout[];
  private readonly kept: (KeptPass & { readonly active: Uint32Array | undefined })[] = [];
  private readonly network: Network;
  private readonly theta: Float64Array;
  private readonly samples: Samples;

  /** `prepare` must run to its end before anything is asked. */
  constructor(private readonly objective: Objective) {
    const { network, theta, samples } = objective;
    [this.network, this.theta, this.samples] = [network, theta, samples];
    const { layers, count } = parameterLayout(network.layers);
    this.size = count;
    this.blocks = layers;
  }

  /** Both passes of every sample, with a pause after each. */
  *prepare(): Pausing<void> {
    for (const pass of keptPasses(this.objective)) {
      // Where x is not 0, if that is a small part, as of a picture.
      const active = Uint32Array.from(pass.x.keys()).filter((j) => pass.x[j] !== 0);
      this.kept.push({ ...pass, active: active.length < pass.x.length / 2 ? active : undefined });
      yield;
    }
  }

  /** H·v for a v in the layout of θ, with a pause after each sample. */
  *product(v: Float64Array): Pausing<Float64Array> {
    const result = new Float64Array(this.size);
    const [block] = this.blocks;
    if (!block) return result;
    const { rows, columns } = block;
    const { inputs } = this.samples;
    for (let first = 0; first < this.kept.length; first += GROUP) {
      const group = this.kept.slice(first, first + GROUP);
      const isDense = group.every(({ active }) => !active);
      // v^(1) a^(1)
      const moved = new Float64Array(group.length * rows);
      if (isDense) addProducts(v, block, inputs, moved, group.length, first * columns);
      const ddelta = new Float64Array(group.length * rows);
      for (const [s, kept] of group.entries()) {
        const xAt = (first + s) * columns;
        if (!isDense) addProduct(v, block, inputs, moved, xAt, s * rows, kept.active);
        const ofSample = moved.subarray(s * rows, (s + 1) * rows);
        ddelta.set(this.throughLayers(v, kept, ofSample, result), s * rows);
        if (!isDense) addOuterProduct(result, block, ddelta, inputs, s * rows, xAt, kept.active);
        yield;
      }
      if (isDense) addOuterProducts(result, block, ddelta, inputs, group.length, first * columns);
    }
    closeProduct(this.objective, v, result);
    return result;
  }

  /**
   * Adds what θ^(2), θ^(3), … have of H·v in one sample to `result`, and gives δ̇^(2). `moved` is v^(1) a^(1), and is written over.
   */
  private throughLayers(v: Float64Array, kept: KeptPass, moved: Float64Array, result: Float64Array): Float64Array {
    const last = this.blocks.length - 1;
    const dz: Float64Array[] = [];
    const da: Float64Array[] = [];
    for (const [l, block] of this.blocks.entries()) {
      // ż^(l+1) = v^(l) a^(l) + θ^(l) ȧ^(l)
      const tangent = l === 0 ? moved : new Float64Array(block.rows);
      if (l > 0) addProduct(v, block, kept.layers[l - 1]?.a ?? none, tangent);
      if (block.biases >= 0)
        for (let i = 0; i < block.rows; i++) plus(tangent, i, block.biasInput * (v[block.biases + i] ?? NaN));
      if (l > 0) addProduct(this.theta, block, da[l - 1] ?? none, tangent);
      dz.push(tangent);
      da.push(through(kept.layers[l]?.first ?? none, tangent));
    }
    let ddelta = through(kept.layers[last]?.curved ?? none, dz[last] ?? none);
    for (let l = last; l > 0; l--) {
      const [block, layer] = [this.blocks[l], kept.layers[l]];
      if (!block || !layer) continue;
      // ∂/∂θ_ij = δ_i a_j moves by δ̇_i a_j + δ_i ȧ_j
      addOuterProduct(result, block, ddelta, kept.layers[l - 1]?.a ?? none);
      addOuterProduct(result, { ...block, biases: -1 }, layer.delta, da[l - 1] ?? none);
      // ∂E/∂a = θᵀδ moves by θᵀδ̇ + vᵀδ
      const du = transposedProduct(this.theta, block, ddelta);
      addTransposedProduct(v, block, layer.delta, du);
      ddelta = tangentOfDelta(kept.layers[l - 1], du, dz[l - 1] ?? none);
    }
    return ddelta;
  }

  /**
   * All of H, row-major and symmetric. Of each sample a parameter moves the loss through one z alone, by a_j: one
   * direction a unit serves all its parameters. With a pause after each sample.
   */
  *full(): Pausing<Float64Array> {
    const n = this.size;
    const h = new Float64Array(n * n);
    for (const kept of this.kept) {
      for (const [l, block] of this.blocks.entries()) {
        const before = l === 0 ? kept.x : (kept.layers[l - 1]?.a ?? none);
        for (let i = 0; i < block.rows; i++) {
          const moved = this.ofUnit(kept, l, i);
          const addRow = (row: number, input: number): void => {
            if (input === 0) return;
            for (let p = row, at = row * n + row; p < n; p++, at++) h[at] = (h[at] ?? 0) + input * (moved[p] ?? 0);
          };
          for (let j = 0; j < block.columns; j++) addRow(block.weights + i * block.columns + j, before[j] ?? NaN);
          if (block.biases >= 0) addRow(block.biases + i, block.biasInput);
        }
      }
      yield;
    }
    const { l2 } = penaltyRates(this.network, this.samples.count);
    const divisor = divisorOf(this.network, this.samples);
    for (let k = 0; k < n * n; k++) h[k] = (h[k] ?? NaN) / divisor;
    this.eachPenalized((k) => plus(h, k * n + k, l2));
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < row; column++) h[row * n + column] = h[column * n + row] ?? NaN;
    }
    return h;
  }

  /** ∂²J/∂θ_k² of every parameter: (1/D) Σ_s ω_s a_j² ∂²E_s/∂z_i² + λ₂. With a pause after each sample. */
  *diagonal(): Pausing<Float64Array> {
    const result = new Float64Array(this.size);
    for (const kept of this.kept) {
      for (const [l, block] of this.blocks.entries()) {
        const before = l === 0 ? kept.x : (kept.layers[l - 1]?.a ?? none);
        for (let i = 0; i < block.rows; i++) {
          const second = this.tangents(kept, l, i).ddelta[l]?.[i] ?? NaN;
          for (let j = 0; j < block.columns; j++) {
            plus(result, block.weights + i * block.columns + j, second * (before[j] ?? NaN) ** 2);
          }
          if (block.biases >= 0) plus(result, block.biases + i, second * block.biasInput ** 2);
        }
      }
      yield;
    }
    const divisor = divisorOf(this.network, this.samples);
    const mean = result.map((sum) => sum / divisor);
    const { l2 } = penaltyRates(this.network, this.samples.count);
    this.eachPenalized((k) => plus(mean, k, l2));
    return mean;
  }

  /** How ∂E/∂θ^(l), ∂E/∂θ^(l+1), … move where z of unit i (from 0) of the layer behind θ^(l) moves by 1. */
  private ofUnit(kept: KeptPass, l: number, unit: number): Float64Array {
    const result = new Float64Array(this.size);
    const { da, ddelta } = this.tangents(kept, l, unit);
    for (let n = l; n < this.blocks.length; n++) {
      const block = this.blocks[n];
      if (!block) break;
      addOuterProduct(result, block, ddelta[n] ?? none, n === 0 ? kept.x : (kept.layers[n - 1]?.a ?? none));
      if (n > l) addOuterProduct(result, { ...block, biases: -1 }, kept.layers[n]?.delta ?? none, da[n - 1] ?? none);
    }
    return result;
  }

  /** ȧ and δ̇ of the layers from that of the unit on, where its z moves by 1. */
  private tangents(kept: KeptPass, l: number, unit: number): { da: Float64Array[]; ddelta: Float64Array[] } {
    const last = this.blocks.length - 1;
    const [dz, da, ddelta]: [Float64Array[], Float64Array[], Float64Array[]] = [[], [], []];
    for (let n = l; n <= last; n++) {
      const block = this.blocks[n];
      if (!block) break;
      const moved = new Float64Array(block.rows);
      if (n === l) moved[unit] = 1;
      else addProduct(this.theta, block, da[n - 1] ?? none, moved);
      dz[n] = moved;
      da[n] = through(kept.layers[n]?.first ?? none, moved);
    }
    ddelta[last] = through(kept.layers[last]?.curved ?? none, dz[last] ?? none);
    for (let n = last; n > l; n--) {
      const block = this.blocks[n];
      if (!block) break;
      const du = transposedProduct(this.theta, block, ddelta[n] ?? none);
      ddelta[n - 1] = tangentOfDelta(kept.layers[n - 1], du, dz[n - 1] ?? none);
    }
    return { da, ddelta };
  }

  private eachPenalized(visit: (index: number) => void): void {
    for (const { from, to } of penalizedRanges(this.network)) for (let k = from; k < to; k++) visit(k);
  }
}

/** Out of the sums over the samples of what H·v has of each: H·v of J. */
export function closeProduct({ network, samples }: Objective, v: Float64Array, sums: Float64Array): void {
  const divisor = divisorOf(network, samples);
  for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] ?? NaN) / divisor;
  const { l2 } = penaltyRates(network, samples.count);
  if (l2 === 0) return;
  for (const { from, to } of penalizedRanges(network)) {
    for (let k = from; k < to; k++) plus(sums, k, l2 * (v[k] ?? NaN));
  }
}

/** By `Hessian`. Where H is one-sided (kinks.ts), of the side that the first derivatives are taken from. */
export function* hessianProducts(objective: Objective): Pausing<Multiply> {
  const hessian = new Hessian(objective);
  yield* hessian.prepare();
  return (v) => hessian.product(v);
}

const none = new Float64Array();

/** δ = (∂a/∂z)ᵀ u moves by (∂a/∂z)ᵀ u̇ + (Σ_i u_i ∂²a_i/∂z²) ż; both matrices are symmetric. */
function tangentOfDelta(layer: KeptLayer | undefined, du: Float64Array, dz: Float64Array): Float64Array {
  const { first, curved } = layer ?? { first: none, curved: none };
  const result = through(first, du);
  const bent = through(curved, dz);
  for (let k = 0; k < result.length; k++) plus(result, k, bent[k] ?? NaN);
  return result;
}

/** M x, where M is a diagonal of as many numbers as x has, or a square matrix. */
export function through(m: Float64Array, x: Float64Array): Float64Array {
  if (m.length === x.length) return x.map((value, k) => value * (m[k] ?? NaN));
  const result = new Float64Array(x.length);
  if (m.length === 0) return result;
  for (let i = 0; i < x.length; i++) {
    let sum = 0;
    for (let k = 0; k < x.length; k++) sum += (m[i * x.length + k] ?? NaN) * (x[k] ?? NaN);
    result[i] = sum;
  }
  return result;
}

function plus(values: Float64Array, index: number, by: number): void {
  values[index] = (values[index] ?? NaN) + by;
}
