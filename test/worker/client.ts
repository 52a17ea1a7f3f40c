import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { connect, type Channel } from '../../src/channel';
import { EpochSeries, type EpochRows } from '../../src/core/epochs';
import type { Network, Samples } from '../../src/core/network';
import type { RunStart, TrainProgress, WorkerApi, WorkerEvents } from '../../src/protocol';

let folder: string;
let program: string;
const open: { dispose(): void }[] = [];
const burdened: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'worker-'));
  program = join(folder, 'worker.js');
  const source = (name: string): string => fileURLToPath(new URL(`../../src/worker/${name}.ts`, import.meta.url));
  const entryPoints = { worker: source('node'), poolWorker: source('poolWorker') };
  await build({ entryPoints, outdir: folder, bundle: true, platform: 'node', logLevel: 'error' });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
  expect(burdened.splice(0)).toEqual([]);
});

/** The places in a message of views that take more of their buffer along than they show: it is posted whole. */
function burdensOf(value: unknown, place: string): string[] {
  if (ArrayBuffer.isView(value)) {
    const { length } = new Uint8Array(value.buffer);
    return length > value.byteLength ? [`${place}: ${String(value.byteLength)} of ${String(length)} bytes`] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => burdensOf(part, `${place}.${key}`));
}

/** A real worker thread, and what it has reported so far. */
export class Client {
  readonly progress: TrainProgress[] = [];
  readonly checks: { done: number; total: number }[] = [];
  private readonly waiting: { readonly reports: number; readonly resolve: () => void }[] = [];
  private readonly channel: Channel<WorkerApi>;

  constructor() {
    const worker = new Worker(program);
    this.channel = connect<WorkerApi, WorkerEvents>(
      {
        post: (message) => {
          worker.postMessage(message);
        },
        onMessage: (listener) => {
          const receive = (message: unknown): void => {
            burdened.push(...burdensOf(message, 'message'));
            listener(message);
          };
          worker.on('message', receive);
          return () => worker.off('message', receive);
        },
      },
      {
        trained: (progress) => {
          this.progress.push(progress);
          for (const { reports, resolve } of this.waiting) if (this.progress.length >= reports) resolve();
        },
        judged: () => undefined,
        checked: (progress) => {
          this.checks.push(progress);
        },
      },
    );
    open.push({
      dispose: () => {
        this.channel.dispose();
        void worker.terminate();
      },
    });
  }

  get remote() {
    return this.channel.remote;
  }

  /** Resolves when this many reports of training have come since the beginning. */
  async reports(reports: number): Promise<void> {
    if (this.progress.length >= reports) return;
    await new Promise<void>((resolve) => this.waiting.push({ reports, resolve }));
  }

  /** All epochs reported, after seeing that they follow each other. */
  get epochs(): EpochRows {
    const series = new EpochSeries();
    for (const { epochs } of this.progress) {
      expect(epochs.epochs[0]).toBe(series.length);
      series.push(epochs);
    }
    return series.rows();
  }
}

/** A worker that has a network and its data. */
export async function started(network: Network, training: Samples, held?: Samples): Promise<Client> {
  const client = new Client();
  await client.remote.load({ network, data: { training, ...(held && { validation: held }) } });
  return client;
}

export function withEpochs(network: Network, epochs: number): Network {
  return { ...network, training: { ...network.training, epochs } };
}

export function from(theta: Float64Array, epoch = 0): RunStart {
  return { id: 1, theta, epoch, learningRates: [] };
}
