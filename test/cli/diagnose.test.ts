import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, buildCli } from './cli';

let cli: Cli;
beforeAll(() => {
  cli = buildCli();
});
afterAll(() => cli.dispose());

const XOR = {
  inputs: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  targets: [[0], [1], [1], [0]],
};

function write(name: string, content: object): string {
  const file = join(cli.folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

interface Document {
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly evidence: object }[];
}

const one = { units: 1, activation: 'softmax' };
const relu = { units: 3, activation: 'relu' };
const equal = {
  weights: [
    [0.5, 0.5],
    [0.5, 0.5],
  ],
  activation: 'sigmoid',
};

test.each([
  [
    'a softmax of one unit',
    { layers: [{ units: 2 }, { units: 2, activation: 'sigmoid' }, one], data: XOR },
    'constant-output',
  ],
  [
    'relu on inputs of 0',
    { layers: [{ units: 2 }, relu, relu], data: { inputs: [[0, 0]], targets: [[0.1, 0.2, 0.5]] } },
    'zero-gradient',
  ],
  [
    'XOR with equal start weights',
    { layers: [{ units: 2 }, equal, { weights: [[0.5, 0.5]], activation: 'sigmoid' }], data: XOR },
    'identical-units',
  ],
])('%s is named, with status 1', async (_, content, code) => {
  const file = write('fault.nn.json', content);
  const before = readFileSync(file, 'utf8');
  const { status, stdout } = await cli.run(['diagnose', file, '--json']);
  expect(status).toBe(1);
  const { findings } = JSON.parse(stdout) as Document;
  expect(findings.filter(({ severity }) => severity === 'severe').map((found) => found.code)).toContain(code);
  for (const { evidence } of findings) expect(Object.keys(evidence)).not.toEqual([]);
  const text = await cli.run(['diagnose', file]);
  expect(text.stdout).toMatch(new RegExp(`severe: ${code}`));
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('a network that learns has status 0', async () => {
  const layers = [{ units: 2 }, { units: 6, activation: 'tanh' }, { units: 1, activation: 'sigmoid' }];
  const training = { optimizer: { type: 'adam', learningRate: 0.05 }, epochs: 500 };
  const file = write('xor.nn.json', { layers, loss: 'binaryCrossEntropy', data: XOR, training });
  const { status, stdout } = await cli.run(['diagnose', file]);
  expect(status).toBe(0);
  expect(stdout).toContain('Nothing found');
});

test('without data there is nothing to diagnose', async () => {
  const file = write('bare.nn.json', { layers: [{ units: 2 }, { units: 1 }] });
  const { status, stdout, stderr } = await cli.run(['diagnose', file]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('no-data');
});

test('crossEntropy on sigmoid outputs is a warning of validate', async () => {
  const layers = [{ units: 2 }, { units: 2, activation: 'sigmoid' }];
  const file = write('free.nn.json', { layers, loss: 'crossEntropy', data: { inputs: [[0, 1]], targets: [[1, 0]] } });
  const { status, stderr } = await cli.run(['validate', file]);
  expect(status).toBe(0);
  expect(stderr).toContain('warning cross-entropy-on-sigmoid');
});
