/** The worker's answers to readings, each worked out in slices and, where it says so, left when a later one is asked for. */

import type { Handlers } from '../channel';
import { cachedPasses, type SamplePasses } from '../core/cachedPasses';
import type { Dataset, Network, Objective } from '../core/network';
import { analysing, lossMeter } from '../engine/analysis';
import { trialTools } from '../engine/trial';
import { READING_NAMES, READINGS, type At, type ReadingName, type WorkerReadings } from '../readings';
import { ANSWERS, type RecordedRunStates, type Subject } from './answers';
import type { LatestOnly } from './latestOnly';
import { runPath } from './runPath';
import { inSlices, type Yield } from './slices';

/** `loaded` gives the network and data that a request is about, or throws; `recorded` the run of this id, where it is the last that was on. */
export function readings(
  loaded: () => { readonly network: Network; readonly data: Dataset },
  recorded: (id: number) => RecordedRunStates | undefined,
  yieldNow: Yield,
  latest: LatestOnly,
): Handlers<WorkerReadings> {
  const store = new PassStore();
  const handler =
    (name: ReadingName) =>
    ({ theta, requester, run, other, ...asked }: At): Promise<unknown> => {
      const { network, data } = loaded();
      const newest = READINGS[name].latestOnly ? latest.enter(name, requester) : undefined;
      const objective = { network, theta, samples: data.training };
      const subject: Subject = {
        objective,
        data,
        passes: { all: () => store.at(objective), known: () => store.known(objective) },
        other: () => {
          if (!other) throw new RangeError('there is no network built alike to compare with');
          return other;
        },
        analyse: () => analysing(objective),
        lossAt: () => lossMeter(network, objective.samples),
        path: () =>
          runPath(network, data, run ?? { starts: [], newest: { epoch: 0, theta } }, (id) => recorded(id)?.states),
        recorded: recorded(run?.starts.at(-1)?.id ?? NaN),
        trials: trialTools,
      };
      return inSlices(ANSWERS[name](subject, asked as never) as Generator<unknown, unknown>, yieldNow, newest);
    };
  return Object.fromEntries(READING_NAMES.map((name) => [name, handler(name)])) as unknown as Handlers<WorkerReadings>;
}

/** The passes of all rows at the θ that was looked at last: one look at a network asks for many chains. */
class PassStore {
  private last: { readonly of: Objective; readonly passes: SamplePasses | undefined } | undefined;

  /** What is known at this θ; else it is found out. Undefined where it would take too much room. */
  *at(objective: Objective): Generator<void, SamplePasses | undefined> {
    if (this.isLast(objective)) return this.last?.passes;
    const passes = yield* cachedPasses(objective);
    this.last = { of: objective, passes };
    return passes;
  }

  /** What is known at this θ, if anything is. */
  known(objective: Objective): SamplePasses | undefined {
    return this.isLast(objective) ? this.last?.passes : undefined;
  }

  private isLast({ network, theta }: Objective): boolean {
    const last = this.last?.of;
    return last?.network === network && last.theta.every((value, k) => Object.is(value, theta[k]));
  }
}
