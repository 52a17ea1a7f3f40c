/** Wrong derivatives, worked out the long way: the sum over all paths of the product of their factors, one of them wrong. */

import { ACTIVATIONS, LOSSES, hasLossWithLogits } from '../../../src/core/functions';
import {
  type Network,
  type ParameterId,
  type Samples,
  layerAt,
  parameterIndex,
  parameterLayout,
} from '../../../src/core/network';

/** What the slip does to each factor; what it leaves out is right. Layers and units count from 1. */
export interface Hand {
  readonly activation?: (layer: number, unit: number, z: number, a: number, right: number) => number;
  readonly weight?: (parameter: ParameterId, right: number) => number;
  readonly input?: (a: number, z: number) => number;
  readonly loss?: (unit: number, a: number, z: number, y: number, right: number) => number;
  /** False for a path that is forgotten; its units, from the parameter on. */
  readonly counts?: (units: readonly number[]) => boolean;
  /** Every intermediate value is rounded so. */
  readonly round?: (value: number) => number;
}

/** (1/m) Σ_s ∂E_s/∂θ as that hand finds it, and each sample's share. Scalar activations only. */
export function byHand(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  parameter: ParameterId,
  hand: Hand = {},
): { mean: number; each: number[] } {
  const each: number[] = [];
  for (let s = 0; s < samples.count; s++) each.push(ofSample(network, theta, samples, s, parameter, hand));
  return { mean: each.reduce((sum, e) => sum + e, 0) / samples.count, each };
}

function ofSample(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  s: number,
  parameter: ParameterId,
  hand: Hand,
): number {
  const round = hand.round ?? ((value: number) => value);
  const last = network.layers.length;
  const layout = parameterLayout(network.layers);
  const weight = (id: ParameterId): number => theta[parameterIndex(layout, id)] ?? 0;
  const width = (layer: number): number => layerAt(network, layer).units;
  const x = (i: number): number => samples.inputs[s * width(1) + i - 1] ?? NaN;
  const y = (k: number): number => samples.targets[s * width(last) + k - 1] ?? NaN;
  const z = (layer: number, i: number): number => {
    let sum = weight({ layer: layer - 1, to: i, from: 0 });
    for (let j = 1; j <= width(layer - 1); j++) sum += weight({ layer: layer - 1, to: i, from: j }) * a(layer - 1, j);
    return round(sum);
  };
  const a = (layer: number, i: number): number => {
    if (layer === 1) return x(i);
    const { activation } = layerAt(network, layer);
    const row = ACTIVATIONS[activation.type];
    return row.vector ? NaN : round(row.value(z(layer, i), activation));
  };

  const activation = (layer: number, i: number): number => {
    const { activation: g } = layerAt(network, layer);
    const row = ACTIVATIONS[g.type];
    const right = row.vector ? NaN : round(row.derivative(z(layer, i), g));
    return hand.activation?.(layer, i, z(layer, i), a(layer, i), right) ?? right;
  };
  const loss = (k: number): number => {
    const right = hasLossWithLogits(network)
      ? a(last, k) - y(k)
      : LOSSES[network.loss.type].derivative(a(last, k), y(k), network.loss);
    return hand.loss?.(k, a(last, k), z(last, k), y(k), round(right)) ?? round(right);
  };
  const fromZ = (layer: number, i: number, units: readonly number[]): number => {
    const path = [...units, i];
    if (layer === last) {
      if (hand.counts && !hand.counts(path)) return 0;
      if (!hasLossWithLogits(network)) return activation(layer, i) * loss(i);
      const extra = hand.activation ? hand.activation(layer, i, z(layer, i), a(layer, i), 1) : 1;
      return loss(i) * extra;
    }
    let sum = 0;
    for (let k = 1; k <= width(layer + 1); k++) {
      const id = { layer, to: k, from: i };
      sum += (hand.weight?.(id, weight(id)) ?? weight(id)) * fromZ(layer + 1, k, path);
    }
    return round(activation(layer, i) * sum);
  };
  const { layer, to, from } = parameter;
  const entering = from === 0 ? 1 : a(layer, from);
  const factor = hand.input ? hand.input(entering, layer > 1 && from > 0 ? z(layer, from) : NaN) : entering;
  return fromZ(layer + 1, to, []) * factor;
}
