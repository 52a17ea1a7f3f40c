import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi, type MockInstance } from 'vitest';
import type { Network, Samples } from '../../src/core/network';
import { KERNEL_NAMES } from '../../src/engine/kernels/kernelBytes';
import { WorkerPool, type PoolOffer, type PoolThreadStart } from '../../src/engine/pool/workerPool';
import type { GradientEngine, Wanted } from '../../src/engine/engine';
import { createSimdEngine } from '../../src/engine/kernels/simd';
import type { PoolKernel } from '../../src/engine/kernels/simdKernels';
import { Trainer } from '../../src/engine/trainer';
import { drawnCase } from './drawn';

let folder: string;
let bundle: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradient-inspector-'));
  bundle = join(folder, 'poolWorker.js');
  const entryPoints = [fileURLToPath(new URL('../../src/worker/poolWorker.ts', import.meta.url))];
  buildSync({ entryPoints, outfile: bundle, bundle: true, platform: 'node', format: 'cjs' });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Every call that a worker pool is given. */
let calls: MockInstance<WorkerPool['call']>;
beforeEach(() => {
  calls = vi.spyOn(WorkerPool.prototype, 'call');
  onTestFinished(() => {
    calls.mockRestore();
  });
});

/** Threads as the worker starts them. */
const offer = (threads: number) => ({
  threads,
  startThread: (post: PoolThreadStart): Worker => new Worker(bundle, { workerData: post }),
});

function createEngine(network: Network, pool?: PoolOffer): GradientEngine {
  const engine = createSimdEngine(network, pool);
  if (!engine) throw new Error('this platform has no WebAssembly with SIMD');
  onTestFinished(() => {
    engine.dispose();
  });
  return engine;
}

/** What a pass gives, to the bit. */
function pass(engine: GradientEngine, samples: Samples, wanted: Wanted): object {
  engine.begin({ samples, first: 0, count: samples.count }, wanted);
  while (!engine.advance());
  const { dataLoss, penalty, hits, gradient } = engine;
  return { dataLoss, penalty, hits, gradient: wanted === 'loss' ? undefined : gradient.slice() };
}

/** The kernels that are no steps of an optimizer. */
const passes: ReadonlySet<PoolKernel> = new Set(['packPanels', 'passPanels', 'passRows']);

/** Passes until the worker pool has been called this often: whether it is worth calling is tried out again and again. */
async function untilCalled(times: number, act: () => void): Promise<void> {
  while (calls.mock.calls.length < times) {
    act();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const mostlyZeros = ({ network, samples }: ReturnType<typeof drawnCase>) => ({
  network,
  samples: { ...samples, inputs: samples.inputs.map((value, k) => ((k * 7919) % 101 < 20 ? value : 0)) },
});

function startedBy(startThread: MockInstance<(post: PoolThreadStart) => Worker> | MockInstance<() => Worker>): Worker {
  const [result] = startThread.mock.results;
  if (result?.type !== 'return') throw new Error('no thread was started');
  return result.value;
}

describe('a worker pool gives the bits that one thread gives', () => {
  it.each([
    ['of a narrow network', drawnCase([3, 9, 7, 2], 203), 2],
    ['of a wide one', drawnCase([300, 70, 10], 150), 2],
    ['over fewer rows than it has threads', drawnCase([5, 40, 3], 5), 3],
    ['over inputs that are mostly zeros', mostlyZeros(drawnCase([302, 19, 3], 70)), 3],
    ['through softmax on the way', drawnCase([4, 33, 5], 130, { hidden: { type: 'softmax' }, loss: 'huber' }), 2],
  ] as const)('%s', async (_, { network, samples }, threads) => {
    const penalized = { ...network, regularization: { l1: 0.01, l2: 0.02 } };
    const [alone, shared] = [createEngine(penalized), createEngine(penalized, offer(threads))];
    const expected = { loss: pass(alone, samples, 'loss'), gradient: pass(alone, samples, 'gradient') };
    await untilCalled(15, () => {
      for (const wanted of ['gradient', 'loss'] as const)
        expect(pass(shared, samples, wanted)).toEqual(expected[wanted]);
    });
  });

  it.each(KERNEL_NAMES.optimizers)('in steps of %s', async (type) => {
    const { network, samples } = drawnCase([150, 60, 30], 40);
    const constants = { momentum: 0.9, decay: 0.9, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
    const optimizer = { type, learningRate: 0.01, ...constants };
    const engines = [createEngine(network), createEngine(network, offer(2))].map((engine) => ({
      engine,
      optimizer: engine.createOptimizer(optimizer),
    }));
    const updates = (): number => calls.mock.calls.filter(([kernel]) => !passes.has(kernel)).length;
    const range = { from: 3, to: network.theta.length };
    do {
      for (const { engine, optimizer } of engines) {
        pass(engine, samples, 'gradient');
        optimizer.begin();
        optimizer.update(engine.theta, engine.gradient, range);
      }
      const [alone, shared] = engines.map(({ engine }) => Buffer.from(engine.theta.slice().buffer));
      expect(alone && shared?.equals(alone)).toBe(true);
      await new Promise((resolve) => setImmediate(resolve));
    } while (updates() < 5);
  });

  it('in a whole run, which dismisses it at its end', async () => {
    const { network, samples } = drawnCase([20, 40, 5], 300);
    const options = { epochs: 200 };
    const alone = new Trainer(network, { training: samples }, options);
    alone.run(Infinity);
    const pool = offer(2);
    const startThread = vi.spyOn(pool, 'startThread');
    const shared = new Trainer(network, { training: samples }, { ...options, pool });
    while (!shared.end) {
      shared.run(2);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const left = new Promise((resolve) => startedBy(startThread).once('exit', resolve));
    shared.dispose();
    await left;
    expect(shared.theta).toEqual(alone.theta);
    expect(shared.takeHistory()).toEqual(alone.takeHistory());
  });
});

it('a network too small for it starts no thread', () => {
  const { network, samples } = drawnCase([2, 4, 1], 4);
  const startThread = vi.fn();
  new Trainer(network, { training: samples }, { pool: { threads: 2, startThread } }).run(Infinity);
  expect(startThread).not.toHaveBeenCalled();
});

it('a thread that cannot be started is done without', async () => {
  const { network, samples } = drawnCase([20, 40, 5], 300);
  const pool = { threads: 2, startThread: () => new Worker(join(folder, 'missing.js')) };
  const startThread = vi.spyOn(pool, 'startThread');
  const trainer = new Trainer(network, { training: samples }, { pool, epochs: 5 });
  trainer.run(0);
  await new Promise((resolve) => startedBy(startThread).once('exit', resolve));
  trainer.run(Infinity);
  expect(trainer.end).toBe('epochs');
});

it('where the system gives no thread, a run goes on alone', () => {
  const { network, samples } = drawnCase([20, 40, 5], 300);
  const startThread = vi.fn(() => {
    throw new Error('ERR_WORKER_INIT_FAILED');
  });
  const trainer = new Trainer(network, { training: samples }, { pool: { threads: 3, startThread }, epochs: 5 });
  trainer.run(Infinity);
  expect(startThread).toHaveBeenCalledOnce();
  expect(trainer.end).toBe('epochs');
  trainer.dispose();
});

it('a thread that dies is an error, not a wait for ever', async () => {
  const { network, samples } = drawnCase([20, 40, 5], 300);
  const pool = offer(2);
  const startThread = vi.spyOn(pool, 'startThread');
  const engine = createEngine(network, pool);
  await untilCalled(1, () => pass(engine, samples, 'gradient'));
  await startedBy(startThread).terminate();
  const goOn = async (): Promise<void> => {
    for (;;) {
      pass(engine, samples, 'gradient');
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await expect(goOn()).rejects.toThrow('a training thread crashed');
});
