import type { Remote } from '../channel';
import { READING_NAMES, READINGS, type WorkerReadings } from '../readings';
import type { Analysis, ShownAnalysis, WorkerApi } from '../protocol';

/** What the rest of the host may ask of the worker. */
export interface Questions extends Omit<WorkerApi, 'analyse'> {
  analyse(request: Parameters<WorkerApi['analyse']>[0]): ShownAnalysis;
}

/** The answer would give a derivative away while an exercise hides them. */
class GradientsHidden extends Error {
  override name = 'GradientsHidden';
  constructor() {
    super('gradients stay hidden until all claims are correct');
  }
}

/** Of a sheet that hides forward values as well. */
const NOTHING: ShownAnalysis = {
  ...{ loss: NaN, dataLoss: NaN, penalty: 0, gradient: null },
  units: { z: [], a: [], delta: [] },
};

/**
 * The one gate of an exercise: every answer of the worker on its way to panel, hovers, clipboard and files passes here.
 * Forward values and the judge pass; whatever holds a derivative, or numbers that one can be read off (a step of
 * training, J nudged), is refused with `GradientsHidden`. With `hidesForward` no value comes through at all.
 */
export function withoutGradients(worker: Remote<WorkerApi>, hidesForward = false): Remote<Questions> {
  const refuse = (): Promise<never> => Promise.reject(new GradientsHidden());
  const readings = Object.fromEntries(
    READING_NAMES.map((name) => [
      name,
      READINGS[name].hidden || hidesForward ? refuse : (request: never) => worker[name](request),
    ]),
  ) as unknown as Remote<WorkerReadings>;
  return {
    load: (request) => worker.load(request),
    claims: (request) => worker.claims(request),
    sheet: (request) => worker.sheet(request),
    leave: (requester) => worker.leave(requester),
    stop: (what) => worker.stop(what),
    pause: () => worker.pause(),
    analyse: async (request) => (hidesForward ? NOTHING : forwardOnly(await worker.analyse(request))),
    check: refuse,
    train: refuse,
    resume: refuse,
    step: refuse,
    compareRun: refuse,
    saveRun: refuse,
    watchEpochs: refuse,
    setLearningRate: refuse,
    thetaAfter: refuse,
    ...readings,
  };
}

function forwardOnly({ units: { z, a }, ...analysis }: Analysis): ShownAnalysis {
  return { ...analysis, gradient: null, units: { z, a, delta: [] } };
}
