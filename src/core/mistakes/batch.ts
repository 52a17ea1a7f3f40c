/**
 * Backpropagation over all rows at once, with joints: at each of them one step can be replaced by what a wrong program does
 * there. Without a change it yields what `backprop.ts` yields.
 *
 * A matrix holds one row a sample: value k of sample s of a layer stands at s·s_l + k. `l` counts layers from 1.
 */

import { divisorOf, lossFactor, weightOf } from '../cost';
import { inputsOf, targetsOf } from '../backprop';
import { ACTIVATIONS, LOSSES, activate, lossWithLogits } from '../functions';
import { addOuterProduct, addProduct, addTransposedProduct, scaled, startWithBiases } from '../layerMath';
import {
  type Activation,
  type LayerLayout,
  type Loss,
  type Network,
  type Samples,
  layerAt,
  parameterLayout,
} from '../network';
import { type PenaltyRates, penaltyRates } from '../penalty';

/** z and a of every unit for every sample; index l − 1, and z is empty in layer 1. */
export interface Batch {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly blocks: readonly LayerLayout[];
  /** m */
  readonly count: number;
  /** ω_s of each sample; all 1 where they are absent. */
  readonly weights: Float64Array | undefined;
  /** D of (1/D) Σ_s ω_s E_s (core/cost.ts): m as a rule. */
  readonly divisor: number;
  readonly z: readonly Float64Array[];
  readonly a: readonly Float64Array[];
  readonly y: Float64Array;
  /** The g whose derivative the backward pass takes, index l − 1. */
  readonly slopes: readonly Activation[];
  /** True where the outputs are not the g(z) of the network. */
  readonly otherOutputs: boolean;
  /** Of R. */
  readonly penalty: PenaltyRates;
  /** g′(z) that were worked out; shared with the batches that were changed from this one. */
  readonly derivatives: Derivatives;
}

/** g′ of every value of a matrix, kept as long as the matrix. */
export class Derivatives {
  private readonly known = new WeakMap<Float64Array, Map<Activation, Float64Array>>();

  /** Undefined of an activation that units do not compute alone. */
  of(g: Activation, z: Float64Array): Float64Array | undefined {
    const row = ACTIVATIONS[g.type];
    if (row.vector) return undefined;
    let ofMatrix = this.known.get(z);
    const known = ofMatrix?.get(g);
    if (known) return known;
    const derivative = new Float64Array(z.length);
    for (let k = 0; k < z.length; k++) derivative[k] = row.derivative(z[k] ?? NaN, g);
    if (!ofMatrix) this.known.set(z, (ofMatrix = new Map<Activation, Float64Array>()));
    ofMatrix.set(g, derivative);
    return derivative;
  }
}

/** What a program does otherwise on the way forward. */
export interface ForwardChange {
  /** The activation of layer l, where it is another. */
  readonly activation?: (l: number) => Activation | undefined;
  /** True where the biases of θ^(l) are left out. */
  readonly withoutBias?: (l: number) => boolean;
  /** What softmax of layer l is normalized over, where not over its units. */
  readonly softmaxOver?: (l: number) => 'samples' | 'all' | undefined;
  /** True where the backward pass takes the derivative of that other activation. */
  readonly sameDerivative?: boolean;
}

/** The forward pass of all samples. */
export function forwardBatch(network: Network, theta: Float64Array, samples: Samples): Batch {
  const m = samples.count;
  const first = new Float64Array(m * layerAt(network, 1).units);
  const y = new Float64Array(m * layerAt(network, network.layers.length).units);
  for (let s = 0; s < m; s++) {
    first.set(inputsOf(network, samples, s + 1), (s * first.length) / m);
    y.set(targetsOf(network, samples, s + 1), (s * y.length) / m);
  }
  const { layers: blocks } = parameterLayout(network.layers);
  const [{ weights }, divisor] = [samples, divisorOf(network, samples)];
  const derivatives = new Derivatives();
  const penalty = penaltyRates(network, m);
  return passOn({ network, theta, blocks, count: m, weights, divisor, penalty, y, derivatives }, first, {});
}

/** The forward pass of the same samples with a change; what lies before it is taken from `right`. */
export function changedForward(right: Batch, change: ForwardChange): Batch {
  return passOn(right, right.a[0] ?? new Float64Array(), change, right);
}

type BatchBase = Omit<Batch, 'z' | 'a' | 'slopes' | 'otherOutputs'>;

function passOn(base: BatchBase, first: Float64Array, change: ForwardChange, right?: Batch): Batch {
  const { network, theta, blocks, count: m } = base;
  const z: Float64Array[] = [new Float64Array()];
  const a: Float64Array[] = [first];
  const slopes: Activation[] = [{ type: 'identity' }];
  for (const [at, block] of blocks.entries()) {
    const l = at + 2;
    const own = layerAt(network, l).activation;
    const used = change.activation?.(l) ?? own;
    const input = a[at] ?? first;
    const withoutBias = change.withoutBias?.(at + 1) === true;
    const known = !withoutBias && right?.a[at] === input ? right.z[at + 1] : undefined;
    const sums = known ?? linear(theta, block, input, m, withoutBias);
    z.push(sums);
    const over = change.softmaxOver?.(l);
    const same = known && !over && used === own ? right?.a[at + 1] : undefined;
    a.push(same ?? (over ? softmaxAcross(sums, block.rows, over) : activateRows(used, sums, block.rows)));
    slopes.push(change.sameDerivative ? used : own);
  }
  const last = network.layers.length;
  const otherOutputs = change.activation?.(last) !== undefined || change.softmaxOver?.(last) !== undefined;
  return { ...base, z, a, slopes, otherOutputs };
}

/** z_i = θ_i0 a_0 + Σ_j θ_ij a_j of every sample. */
export function linear(
  theta: Float64Array,
  block: LayerLayout,
  a: Float64Array,
  m: number,
  withoutBias: boolean,
): Float64Array {
  const { rows, columns } = block;
  const z = new Float64Array(m * rows);
  for (let s = 0; s < m; s++) {
    if (!withoutBias) startWithBiases(theta, block, z, s * rows);
    addProduct(theta, block, a, z, s * columns, s * rows);
  }
  return z;
}

/** g(z) of every row of `units` values. */
export function activateRows(g: Activation, z: Float64Array, units: number): Float64Array {
  if (!ACTIVATIONS[g.type].vector) return activate(g, z);
  const a = new Float64Array(z.length);
  const row = new Float64Array(units);
  const outputs = new Float64Array(units);
  for (let at = 0; at < z.length; at += units) {
    copy(z, at, row);
    a.set(activate(g, row, outputs), at);
  }
  return a;
}

/** Row by row it is copied: a subarray of each costs more than what is done with it. */
function copy(from: Float64Array, at: number, row: Float64Array): void {
  for (let k = 0; k < row.length; k++) row[k] = from[at + k] ?? NaN;
}

/** ∂E/∂z of every row of `units` values of an activation that couples them; the signal itself of any other. */
export function backwardRows(g: Activation, a: Float64Array, signal: Float64Array, units: number): Float64Array {
  const activation = ACTIVATIONS[g.type];
  if (!activation.vector) return signal;
  const delta = new Float64Array(signal.length);
  const [outputs, row, upstream] = [0, 1, 2].map(() => new Float64Array(units)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let at = 0; at < delta.length; at += units) {
    copy(a, at, outputs);
    copy(signal, at, row);
    activation.backward(outputs, row, upstream);
    delta.set(row, at);
  }
  return delta;
}

/** e^z divided by its sum over the samples of a unit, or over the whole matrix. */
function softmaxAcross(z: Float64Array, units: number, over: 'samples' | 'all'): Float64Array {
  let max = -Infinity;
  for (const value of z) max = Math.max(max, value);
  const a = z.map((value) => Math.exp(value - max));
  const sums = new Float64Array(units);
  a.forEach((value, at) => (sums[at % units] = (sums[at % units] ?? NaN) + value));
  const total = sums.reduce((sum, value) => sum + value, 0);
  return a.map((value, at) => value / (over === 'all' ? total : (sums[at % units] ?? NaN)));
}

/** ∂E/∂a of the outputs, of `loss` and against `y` where they are given. Infinite where a loss with logits keeps it away from z. */
export function lossSlopes(batch: Batch, loss: Loss = batch.network.loss, y: Float64Array = batch.y): Float64Array {
  const row = LOSSES[loss.type];
  const factor = lossFactor({ layers: batch.network.layers, loss });
  const a = outputsOf(batch);
  const slopes = new Float64Array(a.length);
  for (let k = 0; k < a.length; k++) slopes[k] = factor * row.derivative(a[k] ?? NaN, y[k] ?? NaN, loss);
  return slopes;
}

/** a^(L) */
export function outputsOf(batch: Batch): Float64Array {
  return batch.a[batch.a.length - 1] ?? new Float64Array();
}

/** δ^(L) of every sample; `loss` and `y` may be others than the network's own, and `signal` is their ∂E/∂a where it is known. */
export function outputDeltas(
  batch: Batch,
  loss: Loss = batch.network.loss,
  y: Float64Array = batch.y,
  signal?: Float64Array,
): Float64Array {
  const last = batch.network.layers.length;
  const slope = batch.slopes[last - 1];
  const own = layerAt(batch.network, last);
  const pair = lossWithLogits({ layers: [{ ...own, activation: slope ?? own.activation }], loss });
  if (!pair) return throughRows(batch, last, signal ?? lossSlopes(batch, loss, y));
  const delta = new Float64Array(y.length);
  const a = outputsOf(batch);
  // The exact form takes for granted that a is g(z).
  if (batch.otherOutputs) {
    const factor = lossFactor({ layers: batch.network.layers, loss });
    for (let k = 0; k < delta.length; k++) delta[k] = factor * ((a[k] ?? NaN) - (y[k] ?? NaN));
    return delta;
  }
  const z = batch.z[last - 1] ?? delta;
  const [rowZ, rowA, rowY, row] = [0, 1, 2, 3].map(() => new Float64Array(own.units)) as RowBuffers;
  for (let at = 0; at < delta.length; at += own.units) {
    copy(z, at, rowZ);
    copy(a, at, rowA);
    copy(y, at, rowY);
    pair.derivative(rowZ, rowA, rowY, row);
    delta.set(row, at);
  }
  return delta;
}

type RowBuffers = [Float64Array, Float64Array, Float64Array, Float64Array];

/** δ^(l) = g′(z^(l)) ⊙ signal, the signal being ∂E/∂a^(l). */
export function throughRows(batch: Batch, l: number, signal: Float64Array): Float64Array {
  const g = batch.slopes[l - 1] ?? layerAt(batch.network, l).activation;
  const slopes = batch.derivatives.of(g, batch.z[l - 1] ?? signal);
  if (slopes) return products(signal, slopes);
  return backwardRows(g, batch.a[l - 1] ?? signal, signal, layerAt(batch.network, l).units);
}

/** a ⊙ b. A loop: `map` calls a function for every number. */
export function products(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let k = 0; k < a.length; k++) result[k] = (a[k] ?? NaN) * (b[k] ?? NaN);
  return result;
}

/** ∂E/∂a_i^(l) = Σ_k θ_ki^(l) δ_k^(l+1) of every sample; `theta` may be another vector of parameters. */
export function backThroughWeights(
  batch: Batch,
  l: number,
  delta: Float64Array,
  theta: Float64Array = batch.theta,
  from: number = l,
): Float64Array {
  const block = batch.blocks[from - 1];
  if (!block) throw new RangeError(`there is no θ of layer ${String(from)}`);
  const { rows, columns } = block;
  const signal = new Float64Array(batch.count * columns);
  for (let s = 0; s < batch.count; s++) addTransposedProduct(theta, block, delta, signal, s * rows, s * columns);
  return signal;
}

/** (1/D) Σ_s ω_s δ_i a_j, row by row, and then (1/D) Σ_s ω_s δ_i a_0: the data's part of ∂J/∂θ^(l). */
export function outerMean(
  { count: m, weights, divisor }: Batch,
  { rows, columns, biasInput }: LayerLayout,
  delta: Float64Array,
  a: Float64Array,
): Float64Array {
  const result = new Float64Array(rows * (columns + 1));
  const block = { rows, columns, weights: 0, biases: rows * columns, biasInput };
  for (let s = 0; s < m; s++) {
    const weight = weightOf({ weights }, s + 1);
    const own = weight === 1 ? delta : scaled(delta.subarray(s * rows, (s + 1) * rows), weight);
    addOuterProduct(result, block, own, a, own === delta ? s * rows : 0, s * columns);
  }
  for (let k = 0; k < result.length; k++) result[k] = (result[k] ?? NaN) / divisor;
  return result;
}
