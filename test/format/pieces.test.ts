/** A large text is read in pieces, between which others on the thread go on: to the same end as at once. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadNetworkFile, parseNetworkFile, type NetworkFile } from '../../src/format';
import { parsingJson } from '../../src/format/json/parser';
import type { JsonDocument } from '../../src/format/json';
import { Problems } from '../../src/format/problems';
import { valueOf } from './valueOf';

/** The document, and how many characters lay between two pauses at most, as far as the places of numbers tell. */
function inSteps(text: string): { document: JsonDocument; pauses: number; problems: readonly unknown[] } {
  const problems = new Problems();
  const steps = parsingJson(text, problems);
  for (let pauses = 0; ; pauses++) {
    const { done, value } = steps.next();
    if (done) return { document: value, pauses, problems: problems.sorted() };
  }
}

describe('the tree of a large text', () => {
  const number = fc.constantFrom(0, 1, -0.25, 12.5, 1e-7, -123456.789);
  const list = (length: number) =>
    fc.array(number, { minLength: 1, maxLength: 9 }).map((values) => repeat(values, length));
  /** Rows of equally many numbers, and a list of others in between. */
  const value = fc.oneof(
    list(40_000),
    list(300_000),
    fc
      .tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 60 }))
      .chain(([columns, rows]) => list(columns).map((row) => repeat([row], rows))),
    fc.array(fc.oneof(list(70_000), number, fc.constantFrom('text', null, true, {})), { maxLength: 5 }),
    list(3).map((row) => [repeat([row], 30_000), row, { a: row }]),
  );

  it('is what JSON.parse makes of it, whatever is cut', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 1), (values, indent) => {
        const text = JSON.stringify({ values }, null, indent);
        const { document, pauses, problems } = inSteps(text);
        expect(problems).toEqual([]);
        expect(JSON.stringify(document.root && valueOf(document.root, document)) === JSON.stringify({ values })).toBe(
          true,
        );
        // A step is a piece, and what was begun in it: a row that is not cut has four pieces at most.
        expect(pauses).toBeGreaterThanOrEqual(Math.floor(text.length / (6 * 2 ** 16)));
      }),
      { numRuns: 25 },
    );
  });
});

function repeat<T>(values: readonly T[], length: number): T[] {
  return Array.from({ length }, (_, at) => values[at % values.length] as T);
}

describe('a network file that is read in pieces', () => {
  const units = [60, 500, 3];
  const large = {
    layers: units.map((count, l) => {
      const before = units[l - 1];
      if (before === undefined) return { units: count };
      const weights = Array.from({ length: count }, (_, i) => repeat([i / 7, 0.5, -1], before));
      return { units: count, activation: l === 2 ? 'softmax' : 'tanh', weights, biases: repeat([0.1], count) };
    }),
    loss: 'crossEntropy',
    data: {
      inputs: Array.from({ length: 4000 }, (_, row) => repeat([row / 3, 2, -row], 60)),
      targets: Array.from({ length: 4000 }, (_, row) => [0, 1, 2].map((k) => Number(k === row % 3))),
      standardize: true,
      validation: 0.25,
    },
  };
  const text = JSON.stringify(large);
  const drawn = JSON.stringify({ layers: [{ units: 700 }, { units: 400, activation: 'relu' }], seed: 3 });
  const folder = join(import.meta.dirname, '../../media/examples');
  const examples = readdirSync(folder)
    .filter((name) => name.endsWith('.nn.json'))
    .map((name): [string, string] => [name, readFileSync(join(folder, name), 'utf8')]);
  const faulty: [string, string][] = [
    ['a row too short', text.replace('[0,2,0,', '[2,0,')],
    ['a word in a row', text.replace(',"biases"', ',"biases":[x],"biases"')],
    ['cut off', text.slice(0, -1000)],
    ['a target out of range', text.replace('[1,0,0],[0,1,0]', '[1,0,0],[0,2,0]')],
  ];
  const readCsv = (): Promise<never> => Promise.reject(new Error('no file'));

  it.each([['large', text], ['drawn', drawn], ...faulty, ...examples])('%s: is as at once', async (fileName, of) => {
    let pauses = 0;
    const yieldNow = (): Promise<void> => Promise.resolve(void pauses++);
    const { csv, ...whole } = parseNetworkFile(of, { fileName });
    const read = await loadNetworkFile(of, { fileName, readCsv, yieldNow });
    if (of.length > 2 ** 16) expect(pauses).toBeGreaterThan(of.length / 2 ** 18);
    if (csv) return;
    expect(seen(read)).toEqual(seen(whole));
  });

  it('is given up where nobody wants it any more', async () => {
    let calls = 0;
    const yieldNow = (): Promise<void> | undefined => (++calls < 5 ? undefined : Promise.reject(new Error('no more')));
    await expect(loadNetworkFile(text, { fileName: 'a', readCsv, yieldNow })).rejects.toThrow('no more');
    expect(calls).toBe(5);
  });
});

/** What of a file can be compared, and where some of its numbers stand. */
function seen({ problems, network, data, claims, source }: NetworkFile) {
  const at = (from: number) => source.parameterRange({ layer: 1, to: 3, from });
  return { problems, network, data, claims, theta: source.theta, places: [at(0), at(1), at(2)] };
}
