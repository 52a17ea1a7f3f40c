/** The worker: one network with its data, and everything that is computed on it. */

import { connect, type Channel, type Handlers, type Port } from '../channel';
import { gradients } from '../core/backprop';
import { packReport } from '../core/check/packed';
import { judgingSheet } from '../core/exercise/judge';
import { judging } from '../core/mistakes/claims';
import { parameterLayout, type Dataset, type Network, type Samples } from '../core/network';
import { checkingFast } from '../engine/kernels/checking';
import { analysing } from '../engine/analysis';
import type { PoolOffer } from '../engine/pool/workerPool';
import { someRows } from '../core/doctor/sight';
import { watching, watchingEpochs } from '../core/doctor/watching';
import { comparingRun } from '../engine/runComparison';
import { Trainer } from '../engine/trainer';
import type { WorkerApi, WorkerEvents } from '../protocol';
import type { RecordedRunStates } from './answers';
import { LatestOnly } from './latestOnly';
import { recomputeTheta } from './recomputeTheta';
import { readings } from './readings';
import { Run } from './run';
import { RunSharpness } from './runSharpness';
import { inSlices, REPORT_INTERVAL, type Yield } from './slices';

/** `stop` was called before there was a result. */
class Stopped extends Error {
  override name = 'Stopped';
}

/**
 * Answers the requests of `WorkerApi` that come through `port`. `yieldNow` gives the thread back to its event loop for a
 * moment, so that stopping, pausing and looking are possible while training runs. Runs that are large enough share their
 * work with the threads of `pool`. A request is about the network that was loaded when it came, whatever is loaded later.
 */
export function serve(port: Port, yieldNow: Yield, pool?: PoolOffer): Channel<WorkerEvents> {
  let model: { readonly network: Network; readonly data: Dataset | undefined } | undefined;
  let run: Run | undefined;
  /** The run that was last on, and its states. */
  let recorded: (RecordedRunStates & { readonly id: number; readonly network: Network }) | undefined;
  let looksBack = 0;
  const latest = new LatestOnly();
  let stopsOfChecks = 0;

  const loaded = (): { network: Network; data: Dataset; samples: Samples } => {
    if (!model) throw new Error('no network has been loaded');
    const { network, data } = model;
    if (!data) throw new Error('the network has no data');
    return { network, data, samples: data.training };
  };

  const handlers: Handlers<WorkerApi> = {
    load: (request) => {
      model = request;
    },
    analyse: ({ theta: given, sample }) => {
      const { network, samples } = loaded();
      const theta = given ?? network.theta;
      if (sample !== undefined) return gradients({ network, theta, samples }, sample);
      return inSlices(analysing({ network, theta, samples }), yieldNow);
    },
    ...readings(loaded, (id) => (recorded?.id === id ? recorded : undefined), yieldNow, latest),
    claims: ({ theta, claims, computed = false, requester }) => {
      const { network, samples } = loaded();
      const newest = latest.enter('claims', requester);
      let told = -Infinity;
      return inSlices(judging(network, theta, samples, claims, { computed }), yieldNow, (part) => {
        newest();
        if (!computed || performance.now() - told < REPORT_INTERVAL) return;
        told = performance.now();
        channel.remote.judged({ part }).catch(ignore);
      });
    },
    sheet: ({ theta, exercise, questions, answers, requester }) => {
      const { network, samples } = loaded();
      const sheet = { network: { ...network, theta }, samples, exercise, questions };
      return inSlices(judgingSheet(sheet, answers), yieldNow, latest.enter('sheet', requester));
    },
    compareRun: (recorded) => {
      const { network, samples } = loaded();
      return inSlices(comparingRun(network, samples, recorded), yieldNow, latest.enter('compareRun', 'recorded run'));
    },
    leave: (requester) => {
      latest.leave(requester);
    },
    check: async ({ theta, sample, against }) => {
      const { network, samples } = loaded();
      const stops = stopsOfChecks;
      const options = { ...(sample !== undefined && { sample }), ...(against && { against }) };
      const steps = checkingFast({ network, theta, samples }, options);
      let told = -Infinity;
      const report = await inSlices(steps, yieldNow, (progress) => {
        if (stops !== stopsOfChecks) throw new Stopped('the check was stopped');
        if (performance.now() - told < REPORT_INTERVAL) return;
        told = performance.now();
        channel.remote.checked(progress).catch(ignore);
      });
      return packReport(report, parameterLayout(network.layers));
    },
    train: async ({ run: { id, theta, epoch, learningRates }, state, epochs, paused = false }) => {
      const { network, data } = loaded();
      if (run) throw new Error('training is already running');
      const trainer = new Trainer(network, data, {
        theta,
        firstEpoch: epoch,
        learningRates,
        ...(epochs !== undefined && { epochs }),
        ...(state && { state }),
        ...(pool && { pool }),
      });
      const rows = someRows(network, data.training);
      const sharpness = new RunSharpness(network, data);
      run = new Run(
        trainer,
        (at, epoch, diverged) => watching({ network, theta: at, samples: rows }, epoch, diverged),
        sharpness,
        (progress) => channel.remote.trained(progress),
        yieldNow,
        paused,
      );
      recorded = { id, network, states: run.checkpoints, sharpness, isMoving: () => run?.isMoving === true };
      try {
        return await run.toEnd();
      } finally {
        run = undefined;
        trainer.dispose();
      }
    },
    stop: (what) => {
      if (what !== 'check') run?.stop();
      if (what !== 'training') stopsOfChecks++;
    },
    pause: () => run?.pause(),
    resume: () => run?.resume(),
    step: (unit) => run?.step(unit),
    watchEpochs: (rows) => (recorded ? watchingEpochs({ network: recorded.network, rows }) : []),
    saveRun: () => run?.save() ?? null,
    setLearningRate: (learningRate) => run?.setLearningRate(learningRate) ?? null,
    thetaAfter: ({ run: start, epoch, requester }) => {
      const { network, data } = loaded();
      const state = recorded?.id === start.id ? recorded.states.before(epoch) : undefined;
      if (requester !== undefined) {
        return recomputeTheta(network, data, start, epoch, state, yieldNow, latest.enter('thetaAfter', requester));
      }
      const look = ++looksBack;
      return recomputeTheta(network, data, start, epoch, state, yieldNow, () => {
        if (look !== looksBack) throw new Stopped('another epoch was requested');
      });
    },
  };
  const channel = connect<WorkerEvents, WorkerApi>(port, handlers);
  return channel;
}

/** Nobody listening to progress any more is no reason to end the work. */
function ignore(): void {}
