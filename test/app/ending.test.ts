/** How a run ends that its worker does not end. */
import { csvText } from '../../src/format';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Compute, type Model, type WorkerHandle } from '../../src/app/compute';
import type { OpenText } from '../../src/app/editor';
import type { CsvFiles } from '../../src/app/text';
import { Session } from '../../src/app/session';
import { Training, type RunState } from '../../src/app/training';
import { train } from '../../src/app/trainingCommands';
import type { TrainProgress } from '../../src/protocol';
import { drawnCase } from '../engine/drawn';
import { StillEditor } from './editor';

const { network, samples } = drawnCase([2, 2], 4);
const model: Model = { revision: 1, network, data: { training: samples } };
const start: RunState = { model, theta: network.theta, epoch: 0 };
const text = JSON.stringify({
  layers: [{ units: 2 }, { weights: [[0.1, 0.2]] }],
  loss: 'mse',
  data: { inputs: [[1, 2]], targets: [[1]] },
});
const document = { version: 1, uri: { path: '/xor.nn.json' }, getText: () => text } as OpenText;
const csv: CsvFiles = {
  read: () => Promise.resolve(csvText('')),
  bytes: () => Promise.resolve(new Uint8Array()),
  write: () => Promise.resolve(),
  version: () => Promise.resolve(''),
};
const none = new Float64Array(0);
const progress: TrainProgress = {
  epochs: {
    epochs: Float64Array.of(0, 1, 2, 3),
    loss: Float64Array.of(4, 3, 2, 1),
    dataLoss: none,
    penalty: none,
    validationLoss: none,
    accuracy: none,
    validationAccuracy: none,
    gradientNorm: none,
  },
  theta: Float64Array.from(network.theta, (value) => value / 2),
  batch: null,
  layers: null,
  findings: [],
};

/** A worker that hears everything and answers nothing. */
class Deaf implements WorkerHandle {
  readonly heard: unknown[] = [];
  terminated = false;
  readonly port = { post: (message: unknown) => void this.heard.push(message), onMessage: () => () => undefined };
  die: (reason: string) => void = () => undefined;
  onDeath(listener: (reason: string) => void): void {
    this.die = listener;
  }
  terminate(): void {
    this.terminated = true;
  }
}

let deaf: Deaf;
const launch = (): WorkerHandle => (deaf = new Deaf());

let session: Session;
let editor: StillEditor;
beforeEach(() => {
  editor = new StillEditor();
});
afterEach(() => {
  session.dispose();
});

/** “Train network” of a new session, once its worker has been started; the promise is the command's. */
async function trained(): Promise<{ readonly run: Promise<void>; readonly worker: Deaf }> {
  let run: Promise<void> | undefined;
  const worker = await new Promise<Deaf>((resolve) => {
    const started = (): Deaf => {
      deaf = new Deaf();
      resolve(deaf);
      return deaf;
    };
    session = new Session(document, started, csv);
    run = train(session, editor);
  });
  return { run: run ?? Promise.resolve(), worker };
}

describe('a file that is closed', () => {
  it.each(['running', 'paused'] as const)(
    'ends the run that is %s as stopped, for all who wait for it',
    async (status) => {
      session = new Session(document, launch, csv);
      const { training } = session;
      const run = training.run(start);
      training.report(progress);
      if (status === 'paused') void training.pause();
      const ended = training.ended();
      const stopped = status === 'running' ? training.stop() : Promise.resolve();
      session.dispose();
      await Promise.all([run, ended, stopped]);
      expect(training).toMatchObject({
        status: 'ended',
        outcome: { kind: 'cancelled', message: 'Stopped at epoch 3.' },
      });
      expect(deaf.terminated).toBe(true);
      await training.ended();
    },
  );

  it('shows no message', async () => {
    const { run } = await trained();
    session.training.report(progress);
    session.dispose();
    await run;
    expect(editor.asked).toEqual([]);
  });

  it('gives up a look back without a complaint', async () => {
    session = new Session(document, launch, csv);
    void session.training.run(start);
    session.training.report(progress);
    const looking = session.view.lookAt(1);
    session.dispose();
    await looking;
  });
});

describe('a run whose worker dies', () => {
  it('keeps what was known, and says where and why it ended', async () => {
    const { run, worker } = await trained();
    session.training.report(progress);
    worker.die('it ran out of memory');
    await run;
    expect(session.training.state).toMatchObject({ epoch: 3, theta: progress.theta });
    expect(editor.messages('error')).toEqual([
      'Training failed at epoch 3: the worker crashed (it ran out of memory). The weights of that epoch are kept.',
    ]);
  });
});

describe('a run whose worker does not answer a stop', () => {
  it('has the values of its last epoch worked out by another', async () => {
    const { run, worker } = await trained();
    session.values.want(true);
    session.training.report(progress);
    expect(worker.heard).toContainEqual(expect.objectContaining({ call: 'analyse' }));
    await Promise.all([run, session.training.stop()]);
    expect(worker.terminated).toBe(true);
    expect(deaf).not.toBe(worker);
    expect(deaf.heard).toContainEqual(expect.objectContaining({ argument: { theta: progress.theta } }));
  });

  it('can be followed by another run at once', async () => {
    await trained();
    const stopped = session.training.stop();
    const again = train(session, editor);
    await stopped;
    await vi.waitFor(() => {
      expect(session.training.status).toBe('running');
    });
    session.dispose();
    await again;
  });
});

describe('a stop that is not answered', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is stopped within 100 ms all the same, with what was known', async () => {
    const compute = new Compute(
      launch,
      { trained: () => undefined, checked: () => undefined, judged: () => undefined },
      () => false,
    );
    const training = new Training(compute);
    const run = training.run(start);
    training.report(progress);
    const worker = deaf;
    const stopped = training.stop();
    expect(worker.heard).toContainEqual(expect.objectContaining({ call: 'stop', argument: 'training' }));
    await vi.advanceTimersByTimeAsync(79);
    expect([training.active, worker.terminated]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(20);
    await Promise.all([run, stopped]);
    expect(worker.terminated).toBe(true);
    expect(training).toMatchObject({ status: 'ended', outcome: { kind: 'cancelled', message: 'Stopped at epoch 3.' } });
    expect(training.state).toMatchObject({ epoch: 3, theta: progress.theta });
    expect(vi.getTimerCount()).toBe(0);
  });
});
