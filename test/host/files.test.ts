/** Files as a file system provider has them: what is refused, and a write that fails. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Uri } from 'vscode';
import { providedFiles } from '../../src/host/platform/files';

const fs = vi.hoisted(() => ({
  stat: vi.fn<() => Promise<{ type: number; size: number }>>(),
  readFile: vi.fn<() => Promise<Uint8Array>>(),
  writeFile: vi.fn<(uri: unknown, bytes: Uint8Array) => Promise<void>>(),
  rename: vi.fn<() => Promise<void>>(),
  delete: vi.fn<(uri: unknown) => Promise<void>>(),
}));
vi.mock('vscode', () => ({ FileType: { File: 1, Directory: 2 }, workspace: { fs } }));

const uri = { path: '/data.csv', with: (change: object) => ({ ...uri, ...change }) } as unknown as Uri;

beforeEach(() => {
  vi.resetAllMocks();
  fs.readFile.mockResolvedValue(new TextEncoder().encode('x,y\n1,2\n'));
});

describe('a file of a provider', () => {
  it('is read', async () => {
    fs.stat.mockResolvedValue({ type: 1, size: 8 });
    const chunks = (await providedFiles.openCsv(uri, uri, 'data.csv')).chunks as Iterable<string>;
    expect([...chunks].join('')).toBe('x,y\n1,2\n');
  });

  it.each([
    [{ type: 1, size: 2 ** 30 + 1 }, '“data.csv” is larger than 1 GiB'],
    [{ type: 2, size: 0 }, '“data.csv” is not a regular file'],
  ])('is refused before it is read: %j', async (stat, message) => {
    fs.stat.mockResolvedValue(stat);
    await expect(providedFiles.openCsv(uri, uri, 'data.csv')).rejects.toThrow(message);
    await expect(providedFiles.read(uri, uri, 'data.csv')).rejects.toThrow(message);
    expect(fs.readFile).not.toHaveBeenCalled();
  });

  it('stays as it was where it cannot be written whole', async () => {
    fs.delete.mockResolvedValue(undefined);
    fs.rename.mockRejectedValue(new Error('no room'));
    await expect(providedFiles.write(uri, new Uint8Array(3))).rejects.toThrow('“/data.csv” cannot be written: no room');
    expect(fs.writeFile.mock.calls.map(([target]) => (target as Uri).path)).toEqual(['/data.csv.new']);
    expect(fs.delete.mock.calls.map(([target]) => (target as Uri).path)).toEqual(['/data.csv.new']);
  });
});
