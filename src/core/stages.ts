/** The columns that every path from one parameter to the loss passes through, without numbers. */

import type { LocalDerivative, PathNode, Quantity } from './chain';
import { ACTIVATIONS, hasLossWithLogits } from './functions';
import { type Network, type ParameterId, layerAt } from './network';

/** One column of nodes: the z or the a of a layer. */
export interface Stage {
  readonly kind: 'z' | 'a';
  readonly layer: number;
  readonly units: number;
  /** True where each unit is reached from every unit of the stage before, false where only from its namesake. */
  readonly spread: boolean;
}

/**
 * From z^(l+1), where the parameter enters, to a^(L), or to z^(L) where ∂E/∂z^(L) is one factor (the losses with logits).
 * From z to a a path stays in its unit, but for softmax; from a to z it may go to any.
 */
export function stagesOf(network: Network, parameter: ParameterId): readonly Stage[] {
  return stagesFrom(network, parameter.layer + 1, []);
}

/** The same from a^(1) = x, where an input enters. */
export function stagesOfInputs(network: Network): readonly Stage[] {
  const { units } = layerAt(network, 1);
  return stagesFrom(network, 2, [{ kind: 'a', layer: 1, units, spread: false }]);
}

/** Those from z of layer `first` on, after `before`. */
function stagesFrom(network: Network, first: number, before: readonly Stage[]): readonly Stage[] {
  const stages = [...before];
  for (let layer = first; layer <= network.layers.length; layer++) {
    const { units, activation } = layerAt(network, layer);
    stages.push({ kind: 'z', layer, units, spread: stages.length > 0 });
    stages.push({ kind: 'a', layer, units, spread: ACTIVATIONS[activation.type].vector });
  }
  return hasLossWithLogits(network) ? stages.slice(0, -1) : stages;
}

/** How many paths there are for one sample: the product of the widths of the stages that spread. */
export function countPaths(stages: readonly Stage[]): bigint {
  return stages.reduce((count, { units, spread }) => (spread ? count * BigInt(units) : count), 1n);
}

/** The nodes of the path through `units`, one a stage, counted from 0. */
export function nodesOf(stages: readonly Stage[], units: readonly number[]): PathNode[] {
  return stages.map(({ kind, layer }, n) => ({ kind, layer, unit: (units[n] ?? NaN) + 1 }));
}

/** The local derivatives along a path, as the lecture writes them: from the loss down to the parameter, or without one to the first node. */
export function derivativesAlong(nodes: readonly PathNode[], parameter?: ParameterId): LocalDerivative[] {
  const derivatives: LocalDerivative[] = [];
  let of: Quantity = { kind: 'E' };
  for (let n = nodes.length - 1; n >= 0; n--) {
    const by = nodes[n];
    if (!by) continue;
    derivatives.push({ kind: kindOf(of, by), of, by });
    of = by;
  }
  if (parameter) derivatives.push({ kind: 'input', of, by: { kind: 'theta', parameter } });
  return derivatives;
}

function kindOf(of: Quantity, by: PathNode): LocalDerivative['kind'] {
  if (of.kind === 'E') return by.kind === 'a' ? 'loss' : 'lossOfLogit';
  return by.kind === 'z' ? 'activation' : 'weight';
}
