/** The worker's answers to readings, each worked out in slices and, where it says so, left when a later one is asked for. */

import type { Handlers } from '../channel';
import type { Dataset, Network } from '../core/network';
import { analysing } from '../engine/analysis';
import { trialTools } from '../engine/trial';
import { READING_NAMES, READINGS, type At, type ReadingName, type Subject, type WorkerReadings } from '../readings';
import type { LatestOnly } from './latestOnly';
import { PassStore } from './passStore';
import { inSlices, type Yield } from './slices';

/** `loaded` gives the network and data that a request is about, or throws. */
export function readings(
  loaded: () => { readonly network: Network; readonly data: Dataset },
  yieldNow: Yield,
  latest: LatestOnly,
): Handlers<WorkerReadings> {
  const store = new PassStore();
  const handler =
    (name: ReadingName) =>
    ({ theta, asker, ...asked }: At): Promise<unknown> => {
      const { network, data } = loaded();
      const samples = data.training;
      const passes: Subject['passes'] = {
        all: () => store.at(network, theta, samples),
        known: () => store.known(network, theta),
      };
      const { latestOnly, answer } = READINGS[name];
      const newest = latestOnly ? latest.enter(name, asker) : undefined;
      const subject: Subject = {
        network,
        theta,
        data,
        samples,
        passes,
        analyse: () => analysing(network, theta, samples),
        trials: trialTools,
      };
      return inSlices(answer(subject, asked as never) as Generator<unknown, unknown>, yieldNow, newest);
    };
  return Object.fromEntries(READING_NAMES.map((name) => [name, handler(name)])) as unknown as Handlers<WorkerReadings>;
}
