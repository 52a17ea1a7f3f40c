/** Where everything of an engine stands in the kernels' memory. */

import type { Network } from '../../core/network';
import { reserveFusedMemory, type FusedMemory } from '../fused/fusedEpochs';
import { reserveMailbox } from '../pool/workerPool';
import { InputZeros } from './inputZeros';
import { chunkSizeFor, idlePass } from './program';
import type { Address } from './simdKernels';
import { CACHE_LINE, MemoryPlan, startKernels, type StartedKernels } from './simdMemory';
import { PACKED_COLUMNS, panelsOf, panelStride, type Room, type SimdPass } from './simdOperations';
import { planBytes } from './simdPasses';

const MOST_ROWS_OF_OPTIMIZER = 2;

export interface EngineRoom {
  readonly pass: SimdPass;
  /** Rows for an optimizer. */
  readonly moments: readonly Address[];
  /** For the plan of what passes in one call. */
  readonly plan: Address;
  /** Where a worker pool gets its orders. */
  readonly mailbox: Address;
  readonly fused: FusedMemory | undefined;
  readonly started: StartedKernels;
}

/** Room for a network with so many parameters, all 0; undefined where the platform cannot have it. Several threads share it. */
export function makeRoom({ layers }: Pick<Network, 'layers'>, count: number, threads: number): EngineRoom | undefined {
  const plan = new MemoryPlan();
  const chunkSize = chunkSizeFor(layers.reduce((sum, { units }) => sum + units, 0));
  const panels = panelsOf(chunkSize);
  const row = (): Address => plan.reserve(8 * count);
  const block = (units: number): Address => plan.reserve(panels * panelStride(units));
  const perThread = (bytes: number): Room => {
    const step = Math.ceil(bytes / CACHE_LINE) * CACHE_LINE;
    return { at: plan.reserve(threads * step), step };
  };
  const [theta, gradient, moments] = [row(), row(), Array.from({ length: MOST_ROWS_OF_OPTIMIZER }, row)];
  const [inputs = 0, outputs = 0] = [layers[0]?.units, layers.at(-1)?.units];
  const widest = Math.max(...layers.map(({ units }) => units));
  const places = {
    theta,
    gradient,
    blocks: layers.map(({ units }) => ({
      z: block(units),
      a: block(units),
      delta: block(units),
      transposed: plan.reserve(8 * chunkSize * (3 + units)),
      stride: panelStride(units),
      units,
    })),
    targets: block(outputs),
    rowsOfInputs: plan.reserve(8 * chunkSize * inputs),
    rowsOfTargets: plan.reserve(8 * chunkSize * outputs),
    // wasm/sparse.ts packs eight times four rows of a chunk.
    packed: perThread(4 * 8 * Math.max(PACKED_COLUMNS, 8 * chunkSize)),
    behind: perThread(16 * (1 + widest)),
    zeros: new InputZeros(plan, inputs, chunkSize),
  };
  const rest = {
    moments,
    plan: plan.reserve(planBytes({ layers })),
    mailbox: reserveMailbox(plan, threads),
    fused: threads > 1 ? undefined : reserveFusedMemory(plan, count),
  };
  const started = startKernels(plan, threads > 1 ? 'shared' : 'alone');
  if (!started) return undefined;
  const { kernels, memory } = started;
  const idle = idlePass(chunkSize, new Uint32Array(chunkSize));
  return { ...rest, started, pass: { ...idle, ...places, kernels, memory: new Float64Array(memory.buffer) } };
}
