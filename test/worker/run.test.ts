/** One run in this thread, with a clock of the test's own. */
import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest';
import type { Network } from '../../src/core/network';
import { Trainer } from '../../src/engine/trainer';
import type { RunFinding, TrainProgress } from '../../src/protocol';
import { Run, type Observer } from '../../src/worker/run';
import { RunSharpness } from '../../src/worker/runSharpness';
import { drawnCase } from '../engine/drawn';
import { withEpochs } from './client';

const { network, samples } = drawnCase([2, 3, 1], 8);
const yieldNow = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Every look at the clock takes so many milliseconds. */
let tick: number;
let clock: number;
beforeEach(() => {
  [tick, clock] = [1, 0];
  vi.spyOn(performance, 'now').mockImplementation(() => (clock += tick));
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface Watched {
  readonly run: Run;
  readonly trainer: Trainer;
  readonly looks: number[];
  /** Answers a report. */
  readonly taken: Mock<() => Promise<void>>;
  readonly reports: { readonly at: number; readonly progress: TrainProgress }[];
}

const ailing: Observer = function* () {
  yield;
  return [{ code: 'dead-units', layer: 2, units: [1], message: 'dead' }];
};

const astray: Observer = function* (...at) {
  const [, , diverged] = at;
  return diverged ? [{ code: 'diverged', layer: 1, units: [], message: 'diverged' }] : yield* ailing(...at);
};

/** Nobody asks for λ_max. */
function unasked(): RunSharpness {
  return new RunSharpness(network, { training: samples });
}

function watch(trained: Network, look: Observer = astray): Watched {
  const trainer = new Trainer(trained, { training: samples });
  const watched: Omit<Watched, 'run'> = {
    trainer,
    looks: [],
    taken: vi.fn(() => Promise.resolve()),
    reports: [],
  };
  const looked: Observer = (...at) => {
    watched.looks.push(trainer.epoch);
    return look(...at);
  };
  const report = (progress: TrainProgress): Promise<void> => {
    watched.reports.push({ at: clock, progress });
    return watched.taken();
  };
  return { run: new Run(trainer, looked, unasked(), report, yieldNow, false), ...watched };
}

function withRate(learningRate: number): Network {
  return { ...network, training: { ...network.training, optimizer: { type: 'gd', learningRate } } };
}

function findingsOf({ reports }: Watched): RunFinding[] {
  return reports.flatMap(({ progress }) => progress.findings);
}

describe('a run reports', () => {
  it('its first epoch at once, before it looks at its network', async () => {
    const seen: (readonly number[])[] = [];
    const watched: Watched = watch(withEpochs(network, 20), function* (...at) {
      seen.push(watched.reports.flatMap(({ progress }) => [...progress.epochs.epochs]));
      return yield* ailing(...at);
    });
    await watched.run.toEnd();
    expect(watched.looks[0]).toBe(1);
    expect(seen[0]).toEqual([0, 1]);
  });

  it('where it begins before its first epoch takes long, and that at once, too', async () => {
    const { run, trainer, reports } = watch(withEpochs(network, 3));
    const train = trainer.run.bind(trainer);
    // The first slice is used up by the loss at the start.
    tick = 150;
    vi.spyOn(trainer, 'run').mockImplementationOnce((milliseconds) => train(milliseconds, { epoch: 0 }));
    await run.toEnd();
    expect(reports.slice(0, 2).map(({ progress }) => [...progress.epochs.epochs])).toEqual([[0], [1]]);
  });

  it('at most ten times a second, however fast its epochs are', async () => {
    const { run, reports } = watch(withEpochs(network, 1e9));
    const ended = run.toEnd();
    while (reports.length < 9) await yieldNow();
    run.stop();
    await ended;
    const times = reports.slice(0, 9).map(({ at }) => at);
    const gaps = times.slice(1).map((at, k) => at - (times[k] ?? NaN));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
  });

  it('again only when the last report has been taken in, with every epoch since', async () => {
    const { run, trainer, reports, taken } = watch(withEpochs(network, 1e9));
    let takeIn: () => void = () => undefined;
    taken.mockImplementation(() => new Promise((resolve) => (takeIn = resolve)));
    const ended = run.toEnd();
    while (reports.length === 0) await yieldNow();
    const told = reports[0]?.progress.epochs.epochs.at(-1) ?? NaN;
    for (let times = 0; times < 20; times++) await yieldNow();
    expect(reports).toHaveLength(1);
    takeIn();
    while (reports.length < 2) await yieldNow();
    run.stop();
    await ended;
    const next = reports[1]?.progress.epochs.epochs ?? new Float64Array();
    expect([next[0], next.at(-1)]).toEqual([told + 1, told + next.length]);
    expect(trainer.epoch).toBeGreaterThan(told + 1);
  });
});

describe('a run yields', () => {
  it('at least every 50 ms, whatever its batches and epochs', async () => {
    for (const batchSize of [1, 3, 32, 'full'] as const) {
      const training = { ...network.training, batchSize, epochs: 200_000, shuffle: true };
      const yields: number[] = [];
      const trainer = new Trainer({ ...network, training }, { training: drawnCase([2, 3, 1], 194).samples });
      const run: Run = new Run(
        trainer,
        ailing,
        unasked(),
        () => Promise.resolve(),
        () => {
          yields.push(clock);
          if (yields.length === 100) run.stop();
          return yieldNow();
        },
        false,
      );
      await run.toEnd();
      const gaps = yields.slice(1).map((at, k) => at - (yields[k] ?? NaN));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(50);
      expect(trainer.epoch).toBeLessThan(200_000);
    }
  });
});

describe('a run looks at its network', () => {
  it('after 1, 2, 4, 8, … epochs and its last, and tells what it sees there', async () => {
    const late: Observer = function* (...at) {
      yield;
      return watched.trainer.epoch < 11 ? [] : yield* ailing(...at);
    };
    const watched: Watched = watch(withEpochs(network, 11), late);
    await watched.run.toEnd();
    expect(watched.looks).toEqual([1, 2, 4, 8, 11]);
    expect(findingsOf(watched)).toEqual([expect.objectContaining({ code: 'dead-units', epoch: 11, layer: 2 })]);
  });

  it('and tells each kind of each layer once, a gradient’s once whichever layer it is', async () => {
    const wandering: Observer = function* () {
      yield;
      const { epoch } = watched.trainer;
      return [
        { code: 'vanishing-gradient', layer: epoch, units: [], message: 'vanishes' },
        { code: 'dead-units', layer: Math.min(epoch, 2), units: [epoch], message: 'dead' },
      ];
    };
    const watched: Watched = watch(withEpochs(network, 5), wandering);
    await watched.run.toEnd();
    expect(findingsOf(watched).map(({ code, epoch, layer }) => [code, epoch, layer])).toEqual([
      ['vanishing-gradient', 1, 1],
      ['dead-units', 1, 1],
      ['dead-units', 2, 2],
    ]);
  });

  it('once where the last epoch has been looked at', async () => {
    const watched = watch(withEpochs(network, 8));
    await watched.run.toEnd();
    expect(watched.looks).toEqual([1, 2, 4, 8]);
  });

  it('when a rule ends it', async () => {
    const trained = withEpochs(network, 1000);
    const watched = watch({ ...trained, training: { ...trained.training, stop: { patience: 1, loss: 0.12 } } });
    const { stopReason, epoch } = await watched.run.toEnd();
    expect(stopReason).toBe('loss');
    expect(watched.looks.at(-1)).toBe(epoch);
  });

  it('when it is stopped, as far as there is time', async () => {
    for (const [time, found] of [
      [0, 1],
      [10, 0],
    ] as const) {
      tick = 1;
      let stopped = false;
      const watched = watch(withEpochs(network, 1e9), function* (...at) {
        for (let row = 0; row < 8; row++) yield;
        return stopped ? yield* ailing(...at) : [];
      });
      const { run, trainer, looks } = watched;
      const ended = run.toEnd();
      do await yieldNow();
      while (trainer.epoch === (looks.at(-1) ?? 0));
      stopped = true;
      tick = time;
      run.stop();
      const { epoch } = await ended;
      expect(looks.at(-1)).toBe(epoch);
      expect(findingsOf(watched)).toHaveLength(found);
    }
  });

  it('when it diverges, at its last finite state, if that is not the first', async () => {
    const late = watch(withRate(3));
    const { stopReason, epoch } = await late.run.toEnd();
    expect([stopReason, late.looks.at(-1)]).toEqual(['diverged', epoch]);
    expect(findingsOf(late).at(-1)).toMatchObject({ code: 'diverged', epoch });
    const atOnce = watch(withRate(1e300));
    expect(await atOnce.run.toEnd()).toMatchObject({ stopReason: 'diverged', epoch: 0 });
    expect(atOnce.looks).toEqual([0]);
    expect(findingsOf(atOnce)).toEqual([expect.objectContaining({ code: 'diverged', epoch: 0 })]);
  });
});

it('a run that breaks off leaves nobody waiting', async () => {
  const { run, trainer } = watch(withEpochs(network, 1e9));
  const ended = run.toEnd();
  run.pause();
  await yieldNow();
  const asked = [run.save(), run.step('epoch')];
  vi.spyOn(trainer, 'run').mockImplementation(() => {
    throw new Error('a thread of the training has died');
  });
  run.resume();
  await expect(ended).rejects.toThrow('has died');
  await Promise.all(asked);
});
