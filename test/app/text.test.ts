/** What is read of a text whose CSV changes while it is being read. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { csvText, type CsvText } from '../../src/format';
import type { OpenText } from '../../src/app/editor';
import { NetworkText } from '../../src/app/text';
import { wholeText } from '../../src/app/wholeText';
import { runToEnd } from '../../src/core/check/steps';
import { MemoryText, csvInMemory } from './inMemory';

const text = `{ "layers": [{ "units": 1 }, { "units": 1 }],
  "data": { "file": "d.csv", "inputs": ["x"], "targets": ["y"] } }`;
const document = { version: 1, uri: { path: '/n.nn.json' }, getText: () => text } as OpenText;

it('a CSV that is still being written is read again, and the file is known by its name meanwhile', async () => {
  const reads: ((content: string) => void)[] = [];
  let version = 1;
  const reader = new NetworkText(document, {
    read: () => new Promise<CsvText>((resolve) => reads.push((content) => resolve(csvText(content)))),
    bytes: () => Promise.resolve(new Uint8Array()),
    write: () => Promise.resolve(),
    version: () => Promise.resolve(String(version)),
  });
  const first = reader.current();
  await vi.waitFor(() => expect(reads).toHaveLength(1));
  expect(reader.csvPath).toBe('d.csv');
  version++;
  const again = reader.reload();
  reads[0]?.('x,y\n1,2\n');
  await vi.waitFor(() => expect(reads).toHaveLength(2));
  reads[1]?.('x,y\n1,2\n3,4\n');
  await again;
  expect((await first)?.file.data?.training.count).toBe(2);
  expect(reader.read?.file.data?.training.count).toBe(2);
});

describe('a text that is read in slices', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });
  /** A row of inputs for each number; as long as several steps of the reading. */
  const ofRows = (value: number, extra = {}): string =>
    JSON.stringify({
      layers: [{ units: 100 }, { units: 1 }],
      data: {
        inputs: Array.from({ length: 2000 }, () => Array.from({ length: 100 }, () => value)),
        targets: Array.from({ length: 2000 }, () => [value]),
        ...extra,
      },
    });
  /** Every look at the clock finds that a slice is over; `look` hears which look it is. */
  const withoutPatience = (look?: (number: number) => void): void => {
    let looks = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      look?.(++looks);
      return 1000 * looks;
    });
  };
  const open = (content: string) => {
    const document = new MemoryText('a.nn.json', content);
    const reader = new NetworkText(document, csvInMemory(''));
    const read: number[] = [];
    const models: number[] = [];
    reader.onDidRead(({ version }) => void read.push(version));
    reader.onDidChangeModel(({ data }) => void models.push(data?.training.inputs[0] ?? NaN));
    return { document, reader, read, models };
  };

  it('is dropped where it changes meanwhile: only what it says at last is heard of', async () => {
    const { document, reader, read, models } = open(ofRows(1));
    withoutPatience((number) => {
      if (number === 4 || number === 8) document.change(ofRows(number));
    });
    expect((await reader.current())?.version).toBe(3);
    expect([read, models]).toEqual([[3], [8]]);
  });

  it('is dropped where it changes while it is compared with what was said before', async () => {
    /** Reads the text twice, and has `look` hear of the looks at the clock in the second reading. */
    const twice = async (look: (number: number, document: MemoryText) => void) => {
      const { document, reader, read, models } = open(ofRows(1));
      await reader.current();
      document.change(`${ofRows(1)} `);
      withoutPatience((number) => {
        look(number, document);
      });
      await reader.current();
      vi.restoreAllMocks();
      return { read, models };
    };
    let looks = 0;
    await twice((number) => (looks = number));
    // The last looks are of the comparison.
    const { read, models } = await twice((number, document) => {
      if (number === looks - 1) document.change(ofRows(4));
    });
    expect([read, models]).toEqual([
      [1, 3],
      [1, 4],
    ]);
  });

  it('says the same network after an edit of its layout, and another one after an edit of the rows’ weights', async () => {
    const { document, reader, read, models } = open(ofRows(1));
    await reader.current();
    document.change(` ${ofRows(1)}`);
    await reader.current();
    document.change(ofRows(1, { weights: Array.from({ length: 2000 }, () => 1) }));
    await reader.current();
    document.change(ofRows(1, { weights: Array.from({ length: 2000 }, () => 2) }));
    await reader.current();
    expect(read).toEqual([1, 2, 3, 4]);
    expect(models).toHaveLength(3);
  });

  it('is read no further once the file is closed', async () => {
    const { reader, read } = open(ofRows(1));
    let looks = 0;
    withoutPatience((number) => {
      looks = number;
      if (number === 4) reader.dispose();
    });
    expect(await reader.current()).toBeUndefined();
    // The next slice has begun when that is found out.
    expect([looks, read]).toEqual([5, []]);
  });
});

describe('the text of very many lines', () => {
  const lines = Array.from({ length: 10_000 }, (_, line) => (line % 7 === 0 ? '' : `line ${String(line)}`));

  it.each([
    [1, '\n'],
    [2, '\r\n'],
  ])('is put together from its lines, which end as the editor says: %i', (eol, end) => {
    const getText = vi.fn(() => '');
    const lineAt = (line: number) => ({ text: lines[line] ?? '' });
    const text = { lineCount: lines.length, lineAt, eol, getText } as unknown as OpenText;
    expect(runToEnd(wholeText(text))).toBe(lines.join(end));
    expect(getText).not.toHaveBeenCalled();
  });

  it('is not put together from two versions', async () => {
    const file = (units: number) =>
      `{ "layers": [{ "units": 1 },\n${'\n'.repeat(20_000)}{ "units": ${String(units)} }] }`;
    let looks = 0;
    const document = new MemoryText('a.nn.json', file(1));
    vi.spyOn(performance, 'now').mockImplementation(() => {
      if (++looks === 3) document.change(`\n${file(3)}`);
      return 1000 * looks;
    });
    const reader = new NetworkText(document, csvInMemory(''));
    const read = await reader.current();
    vi.restoreAllMocks();
    expect(read?.text).toBe(`\n${file(3)}`);
    expect(reader.model?.network.layers.at(-1)?.units).toBe(3);
  });
});
