/** An epoch of a run, computed again: training is deterministic, so what comes out is what was, bit for bit. */

import type { Dataset, Network } from '../core/network';
import type { TrainerState } from '../engine/trainerState';
import { Trainer } from '../engine/trainer';
import type { RunStart } from '../protocol';
import { SLICE, type Yield } from './slices';

/**
 * θ after `epoch` of a run, from `state` (of that epoch or one before) or, where there is none, from the run's start.
 * `onSlice` may throw to end it. Throws a RangeError where the run never came to that epoch.
 */
export async function recomputeTheta(
  network: Network,
  { training }: Dataset,
  run: RunStart,
  epoch: number,
  state: TrainerState | undefined,
  yieldNow: Yield,
  onSlice: () => void,
): Promise<Float64Array> {
  // Held-out rows and stop rules change nothing but when a run ends.
  const unending = { ...network, training: { ...network.training, stop: {} } };
  const trainer = new Trainer(
    unending,
    { training },
    {
      theta: run.theta,
      firstEpoch: run.epoch,
      epochs: epoch - run.epoch,
      learningRates: run.learningRates,
      ...(state && { state }),
    },
  );
  while (!trainer.end) {
    trainer.run(SLICE);
    await yieldNow();
    onSlice();
  }
  if (trainer.epoch !== epoch) throw new RangeError(`the run never reached epoch ${String(epoch)}`);
  return trainer.theta;
}
