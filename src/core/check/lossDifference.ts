/** What E of one sample gains between two outputs, by the forms of the table of losses. */

import { lossFactor } from '../cost';
import { LOSSES, mergedPair, straight, type Outputs } from '../functions';
import type { Network } from '../network';

export type { Outputs } from '../functions';

/** E_s at `after` less E_s at `before`, for the targets that begin at `targets[offset]`. */
export type LossDifference = (before: Outputs, after: Outputs, targets: Float64Array, offset: number) => number;

/** The difference form of the network's loss; of the merged pairs it is taken from z, as the loss itself is. */
export function lossDifference(network: Pick<Network, 'layers' | 'loss'>): LossDifference {
  const units = network.layers.at(-1)?.units ?? 0;
  const pair = mergedPair(network);
  if (pair) return (before, after, targets, offset) => pair.difference(before, after, targets, offset, units);
  const { loss } = network;
  const row = LOSSES[loss.type];
  const factor = lossFactor(network);
  return (before, after, targets, offset) => {
    let sum = 0;
    for (let k = 0; k < units; k++) {
      const p = before.a[before.offset + k] ?? NaN;
      const q = after.a[after.offset + k] ?? NaN;
      const y = targets[offset + k] ?? NaN;
      sum += row.difference ? row.difference(p, q, y, loss) : straight(row, p, q, y, loss);
    }
    return factor * sum;
  };
}
