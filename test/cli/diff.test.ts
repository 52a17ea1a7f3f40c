import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, buildCli } from './cli';

let cli: Cli;
beforeAll(() => {
  cli = buildCli();
});
afterAll(() => cli.dispose());

const original = fileURLToPath(new URL('../../media/examples/multiple-units-2-2-2.nn.json', import.meta.url));

function changed(name: string, ...changes: readonly (readonly [string, string])[]): string {
  let text = readFileSync(original, 'utf8');
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  const path = join(cli.folder, name);
  writeFileSync(path, text);
  return path;
}

interface DiffDocument {
  readonly equal: boolean;
  readonly structure: readonly string[];
  readonly parameters: readonly object[];
  readonly loss: { readonly a: number; readonly b: number };
}

async function diff(...args: readonly string[]): Promise<DiffDocument & { status: number | null }> {
  const { status, stdout } = await cli.run(['diff', ...args, '--json']);
  return { status, ...(JSON.parse(stdout) as DiffDocument) };
}

test('a file equals itself, whatever it is called', async () => {
  const renamed = changed('renamed.nn.json', ['"Multiple units 2-2-2"', '"Another name"']);
  const { status, equal, structure, parameters, loss } = await diff(original, renamed);
  expect({ status, equal, structure, parameters }).toEqual({ status: 0, equal: true, structure: [], parameters: [] });
  expect(loss.a).toBe(loss.b);
});

test('parameters that differ are listed with their names, the largest difference first, beyond the tolerance', async () => {
  const other = changed('other.nn.json', ['[0.1, 0.3]', '[0.1, 0.25]'], ['[0.7, 0.8]', '[1.7, 0.8]']);
  const found = await diff(original, other);
  expect(found.status).toBe(1);
  expect(found.parameters).toEqual([
    { layer: 2, to: 2, from: 1, a: 0.7, b: 1.7, difference: -1 },
    { layer: 1, to: 1, from: 2, a: 0.3, b: 0.25, difference: 0.3 - 0.25 },
  ]);
  expect((await diff(original, other, '--tolerance', '0.1')).parameters).toHaveLength(1);
  expect((await diff(original, other, '--tolerance', '1')).status).toBe(0);
  const { stdout } = await cli.run(['diff', original, other]);
  expect(stdout).toMatch(/2 of 8 parameters differ:\n.*A +B +A − B\n +θ₂₁⁽²⁾ +0\.7 +1\.7 +−1\n/);
});

test('what is built differently is named as the file names it, and what both have is still compared', async () => {
  const relu = changed('relu.nn.json', ['"activation": "sigmoid"', '"activation": "tanh"'], ['0.5 }', '0.25 }']);
  const { status, structure, parameters, loss } = await diff(original, relu);
  expect({ status, structure, parameters }).toEqual({
    status: 1,
    structure: [
      'layers[1].activation.type: sigmoid in A, tanh in B',
      'training.optimizer.learningRate: 0.5 in A, 0.25 in B',
    ],
    parameters: [],
  });
  expect(loss.a).not.toBe(loss.b);
});

test('whatever J or training depends on is part of how a network is built', async () => {
  const layer = '"activation": "sigmoid",';
  const biased = changed('biased.nn.json', ['"biases": false', '"biases": [0, 0]']);
  const threshold = changed('threshold.nn.json', ['"biases": false', '"biases": [0, 0], "biasInput": -1']);
  expect((await diff(biased, threshold)).structure).toEqual(['layers[1].biasInput: not there in A, -1 in B']);
  const frozen = (rows: string): readonly [string, string] => [layer, `${layer} "frozen": ${rows},`];
  const all = changed('all.nn.json', frozen('true'));
  const one = changed('one.nn.json', frozen('[[true, false], [false, false]]'));
  const other = changed('another.nn.json', frozen('[[false, true], [false, false]]'));
  expect((await diff(original, all)).structure).toEqual(['layers[1].frozen: 0 entries in A, 4 entries in B']);
  expect((await diff(one, other)).structure).toEqual(['layers[1].frozen: 1 entries in A, 1 others in B']);
  expect((await diff(one, changed('again.nn.json', frozen('[[true, false], [false, false]]')))).equal).toBe(true);
  const summed = changed('summed.nn.json', ['"loss": "mse"', '"loss": { "type": "mse", "samples": "sum" }']);
  expect((await diff(original, summed)).structure).toEqual(['loss.samples: not there in A, sum in B']);
});

test('a request that makes no sense is exit status 2', async () => {
  expect((await cli.run(['diff', original])).status).toBe(2);
  expect((await cli.run(['diff', original, original, '--tolerance', 'some'])).status).toBe(2);
  expect((await cli.run(['diff', original, join(cli.folder, 'missing.nn.json')])).status).toBe(2);
});
