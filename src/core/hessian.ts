/**
 * Second derivatives of J, exactly: the chain rule once more. Where θ moves along v, every quantity q of the two passes moves
 * by q̇ = Σ_k (∂q/∂θ_k) v_k, and of what the backward pass ends in, ∂J/∂θ, that is H·v (forward over reverse; B. Pearlmutter,
 * "Fast exact multiplication by the Hessian", Neural Computation 6, 1994). Frozen parameters count like any other.
 */

import { inputsOf, samplePasses } from './backprop';
import { divisorOf, weightOf } from './cost';
import {
  ACTIVATIONS,
  activationDerivative,
  lossDerivative,
  lossSecond,
  lossWithLogits,
  lossBreaks,
  activationBreaks,
} from './functions';
import { addOuterProduct, addOuterProducts, addProduct, addProducts, addTransposedProduct, scaled } from './layerMath';
import { type LayerLayout, type Network, type Objective, type Samples, layerAt, parameterLayout } from './network';
import { type Pausing, runToEnd } from './check/steps';
import { penalizedRanges, penaltyRates } from './penalty';

/** A place at which H is one-sided: so many samples stand exactly on a kink or bend of this unit, output or weight. */
export interface HessianKink {
  readonly kind: 'unit' | 'loss' | 'penalty';
  /** Of the unit; of the weight that is 0, the l of θ^(l). */
  readonly layer: number;
  /** From 1; 0 for the penalty. */
  readonly unit: number;
  /** Samples, or weights of the layer. */
  readonly count: number;
}

/** What is kept of a layer's units in one sample, for any number of directions. */
interface KeptLayer {
  readonly a: Float64Array;
  /** ∂E/∂z */
  readonly delta: Float64Array;
  /** ∂a/∂z: g′ of each unit, or, row by row, ∂a_i/∂z_k of coupled units. */
  readonly first: Float64Array;
  /** Σ_i (∂E/∂a_i) ∂²a_i/∂z²: one number a unit, or a matrix of coupled units; of an output of a loss with logits ∂²E/∂z² itself. */
  readonly curved: Float64Array;
}

interface Kept {
  /** ω_s */
  readonly weight: number;
  readonly x: Float64Array;
  /** Where x is not 0, if that is a small part, as of a picture. */
  readonly active: Uint32Array | undefined;
  /** Of the layers 2…L. */
  readonly layers: readonly KeptLayer[];
  /** ∂²E/∂a² of each output; undefined for a loss with logits. */
  readonly ofLoss: Float64Array | undefined;
}

/** Samples whose products with θ⁽¹⁾, most of the work, are made at once: each number of a large θ is then read once for all of them. */
const GROUP = 8;

export class Hessian {
  /** The number of parameters. */
  readonly size: number;
  private readonly blocks: readonly LayerLayout[];
  private readonly kept: Kept[] = [];
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
    for (const pass of samplePasses(this.objective)) {
      const { a, z, delta, y } = pass;
      const layers = this.blocks.map((_, l): KeptLayer => {
        const [ofZ, ofA, ofDelta] = [z[l + 1] ?? none, a[l + 1] ?? none, delta[l + 1] ?? none];
        const isLogitsOutput = l === this.blocks.length - 1 && lossWithLogits(this.network) !== undefined;
        const kept = { a: ofA.slice(), delta: ofDelta.slice() };
        if (isLogitsOutput) return { ...kept, first: none, curved: this.logitsCurvature(ofA, y) };
        const byA = this.lossByA(l, ofA, y, delta[l + 2]);
        return { ...kept, ...this.throughSecond(l + 2, ofZ, ofA, byA) };
      });
      const outputs = a.at(-1) ?? none;
      const ofLoss = lossWithLogits(this.network)
        ? undefined
        : outputs.map((_, k) => lossSecond(this.network, outputs, y, k));
      const x = inputsOf(this.network, this.samples, pass.sample);
      const active = Uint32Array.from(x.keys()).filter((j) => x[j] !== 0);
      this.kept.push({
        weight: weightOf(this.samples, pass.sample),
        x,
        active: active.length < x.length / 2 ? active : undefined,
        layers,
        ofLoss,
      });
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
        ddelta.set(scaled(this.throughLayers(v, kept, ofSample, result), kept.weight), s * rows);
        if (!isDense) addOuterProduct(result, block, ddelta, inputs, s * rows, xAt, kept.active);
        yield;
      }
      if (isDense) addOuterProducts(result, block, ddelta, inputs, group.length, first * columns);
    }
    const { l2 } = penaltyRates(this.network, this.samples.count);
    const divisor = divisorOf(this.network, this.samples);
    for (let k = 0; k < result.length; k++) result[k] = (result[k] ?? NaN) / divisor;
    if (l2 !== 0) this.eachPenalized((k) => plus(result, k, l2 * (v[k] ?? NaN)));
    return result;
  }

  /**
   * Adds what θ^(2), θ^(3), … have of H·v in one sample to `result`, and gives δ̇^(2). `moved` is v^(1) a^(1), and is written over.
   */
  private throughLayers(v: Float64Array, kept: Kept, moved: Float64Array, result: Float64Array): Float64Array {
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
    let ddelta = this.outputTangent(kept, dz[last] ?? none, da[last] ?? none);
    for (let l = last; l > 0; l--) {
      const [block, layer] = [this.blocks[l], kept.layers[l]];
      if (!block || !layer) continue;
      // ∂/∂θ_ij = δ_i a_j moves by δ̇_i a_j + δ_i ȧ_j
      addOuterProduct(result, block, scaled(ddelta, kept.weight), kept.layers[l - 1]?.a ?? none);
      addOuterProduct(result, { ...block, biases: -1 }, scaled(layer.delta, kept.weight), da[l - 1] ?? none);
      // ∂E/∂a = θᵀδ moves by θᵀδ̇ + vᵀδ
      const du = transposed(this.theta, block, ddelta);
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
            const a = kept.weight * input;
            if (a === 0) return;
            for (let p = row, at = row * n + row; p < n; p++, at++) h[at] = (h[at] ?? 0) + a * (moved[p] ?? 0);
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
          const second = kept.weight * (this.tangents(kept, l, i).ddelta[l]?.[i] ?? NaN);
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
  private ofUnit(kept: Kept, l: number, unit: number): Float64Array {
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
  private tangents(kept: Kept, l: number, unit: number): { da: Float64Array[]; ddelta: Float64Array[] } {
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
    ddelta[last] = this.outputTangent(kept, dz[last] ?? none, da[last] ?? none);
    for (let n = last; n > l; n--) {
      const block = this.blocks[n];
      if (!block) break;
      const du = transposed(this.theta, block, ddelta[n] ?? none);
      ddelta[n - 1] = tangentOfDelta(kept.layers[n - 1], du, dz[n - 1] ?? none);
    }
    return { da, ddelta };
  }

  /** δ̇^(L) */
  private outputTangent({ layers, ofLoss }: Kept, dz: Float64Array, da: Float64Array): Float64Array {
    const layer = layers.at(-1);
    if (!layer) return none;
    if (!ofLoss) return through(layer.curved, dz);
    const du = ofLoss.map((second, k) => second * (da[k] ?? NaN));
    return tangentOfDelta(layer, du, dz);
  }

  /** ∂E/∂a of the layer behind θ^(l). */
  private lossByA(l: number, a: Float64Array, y: Float64Array, next: Float64Array | undefined): Float64Array {
    const block = this.blocks[l + 1];
    if (!block || !next) return a.map((_, k) => lossDerivative(this.network, a, y, k));
    return transposed(this.theta, block, next);
  }

  private throughSecond(
    layer: number,
    z: Float64Array,
    a: Float64Array,
    byA: Float64Array,
  ): Pick<KeptLayer, 'first' | 'curved'> {
    const { activation: g } = layerAt(this.network, layer);
    const row = ACTIVATIONS[g.type];
    if (!row.vector) {
      return {
        first: z.map((value) => row.derivative(value, g)),
        curved: z.map((value, k) => (byA[k] ?? NaN) * row.second(value, g)),
      };
    }
    const units = a.length;
    return {
      first: matrix(units, (i, k) => activationDerivative(g, z, a, i, k)),
      curved: matrix(units, (k, n) => byA.reduce((sum, u, i) => sum + u * row.second(a, i, k, n), 0)),
    };
  }

  private logitsCurvature(a: Float64Array, y: Float64Array): Float64Array {
    const pair = lossWithLogits(this.network);
    return matrix(a.length, (k, n) => pair?.second(a, y, k, n) ?? NaN);
  }

  private eachPenalized(visit: (index: number) => void): void {
    for (const { from, to } of penalizedRanges(this.network)) for (let k = from; k < to; k++) visit(k);
  }
}

/** H·v of J at θ. Where H is one-sided (`hessianKinks`), of the side that the first derivatives are taken from. */
export function hessianProduct(objective: Objective, v: Float64Array): Float64Array {
  const hessian = new Hessian(objective);
  runToEnd(hessian.prepare());
  return runToEnd(hessian.product(v));
}

/** The units, outputs and weights that stand exactly where a first or second derivative jumps. */
export function hessianKinks(objective: Objective): HessianKink[] {
  const { network, theta, samples } = objective;
  const counts = new Map<string, HessianKink>();
  const count = (kind: HessianKink['kind'], layer: number, unit: number): void => {
    const key = `${kind} ${String(layer)} ${String(unit)}`;
    counts.set(key, { kind, layer, unit, count: (counts.get(key)?.count ?? 0) + 1 });
  };
  const withLogits = lossWithLogits(network) !== undefined;
  const ofLoss = lossBreaks(network);
  const residuals = [...ofLoss.kinks, ...ofLoss.bends];
  for (const { sample, z, a, y } of samplePasses(objective)) {
    if (weightOf(samples, sample) === 0) continue;
    for (const [l, { activation: g }] of network.layers.entries()) {
      const row = ACTIVATIONS[g.type];
      if (l === 0 || row.vector || (withLogits && l === network.layers.length - 1)) continue;
      const breaks = activationBreaks(g);
      z[l]?.forEach((value, i) => {
        if (breaks.includes(value)) count('unit', l + 1, i + 1);
      });
    }
    a.at(-1)?.forEach((value, k) => {
      if (residuals.includes(value - (y[k] ?? NaN))) count('loss', network.layers.length, k + 1);
    });
  }
  if (network.regularization.l1 > 0) {
    for (const [l, { from, to }] of penalizedRanges(network).entries()) {
      for (let k = from; k < to; k++) if (theta[k] === 0) count('penalty', l + 1, 0);
    }
  }
  return [...counts.values()];
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
function through(m: Float64Array, x: Float64Array): Float64Array {
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

function matrix(units: number, entry: (i: number, k: number) => number): Float64Array {
  return Float64Array.from({ length: units * units }, (_, at) => entry(Math.floor(at / units), at % units));
}

function transposed(theta: Float64Array, block: LayerLayout, x: Float64Array): Float64Array {
  const result = new Float64Array(block.columns);
  addTransposedProduct(theta, block, x, result);
  return result;
}

function plus(values: Float64Array, index: number, by: number): void {
  values[index] = (values[index] ?? NaN) + by;
}
