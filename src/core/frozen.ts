/** Which parameters training changes. */

import { parameterLayout, type Frozen, type Network, type ParameterId } from './network';

type Layers = Pick<Network, 'layers'>;

/** True where training leaves the parameter as it is. */
export function isFrozen({ layers }: Layers, { layer, to, from }: ParameterId): boolean {
  const target = layers[layer];
  if (!target) return false;
  const columns = layers[layer - 1]?.units ?? 0;
  return from === 0
    ? isFrozenAt(target.frozenBiases, to - 1)
    : isFrozenAt(target.frozenWeights, (to - 1) * columns + from - 1);
}

/**
 * The parameters of the flat vector that are not frozen, from ≤ k < to, in rising order, neighbours merged: one range for a
 * network without frozen parts.
 */
export function trainableRanges({ layers }: Layers): { from: number; to: number }[] {
  const merged: { from: number; to: number }[] = [];
  const add = (from: number, to: number): void => {
    const last = merged.at(-1);
    if (last?.to === from) last.to = to;
    else merged.push({ from, to });
  };
  const addBlock = (frozen: Frozen, first: number, count: number): void => {
    if (frozen === false) add(first, first + count);
    if (typeof frozen === 'boolean') return;
    for (let k = 0; k < count; k++) if (!isFrozenAt(frozen, k)) add(first + k, first + k + 1);
  };
  for (const [l, { weights, biases, rows, columns }] of parameterLayout(layers).layers.entries()) {
    const layer = layers[l + 1];
    addBlock(layer?.frozenWeights ?? false, weights, rows * columns);
    if (biases >= 0) addBlock(layer?.frozenBiases ?? false, biases, rows);
  }
  return merged;
}

function isFrozenAt(frozen: Frozen, k: number): boolean {
  return typeof frozen === 'boolean' ? frozen : frozen[k] === 1;
}
