import { describe, expect, it } from 'vitest';
import { CsvCache, csvText, loadNetworkFile, type NetworkFile } from '../../src/format';

const network = (name: string, columns = '"inputs": ["x"], "targets": ["y"]'): string =>
  `{ "name": ${JSON.stringify(name)}, "layers": [{ "units": 1 }, { "units": 1 }],
     "data": { "file": "d.csv", ${columns}, "standardize": true } }`;

/** A disk with one CSV file that counts how often it is read. */
function disk(first: string): {
  write(text: string): void;
  load(text: string): Promise<NetworkFile>;
  readonly reads: number;
} {
  let content = first;
  let version = 1;
  let reads = 0;
  const cache = new CsvCache(() => Promise.resolve(String(version)));
  return {
    write: (text) => {
      content = text;
      version++;
    },
    load: (text) =>
      loadNetworkFile(text, {
        fileName: 'n.nn.json',
        cache,
        readCsv: () => {
          reads++;
          return Promise.resolve(csvText(content));
        },
      }),
    get reads() {
      return reads;
    },
  };
}

describe('the rows of a CSV', () => {
  it('are read once for any number of edits of the text, and are the same each time', async () => {
    const file = disk('x,y\n1,2\n3,4\n8,0\n');
    const first = await file.load(network('one'));
    const second = await file.load(network('two'));
    expect(file.reads).toBe(1);
    // The very same: nothing of 60,000 rows is copied or compared.
    expect(second.data).toBe(first.data);
    expect(first.data?.standardization?.mean).toEqual([4]);
  });

  it('are read again when the file, or what is asked of it, has changed', async () => {
    const file = disk('x,y\n1,2\n3,4\n');
    await file.load(network('one'));
    file.write('x,y\n1,5\n3,6\n');
    expect((await file.load(network('one'))).data?.training.targets).toEqual(new Float64Array([5, 6]));
    const swapped = await file.load(network('one', '"inputs": ["y"], "targets": ["x"]'));
    expect(swapped.data?.training.targets).toEqual(new Float64Array([1, 3]));
    expect(file.reads).toBe(3);
    const held = await file.load(network('one', '"inputs": ["y"], "targets": ["x"], "validation": 0.5'));
    expect(held.data?.validation?.count).toBe(1);
  });

  it('report what is wrong with them every time', async () => {
    const file = disk('x,y\n1,two\n');
    const codes = async (): Promise<string[]> => (await file.load(network('one'))).problems.map(({ code }) => code);
    const first = await codes();
    expect(first).toHaveLength(1);
    expect(await codes()).toEqual(first);
  });
});

it.each(['', ', "standardize": true', ', "validation": 0.5', ', "standardize": true, "validation": 0.5'])(
  'rows of a CSV are held once for all threads: %s',
  async (options) => {
    const text = network('n', `"inputs": ["x"], "targets": ["y"]${options}`).replace(', "standardize": true }', ' }');
    const { data } = await disk('x,y\n1,2\n3,4\n5,6\n7,8').load(text);
    const parts = [data?.training, data?.validation].filter((part) => part !== undefined);
    expect(parts).toHaveLength(options.includes('validation') ? 2 : 1);
    for (const { inputs, targets } of parts) {
      expect(inputs.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(targets.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  },
);
