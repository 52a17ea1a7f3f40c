import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { parameterLayout } from '../../src/core/network';
import { csvText, loadNetworkFile } from '../../src/format';
import type { NetworkFile, Problem } from '../../src/format';
import { EXAMPLES, FIXTURES, GOLDENS, networkTexts } from './fixtures';

const FILES = 10_000;
/** The digits' columns alone are 5 KB, and random edits of a list of numbers say nothing new. */
const LARGEST = 4000;
const texts = [join(FIXTURES, 'valid'), join(FIXTURES, 'invalid'), EXAMPLES, GOLDENS]
  .flatMap((folder) => networkTexts(folder))
  .map(({ text }) => text)
  .filter((text) => text.length <= LARGEST);
const csvs = ['valid/people.csv', 'valid/no-header.csv', 'invalid/ragged.csv', 'invalid/words.csv'].map((name) =>
  readFileSync(join(FIXTURES, name), 'utf8'),
);

const PIECES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    "'",
    '\\',
    '\n',
    '\r',
    '\u0000',
    '\ufeff',
    '\ud800',
    '\u2028',
    '//',
    '/*',
    '*/',
  ],
  ...[
    'null',
    'true',
    'false',
    'NaN',
    '-Infinity',
    '1e999',
    '-0',
    '1e-400',
    '0.1',
    '65536',
    '4294967295',
    '99999999999',
  ],
  ...[
    '"units": 65536',
    '"weights": []',
    '"biases": false',
    '"loss": "crossEntropy"',
    '"__proto__": 1',
    '"constructor"',
  ],
  ...[
    '"file": "data.csv"',
    '"targetEncoding": "oneHot"',
    '"validation": 0.5',
    '"standardize": true',
    '{}',
    '[]',
    '[[]]',
  ],
];

/**
 * One to four random edits of a text: cut, double, insert, overwrite, shift a number, truncate, splice another file in.
 */
function mutator(seed: number): {
  readonly mutate: (text: string) => string;
  readonly pick: <T>(items: readonly T[]) => T;
} {
  const generator = xoroshiro128plus(seed);
  generator.jump();
  const below = (count: number): number => uniformInt(generator, 0, Math.max(0, count - 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
  const edit = (text: string): string => {
    const at = below(text.length + 1);
    const end = Math.min(text.length, at + below(40));
    switch (below(8)) {
      case 0:
        return text.slice(0, at) + text.slice(end);
      case 1:
        return text.slice(0, end) + text.slice(at);
      case 2:
        return text.slice(0, at) + pick(PIECES) + text.slice(at);
      case 3:
        return text.slice(0, at) + pick(PIECES) + text.slice(end);
      case 4:
        return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1);
      case 5:
        return text.slice(0, at) + text.slice(at).replace(/-?\d[\d.e+-]*/, () => pick(PIECES));
      case 6:
        return text.slice(0, at);
      default: {
        const other = pick(texts);
        const from = below(other.length + 1);
        return text.slice(0, at) + other.slice(from, from + below(200)) + text.slice(at);
      }
    }
  };
  return {
    pick,
    mutate: (text) => {
      let result = text;
      for (let edits = 1 + below(4); edits > 0; edits--) result = edit(result);
      return result;
    },
  };
}

function insideText({ offset, length }: { offset: number; length: number }, text: string): boolean {
  return offset >= 0 && length >= 0 && offset + length <= text.length;
}

/** What is wrong with a problem that was told. Comparisons alone: an expectation each would take most of the time. */
function* faultsOfProblem(problem: Problem, text: string): Generator<string> {
  const { message } = problem;
  if (!/\S/.test(message)) yield 'no message';
  if (message.includes('[object')) yield `an object in “${message}”`;
  if (message.includes('undefined') && !text.includes('undefined')) yield `undefined in “${message}”`;
  if (!insideText(problem, text)) yield `outside of the text: “${message}”`;
  for (const edit of problem.fix?.edits ?? [])
    if (!insideText(edit, text)) yield `a fix outside of the text: “${message}”`;
}

function* faultsOfFile({ network, data, problems }: NetworkFile): Generator<string> {
  const isBroken = problems.some(({ severity }) => severity === 'error');
  if (isBroken !== (network === undefined))
    yield isBroken ? 'a network from a broken text' : 'no network, and no error';
  if (!network) return;
  const { theta, layers } = network;
  if (theta.length !== parameterLayout(layers).count) yield 'another number of parameters';
  if (!theta.every(Number.isFinite)) yield 'a parameter that is not finite';
  for (const samples of [data?.training, data?.validation]) {
    if (!samples) continue;
    const { count, inputs, targets } = samples;
    if (!(count > 0)) yield 'no samples';
    if (inputs.length !== count * (layers[0]?.units ?? NaN)) yield 'another number of inputs';
    if (targets.length !== count * (layers.at(-1)?.units ?? NaN)) yield 'another number of targets';
    if (!inputs.every(Number.isFinite)) yield 'an input that is not finite';
  }
}

test(`${String(FILES)} mutated files: no exception, problems at places of the text, no network from a broken one`, async () => {
  let broken = 0;
  for (let seed = 0; seed < FILES; seed++) {
    const { mutate, pick } = mutator(seed);
    const text = mutate(pick(texts));
    const csv = seed % 4 === 0 ? mutate(pick(csvs)) : pick(csvs);
    const file = await loadNetworkFile(text, {
      fileName: 'fuzz.nn.json',
      readCsv: () => Promise.resolve(csvText(csv)),
    });
    const faults = [...file.problems.flatMap((one) => [...faultsOfProblem(one, text)]), ...faultsOfFile(file)];
    if (faults.length > 0) expect(faults, `seed ${String(seed)}:\n${text}`).toEqual([]);
    file.source.elementAt(text.length >> 1);
    if (!file.network) broken++;
  }
  // Neither all broken nor all sound: the mutations reach both sides of every rule.
  expect(broken).toBeGreaterThan(FILES / 4);
  expect(broken).toBeLessThan(FILES);
});
