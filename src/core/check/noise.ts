/** How far the computed E_s may be off because z and a of every unit are rounded. */

import { lossFactor } from '../cost';
import type { Downstream } from './downstream';
import { ACTIVATIONS, hasLossWithLogits, lossDerivative } from '../functions';
import { addProduct, addTransposedProduct } from '../layerMath';
import type { Noise } from './slope';
import { type LayerLayout, type Network, type Samples, layerAt, parameterLayout } from '../network';

const none = new Float64Array();

/** How far a computed z or a may be off, as a part of itself: a few units in the last place. */
const ULPS = 4 * Number.EPSILON;

/** The noise of some samples. */
export class Noises {
  readonly ofLoss: Float64Array;
  readonly ofOutputs: Float64Array;

  constructor(count: number) {
    this.ofLoss = new Float64Array(count);
    this.ofOutputs = new Float64Array(count);
  }

  of(k: number): Noise {
    return { ofLoss: this.ofLoss[k] ?? NaN, ofOutputs: this.ofOutputs[k] ?? NaN };
  }
}

/** Samples between two yields. */
const BLOCK = 256;

/**
 * The noise of E_s that a step in z_i^(l) meets: Σ (|∂E_s/∂z| |z| + |∂E_s/∂a| |a|) · ulps over the units that it changes.
 * The layers must be visited from the last to the first, `note` called with every ∂E_s/∂z, `finish` after each layer.
 */
export class NoiseBehind {
  private readonly network: Network;
  private readonly samples: Samples;
  private readonly layout: readonly LayerLayout[];
  /** |θ| */
  private readonly sizes: Float64Array;
  /** Per sample, of all layers behind the one under way. */
  private readonly behind: Float64Array;
  /** |∂E_s/∂z| of the layer under way, and |∂E_s/∂a|, row-major. */
  private slopes: Float64Array;
  private sensitivity: Float64Array;
  /** Per sample, once asked for. */
  private readonly outputErrors: Float64Array;
  /** Of the a of each layer, of one sample. */
  private readonly errors: readonly Float64Array[];
  private readonly hasLogits: boolean;

  constructor(private readonly loss: Downstream) {
    const { network, theta, samples } = loss;
    this.network = network;
    this.samples = samples;
    this.layout = parameterLayout(network.layers).layers;
    this.sizes = theta.map(Math.abs);
    this.behind = new Float64Array(samples.count);
    this.outputErrors = new Float64Array(samples.count).fill(NaN);
    this.errors = network.layers.map(({ units }) => new Float64Array(units));
    this.hasLogits = hasLossWithLogits(network);
    const units = layerAt(network, network.layers.length).units;
    this.slopes = new Float64Array(samples.count * units);
    this.sensitivity = this.byOutputs(units);
  }

  /**
   * For a step in z of this unit, of `count` samples from `first` on: what the rounding of z itself adds is left out. `ofOutputs`
   * is how far the outputs a may be off in units in which E″ is 1: where ∂E/∂a is nearly 0, the noise of E is this times what
   * a step makes of ∂E/∂a.
   */
  fill(into: Noises, layer: number, unit: number, first: number, count: number): void {
    const { units, activation } = layerAt(this.network, layer);
    const a = this.loss.aOfAll(layer);
    const coupled = ACTIVATIONS[activation.type].vector;
    const [from, to] = coupled ? [0, units] : [unit, unit + 1];
    for (let n = 0; n < count; n++) {
      const row = (first + n) * units;
      let sum = this.behind[first + n] ?? NaN;
      for (let k = row + from; k < row + to; k++) {
        sum += ULPS * (this.sensitivity[k] ?? NaN) * Math.abs(a[k] ?? NaN);
      }
      into.ofLoss[n] = sum;
      into.ofOutputs[n] = this.ofOutputs(first + n);
    }
  }

  /** ∂E_s/∂z of this unit, of `count` samples from `first` on. */
  note(unit: number, first: number, count: number, slopes: Float64Array): void {
    const units = this.slopes.length / this.samples.count;
    for (let n = 0; n < count; n++) this.slopes[(first + n) * units + unit] = Math.abs(slopes[n] ?? NaN);
  }

  /** Kept once it is known. */
  private ofOutputs(sample: number): number {
    const known = this.outputErrors[sample] ?? NaN;
    if (!Number.isNaN(known)) return known;
    for (let l = 0; l < this.layout.length; l++) this.onward(sample, l + 2);
    const outputs = this.errors.at(-1) ?? none;
    // E″ is c where that of the row is 1.
    let sum = 0;
    for (let k = 0; k < outputs.length; k++) sum += (outputs[k] ?? NaN) * (outputs[k] ?? NaN);
    const length = Math.sqrt(lossFactor(this.network) * sum);
    this.outputErrors[sample] = length;
    return length;
  }

  /** The layer's share joins what lies behind, and the layer before it comes next. Yields `done` now and then. */
  *finish(layer: number, done: number): Generator<number> {
    const { units } = layerAt(this.network, layer);
    const block = this.layout[layer - 2];
    const before = layerAt(this.network, layer - 1).units;
    if (!block || layer === 2) return;
    const sensitivity = new Float64Array(this.samples.count * before);
    const [z, a] = [this.loss.zOfAll(layer), this.loss.aOfAll(layer)];
    for (let s = 0; s < this.samples.count; s++) {
      if (s > 0 && s % BLOCK === 0) yield done;
      let own = this.behind[s] ?? NaN;
      for (let k = s * units; k < (s + 1) * units; k++) {
        const inA = (this.sensitivity[k] ?? NaN) * Math.abs(a[k] ?? NaN);
        const inZ = (this.slopes[k] ?? NaN) * Math.abs(z[k] ?? NaN);
        own += ULPS * (inA + inZ);
      }
      this.behind[s] = own;
      addTransposedProduct(this.sizes, block, this.slopes, sensitivity, s * units, s * before);
    }
    this.sensitivity = sensitivity;
    this.slopes = new Float64Array(this.samples.count * before);
  }

  /** The errors of a layer's a, from those of the layer before and what is rounded here. */
  private onward(sample: number, layer: number): void {
    const { activation } = layerAt(this.network, layer);
    const row = ACTIVATIONS[activation.type];
    const block = this.layout[layer - 2];
    const before = this.errors[layer - 2];
    const errors = this.errors[layer - 1];
    if (!block || !before || !errors) return;
    const z = this.loss.zOfAll(layer);
    const a = this.loss.aOfAll(layer);
    const from = sample * block.rows;
    for (let k = 0; k < block.rows; k++) errors[k] = ULPS * Math.abs(z[from + k] ?? NaN);
    // The inputs are exact.
    if (layer > 2) addProduct(this.sizes, block, before, errors);
    const withLogits = layer === this.network.layers.length && this.hasLogits;
    let mean = 0;
    if (row.vector) for (let k = 0; k < block.rows; k++) mean += (a[from + k] ?? NaN) * (errors[k] ?? NaN);
    for (let k = 0; k < block.rows; k++) {
      const e = errors[k] ?? NaN;
      const value = a[from + k] ?? NaN;
      if (withLogits) errors[k] = this.withLogits(e, value, this.loss.y(sample, k));
      else {
        const here = z[from + k] ?? NaN;
        const slope = row.vector ? 0 : (row.fromOutput?.(value, activation) ?? row.derivative(here, activation));
        errors[k] = (row.vector ? value * (e + mean) : e * Math.abs(slope)) + ULPS * Math.abs(value);
      }
    }
  }

  /** Of E by z, whose second derivative is a (1 − a) and whose two parts y (1 − a) and (1 − y) a are rounded each. */
  private withLogits(errorOfZ: number, a: number, y: number): number {
    const curvature = a * (1 - a);
    if (!(curvature > 0)) return 0;
    return (errorOfZ * curvature + ULPS * (y * (1 - a) + (1 - y) * a)) / Math.sqrt(curvature);
  }

  /** |∂E/∂a| of the outputs; of a loss with logits 0, for E is computed from z there. */
  private byOutputs(units: number): Float64Array {
    const result = new Float64Array(this.samples.count * units);
    if (this.hasLogits) return result;
    const outputs = this.loss.aOfAll(this.network.layers.length);
    for (let at = 0; at < result.length; at++) {
      result[at] = Math.abs(lossDerivative(this.network, outputs, this.samples.targets, at));
    }
    return result;
  }
}
