/** One sample's derivative by z_i^(l+1), carried forward unit by unit, right or with one factor changed. */

import { lossFactor } from '../../cost';
import type { SamplePass } from '../../backprop';
import { ACTIVATIONS, hasLossWithLogits, lossDerivative } from '../../functions';
import { addProduct } from '../../layerMath';
import { type Activation, type Network, type ParameterId, biasInputOf, layerAt, parameterLayout } from '../../network';
import type { UnitPieces, WeightPiece } from './pieces';

/** What somebody puts in the place of a unit's g′; undefined where the layer keeps what it has. */
type WrongDerivative = (activation: Activation, z: number, a: number) => number | undefined;

/** g′(a) */
export const atActivation: WrongDerivative = (activation, _z, a) => {
  const row = ACTIVATIONS[activation.type];
  return row.vector ? undefined : row.derivative(a, activation);
};

/** σ′ = z (1 − z), tanh′ = 1 − z²; what has no such form in a, as it is. */
export const fromZ: WrongDerivative = (activation, z) => {
  if (activation.type === 'sigmoid') return z * (1 - z);
  return activation.type === 'tanh' ? 1 - z * z : undefined;
};

const none = new Float64Array();

/** One sample's derivatives by z_i^(l+1), carried forward, beside ∂E/∂a and δ, carried back. Arrays by layer, from layer 1. */
export class Flow {
  /** ω_s a_j^(l), ω_s a_0 for a bias: ω_s is in every derivative as a factor. */
  readonly input: number;
  /** ω_s z_j^(l) */
  readonly inputZ: number;
  private readonly dz: Float64Array[] = [];
  private readonly da: Float64Array[] = [];

  constructor(
    private readonly network: Network,
    private readonly theta: Float64Array,
    private readonly parameter: ParameterId,
    private readonly pass: SamplePass,
    weight: number,
  ) {
    const { layer, from } = parameter;
    this.input = weight * (from === 0 ? biasInputOf(network, layer) : (pass.a[layer - 1]?.[from - 1] ?? NaN));
    this.inputZ = weight * (from === 0 ? NaN : (pass.z[layer - 1]?.[from - 1] ?? NaN));
    let dz = this.start();
    for (let l = layer + 1; l <= network.layers.length; l++) {
      this.dz[l - 1] = dz;
      const da = this.through(l, dz);
      this.da[l - 1] = da;
      if (l < network.layers.length) dz = this.onward(l, da);
    }
  }

  /** What flows from z_i^(l+1) to the loss where every g′ on the way is what `wrong` says. */
  withDerivatives(wrong: WrongDerivative): number {
    const { length: last } = this.network.layers;
    let d = this.start();
    for (let l = this.parameter.layer + 1; l <= last; l++) {
      // In a loss with logits ∂E/∂z is one factor, which has no g′ to be wrong.
      if (l < last || !hasLossWithLogits(this.network)) d = this.through(l, d, wrong);
      if (l < last) d = this.onward(l, d);
    }
    return this.toLoss(d);
  }

  /** The same where every θ_ki on the way is taken as 1. */
  withoutWeights(): number {
    const { length: last } = this.network.layers;
    let d = this.start();
    for (let l = this.parameter.layer + 1; l < last; l++) {
      const sum = this.through(l, d).reduce((total, value) => total + value, 0);
      d = new Float64Array(layerAt(this.network, l + 1).units).fill(sum);
    }
    return this.toLoss(hasLossWithLogits(this.network) ? d : this.through(last, d));
  }

  /** The same where the parameter's unit takes the θ_ki of unit `other` (from 0) of its layer for its own. */
  withWeightsOf(other: number): number {
    const { layer, to } = this.parameter;
    const { activation } = layerAt(this.network, layer + 1);
    const row = ACTIVATIONS[activation.type];
    if (row.vector || layer + 1 === this.network.layers.length) return NaN;
    return row.derivative(this.pass.z[layer]?.[to - 1] ?? NaN, activation) * this.byActivation(layer + 1, other);
  }

  /** The same where outputs p and q are held against each other's targets. */
  withExchangedTargets([p, q]: readonly [number, number]): number {
    const last = this.network.layers.length - 1;
    const y = this.pass.y.slice();
    [y[p - 1], y[q - 1]] = [y[q - 1] ?? NaN, y[p - 1] ?? NaN];
    const a = this.pass.a[last] ?? y;
    const withLogits = hasLossWithLogits(this.network);
    const arriving = (withLogits ? this.dz : this.da)[last] ?? none;
    return arriving.reduce(
      (sum, d, k) =>
        sum +
        d *
          (withLogits
            ? lossFactor(this.network) * ((a[k] ?? NaN) - (y[k] ?? NaN))
            : lossDerivative(this.network, a, y, k)),
      0,
    );
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
    const withLogits = last && hasLossWithLogits(this.network);

    piece.withoutPaths -= arriving * delta;
    if (last) piece.lossAtZ += arriving * this.lossAtZ(k, z, a);
    if (withLogits)
      piece.extraDerivative += arriving * delta * ((row.vector ? a * (1 - a) : row.derivative(z, activation)) - 1);
    else piece.withoutDerivative += arriving * (byA - delta);
    if (withLogits) return;
    if (row.vector) {
      piece.withoutOutput -= this.input * (this.da[layer - 1]?.[k] ?? NaN) * byA;
      piece.ownOutputOnly += arriving * (byA * a * (1 - a) - delta);
      return;
    }
    piece.derivativeAtActivation += arriving * (byA * row.derivative(a, activation) - delta);
    piece.derivativeFromZ += arriving * (byA * (fromZ(activation, z, a) ?? NaN) - delta);
  }

  withoutWeight({ parameter: { layer, to, from }, value }: WeightPiece): number {
    const da = this.da[layer - 1]?.[from - 1] ?? NaN;
    return this.input * da * (this.pass.delta[layer]?.[to - 1] ?? NaN) * (1 - value);
  }

  /** What ∂E/∂z_k gains where ∂E/∂a is taken at z; of a loss with logits z_k − y_k for a_k − y_k. */
  private lossAtZ(k: number, z: number, a: number): number {
    if (hasLossWithLogits(this.network)) return lossFactor(this.network) * (z - a);
    const { length: last } = this.network.layers;
    const { activation } = layerAt(this.network, last);
    const row = ACTIVATIONS[activation.type];
    const [atZ = none, outputs = none] = [this.pass.z[last - 1], this.pass.a[last - 1]];
    const gain = (i: number): number => lossDerivative(this.network, atZ, this.pass.y, i) - this.byActivation(last, i);
    if (!row.vector) return gain(k) * row.derivative(z, activation);
    return outputs.reduce((sum, _, i) => sum + gain(i) * row.derivative(outputs, i, k), 0);
  }

  /** Σ over the outputs of ∂E/∂a (or ∂E/∂z of a loss with logits) times `d`. */
  private toLoss(d: Float64Array): number {
    return d.reduce((sum, value, k) => sum + value * this.byActivation(this.network.layers.length, k), 0);
  }

  /** ∂E/∂a_k; of the output of a loss with logits δ_k, for there ∂E/∂z_k is one factor. */
  private byActivation(layer: number, k: number): number {
    const last = this.network.layers.length;
    if (layer === last) {
      if (hasLossWithLogits(this.network)) return this.pass.delta[last - 1]?.[k] ?? NaN;
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

  /** ȧ = g′ ż of one layer, g′ being what `wrong` says, if it says anything. */
  private through(layer: number, dz: Float64Array, wrong?: WrongDerivative): Float64Array {
    const { activation } = layerAt(this.network, layer);
    const row = ACTIVATIONS[activation.type];
    const z = this.pass.z[layer - 1] ?? dz;
    const a = this.pass.a[layer - 1] ?? dz;
    const slope = (k: number): number | undefined => wrong?.(activation, z[k] ?? NaN, a[k] ?? NaN);
    if (row.vector) {
      return dz.map((d, i) => {
        const own = slope(i);
        return own === undefined ? dz.reduce((sum, other, k) => sum + row.derivative(a, i, k) * other, 0) : own * d;
      });
    }
    return dz.map((d, k) => (d === 0 ? 0 : d * (slope(k) ?? row.derivative(z[k] ?? NaN, activation))));
  }

  /** ż^(l+1) = θ^(l) ȧ^(l) */
  private onward(layer: number, da: Float64Array): Float64Array {
    const block = parameterLayout(this.network.layers).layers[layer - 1];
    const dz = new Float64Array(block?.rows ?? 0);
    if (!block) return dz;
    addProduct(this.theta, block, da, dz);
    return dz;
  }
}
