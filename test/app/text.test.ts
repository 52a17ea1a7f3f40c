/** What is read of a text whose CSV changes while it is being read. */
import { expect, it, vi } from 'vitest';
import { csvText, type CsvText } from '../../src/format';
import type { OpenText } from '../../src/app/editor';
import { NetworkText } from '../../src/app/text';

const text = `{ "layers": [{ "units": 1 }, { "units": 1 }],
  "data": { "file": "d.csv", "inputs": ["x"], "targets": ["y"] } }`;
const document = { version: 1, uri: { path: '/n.nn.json' }, getText: () => text } as OpenText;

it('a CSV that is still being written is read again, and the file is known by its name meanwhile', async () => {
  const reads: ((content: string) => void)[] = [];
  let version = 1;
  const reader = new NetworkText(document, {
    read: () => new Promise<CsvText>((resolve) => reads.push((content) => resolve(csvText(content)))),
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
