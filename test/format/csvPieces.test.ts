import { csvParseRows } from 'd3-dsv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvPieces } from '../../src/format/csv/csvPieces';
import { csvText, decoded, loadNetworkFile } from '../../src/format';

test('whatever is in the cells and however it is cut, the pieces have the rows of the whole', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r\n', ' '), maxLength: 6 });
  const written = cell.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
  const row = fc
    .array(fc.oneof(written, fc.constantFrom('5" disk', 'a""')), { minLength: 1, maxLength: 4 })
    .map((cells) => cells.join(','));
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 12 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.integer({ min: 1, max: 30 }),
      async (rows, ending, ended, length) => {
        const text = rows.join(ending) + (ended ? ending : '');
        const chunks = text.match(new RegExp(`[^]{1,${String(length)}}`, 'g')) ?? [];
        const pieces: string[] = [];
        for await (const piece of csvPieces(chunks)) pieces.push(piece);
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
      readCsv: () => Promise.resolve(csvText(text)),
      yieldNow: () => {
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

test('a file of many bytes a character is the same however its bytes come in', async () => {
  const text = '\ufeffgröße,y\n1,ä\n2,😀\n3,ä\n';
  const bytes = new TextEncoder().encode(text);
  const network = `{ "layers": [{ "units": 1 }, { "units": 2 }],
    "data": { "file": "d.csv", "inputs": ["größe"], "targets": ["y"], "targetEncoding": "oneHot" } }`;
  for (const length of [1, 2, 3, 5, 100]) {
    const cut = Array.from({ length: Math.ceil(bytes.length / length) }, (_, k) =>
      bytes.subarray(k * length, (k + 1) * length),
    );
    const readCsv = () => Promise.resolve({ length: bytes.length, chunks: decoded(cut) });
    const { data, problems } = await loadNetworkFile(network, { fileName: 'n.nn.json', readCsv });
    expect(problems).toEqual([]);
    expect(data?.classNames).toEqual(['ä', '😀']);
    expect(data?.training.inputs).toEqual(new Float64Array([1, 2, 3]));
  }
});

test('rows that grow shorter than those before all find room', async () => {
  const network =
    '{ "layers": [{ "units": 1 }, { "units": 1 }], "data": { "file": "d.csv", "inputs": ["x"], "targets": ["y"] } }';
  const long = Array.from({ length: 20_000 }, (_, k) => `${String(k)}.${'0'.repeat(40)},1`);
  const short = Array.from({ length: 300_000 }, (_, k) => `${String(k % 10)},1`);
  const text = `x,y\n${[...long, ...short].join('\n')}\n`;
  const { data } = await loadNetworkFile(network, {
    fileName: 'n.nn.json',
    readCsv: () => Promise.resolve(csvText(text)),
  });
  expect(data?.training.count).toBe(320_000);
  expect(data?.training.inputs.at(-1)).toBe(9);
  expect(data?.training.inputs[19_999]).toBe(19_999);
});
