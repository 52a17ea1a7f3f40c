/** Files that somebody has made to do harm, and things that are no files at all. */

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onLinux } from '../linux';
import { type Cli, buildCli } from './cli';

let cli: Cli;
beforeAll(() => {
  cli = buildCli();
  if (onLinux) execFileSync('mkfifo', [join(cli.folder, 'pipe')]);
  for (const name of ['forge', 'name-nul']) {
    const source = fileURLToPath(new URL(`../fixtures/hostile/${name}.nn.json`, import.meta.url));
    copyFileSync(source, join(cli.folder, `${name}.nn.json`));
  }
});
afterAll(() => cli.dispose());

/** C0 but the line break, DEL, C1, separators, bidirectional controls. */
const unprintable = /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const poison = 'a\x1b[2J\x07\x9b2J\u202ebad\u2028line\nforged: 4 of 4 right\rx\x00\x7f';

/** A network in which every string is poison. */
function poisoned(changes: object = {}): string {
  const names = { weights: [[poison]], biases: [`${poison}2`] };
  return JSON.stringify({
    name: poison,
    description: poison,
    [poison]: 1,
    layers: [
      { units: 1, name: poison, labels: [poison] },
      {
        name: poison,
        labels: [poison],
        weights: [[2]],
        biases: [0],
        parameterNames: names,
        claimedGradients: { weights: [[99]], biases: [1] },
      },
    ],
    data: { inputs: [[1]], targets: [[0]] },
    training: { epochs: 2 },
    ...changes,
  });
}

describe('control characters of a file', () => {
  const commands: readonly (readonly string[])[] = [
    ['validate', '-'],
    ['gradients', '-'],
    ['chain', '-', '--parameter', '1,1,1'],
    ['chain', '-', '--parameter', '1,1,1', '--format', 'latex'],
    ['chain', '-', '--parameter', '1,1,1', '--format', 'markdown'],
    ['check', '-'],
    ['train', '-'],
    ['export', '-'],
  ];
  const broken = [
    { loss: poison },
    { training: { optimizer: poison } },
    { layers: [{ units: 1 }, { units: 1, activation: poison, init: poison }] },
    { data: { file: poison, inputs: [poison], targets: [poison] } },
  ];

  test.each([...commands, ...commands.map((command) => [...command, '--json'])])(
    'never reach the terminal: %s %s %s %s %s %s',
    async (...args) => {
      const { status, stdout, stderr } = await cli.run(args, poisoned());
      expect(status).not.toBe(2);
      expect(stdout).not.toMatch(unprintable);
      expect(stderr).not.toMatch(unprintable);
      expect(stdout.split('\n').filter((line) => line.startsWith('forged'))).toEqual([]);
      if (args.includes('--json')) JSON.parse(stdout);
    },
  );

  test('read back from JSON as they were', async () => {
    const { stdout } = await cli.run(['validate', '-', '--json'], poisoned());
    expect(JSON.parse(stdout)).toMatchObject({ files: [{ name: poison }] });
  });

  test.each(broken)('are not in problems either: %j', async (changes) => {
    const { status, stdout, stderr } = await cli.run(['validate', '-'], poisoned(changes));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).not.toMatch(unprintable);
    for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/^-:\d+:\d+: (error|warning) /);
  });

  test('nor are those of arguments and file names', async () => {
    const { status, stderr } = await cli.run(['validate', `no\x1b[2J\nsuch`]);
    expect(status).toBe(2);
    expect(stderr).not.toMatch(unprintable);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    expect((await cli.run(['\x1b[2J'])).stderr).not.toMatch(unprintable);
  });

  test('do not forge a verdict', async () => {
    const { status, stdout } = await cli.run(['check', 'forge.nn.json']);
    expect(status).toBe(1);
    expect(stdout).not.toMatch(unprintable);
    expect(stdout.split('\n').filter((line) => line.startsWith('claims: '))).toEqual(['claims: 0 of 1 right']);
  });
});

describe('what is no file ends with one line', () => {
  const network = (file: string): string =>
    JSON.stringify({
      layers: [{ units: 1 }, { units: 1 }],
      data: { file, inputs: [1], targets: [2] },
    });

  test.each<readonly [string, string]>([
    ...(onLinux ? ['pipe', '/dev/zero'] : []).map((file) => [file, 'unreadable: it is not a regular file'] as const),
    ['.', 'unreadable: it is a folder'],
  ])('as FILE: %s', async (file, message) => {
    const { status, stdout, stderr } = await cli.run(['validate', file]);
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: `${file}:1:1: error ${message}\n` });
  });

  test.each<readonly [string, string, string]>([
    ...(onLinux ? [['pipe', '.'] as const, ['/dev/zero', '/'] as const] : []).map(
      ([file, root]) => [file, root, `“${file}” cannot be read: it is not a regular file`] as const,
    ),
    ['.', '.', '“.” cannot be read: it is a folder'],
  ])('as a CSV: %s', async (file, root, message) => {
    const { status, stdout, stderr } = await cli.run(['gradients', '-', '--root', root], network(file));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
  });
});

describe('a text of more than 64 MiB ends with the limit', () => {
  const message = 'error text-too-large: the file has more than 64 MiB of text, expected at most that\n';

  test('as a file, before it is read', async () => {
    const file = join(cli.folder, 'nul.nn.json');
    writeFileSync(file, '');
    truncateSync(file, 2 ** 31 + 1);
    const { status, stdout, stderr } = await cli.run(['validate', file]);
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: `${file}:1:1: ${message}` });
  });

  test('as standard input, without waiting for its end', async () => {
    const child = cli.start(['validate', '-']);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    const ended = new Promise((resolve) => child.once('close', resolve));
    const block = Buffer.alloc(1 << 20);
    const more = (error?: Error | null): void => {
      if (!error) child.stdin?.write(block, more);
    };
    child.stdin?.on('error', () => undefined);
    more();
    expect(await ended).toBe(2);
    expect(stderr).toBe(`-:1:1: ${message}`);
  });
});

describe('export', () => {
  test('writes the script to standard output, or to a file that it names', async () => {
    const first = await cli.run(['export', 'name-nul.nn.json', '--format', 'pytorch']);
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^# -\*- coding: utf-8 -\*-\n# Exported by Gradient Inspector/);
    expect(first.stdout).toContain('python name-nul.py --gradients\n');
    const folder = mkdtempSync(join(cli.folder, 'export-'));
    const out = join(folder, 'my script.py');
    const second = await cli.run(['export', 'name-nul.nn.json', '--output', out]);
    expect(second).toEqual({ status: 0, stdout: `${out} written\n`, stderr: '' });
    expect(readdirSync(folder)).toEqual(['my script.py']);
  });

  test('puts many numbers into a file beside it, and into the script where there is no place beside it', async () => {
    const units = 150;
    const row = Array<number>(units).fill(1);
    const text = JSON.stringify({ layers: [{ units }, { units }], data: { inputs: [row], targets: [row] } });
    const folder = join(cli.folder, 'large');
    mkdirSync(folder);
    const { stdout } = await cli.run(['export', '-', '--json', '--output', join(folder, 'large.py')], text);
    expect(JSON.parse(stdout)).toEqual({
      file: '-',
      format: 'pytorch',
      written: [join(folder, 'large.bin'), join(folder, 'large.py')],
    });
    expect(readdirSync(folder)).toEqual(['large.bin', 'large.py']);
    const alone = await cli.run(['export', '-'], text);
    expect(alone.stdout).not.toContain('.bin');
    expect(alone.stdout.length).toBeGreaterThan(units * units * 15);
  });

  test('needs data, and a format that there is', async () => {
    const none = await cli.run(['export', '-'], JSON.stringify({ layers: [{ units: 1 }, { units: 1 }] }));
    expect(none).toMatchObject({ status: 2, stdout: '' });
    expect(none.stderr).toContain('-:1:1: error no-data');
    const { status, stderr } = await cli.run(['export', 'forge.nn.json', '--format', 'onnx']);
    expect(status).toBe(2);
    expect(stderr).toContain('--format takes pytorch, html, not “onnx”');
  });
});
