import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeWhole } from '../../src/disk/write';
import { onLinux } from '../linux';

/** What the disk does in place of the call, where a test says so. */
const fault = vi.hoisted(() => ({ on: '' }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const fail = (): never => {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  };
  return {
    ...real,
    rename: (...args: Parameters<typeof real.rename>) => (fault.on === 'rename' ? fail() : real.rename(...args)),
    open: async (...args: Parameters<typeof real.open>) => {
      if (fault.on === 'open') fail();
      const file = await real.open(...args);
      if (fault.on === 'write') {
        file.writeFile = async () => {
          await file.write('{ "hal');
          fail();
        };
      }
      if (fault.on === 'sync') file.sync = () => Promise.resolve().then(fail);
      return file;
    },
  };
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-'));
  file = join(folder, 'out.nn.json');
});
afterEach(() => {
  fault.on = '';
  rmSync(folder, { recursive: true });
});

describe('a file written whole', () => {
  it('is new, or replaces the old one, and nothing else is left', async () => {
    await writeWhole(file, 'first');
    expect(readFileSync(file, 'utf8')).toBe('first');
    expect(statSync(file).mode & 0o777).toBe(0o666 & ~process.umask());
    await writeWhole(file, Uint8Array.of(1, 2, 3));
    expect([...readFileSync(file)]).toEqual([1, 2, 3]);
    expect(readdirSync(folder)).toEqual(['out.nn.json']);
  });

  it.each([0o600, 0o666, 0o754])('keeps the mode %o', async (mode) => {
    writeFileSync(file, 'old');
    chmodSync(file, mode);
    await writeWhole(file, 'new');
    expect(statSync(file).mode & 0o777).toBe(mode);
  });

  it('follows links, be they relative, in a chain or without a file yet, and through linked folders', async () => {
    mkdirSync(join(folder, 'real', 'deep'), { recursive: true });
    symlinkSync('real/deep', join(folder, 'way'));
    symlinkSync('../target', join(folder, 'way', 'second'));
    symlinkSync('way/second', join(folder, 'first'));
    for (const content of ['new', 'again']) {
      await writeWhole(join(folder, 'first'), content);
      expect(readFileSync(join(folder, 'real', 'target'), 'utf8')).toBe(content);
    }
    for (const link of ['first', 'way/second', 'way'])
      expect(lstatSync(join(folder, link)).isSymbolicLink()).toBe(true);
  });

  it('says so where links form a loop', async () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    await expect(writeWhole(join(folder, 'a'), 'x')).rejects.toThrow('links form a loop');
  });

  it.each(['open', 'write', 'sync', 'rename'])(
    'leaves the old file where %s fails, and nothing beside it',
    async (on) => {
      writeFileSync(file, 'old');
      fault.on = on;
      await expect(writeWhole(file, 'new')).rejects.toThrow('ENOSPC');
      expect(readFileSync(file, 'utf8')).toBe('old');
      expect(readdirSync(folder)).toEqual(['out.nn.json']);
    },
  );

  it.runIf(onLinux)('does not replace what is no regular file', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [read] = await Promise.all([fs.readFile(pipe, 'utf8'), writeWhole(pipe, 'through')]);
    expect(read).toBe('through');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    await expect(writeWhole('/dev/full', 'x')).rejects.toThrow('ENOSPC');
    expect(existsSync('/dev/full')).toBe(true);
    await expect(writeWhole(folder, 'x')).rejects.toThrow('EISDIR');
  });
});

describe('a file with another name', () => {
  it('keeps it: both name the new text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'links-'));
    const [one, other] = [join(folder, 'one.nn.json'), join(folder, 'other.nn.json')];
    writeFileSync(one, 'the old text, which is longer');
    await fs.link(one, other);
    await writeWhole(one, 'new');
    expect([one, other].map((path) => readFileSync(path, 'utf8'))).toEqual(['new', 'new']);
    expect(statSync(one).ino).toBe(statSync(other).ino);
    expect(readdirSync(folder).sort()).toEqual(['one.nn.json', 'other.nn.json']);
    rmSync(folder, { recursive: true });
  });
});
