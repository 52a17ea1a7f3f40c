/** What a run can be taken up from: everything that its next step depends on, as one row of numbers. */

import type { StatefulOptimizer } from './optimizers';
import type { Rates } from './rates';
import type { Shuffle } from './shuffle';
import type { Stopping } from './stopping';

/** Only a trainer of the same network and data can read it. */
export type TrainerState = Float64Array;

/** Where the numbers come from and go to. */
export interface RunParts {
  readonly theta: Float64Array;
  readonly optimizer: StatefulOptimizer;
  readonly rates: Rates;
  readonly shuffle: Shuffle | undefined;
  readonly stopping: Stopping;
}

/** Epoch, step, η, what the stop rules know, and the shuffle's four integers stand before θ and what the optimizer remembers. */
const HEAD = 9;

export function runStateLength({ theta, optimizer }: RunParts): number {
  return HEAD + theta.length + optimizer.memory.reduce((sum, { length }) => sum + length, 0);
}

/** Writes the state into `into` from `offset` on. */
export function writeRunState(parts: RunParts, epoch: number, steps: number, into: Float64Array, offset: number): void {
  const { theta, optimizer, rates, shuffle, stopping } = parts;
  into[offset] = epoch;
  into[offset + 1] = steps;
  into[offset + 2] = rates.learningRate;
  into.set(stopping.state, offset + 3);
  if (shuffle) into.set(shuffle.state, offset + 5);
  let at = offset + HEAD;
  into.set(theta, at);
  at += theta.length;
  for (const values of optimizer.memory) {
    into.set(values, at);
    at += values.length;
  }
}

/** θ of a state, of so many parameters. */
export function thetaOf(state: TrainerState, parameters: number): Float64Array {
  return state.slice(HEAD, HEAD + parameters);
}

/** Puts a state back into `parts`, and says which epoch and step it is. */
export function readRunState(
  { theta, optimizer, rates, shuffle, stopping }: RunParts,
  state: TrainerState,
): { epoch: number; steps: number } {
  const [epoch = 0, steps = 0, learningRate = NaN, best = NaN, epochsSinceBest = NaN, ...order] = state.subarray(
    0,
    HEAD,
  );
  rates.learningRate = learningRate;
  stopping.restore([best, epochsSinceBest]);
  shuffle?.restore(order);
  let at = HEAD;
  for (const values of [theta, ...optimizer.memory]) {
    values.set(state.subarray(at, at + values.length));
    at += values.length;
  }
  return { epoch, steps };
}
