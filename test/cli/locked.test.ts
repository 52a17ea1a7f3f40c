/** A locked sheet is tried for leaks by every command that shows a number. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands';
import { sheetValues } from '../../src/core/exercise/values';
import { parseNetworkFile } from '../../src/format';
import { buildCli, type Cli } from './cli';

let cli: Cli;
beforeAll(() => {
  cli = buildCli();
  const sheet = JSON.parse(readFileSync(media('classroom/2-toy-1-1-1.nn.json'), 'utf8')) as Sheet;
  const layer = JSON.parse(readFileSync(media('classroom/5-layer-1.nn.json'), 'utf8')) as Sheet;
  // One wrong answer, so that there is something to say.
  const [, hidden] = layer.layers;
  if (hidden)
    hidden.claimedGradients = {
      weights: [
        [0.5, null],
        [null, null],
      ],
    };
  sheet.claims = { ...sheet.claims, loss: 0.5, delta: [[0.25], [null]] };
  write('forward.nn.json', sheet);
  write('backward.nn.json', layer);
});
afterAll(() => cli.dispose());

interface Sheet {
  layers: { claimedGradients?: unknown }[];
  claims: object;
  exercise: object;
}

function media(path: string): string {
  return fileURLToPath(new URL(`../../media/${path}`, import.meta.url));
}

function write(name: string, value: object): void {
  writeFileSync(join(cli.folder, name), JSON.stringify(value, null, 1));
}

/** The hidden values of a sheet, as digits that may stand in any output. */
function secretsOf(name: string, forward: boolean): string[] {
  const { network, data } = parseNetworkFile(readFileSync(join(cli.folder, name), 'utf8'), { fileName: name });
  if (!network || !data) throw new Error('the sheet has errors');
  const { z, a, delta, loss, gradient, step } = sheetValues({ network, theta: network.theta, samples: data.training });
  const values = [...delta.flat(), gradient].flatMap((some) => [...some]);
  // A parameter that a step hardly changes shows its first digits in θ itself.
  values.push(...[...step].filter((value, k) => Math.abs(value - (network.theta[k] ?? NaN)) > 1e-3));
  if (forward)
    values.push(
      loss,
      ...z.flat().flatMap((some) => [...some]),
      ...a.flatMap((layers) => layers.slice(1).flatMap((some) => [...some])),
    );
  return values.filter((value) => value !== 0).map((value) => significant(value));
}

/** Four significant digits without sign, point and leading zeros: 0.001666 → 1666. */
function significant(value: number): string {
  return Math.abs(value).toExponential(3).replace('.', '').split('e')[0] ?? '';
}

/** Every number of a text, likewise. */
function numbersIn(text: string): Set<string> {
  const found = text.replaceAll('−', '-').match(/\d+(\.\d+)?(e-?\d+)?/g) ?? [];
  return new Set(
    found.filter((word) => word.replace(/^0\.?0*/, '').length >= 4).map((word) => significant(Number(word))),
  );
}

const SHEETS = [
  ['forward.nn.json', true],
  ['backward.nn.json', false],
] as const;

/** Ways to ask for numbers; of each command that reads a network at least one. */
const WAYS: readonly (readonly [string, ...string[]])[] = [
  ['validate', 'FILE'],
  ['gradients', 'FILE'],
  ['gradients', 'FILE', '--json', '--digits=17'],
  ['gradients', 'FILE', '--sample', '1'],
  ...['text', 'latex', 'markdown', 'json'].map(
    (format) => ['chain', 'FILE', '--parameter', '1,1,1', '--format', format] as [string, ...string[]],
  ),
  ['chain', 'FILE', '--parameter', '2,1,1', '--sample', '1', '--json'],
  ['check', 'FILE'],
  ['check', 'FILE', '--json'],
  ['check', 'FILE', '--hints'],
  ['check', 'FILE', '--hints', '--json'],
  ['check', 'FILE', '--format', 'github'],
  ['check', 'FILE', '--dual', '--sample', '1', '--json'],
  ['check', 'FILE', 'FILE', '--json'],
  ['check', 'FILE', 'FILE'],
  ['check', 'FILE', '--gradients', 'claims.json', '--json'],
  ['train', 'FILE', '--epochs', '1', '--json'],
  ['train', 'FILE', '--epochs', '1', '--output', 'trained.nn.json'],
  ['diagnose', 'FILE', '--json'],
  ['curvature', 'FILE', '--full', '--json'],
  ['diff', 'FILE', 'FILE', '--json'],
  ['export', 'FILE'],
  ['grade', 'FILE', '--hints'],
  ['grade', 'FILE', '--hints', '--json'],
  ...['csv', 'junit', 'github', 'classroom50', 'gradescope'].map(
    (format) => ['grade', 'FILE', '--hints', '--format', format] as [string, ...string[]],
  ),
];

/** Commands that read no network of their own, or write sheets; `mcp` has its own test. */
const WITHOUT_NUMBERS = ['import', 'python-helper', 'assign', 'mcp'];

it('every command that shows a number is tried', () => {
  const tried = new Set(WAYS.map(([name]) => name));
  expect(Object.keys(COMMANDS).filter((name) => !tried.has(name) && !WITHOUT_NUMBERS.includes(name))).toEqual([]);
});

describe.each(SHEETS)('%s', (file, forward) => {
  it.each(WAYS.map((way) => [way.join(' '), way] as const))('%s gives nothing away', async (_, way) => {
    write('claims.json', {
      layers: [
        {
          weights:
            file === 'forward.nn.json'
              ? [[0.5]]
              : [
                  [0.5, 0.5],
                  [0.5, 0.5],
                ],
        },
      ],
    });
    const { stdout, stderr, status } = await cli.run(way.map((word) => (word === 'FILE' ? file : word)));
    expect(status).not.toBe(null);
    const shown = numbersIn(`${stdout}\n${stderr}`);
    expect(secretsOf(file, forward).filter((secret) => shown.has(secret))).toEqual([]);
  });
});

it('the values are found where they are shown: the test can fail', async () => {
  const { exercise: _, ...open } = JSON.parse(readFileSync(join(cli.folder, 'backward.nn.json'), 'utf8')) as Sheet;
  write('open.nn.json', open);
  const { stdout } = await cli.run(['gradients', 'open.nn.json', '--json']);
  const shown = numbersIn(stdout);
  expect(secretsOf('open.nn.json', false).filter((secret) => shown.has(secret)).length).toBeGreaterThan(4);
});

describe('a sheet opens', () => {
  it('with its key, and with no other', async () => {
    await cli.run(['assign', 'backward.nn.json', '--student', 'ann', '--student', 'bob', '--output', 'out']);
    const file = join('out', 'ann', 'backward.nn.json');
    const locked = await cli.run(['gradients', file, '--json']);
    expect(JSON.parse(locked.stdout)).toMatchObject({ layers: [{ weights: null }, { weights: null }] });
    for (const folder of ['out', 'out.key']) {
      const { stdout, status } = await cli.run(['gradients', file, '--json', '--key', folder]);
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).not.toHaveProperty('locked');
    }
    mkdirSync(join(cli.folder, 'empty'));
    expect(await cli.run(['gradients', file, '--key', 'empty'])).toMatchObject({ status: 2, stdout: '' });
    const text = readFileSync(join(cli.folder, file), 'utf8').replace('"student": "ann"', '"student": "../ann"');
    writeFileSync(join(cli.folder, 'traverse.nn.json'), text);
    expect(await cli.run(['gradients', 'traverse.nn.json', '--key', 'out'])).toMatchObject({ status: 2, stdout: '' });
  });

  it('when all is right, and not before', async () => {
    const key = JSON.parse(readFileSync(join(cli.folder, 'out.key', 'ann', 'backward.nn.json'), 'utf8')) as Sheet;
    write('solved.nn.json', key);
    expect(JSON.parse((await cli.run(['gradients', 'solved.nn.json', '--json'])).stdout)).not.toHaveProperty('locked');
    const weights = (key.layers[1]?.claimedGradients as { weights: (number | null)[][] }).weights;
    if (weights[0]) weights[0][0] = null;
    write('almost.nn.json', key);
    expect(JSON.parse((await cli.run(['gradients', 'almost.nn.json', '--json'])).stdout)).toHaveProperty('locked');
  });
});
