import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Network } from '../../src/core/network';
import { Compute, type Model } from '../../src/app/compute';
import { nodeWorker } from '../../src/disk/nodeWorker';

/** A worker program that answers `load`, says which model it holds to `analyse`, and dies of `check` as `death` says. */
const program = (death: string): string => `
  const { parentPort } = require('node:worker_threads');
  let loaded;
  parentPort.on('message', ({ call, id, argument }) => {
    if (call === 'check') { ${death} }
    if (call === 'chain') return;
    if (call === 'load') loaded = argument.network.name;
    parentPort.postMessage({ answer: id, result: call === 'analyse' ? { loss: loaded } : undefined });
  });`;

const theta = new Float64Array(1);
const model = (revision: number): Model => ({
  revision,
  network: { name: `network ${String(revision)}` } as Network,
  data: undefined,
});

let folder: string;
let computes: Compute[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compute-'));
  computes = [];
});
afterEach(() => {
  for (const compute of computes) compute.dispose();
  rmSync(folder, { recursive: true });
});

function start(death = ''): Compute {
  const path = join(folder, 'worker.js');
  writeFileSync(path, program(death));
  const compute = new Compute(
    nodeWorker(path),
    { trained: () => undefined, checked: () => undefined, judged: () => undefined },
    () => false,
  );
  computes.push(compute);
  return compute;
}

describe('the computing worker', () => {
  it('holds the model that a request is about, whichever came before', async () => {
    const compute = start();
    const asked = [1, 2, 2, 1].map((revision) => compute.on(model(revision)).analyse({ theta }));
    const names = (await Promise.all(asked)).map(({ loss }) => loss);
    expect(names).toEqual(['network 1', 'network 2', 'network 2', 'network 1']);
  });

  it.each([
    ['throws', 'throw new Error("out of ideas")', /out of ideas/],
    ['exits', 'process.exit(3)', /exit code 3/],
  ])('that %s is reported with its reason, and the next request works', async (_, death, reason) => {
    const compute = start(death);
    const pending = compute
      .on(model(1))
      .chain({ theta, parameter: { layer: 1, to: 1, from: 1 }, sample: null, paths: 1 });
    const dying = compute.on(model(1)).check({ theta });
    await expect(dying).rejects.toMatchObject({ name: 'WorkerDied', message: expect.stringMatching(reason) as string });
    await expect(pending).rejects.toMatchObject({ name: 'WorkerDied' });
    await expect(compute.on(model(1)).analyse({ theta })).resolves.toEqual({ loss: 'network 1' });
  });

  it('that is killed in the middle of its work rejects what is pending', async () => {
    const compute = start('for (;;);');
    const pending = compute.on(model(1)).check({ theta });
    compute.kill('the run was stopped');
    await expect(pending).rejects.toThrow('the run was stopped');
    await expect(compute.on(model(2)).analyse({ theta })).resolves.toEqual({ loss: 'network 2' });
  });

  it('that cannot even be started is reported', async () => {
    const events = { trained: () => undefined, checked: () => undefined, judged: () => undefined };
    const compute = new Compute(nodeWorker(join(folder, 'missing.js')), events, () => false);
    computes.push(compute);
    await expect(compute.on(model(1)).analyse({ theta })).rejects.toThrow(/missing\.js/);
  });
});
