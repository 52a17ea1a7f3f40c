/** A small network's passes in one call each (wasm/pass.ts): the same kernels in the same order, and so the same bits. */

import { layerAt, parameterLayout, type Network } from '../core/network';
import type { Operation } from './program';
import { activationKind, lossKind } from './simdFunctions';
import { blocksOf, SMALL, type SimdPass } from './simdOperations';
import type { Address } from './simdKernels';

/** Bytes of wasm/pass.ts's Plan and LayerPlan, and where the float64 at the end of each stands. */
const [COMMON, LAYER] = [40, 64];
const [LOSS_CONSTANT, CONSTANT] = [32, 56];
const HITS = 28;

/** Room that the plan takes. */
export function wholePassBytes({ layers }: Pick<Network, 'layers'>): number {
  return COMMON + LAYER * (layers.length - 1);
}

/**
 * The passes with and without the way back over one chunk, its rows being packed; undefined where the network is large
 * enough to be taken in pieces, or has an activation without a kernel. `at` has room for the plan.
 */
export function wholePasses(
  pass: SimdPass,
  network: Network,
  at: Address,
): { readonly loss: Operation; readonly gradient: Operation } | undefined {
  const layout = parameterLayout(network.layers);
  const { kernels, memory } = pass;
  const work = 8 * layout.count;
  if (work * pass.chunkSize > SMALL) return undefined;
  const view = new DataView(memory.buffer, at);
  const words = (offset: number, values: readonly number[]): void => {
    for (const [k, value] of values.entries()) view.setUint32(offset + 4 * k, value, true);
  };
  const { kind, constant, ofLogits } = lossKind(network);
  const { targets, packed, transposed, behind } = pass;
  words(0, [layout.layers.length, kind, Number(ofLogits), targets, packed, transposed, behind]);
  view.setFloat64(LOSS_CONSTANT, constant, true);
  for (const [l, { rows, columns, weights, biases }] of layout.layers.entries()) {
    const { activation } = layerAt(network, l + 2);
    const g = activationKind(activation);
    if (!g && activation.type !== 'softmax') return undefined;
    const [input, { z, a, delta, stride }] = [blocksOf(pass, l), blocksOf(pass, l + 1)];
    const ofBiases = (start: Address): Address => (biases < 0 ? 0 : start + 8 * biases);
    words(COMMON + LAYER * l, [
      ...[pass.theta + 8 * weights, ofBiases(pass.theta), pass.gradient + 8 * weights, ofBiases(pass.gradient)],
      ...[rows, columns, input.a, input.stride, z, a, delta, stride, g ? g.kind : -1],
    ]);
    view.setFloat64(COMMON + LAYER * l + CONSTANT, g ? g.constant : 0, true);
  }
  const hits = (at + HITS) / 4;
  const counts = new Int32Array(memory.buffer);
  const operation = (backward: boolean): Operation => ({
    work,
    run: () => {
      pass.lossSum += kernels.wholePass(at, pass.n, 1 / pass.rows.count, backward, pass.done > 0);
      pass.hits += counts[hits] ?? 0;
    },
  });
  return { loss: operation(false), gradient: operation(true) };
}
