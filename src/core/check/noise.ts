/** How far the computed E_s may be off because z and a of every unit are rounded. */

import { lossFactor } from '../cost';
import type { Downstream } from './downstream';
import { ACTIVATIONS, hasLossWithLogits, lossDerivative } from '../functions';
import { addProduct, addTransposedProduct } from '../layerMath';
import type { Noise } from './slope';
import { type LayerLayout, type Network, type Samples, layerAt, parameterLayout } from '../network';

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

  constructor(private readonly loss: Downstream) {
    const { network, theta, samples } = loss;
    this.network = network;
    this.samples = samples;
    this.layout = parameterLayout(network.layers).layers;
    this.sizes = theta.map(Math.abs);
    this.behind = new Float64Array(samples.count);
    this.outputErrors = new Float64Array(samples.count).fill(NaN);
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

  private ofOutputs(sample: number): number {
    const known = this.outputErrors[sample] ?? NaN;
    if (!Number.isNaN(known)) return known;
    let error: Float64Array = new Float64Array(layerAt(this.network, 1).units);
    for (const [l, block] of this.layout.entries()) error = this.onward(sample, l + 2, block, error);
    // E″ is c where that of the row is 1.
    const length = Math.sqrt(lossFactor(this.network) * error.reduce((sum, e) => sum + e * e, 0));
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
    for (let s = 0; s < this.samples.count; s++) {
      if (s > 0 && s % BLOCK === 0) yield done;
      for (let k = 0; k < units; k++) {
        const slope = this.slopes[s * units + k] ?? NaN;
        const inA = (this.sensitivity[s * units + k] ?? NaN) * Math.abs(this.loss.a(s, layer, k));
        const inZ = slope * Math.abs(this.loss.z(s, layer, k));
        this.behind[s] = (this.behind[s] ?? NaN) + ULPS * (inA + inZ);
      }
      addTransposedProduct(this.sizes, block, this.slopes, sensitivity, s * units, s * before);
    }
    this.sensitivity = sensitivity;
    this.slopes = new Float64Array(this.samples.count * before);
  }

  /** The errors of a layer's a, from those of the layer before and what is rounded here. */
  private onward(sample: number, layer: number, block: LayerLayout, before: Float64Array): Float64Array {
    const { activation } = layerAt(this.network, layer);
    const row = ACTIVATIONS[activation.type];
    const inZ = Float64Array.from({ length: block.rows }, (_, k) => ULPS * Math.abs(this.loss.z(sample, layer, k)));
    // The inputs are exact.
    if (layer > 2) addProduct(this.sizes, block, before, inZ);
    if (layer === this.network.layers.length && hasLossWithLogits(this.network)) {
      return inZ.map((e, k) => this.withLogits(e, this.loss.a(sample, layer, k), this.loss.y(sample, k)));
    }
    const a = inZ.map((_, k) => this.loss.a(sample, layer, k));
    const mean = a.reduce((sum, value, k) => sum + value * (inZ[k] ?? NaN), 0);
    return inZ.map((e, k) => {
      const value = a[k] ?? NaN;
      const carried = row.vector
        ? value * (e + mean)
        : e * Math.abs(row.derivative(this.loss.z(sample, layer, k), activation));
      return carried + ULPS * Math.abs(value);
    });
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
    if (hasLossWithLogits(this.network)) return result;
    const outputs = this.loss.aOfAll(this.network.layers.length);
    for (let at = 0; at < result.length; at++) {
      result[at] = Math.abs(lossDerivative(this.network, outputs, this.samples.targets, at));
    }
    return result;
  }
}
