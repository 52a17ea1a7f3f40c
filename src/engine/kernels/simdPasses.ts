/**
 * Passes over a chunk as wasm/pass.ts makes them: a small network's in one call, a large one's as the shares of a worker pool. They
 * are the same kernels in the same order as simdOperations.ts has them, and so the same bits.
 */

import { hasLossWithLogits } from '../../core/functions';
import { layerAt, parameterLayout, type Network } from '../../core/network';
import type { WorkerPool } from '../pool/workerPool';
import type { Operation } from './program';
import { activationKind, lossKind } from './simdFunctions';
import { blocksOf, SMALL, type SimdPass } from './simdOperations';
import type { Address } from './simdKernels';

/** Bytes of wasm/pass.ts's Plan and LayerPlan, and where the float64 at the end of each stands. */
const [COMMON, LAYER] = [72, 64];
const [LOSS_CONSTANT, CONSTANT] = [64, 56];
/** No kernel has this number. */
const NONE = -1;
const [HITS, LISTED] = [40, 44];

/** Both passes over one chunk. */
export interface ChunkPasses {
  readonly loss: readonly Operation[];
  readonly gradient: readonly Operation[];
}

/** Room that the plan takes. */
export function planBytes({ layers }: Pick<Network, 'layers'>): number {
  return COMMON + LAYER * (layers.length - 1);
}

/** Whether wasm/pass.ts can make the passes of this network: every activation and the loss have a kernel. */
export function hasKernels(network: Network): boolean {
  return lossKind(network) !== undefined && network.layers.slice(1).every(({ activation: g }) => activationKind(g));
}

/** Writes the plan of wasm/pass.ts to `at`. Of a network without all kernels, only its rows can be packed by it. */
export function writePlan(pass: SimdPass, network: Network, at: Address): void {
  const layout = parameterLayout(network.layers);
  const view = new DataView(pass.memory.buffer, at);
  const words = (offset: number, values: readonly number[]): void => {
    for (const [k, value] of values.entries()) view.setUint32(offset + 4 * k, value, true);
  };
  const loss = lossKind(network);
  const { targets, packed, behind, zeros } = pass;
  const { ofColumns, ofSamples } = zeros;
  words(0, [
    ...[
      layout.layers.length,
      loss?.kind ?? NONE,
      Number(hasLossWithLogits(network)),
      targets,
      pass.rowsOfInputs,
      pass.rowsOfTargets,
    ],
    ...[packed.at, packed.step, behind.at, behind.step, 0, 0],
    ...[ofColumns.lists, ofColumns.lengths, ofSamples.lists, ofSamples.lengths],
  ]);
  view.setFloat64(LOSS_CONSTANT, loss?.constant ?? 0, true);
  for (const [l, { rows, columns, weights, biases }] of layout.layers.entries()) {
    const g = activationKind(layerAt(network, l + 2).activation);
    const [input, { z, a, delta, stride }] = [blocksOf(pass, l), blocksOf(pass, l + 1)];
    const ofBiases = (start: Address): Address => (biases < 0 ? 0 : start + 8 * biases);
    words(COMMON + LAYER * l, [
      ...[pass.theta + 8 * weights, ofBiases(pass.theta), pass.gradient + 8 * weights, ofBiases(pass.gradient)],
      ...[rows, columns, input.a, input.stride, z, a, delta, stride, input.transposed, g?.kind ?? NONE],
    ]);
    view.setFloat64(COMMON + LAYER * l + CONSTANT, g?.constant ?? 0, true);
  }
}

/** Of a network that is small enough not to be taken in pieces, by its plan; undefined where it is not. */
export function wholePasses(pass: SimdPass, network: Network, plan: Address): ChunkPasses | undefined {
  const work = workOf(network);
  if (work * pass.chunkSize > SMALL) return undefined;
  const results = resultsOf(pass, plan);
  const operation = (backward: boolean): Operation => ({
    work,
    run: () => {
      results.prepare();
      results.take(pass.kernels.wholePass(plan, pass.n, 1 / pass.rows.count, backward, pass.done > 0));
    },
  });
  return { loss: [operation(false)], gradient: [operation(true)] };
}

/** Multiply-adds of a thread's share that are made without a look at the clock at most: some tens of milliseconds. */
const MOST_OF_SHARE = 2 ** 29;

/** Whether a chunk shared by so many threads is soon through: nobody can stop a run meanwhile. */
export function canShare({ chunkSize }: SimdPass, { layers }: Network, threads: number): boolean {
  return (2 * parameterLayout(layers).count * chunkSize) / threads <= MOST_OF_SHARE;
}

/** By a worker pool: its threads share the panels, and then the rows of the gradient. */
export function poolPasses(
  pass: SimdPass,
  network: Network,
  plan: Address,
  packing: Operation,
  pool: WorkerPool,
): ChunkPasses {
  // Time is what operations are measured by, and there are as many hands.
  const work = workOf(network) / (2 * pool.threads);
  const results = resultsOf(pass, plan);
  const panels = (backward: number): Operation => ({
    work,
    run: () => {
      results.prepare();
      const [n, scale] = [pass.n, 1 / pass.rows.count];
      pool.call('passPanels', (part, parts) => [plan, n, scale, backward, part, parts]);
    },
  });
  const rows = (backward: number): Operation => ({
    work,
    run: () => {
      const [n, add] = [pass.n, Number(pass.done > 0)];
      results.take(pool.call('passRows', (part, parts) => [plan, n, backward, add, part, parts]));
    },
  });
  return { loss: [packing, panels(0), rows(0)], gradient: [packing, panels(1), rows(1)] };
}

/** What goes in and comes out beside the arguments and the result. */
function resultsOf(pass: SimdPass, plan: Address) {
  const words = new Int32Array(pass.memory.buffer);
  const [hits, listed] = [(plan + HITS) / 4, (plan + LISTED) / 4];
  return {
    prepare: (): void => {
      words[listed] = Number(pass.zeros.listed);
    },
    take: (loss: number): void => {
      pass.lossSum += loss;
      pass.hits += words[hits] ?? 0;
    },
  };
}

/** Multiply-adds for one sample, with more for the functions than they are. */
function workOf({ layers }: Network): number {
  return 8 * parameterLayout(layers).count;
}
