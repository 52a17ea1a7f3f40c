/** How a run ends that its worker does not end. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TextDocument } from 'vscode';
import { Compute, type Model, type WorkerHandle } from '../../src/host/compute';
import type { CsvFiles } from '../../src/host/csv';
import { Session } from '../../src/host/session';
import { Training, type RunState } from '../../src/host/training';
import type { TrainProgress } from '../../src/protocol';
import { drawnCase } from '../engine/drawn';

vi.mock('vscode', () => import('./vscode'));

const { network, samples } = drawnCase([2, 2], 4);
const model: Model = { revision: 1, network, data: { training: samples } };
const start: RunState = { model, theta: network.theta, epoch: 0 };
const document = {} as TextDocument;
const csv: CsvFiles = { read: () => Promise.resolve(''), version: () => Promise.resolve('') };
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
  onDeath(): void {}
  terminate(): void {
    this.terminated = true;
  }
}

let deaf: Deaf;
const launch = (): WorkerHandle => (deaf = new Deaf());

describe('a file that is closed', () => {
  it.each(['running', 'paused'] as const)(
    'ends the run that is %s as stopped, for all who wait for it',
    async (status) => {
      const session = new Session(document, launch, csv);
      const { training } = session;
      const run = training.run(start);
      training.report(progress);
      if (status === 'paused') void training.pause();
      const ended = training.ended();
      const stopped = status === 'running' ? training.stop() : Promise.resolve();
      session.dispose();
      await Promise.all([run, ended, stopped]);
      expect(training).toMatchObject({ status: 'ended', outcome: 'Stopped at epoch 3.' });
      expect(deaf.terminated).toBe(true);
      await training.ended();
    },
  );

  it('gives up a look back without a complaint', async () => {
    const session = new Session(document, launch, csv);
    void session.training.run(start);
    session.training.report(progress);
    const looking = session.lookAt(1);
    session.dispose();
    await looking;
  });
});

describe('a run whose worker does not answer a stop', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is stopped within 100 ms all the same, with what was known', async () => {
    const compute = new Compute(launch, { trained: () => undefined, checked: () => undefined }, () => false);
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
    expect(training).toMatchObject({ status: 'ended', outcome: 'Stopped at epoch 3.' });
    expect(training.state).toMatchObject({ epoch: 3, theta: progress.theta });
    expect(vi.getTimerCount()).toBe(0);
  });
});
