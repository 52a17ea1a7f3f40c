import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/core/network';
import { csvText, loadNetworkFile } from '../../src/format';
import type { NetworkFile } from '../../src/format';
import { splitRows } from '../../src/format/csv/dataset';

interface CsvCase {
  readonly csv: string;
  readonly data: Record<string, unknown>;
  readonly units?: readonly [inputs: number, outputs: number];
  readonly network?: Record<string, unknown>;
}

function loadCsv({ csv, data, units = [1, 1], network }: CsvCase): Promise<NetworkFile> {
  const layers = [{ units: units[0] }, { units: units[1], activation: 'softmax' }];
  const text = JSON.stringify({ layers, ...network, data: { file: 'data.csv', ...data } });
  return loadNetworkFile(text, { fileName: 'test.nn.json', readCsv: () => Promise.resolve(csvText(csv)) });
}

async function dataOf(request: CsvCase): Promise<Dataset> {
  const { data, problems } = await loadCsv(request);
  if (!data) throw new Error(problems.map(({ message }) => message).join('\n'));
  return data;
}

async function messagesOf(request: CsvCase): Promise<string[]> {
  const { problems } = await loadCsv(request);
  return problems.map(({ code, message }) => `${code}: ${message}`);
}

describe('CSV', () => {
  test('quotes, CRLF, a byte order mark, blank lines, spaces around numbers', async () => {
    const csv = '\ufeff"a, b",c,"say ""hi"""\r\n1, 2 ,x\r\n\r\n"3",4e-1,"two\r\nlines"\r\n';
    const { training, inputNames } = await dataOf({ csv, data: { inputs: ['a, b'], targets: [2] } });
    expect([...training.inputs]).toEqual([1, 3]);
    expect([...training.targets]).toEqual([2, 0.4]);
    expect(inputNames).toEqual(['a, b']);
  });

  test('a first row of numbers is data where every column is named by its number, else a header', async () => {
    const byNumber = await dataOf({ csv: '1,2\n3,4\n', data: { inputs: [1], targets: [2] } });
    expect([...byNumber.training.inputs]).toEqual([1, 3]);
    const byName = await dataOf({ csv: '1,2\n3,4\n', data: { inputs: ['1'], targets: [2] } });
    expect([...byName.training.inputs]).toEqual([3]);
  });

  test('class names in the first row do not make it a header', async () => {
    const { training, classNames } = await dataOf({
      csv: '1,red\n2,blue\n3,red\n',
      units: [1, 2],
      data: { inputs: [1], targets: [2], targetEncoding: 'oneHot' },
    });
    expect(classNames).toEqual(['red', 'blue']);
    expect([...training.targets]).toEqual([1, 0, 0, 1, 1, 0]);
  });

  test('what is wrong names row, line and column, all at once', async () => {
    const csv = 'x,y\n1,2\n\nthree,4\n5\n6,\n';
    expect(await messagesOf({ csv, data: { inputs: ['x'], targets: ['y'] } })).toEqual([
      'csv-not-a-number: data.csv: row 2 (line 4), column "x": found "three", expected a finite number',
      'csv-ragged: data.csv: row 3 (line 5): 1 cell, expected 2 as in the first row',
      'csv-not-a-number: data.csv: row 4 (line 6), column "y": found "", expected a finite number',
    ]);
  });

  test('a line is one of the file, also below a quoted cell that has line breaks', async () => {
    const csv = 'x,y,"a\r\nnote"\n1,2,"one\ntwo\n"\n\nthree,4,\n5,six,"\n"\n7,8\n';
    expect(await messagesOf({ csv, data: { inputs: ['x'], targets: ['y'] } })).toEqual([
      'csv-not-a-number: data.csv: row 2 (line 7), column "x": found "three", expected a finite number',
      'csv-not-a-number: data.csv: row 3 (line 8), column "y": found "six", expected a finite number',
      'csv-ragged: data.csv: row 4 (line 10): 2 cells, expected 3 as in the first row',
    ]);
  });

  test('of very many wrong rows the first twenty are told and the rest counted', async () => {
    const messages = await messagesOf({ csv: `x,y\n${'a,1\n'.repeat(500)}`, data: { inputs: ['x'], targets: ['y'] } });
    expect(messages).toHaveLength(21);
    expect(messages.at(-1)).toContain('480 more problems');
  });

  test('targets are compared with the loss, in held-out rows too', async () => {
    const messages = await messagesOf({
      csv: 'x,p,q\n1,0.5,0.5\n2,0.5,0.6\n3,-1,2\n',
      units: [1, 2],
      network: { loss: 'crossEntropy' },
      data: { inputs: ['x'], targets: ['p', 'q'], validation: 0.9 },
    });
    expect(messages).toEqual([
      'target-sum: data.csv: row 2 (line 3): the targets of a row sum to 1.1, expected 1 for crossEntropy',
      'target-out-of-range: data.csv: row 3 (line 4), column "p": a target of crossEntropy is -1, expected a number ≥ 0',
    ]);
  });

  test('problems of the text and of the CSV are told together', async () => {
    const { problems } = await loadCsv({
      csv: 'x,y\n1,oops\n',
      network: { seed: -1 },
      data: { inputs: ['x'], targets: ['y'] },
    });
    expect(problems.map(({ code }) => code)).toEqual(['out-of-range', 'csv-not-a-number']);
  });

  test('a message is one line, whatever stands in the names that it tells', async () => {
    const classes = 'x,y\n1,"red\r\nand\u2028blue"\n';
    const data = { inputs: ['x'], targets: ['y'], targetEncoding: 'oneHot' };
    expect(await messagesOf({ csv: classes, units: [1, 2], data })).toEqual([
      'class-count: data.csv: the target column has 1 class (red\\u000d\\u000aand\\u2028blue), expected 2, one for each output unit',
    ]);
    const file = 'two\nlines.csv';
    expect(await messagesOf({ csv: '', data: { file, inputs: ['x'], targets: ['y'] } })).toEqual([
      'csv-empty: two\\u000alines.csv: the file is empty, expected rows of data',
    ]);
  });

  test('data beyond what can be held are a problem and not an exception', async () => {
    const classes = Array.from({ length: 60_000 }, (_, row) => `1,c${String(row)}`).join('\n');
    const messages = await messagesOf({
      csv: `x,class\n${classes}`,
      units: [1, 60_000],
      data: { inputs: ['x'], targets: ['class'], targetEncoding: 'oneHot' },
    });
    expect(messages).toEqual([
      'data-too-large: data.csv: 60000 rows of 60000 numbers, expected at most 268435456 numbers in all',
    ]);
  });

  test('20,000 rows of 100 columns arrive whole', async () => {
    const line = Array.from({ length: 100 }, (_, column) => column).join(',');
    const { training } = await dataOf({
      csv: `${line}\n`.repeat(20_000),
      units: [99, 1],
      data: { inputs: Array.from({ length: 99 }, (_, at) => at + 1), targets: [100] },
    });
    expect(training.count).toBe(20_000);
    expect(training.inputs).toHaveLength(20_000 * 99);
    expect(training.inputs.at(-1)).toBe(98);
    expect(training.targets.every((value) => value === 99)).toBe(true);
  });
});

describe('standardised inputs', () => {
  test('mean 0 and population deviation 1 over the training rows alone; held-out rows by the same numbers', async () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -9, max: 9 })), {
      minLength: 4,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 0, max: 99 }), async (values, seed) => {
        const { training, validation, trainingRows, standardization } = await dataOf({
          csv: ['a,b,y', ...values.map(([a, b], row) => `${String(a)},${String(b)},${String(row)}`)].join('\n'),
          units: [2, 1],
          network: { seed },
          data: { inputs: ['a', 'b'], targets: ['y'], standardize: true, validation: 0.25 },
        });
        if (!standardization) throw new Error('not standardised');
        for (const column of [0, 1] as const) {
          const own = [...training.targets].map((row) => values[row]?.[column] ?? NaN);
          const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
          const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length) || 1;
          expect(standardization.mean[column]).toBeCloseTo(mean, 9);
          expect(standardization.deviation[column]).toBeCloseTo(deviation, 9);
          for (const samples of [training, validation]) {
            samples?.targets.forEach((row, at) => {
              const expected = ((values[row]?.[column] ?? NaN) - mean) / deviation;
              expect(samples.inputs[at * 2 + column]).toBeCloseTo(expected, 9);
            });
          }
        }
        expect(trainingRows).toEqual(Uint32Array.from(training.targets, (row) => row + 1));
      }),
      { numRuns: 30 },
    );
  });

  test('an input that never changes becomes 0, whatever its mean is rounded to', async () => {
    const value = fc.double({ min: -1e300, max: 1e300, noNaN: true });
    await fc.assert(
      fc.asyncProperty(value, fc.integer({ min: 1, max: 200 }), async (x, rows) => {
        const { training, standardization } = await dataOf({
          csv: `x,y\n${`${String(x)},1\n`.repeat(rows)}`,
          data: { inputs: ['x'], targets: ['y'], standardize: true },
        });
        expect(standardization?.deviation).toEqual([1]);
        expect(training.inputs.every((input) => Math.abs(input) < Number.MIN_VALUE * 200)).toBe(true);
      }),
      { examples: [[0.1, 10]] },
    );
  });

  test('a mean far from 0 costs no digits that the doubles have', async () => {
    // A time in seconds, and what 2000 rows of it differ by: the mean is 1.6e9 exactly, the deviation √(2/3).
    const rows = Array.from({ length: 2001 }, (_, row) => `${String(1.6e9 + (row % 3) - 1)},${String(row)}`);
    const { training, standardization } = await dataOf({
      csv: ['x,y', ...rows].join('\n'),
      data: { inputs: ['x'], targets: ['y'], standardize: true },
    });
    expect(standardization?.mean).toEqual([1.6e9]);
    expect(training.inputs[0]).toBeCloseTo(-Math.sqrt(1.5), 12);
  });
});

describe('validation split', () => {
  test('⌊f·m⌋ rows, every row once, in order, the same for the same seed, and never all', () => {
    const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fraction, fc.nat(), (rows, validation, seed) => {
        const split = splitRows(rows, validation, seed);
        expect(split).toEqual(splitRows(rows, validation, seed));
        expect(split.training.length).toBeGreaterThan(0);
        const exact = validation * rows;
        expect(Math.min(rows - 1, Math.floor(exact + 1e-9))).toBe(split.validation.length);
        expect(split.validation.length).toBeGreaterThan(exact - 1 - 1e-8);
        for (const list of [split.training, split.validation])
          expect([...list]).toEqual([...list].sort((a, b) => a - b));
        expect([...split.training, ...split.validation].sort((a, b) => a - b)).toEqual(
          Array.from({ length: rows }, (_, row) => row),
        );
      }),
    );
  });

  test('a fraction that doubles write a hair too small is rounded as a person means it', () => {
    expect(0.29 * 100).toBeLessThan(29);
    expect(splitRows(100, 0.29, 0).validation).toHaveLength(29);
  });

  test('every row is held out about equally often over seeds', () => {
    const held = new Float64Array(20);
    const seeds = 4000;
    for (let seed = 0; seed < seeds; seed++) {
      for (const row of splitRows(20, 0.25, seed).validation) held[row] = (held[row] ?? 0) + 1;
    }
    const spread = Math.sqrt(seeds * 0.25 * 0.75);
    for (const times of held) expect(Math.abs(times - seeds * 0.25)).toBeLessThan(5 * spread);
  });
});
