/** The path of θ in the run that is shown. */

import type { RunPoint } from '../core/landscape';
import type { Dataset, Network } from '../core/network';
import { Checkpoints } from '../engine/checkpoints';
import { Trainer } from '../engine/trainer';
import type { At } from '../readings';
import { SLICE } from './slices';

/**
 * θ after epochs of the curve that is shown, the first and the newest among them: of its last run from the states that `known` gives
 * for its id, or where there are none, by training once more; of each run before it its start. Empty where no run is shown.
 */
export function* runPath(
  network: Network,
  { training }: Dataset,
  { starts, newest }: NonNullable<At['run']>,
  known: (id: number) => Checkpoints | undefined,
): Generator<void, readonly RunPoint[]> {
  const last = starts.at(-1);
  if (!last) return [];
  const epochs = newest.epoch - last.epoch;
  let points: readonly RunPoint[] = [];
  const size = newest.theta.length;
  const recorded = known(last.id);
  if (recorded) points = recorded.points(size);
  else if (epochs > 0) {
    // Held-out rows and stop rules change nothing but when a run ends.
    const unending = { ...network, training: { ...network.training, stop: {} } };
    const { theta, epoch: firstEpoch, learningRates } = last;
    const trainer = new Trainer(unending, { training }, { theta, firstEpoch, epochs, learningRates });
    const states = new Checkpoints(trainer.stateLength);
    trainer.onEpoch = () => {
      states.offer(trainer.epoch, trainer);
    };
    try {
      while (!trainer.end) {
        trainer.run(SLICE);
        yield;
      }
    } finally {
      trainer.dispose();
    }
    points = states.points(size);
  }
  const inside = points.filter(({ epoch }) => epoch > last.epoch && epoch < newest.epoch);
  return [...starts, ...inside, ...(epochs > 0 ? [newest] : [])];
}
