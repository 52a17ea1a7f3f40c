/**
 * Many epochs of a small network in one call. There, what surrounds the arithmetic would take longer than it: the calls
 * from outside, loops over two units, and what a trainer does after every epoch.
 */

import type { Network } from '../../core/network';
import { fusedModule } from './fusedCode';
import { MOST_FUSED_EPOCHS, FUSED_ROW, type FusedEpochs, type FusedOptions } from '../engine';
import type { MemoryPlan, StartModule } from '../kernels/simdMemory';
import { lossKind } from '../kernels/simdFunctions';
import type { SimdPass } from '../kernels/simdOperations';

/** Numbers beside its rows that an optimizer may remember. */
const MOST_STATE = 15;
/** Parameters beyond which a network is not small. */
const MOST_FUSED_PARAMETERS = 200;
/** Multiply-adds of one pass, two samples at a time, that are written out at most: some ten kilobytes of code. */
const MOST_WORK = 512;

export interface FusedMemory {
  readonly rows: number;
  readonly state: number;
}

/** Room for what a run of fused epochs writes; undefined where the network is not small. */
export function reserveFusedMemory(plan: MemoryPlan, parameters: number): FusedMemory | undefined {
  if (parameters > MOST_FUSED_PARAMETERS) return undefined;
  return { rows: plan.reserve(8 * FUSED_ROW * MOST_FUSED_EPOCHS), state: plan.reserve(8 * (1 + MOST_STATE)) };
}

/** The code for this network, compiled; undefined where the rows are too many for it, or a function has no kernel. */
export function createFusedEpochs(
  network: Network,
  pass: SimdPass,
  { rows, state }: FusedMemory,
  start: StartModule,
  { count, optimizer, trained, hits }: FusedOptions,
): FusedEpochs | undefined {
  if (
    optimizer.state.length > MOST_STATE ||
    count > pass.chunkSize ||
    Math.ceil(count / 2) * network.theta.length > MOST_WORK
  )
    return undefined;
  const step = {
    theta: pass.theta,
    gradient: pass.gradient,
    rows: optimizer.rows.map(({ byteOffset }) => byteOffset),
    state,
  };
  const loss = lossKind(network);
  const code = loss && fusedModule({ network, pass, count, trained, step, hits, loss });
  if (!code) return undefined;
  const { run } = start(code) as { readonly run: (epochs: number, into: number) => void };
  const numbers = (at: number, length: number): Float64Array => new Float64Array(pass.memory.buffer, at, length);
  const parameters = network.theta.length;
  const saved = [numbers(pass.theta, parameters), numbers(pass.gradient, parameters), ...optimizer.memory].map(
    (values) => ({ values, before: values.slice() }),
  );
  const places = numbers(state, 1 + optimizer.state.length);
  return {
    rows: numbers(rows, FUSED_ROW * MOST_FUSED_EPOCHS),
    run: (epochs) => {
      for (const { values, before } of saved) before.set(values);
      places[0] = optimizer.learningRate;
      places.set(optimizer.state, 1);
      run(epochs, rows);
      optimizer.state.set(places.subarray(1));
    },
    undo: () => {
      for (const { values, before } of saved) values.set(before);
    },
  };
}
