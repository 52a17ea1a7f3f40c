/**
 * E_s as a function of one z_i^(l): the forward passes are kept, and only what lies downstream of the unit is computed again.
 *
 * θ_ij^(l) enters the network through z_i^(l+1) alone, which it moves by h·a_j^(l); so this function of one z is all that
 * a difference quotient for any parameter that enters the unit asks for.
 */

import { lossFactor, weightOf } from '../cost';
import { forward, type ForwardPass, inputsOf, targetsOf } from '../backprop';
import {
  ACTIVATIONS,
  type ActivationRow,
  hasLossWithLogits,
  sampleLoss,
  lossBreaks,
  lossDifference,
  type LossDifference,
  type Outputs,
  activationBreaks,
} from '../functions';
import { BreakWatch, type Gain, type Line } from './line';
import { addProduct } from '../layerMath';
import {
  type Activation,
  type LayerLayout,
  type Network,
  type Objective,
  type Samples,
  layerAt,
  parameterLayout,
} from '../network';

interface LayerState {
  readonly units: number;
  readonly g: Activation;
  readonly row: ActivationRow;
  readonly breaks: readonly number[];
  /** θ^(l) into this layer. */
  readonly block: LayerLayout;
  /** Of every sample, row-major. */
  readonly z: Float64Array;
  readonly a: Float64Array;
  /** Of the sample under perturbation. */
  readonly newZ: Float64Array;
  readonly newA: Float64Array;
}

const none = new Float64Array();

/** Samples that one step of `prepare` passes forward. */
const BLOCK = 64;

export class Downstream implements Objective {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly samples: Samples;
  /** The layers 2…L; `layers[l − 2]`. */
  private readonly layers: readonly LayerState[];
  private readonly withLogits: boolean;
  private readonly difference: LossDifference;
  private readonly lossBreaks: readonly number[];
  /** The outputs of the sample under perturbation, as they were and as they are: one object for very many differences. */
  private readonly before: Outputs & { offset: number };
  private readonly after: Outputs;

  private readonly met = new BreakWatch();

  /** Units computed again so far: what the work is measured by. */
  work = 0;
  /** Σ_s ω_s E_s, once prepared, and where a − y may cancel (not of the losses with logits) ½|a|² of outputs up to 1. */
  size = 0;

  /** `prepare` must run to its end before anything is asked. */
  constructor({ network, theta, samples }: Objective) {
    this.network = network;
    this.theta = theta;
    this.samples = samples;
    const { layers } = parameterLayout(network.layers);
    this.layers = layers.map((block, l) => {
      const { units, activation: g } = layerAt(network, l + 2);
      const row = ACTIVATIONS[g.type];
      const breaks = activationBreaks(g);
      const all = (): Float64Array => new Float64Array(units * samples.count);
      const one = (): Float64Array => new Float64Array(units);
      return { units, g, row, breaks, block, z: all(), a: all(), newZ: one(), newA: one() };
    });
    const outputs = this.state(network.layers.length);
    this.before = { z: outputs.z, a: outputs.a, offset: 0 };
    this.after = { z: outputs.newZ, a: outputs.newA, offset: 0 };
    this.withLogits = hasLossWithLogits(network);
    this.difference = lossDifference(network);
    const { kinks, bends } = lossBreaks(network);
    this.lossBreaks = [...kinks, ...bends];
  }

  /** Passes every sample forward, yielding now and then that nothing is done yet. */
  *prepare(): Generator<0> {
    const { network, theta, samples } = this;
    const outputs = this.state(network.layers.length);
    const layout = parameterLayout(network.layers);
    const factor = lossFactor(network);
    let pass: ForwardPass | undefined;
    for (let s = 0; s < samples.count; s++) {
      if (s > 0 && s % BLOCK === 0) yield 0;
      pass = forward(network, theta, inputsOf(network, samples, s + 1), pass, layout);
      for (let l = 0; l < this.layers.length; l++) {
        const state = this.layers[l];
        state?.z.set(pass.z[l + 1] ?? none, s * state.units);
        state?.a.set(pass.a[l + 1] ?? none, s * state.units);
      }
      const [z, a] = [pass.z.at(-1) ?? none, pass.a.at(-1) ?? none];
      const weight = weightOf(samples, s + 1);
      this.size += weight * sampleLoss(network, z, a, targetsOf(network, samples, s + 1));
      if (this.withLogits) continue;
      let square = 0;
      for (let k = 0; k < outputs.units; k++) square += (a[k] ?? NaN) * (a[k] ?? NaN);
      this.size += weight * factor * 0.5 * Math.min(1, square);
    }
  }

  /** z_i of layer l; `sample` and `unit` count from 0, layers from 1. */
  z(sample: number, layer: number, unit: number): number {
    const state = this.state(layer);
    return state.z[sample * state.units + unit] ?? NaN;
  }

  /** z of layer l of every sample, row-major. */
  zOfAll(layer: number): Float64Array {
    return this.state(layer).z;
  }

  /** a of layer l of every sample, row-major; the inputs where l = 1. */
  aOfAll(layer: number): Float64Array {
    return layer === 1 ? this.samples.inputs : this.state(layer).a;
  }

  /** a_i of layer l; the inputs where l = 1. */
  a(sample: number, layer: number, unit: number): number {
    if (layer === 1) return this.samples.inputs[sample * layerAt(this.network, 1).units + unit] ?? NaN;
    const state = this.state(layer);
    return state.a[sample * state.units + unit] ?? NaN;
  }

  y(sample: number, unit: number): number {
    return this.samples.targets[sample * layerAt(this.network, this.network.layers.length).units + unit] ?? NaN;
  }

  /** E_s as a function of z of the unit. */
  line(sample: number, layer: number, unit: number): Line {
    const z = Math.abs(this.z(sample, layer, unit));
    return { z, scale: 1, gain: (step) => this.gain(sample, layer, unit, step) };
  }

  /** What E_s gains where z of the unit grows by `step`. */
  gain(sample: number, layer: number, unit: number, step: number): Gain {
    this.met.begin();
    return this.met.end(this.gained(sample, layer, unit, step), step);
  }

  /** z of layer `upTo` where z of the unit has grown by `step`; written over by what is asked next. */
  zAfter(sample: number, layer: number, unit: number, step: number, upTo: number): Float64Array {
    const state = this.state(layer);
    for (let k = 0; k < state.units; k++) state.newZ[k] = this.z(sample, layer, k);
    state.newZ[unit] = (state.newZ[unit] ?? NaN) + step;
    this.carry(sample, layer, upTo);
    return this.state(upTo).newZ;
  }

  private gained(sample: number, layer: number, unit: number, step: number): number {
    const state = this.state(layer);
    const last = this.layers.length + 1;
    const at = sample * state.units;
    if (layer < last && !state.row.vector) {
      const z = state.z[at + unit] ?? NaN;
      this.met.watch('unit', layer, unit, state.breaks, z, z + step);
      const change = state.row.value(z + step, state.g) - (state.a[at + unit] ?? NaN);
      this.work++;
      if (change === 0) return 0;
      this.pushOne(sample, layer + 1, unit, change);
      return this.onward(sample, layer + 1);
    }
    this.zAfter(sample, layer, unit, step, layer);
    return this.onward(sample, layer);
  }

  /** From the new z of layer `first` to the loss. */
  private onward(sample: number, first: number): number {
    const last = this.layers.length + 1;
    this.carry(sample, first, last);
    const state = this.state(last);
    if (!this.withLogits) {
      this.activate(sample, last);
      this.watchResiduals(sample, state);
    }
    this.before.offset = sample * state.units;
    return this.difference(this.before, this.after, this.samples.targets, this.before.offset);
  }

  /** From the new z of layer `first` to that of layer `last`. */
  private carry(sample: number, first: number, last: number): void {
    for (let layer = first; layer < last; layer++) {
      this.activate(sample, layer);
      this.pushAll(sample, layer + 1);
    }
  }

  /** New a from new z, for a whole layer. */
  private activate(sample: number, layer: number): void {
    const { units, row, g, breaks, z, newZ, newA } = this.state(layer);
    this.work += units;
    if (row.vector) {
      row.value(newZ, newA);
      return;
    }
    const at = sample * units;
    for (let k = 0; k < units; k++) {
      const here = newZ[k] ?? NaN;
      if (breaks.length > 0) this.met.watch('unit', layer, k, breaks, z[at + k] ?? NaN, here);
      newA[k] = row.value(here, g);
    }
  }

  /** z_k + θ_ki Δa_i, where one unit of the layer before has changed. */
  private pushOne(sample: number, layer: number, unit: number, change: number): void {
    const { units, block, z, newZ } = this.state(layer);
    const at = sample * units;
    for (let k = 0; k < units; k++) {
      newZ[k] = (z[at + k] ?? NaN) + (this.theta[block.weights + k * block.columns + unit] ?? NaN) * change;
    }
  }

  /** z_k + Σ_i θ_ki Δa_i: by the changes, so that what has not changed adds no rounding. */
  private pushAll(sample: number, layer: number): void {
    const { units, block, z, newZ } = this.state(layer);
    const before = this.state(layer - 1);
    const changes = before.newA;
    for (let i = 0; i < before.units; i++) {
      changes[i] = (changes[i] ?? NaN) - (before.a[sample * before.units + i] ?? NaN);
    }
    newZ.fill(0);
    addProduct(this.theta, block, changes, newZ);
    const at = sample * units;
    for (let k = 0; k < units; k++) newZ[k] = (z[at + k] ?? NaN) + (newZ[k] ?? NaN);
  }

  private watchResiduals(sample: number, { units, a, newA }: LayerState): void {
    if (this.lossBreaks.length === 0) return;
    for (let k = 0; k < units; k++) {
      const y = this.y(sample, k);
      const before = (a[sample * units + k] ?? NaN) - y;
      this.met.watch('loss', this.layers.length + 1, k, this.lossBreaks, before, (newA[k] ?? NaN) - y);
    }
  }

  private state(layer: number): LayerState {
    const state = this.layers[layer - 2];
    if (!state) throw new RangeError(`layer ${String(layer)} has no z`);
    return state;
  }
}
