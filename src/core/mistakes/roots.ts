/** The forward passes that a search starts from: changed at one layer, at some, at all. */

import type { Network } from '../network';
import { type Batch, type ForwardChange, activateRows, changedForward } from './batch';
import { ANY } from './match';
import { isOther } from './matrix';
import { MISTAKES } from './rows';
import type { Chosen } from './solution';

/** Subsets of more layers than this are not tried: each alone, and all. */
const SUBSETS = 5;
/** So many numbers in a forward pass, and subsets are too much. */
const LARGE = 2_000_000;

/** A changed forward pass and the mistake in it. */
export interface Root {
  readonly chosen: Chosen;
  /** Equal for roots with the same δ^(L): what fails there with one of them fails with all. */
  readonly output: string;
  /** Undefined where a layer of the placement is what it was. */
  readonly batch: () => Batch | undefined;
}

/** Every other forward pass. */
export function* rootsOf(right: Batch, network: Network): Generator<Root> {
  const large = right.count * right.theta.length > LARGE;
  const last = network.layers.length;
  for (const [rank, row] of MISTAKES.entries()) {
    if (!row.forward) continue;
    const layers = row.forward.layers(network);
    const sets = large || layers.length > SUBSETS ? eachAndAll(layers) : subsets(layers);
    for (const { detail, change } of row.forward.variations(network)) {
      for (const set of sets) {
        const made = change(set);
        // Below the output the derivative that is taken on the way back makes no other δ^(L).
        const derivative = set.includes(last) ? made.sameDerivative : undefined;
        yield {
          chosen: { row, rank, detail, part: 'all', layers: [...set].reverse(), interval: ANY },
          output: [row.code, detail.function, detail.over, set, derivative].join(),
          batch: () => {
            const batch = changedForward(right, made);
            return set.every((l) => changesForward(batch, right, l, made)) ? batch : undefined;
          },
        };
      }
    }
  }
}

function changesForward(batch: Batch, right: Batch, l: number, change: ForwardChange): boolean {
  const layer = batch.network.layers[l - 1];
  if (change.withoutBias) {
    const block = batch.blocks[l - 1];
    if (!block || block.biases < 0) return false;
    return batch.theta.subarray(block.biases, block.biases + block.rows).some((value) => value !== 0);
  }
  const z = batch.z[l - 1];
  const a = batch.a[l - 1];
  if (!layer || !z || !a) return false;
  const other = change.activation?.(l);
  if (other?.type === layer.activation.type) return false;
  const own = z === right.z[l - 1] ? right.a[l - 1] : undefined;
  return isOther(a, own ?? activateRows(layer.activation, z, layer.units));
}

function eachAndAll(layers: readonly number[]): number[][] {
  return layers.length > 1 ? [[...layers], ...layers.map((l) => [l])] : layers.map((l) => [l]);
}

/** Every set of some of the layers, all of them first. */
function subsets(layers: readonly number[]): number[][] {
  const sets: number[][] = [];
  for (let mask = (1 << layers.length) - 1; mask > 0; mask--) sets.push(layers.filter((_, n) => (mask >> n) & 1));
  return sets;
}
