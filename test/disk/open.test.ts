import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCsv, openRegular } from '../../src/disk/open';
import { onLinux } from '../linux';

let folder: string;
let root: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-'));
  root = join(folder, 'root');
  mkdirSync(join(root, 'inner'), { recursive: true });
  mkdirSync(join(folder, 'outer'));
  writeFileSync(join(root, 'inner', 'data.csv'), 'inside');
  writeFileSync(join(folder, 'outer', 'data.csv'), 'secret');
  symlinkSync('inner/data.csv', join(root, 'link.csv'));
  symlinkSync('../outer/data.csv', join(root, 'out.csv'));
  symlinkSync('../outer', join(root, 'out'));
  if (!onLinux) return;
  execFileSync('mkfifo', [join(root, 'pipe.csv')]);
  symlinkSync('/dev/zero', join(root, 'zero.csv'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (name: string): string =>
  [...(openCsv(root, join(root, name), { name, rootName: 'the folder' }).chunks as Iterable<string>)].join('');

describe('a CSV file', () => {
  it.each(['inner/data.csv', 'link.csv'])('within the folder is read: %s', (name) => {
    expect(read(name)).toBe('inside');
  });

  it.each(['../outer/data.csv', 'out.csv', 'out/data.csv'])('outside is not: %s', (name) => {
    expect(() => read(name)).toThrow(/^“.*” is outside the folder$/);
  });

  it.each<readonly [string, string]>([
    ['none.csv', 'no such file'],
    ['inner', 'it is a folder'],
    ...(onLinux ? ['pipe.csv', 'zero.csv'] : []).map((name) => [name, 'it is not a regular file'] as const),
  ])('that is none is told: %s', (name, reason) => {
    expect(() => read(name)).toThrow(`“${name}” cannot be read: ${reason}`);
  });

  it.runIf(onLinux)('leaves nothing open', () => {
    const openFiles = (): string[] =>
      readdirSync('/proc/self/fd').flatMap((number) => {
        try {
          return readlinkSync(`/proc/self/fd/${number}`).startsWith(folder) ? [number] : [];
        } catch {
          return [];
        }
      });
    read('link.csv');
    for (const name of ['out.csv', 'inner', 'pipe.csv', 'zero.csv']) expect(() => read(name)).toThrow();
    expect(openFiles()).toEqual([]);
  });

  it.runIf(onLinux).each([
    ['a file', 'swap.csv', 'inner/data.csv', '../outer/data.csv'],
    ['a folder on the way', 'swap/data.csv', 'inner', '../outer'],
  ])('is never the one outside, while %s is swapped for a link', async (_, name, inside, outside) => {
    const at = join(root, name.split('/')[0] ?? '');
    symlinkSync(inside, at);
    // Another process: this one is busy opening.
    const swap = `const fs = require('fs'); for (let n = 0; ; n++) {
      fs.symlinkSync(n % 2 ? ${JSON.stringify(inside)} : ${JSON.stringify(outside)}, ${JSON.stringify(`${at}.new`)});
      fs.renameSync(${JSON.stringify(`${at}.new`)}, ${JSON.stringify(at)});
      if (n === 0) console.log('on'); }`;
    const swapper = spawn(process.execPath, ['-e', swap], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(swapper.stdout, 'data');
    const seen = new Map<string, number>();
    for (let n = 0; n < 5_000; n++) {
      let found: string;
      try {
        found = read(name);
      } catch (error) {
        found = error instanceof Error && error.message.includes('outside') ? 'refused' : String(error);
      }
      seen.set(found, (seen.get(found) ?? 0) + 1);
    }
    swapper.kill('SIGKILL');
    await once(swapper, 'close');
    expect([...seen.keys()].sort()).toEqual(['inside', 'refused']);
  });
});

it('a regular file is opened', () => {
  expect(openRegular(join(root, 'link.csv')).size).toBe(6);
});

it.runIf(onLinux)('what has no end is not', () => {
  expect(() => openRegular('/dev/zero')).toThrow('it is not a regular file');
  expect(() => openRegular(join(root, 'pipe.csv'))).toThrow('it is not a regular file');
});
