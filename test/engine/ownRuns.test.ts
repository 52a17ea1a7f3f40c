/** Training by PyTorch here and now, recorded by the Python helper, beside training of the same file by the engine. */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunComparison } from '../../src/core/run';
import { comparingRun } from '../../src/engine/runComparison';
import { loadNetworkFile } from '../../src/format';
import { readRunFile } from '../../src/format/runFile';

const PYTHON = '/usr/bin/python3';
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const SAME = [
  ...['gd', 'momentum', 'nesterov', 'rmsprop', 'adagrad', 'adam', 'adamw', 'nadam', 'rprop', 'lbfgs'],
  ...['adam32', 'adam-own', 'batches', 'batch-steps'],
];

/** The first record that differs, of which kind, and words of the reason. */
const SLIPS: readonly (readonly [string, number, string, RegExp])[] = [
  ['slip-epsilon', 1, 'optimizer', /ε of its Adam is 1e−7, where the file has 1e−8/],
  ['slip-dampening', 2, 'optimizer', /dampening of 0\.9/],
  ['slip-zero-grad', 2, 'gradient', /zero_grad\(\) is missing/],
  ['slip-zero-grad-adam', 2, 'gradient', /zero_grad\(\) is missing/],
  ['slip-zero-grad-batches', 2, 'gradient', /zero_grad\(\) is missing/],
  ['slip-rate', 1, 'learningRate', /learning rate is 0\.2, where the file has 0\.1/],
  ['slip-rate-steps', 2, 'learningRate', /changes from step to step: it is 0\.095 there.*0\.95 times/],
  ['slip-rate-steps-adam', 2, 'learningRate', /it is 0\.0475 there, where the file has 0\.05/],
  ['slip-rate-epochs', 2, 'learningRate', /it is 0\.095 there/],
  ['slip-order', 1, 'batchOrder', /shuffled in another order/],
  ['slip-order-steps', 1, 'batchOrder', /shuffled in another order/],
  ['slip-unshuffled', 1, 'batchOrder', /in the order of the data/],
  ['slip-last-batch', 1, 'gradient', /the last 4 rows/],
  ['slip-last-batch-adam', 1, 'gradient', /the last 5 rows/],
  ['slip-decay', 1, 'optimizer', /weight decay of 0\.01/],
  ['slip-optimizer', 1, 'optimizer', /steps by RMSprop, where the file has Adam/],
  ['slip-beta', 2, 'optimizer', /β₂ of its Adam is 0\.99, where the file has 0\.999/],
  ['slip-epsilon-32', 1, 'optimizer', /ε of its Adam is 0\.001/],
];

const isThere = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
if (!isThere)
  console.log(`${String(SAME.length + 2 * SLIPS.length)} tests of recorded runs are skipped: torch not there`);

describe.skipIf(!isThere)('a run recorded by a program of one’s own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradient-inspector-'));

  beforeAll(() => {
    cpSync(here('../../media/python/gradient_inspector.py'), join(folder, 'gradient_inspector.py'));
    execFileSync(PYTHON, [here('ownRuns.py')], { cwd: folder, env: { ...process.env, PYTHONPATH: folder } });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(SAME)('by %s is the same as here, to rounding', async (name) => {
    const { compared, difference } = await compare(name);
    expect(difference).toBeNull();
    expect(compared).toBeGreaterThanOrEqual(4);
  });

  it.each(SLIPS)('%s differs, and it is said by what', async (name, record, kind, words) => {
    const { difference } = await compare(name);
    expect(difference).toMatchObject({ record, kind });
    expect(difference?.message).toMatch(words);
  });

  it.each(SLIPS)('%s is seen without its gradients as well', async (name, record, kind, words) => {
    const { difference } = await compare(name, false);
    expect(difference).toMatchObject({ record, kind });
    expect(difference?.message).toMatch(words);
  });

  async function compare(name: string, withGradients = true): Promise<RunComparison> {
    const run = readRunFile(new Uint8Array(readFileSync(join(folder, `${name}.nn-run`))));
    const text = readFileSync(join(folder, run.network), 'utf8');
    const { network, data, problems } = await loadNetworkFile(text, {
      fileName: run.network,
      readCsv: () => Promise.reject(new Error('there is no CSV')),
    });
    expect(problems).toEqual([]);
    if (!network || !data) throw new Error('the network has no data');
    const records = Array.from({ length: run.records }, (_, record) => record);
    const recorded = {
      thetas: records.map((record) => run.theta(record)),
      gradients: records.map((record) => (withGradients ? run.gradient(record) : null)),
      unit: run.unit,
    };
    const steps = comparingRun(network, data.training, recorded);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }
});
