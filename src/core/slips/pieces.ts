/**
 * The pieces of one parameter's derivative: what flows from the parameter through each unit to the loss, for each sample
 * and, with one factor changed, in the mean. Every path passes one unit of a layer, so a slip in a factor of a unit changes
 * ∂J/∂θ by what it changes in the paths through that unit.
 */

import { type SamplePass, samplePasses } from '../backprop';
import { ACTIVATIONS, isMerged, lossDerivative } from '../functions';
import { type Network, type ParameterId, type Samples, layerAt, parameterLayout } from '../network';
import type { Pausing } from '../steps';

/** What a slip in the factors of one unit adds to the data's part of ∂J/∂θ. */
export interface UnitPieces {
  readonly layer: number;
  /** From 1. */
  readonly unit: number;
  /** Minus all paths through the unit. */
  withoutPaths: number;
  /** g′ = 1. Of softmax ∂a_i/∂z_k = [i = k]. */
  withoutDerivative: number;
  /** g′(a) in the place of g′(z). */
  derivativeAtActivation: number;
  /** a used where z, or z where a belongs: σ′ = z (1 − z), tanh′ = 1 − z². */
  derivativeFromZ: number;
  /** Of softmax: only ∂a_k/∂z_k, not what z_k does to the other outputs. */
  ownOutputOnly: number;
  /** g′ once more, where ∂E/∂z is one factor. */
  extraDerivative: number;
  /** ∂E/∂a taken at z. */
  lossAtZ: number;
}

/** What a weight on the way adds where its factor ∂z/∂a = θ_ki^(l) is left out. */
export interface WeightPiece {
  readonly parameter: ParameterId;
  readonly value: number;
  withoutFactor: number;
}

export interface Pieces {
  /** (1/m) Σ_s ∂E_s/∂θ */
  readonly data: number;
  /** ∂E_s/∂θ of each sample. */
  readonly each: Float64Array;
  /** The mean of δ_i^(l+1): a_j left out. */
  readonly withoutInput: number;
  /** z_j^(l) in the place of a_j^(l); NaN in the input layer and for a bias. */
  readonly inputFromZ: number;
  /** No g′ anywhere on the way. */
  readonly withoutDerivatives: number;
  readonly units: readonly UnitPieces[];
  /** Empty where there are more than anyone could search. */
  readonly weights: readonly WeightPiece[];
}

/** More weights than this on the way are not looked at one by one. */
const WEIGHTS = 400;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Takes two passes a sample and one forward derivative. */
export function* piecesOf(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  parameter: ParameterId,
): Pausing<Pieces> {
  const units = unitsBehind(network, parameter);
  const weights = weightsBehind(network, theta, parameter);
  const sums = { data: 0, withoutInput: 0, inputFromZ: 0, withoutDerivatives: 0 };
  const each = new Float64Array(samples.count);
  for (const pass of samplePasses(network, theta, samples)) {
    const flow = new Flow(network, theta, parameter, pass);
    const { input } = flow;
    const slope = pass.delta[parameter.layer]?.[parameter.to - 1] ?? NaN;
    each[pass.sample - 1] = slope * input;
    sums.data += slope * input;
    sums.withoutInput += slope;
    sums.inputFromZ += slope * flow.inputZ;
    sums.withoutDerivatives += flow.withoutDerivatives() * input;
    for (const piece of units) flow.addUnit(piece);
    for (const piece of weights) piece.withoutFactor += flow.withoutWeight(piece);
    yield;
  }
  const m = samples.count;
  for (const key of ['data', 'withoutInput', 'inputFromZ', 'withoutDerivatives'] as const) sums[key] /= m;
  for (const piece of units) for (const key of UNIT_KEYS) piece[key] /= m;
  for (const piece of weights) piece.withoutFactor /= m;
  return { ...sums, each, units, weights };
}

const UNIT_KEYS = [
  'withoutPaths',
  'withoutDerivative',
  'derivativeAtActivation',
  'derivativeFromZ',
  'ownOutputOnly',
  'extraDerivative',
  'lossAtZ',
] as const;

function unitsBehind(network: Network, parameter: ParameterId): Mutable<UnitPieces>[] {
  const pieces: Mutable<UnitPieces>[] = [];
  for (let layer = parameter.layer + 1; layer <= network.layers.length; layer++) {
    const first = layer === parameter.layer + 1 ? parameter.to : 1;
    const last = layer === parameter.layer + 1 ? parameter.to : layerAt(network, layer).units;
    for (let unit = first; unit <= last; unit++) {
      const zero = { withoutPaths: 0, withoutDerivative: 0, derivativeAtActivation: 0, derivativeFromZ: 0 };
      pieces.push({ layer, unit, ...zero, ownOutputOnly: 0, extraDerivative: 0, lossAtZ: 0 });
    }
  }
  return pieces;
}

function weightsBehind(network: Network, theta: Float64Array, { layer, to }: ParameterId): Mutable<WeightPiece>[] {
  const pieces: Mutable<WeightPiece>[] = [];
  const blocks = parameterLayout(network.layers).layers;
  const coupled = ACTIVATIONS[layerAt(network, layer + 1).activation.type].vector;
  for (const [at, block] of blocks.entries()) {
    const l = at + 1;
    if (l <= layer) continue;
    for (let k = 1; k <= block.rows; k++) {
      for (let i = 1; i <= block.columns; i++) {
        if (l === layer + 1 && i !== to && !coupled) continue;
        if (pieces.length === WEIGHTS) return [];
        const value = theta[block.weights + (k - 1) * block.columns + i - 1] ?? NaN;
        pieces.push({ parameter: { layer: l, to: k, from: i }, value, withoutFactor: 0 });
      }
    }
  }
  return pieces;
}

/** One sample's derivatives by z_i^(l+1), carried forward, beside ∂E/∂a and δ, carried back. Arrays by layer, from layer 1. */
class Flow {
  /** a_j^(l), 1 for a bias. */
  readonly input: number;
  /** z_j^(l) */
  readonly inputZ: number;
  private readonly dz: Float64Array[] = [];
  private readonly da: Float64Array[] = [];

  constructor(
    private readonly network: Network,
    private readonly theta: Float64Array,
    private readonly parameter: ParameterId,
    private readonly pass: SamplePass,
  ) {
    const { layer, from } = parameter;
    this.input = from === 0 ? 1 : (pass.a[layer - 1]?.[from - 1] ?? NaN);
    this.inputZ = from === 0 ? NaN : (pass.z[layer - 1]?.[from - 1] ?? NaN);
    let dz = this.start();
    for (let l = layer + 1; l <= network.layers.length; l++) {
      this.dz[l - 1] = dz;
      const da = this.through(l, dz);
      this.da[l - 1] = da;
      if (l < network.layers.length) dz = this.onward(l, da);
    }
  }

  /** Σ over the outputs of ∂E/∂a (or ∂E/∂z of a merged pair) where every g′ on the way is taken as 1. */
  withoutDerivatives(): number {
    let d = this.start();
    for (let l = this.parameter.layer + 1; l < this.network.layers.length; l++) d = this.onward(l, d);
    return d.reduce((sum, value, k) => sum + value * this.byActivation(this.network.layers.length, k), 0);
  }

  addUnit(piece: UnitPieces): void {
    const { layer, unit } = piece;
    const k = unit - 1;
    const { activation } = layerAt(this.network, layer);
    const row = ACTIVATIONS[activation.type];
    const z = this.pass.z[layer - 1]?.[k] ?? NaN;
    const a = this.pass.a[layer - 1]?.[k] ?? NaN;
    const delta = this.pass.delta[layer - 1]?.[k] ?? NaN;
    const arriving = this.input * (this.dz[layer - 1]?.[k] ?? NaN);
    const byA = this.byActivation(layer, k);
    const last = layer === this.network.layers.length;
    const merged = last && isMerged(this.network);

    piece.withoutPaths -= arriving * delta;
    if (last) piece.lossAtZ += this.lossAtZ(k, arriving, z, a, delta);
    if (merged)
      piece.extraDerivative += arriving * delta * ((row.vector ? a * (1 - a) : row.derivative(z, activation)) - 1);
    else piece.withoutDerivative += arriving * (byA - delta);
    if (row.vector) {
      if (!merged) piece.ownOutputOnly += arriving * (byA * a * (1 - a) - delta);
      return;
    }
    if (merged) return;
    piece.derivativeAtActivation += arriving * (byA * row.derivative(a, activation) - delta);
    const fromZ = activation.type === 'sigmoid' ? z * (1 - z) : activation.type === 'tanh' ? 1 - z * z : NaN;
    piece.derivativeFromZ += arriving * (byA * fromZ - delta);
  }

  withoutWeight({ parameter: { layer, to, from }, value }: WeightPiece): number {
    const da = this.da[layer - 1]?.[from - 1] ?? NaN;
    return this.input * da * (this.pass.delta[layer]?.[to - 1] ?? NaN) * (1 - value);
  }

  /** ∂E/∂a_k taken at z_k; of a merged pair z_k − y_k for a_k − y_k. */
  private lossAtZ(k: number, arriving: number, z: number, a: number, delta: number): number {
    if (isMerged(this.network)) return arriving * (z - a);
    const outputs = this.pass.z.at(-1) ?? this.pass.y;
    const atZ = lossDerivative(this.network, outputs, this.pass.y, k);
    const byA = this.byActivation(this.network.layers.length, k);
    // δ_k is ∂E/∂a_k g′ where the units are not coupled, and then the whole changes in proportion.
    return byA === 0 ? NaN : arriving * delta * (atZ / byA - 1);
  }

  /** ∂E/∂a_k; of the output of a merged pair δ_k, for there ∂E/∂z_k is one factor. */
  private byActivation(layer: number, k: number): number {
    const last = this.network.layers.length;
    if (layer === last) {
      if (isMerged(this.network)) return this.pass.delta[last - 1]?.[k] ?? NaN;
      return lossDerivative(this.network, this.pass.a[last - 1] ?? this.pass.y, this.pass.y, k);
    }
    const block = parameterLayout(this.network.layers).layers[layer - 1];
    const next = this.pass.delta[layer];
    if (!block || !next) return NaN;
    return next.reduce((sum, d, r) => sum + d * (this.theta[block.weights + r * block.columns + k] ?? NaN), 0);
  }

  private start(): Float64Array {
    const d = new Float64Array(layerAt(this.network, this.parameter.layer + 1).units);
    d[this.parameter.to - 1] = 1;
    return d;
  }

  /** ȧ = g′ ż of one layer. */
  private through(layer: number, dz: Float64Array): Float64Array {
    const { activation } = layerAt(this.network, layer);
    const row = ACTIVATIONS[activation.type];
    const z = this.pass.z[layer - 1] ?? dz;
    const a = this.pass.a[layer - 1] ?? dz;
    if (!row.vector) return dz.map((d, k) => (d === 0 ? 0 : d * row.derivative(z[k] ?? NaN, activation)));
    return dz.map((_, i) => dz.reduce((sum, d, k) => sum + row.derivative(a, i, k) * d, 0));
  }

  /** ż^(l+1) = θ^(l) ȧ^(l) */
  private onward(layer: number, da: Float64Array): Float64Array {
    const block = parameterLayout(this.network.layers).layers[layer - 1];
    const dz = new Float64Array(block?.rows ?? 0);
    if (!block) return dz;
    for (let k = 0; k < block.rows; k++) {
      const row = block.weights + k * block.columns;
      let sum = 0;
      for (let i = 0; i < block.columns; i++) sum += (this.theta[row + i] ?? NaN) * (da[i] ?? NaN);
      dz[k] = sum;
    }
    return dz;
  }
}
