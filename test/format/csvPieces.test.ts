import { csvParseRows } from 'd3-dsv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvPieces } from '../../src/format/csvPieces';
import { loadNetworkFile } from '../../src/format';

test('whatever is in the cells, the pieces have the rows of the whole', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r\n', ' '), maxLength: 6 });
  const written = cell.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
  const row = fc.array(written, { minLength: 1, maxLength: 4 }).map((cells) => cells.join(','));
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 12 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.integer({ min: 1, max: 30 }),
      (rows, ending, ended, length) => {
        const text = rows.join(ending) + (ended ? ending : '');
        const pieces = [...csvPieces(text, length)];
        expect(pieces.join('')).toBe(text);
        expect(pieces.flatMap((piece) => csvParseRows(piece))).toEqual(csvParseRows(text));
      },
    ),
    { numRuns: 2000 },
  );
});

test('a large file lets others go on while it is read, and tells lines by their numbers in the whole', async () => {
  const network =
    '{ "layers": [{ "units": 1 }, { "units": 1 }], "data": { "file": "d.csv", "inputs": ["x"], "targets": ["y"] } }';
  const rows = Array.from({ length: 200_000 }, (_, k) => `${String(k)},1`);
  let breaths = 0;
  const load = (text: string) =>
    loadNetworkFile(network, {
      fileName: 'n.nn.json',
      readCsv: () => Promise.resolve(text),
      breathe: () => {
        breaths++;
        return Promise.resolve();
      },
    });
  const { data } = await load(`x,y\n${rows.join('\n')}`);
  expect(breaths).toBeGreaterThan(2);
  expect(data?.training.inputs).toEqual(Float64Array.from(rows, (_, k) => k));

  const { problems } = await load(`x,y\n${[...rows, 'wrong,1'].join('\n')}`);
  expect(problems.map(({ message }) => message)).toEqual([
    'd.csv: row 200001 (line 200002), column "x": found "wrong", expected a finite number',
  ]);
});
