import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainingGoldens } from '../engine/goldens';
import { largest, largestDifference } from '../engine/measures';
import { onLinux } from '../linux';
import { type Cli, buildCli, goldens } from './cli';

let cli: Cli;
beforeAll(() => {
  cli = buildCli();
});
afterAll(() => cli.dispose());

interface TrainDocument {
  readonly epochs: number;
  readonly loss: number;
  readonly stopReason: string;
  readonly history: { readonly epoch: number; readonly loss: number; readonly validationLoss?: number }[];
  readonly layers: { readonly layer: number; readonly weights: number[][]; readonly biases: number[] | null }[];
}

const golden = (name: string): string => join(goldens, `${name}.nn.json`);

/** θ in the layout of the parameter vector. */
const flat = ({ layers }: TrainDocument): number[] =>
  layers.flatMap(({ weights, biases }) => [...weights.flat(), ...(biases ?? [])]);

/** Writes a network file with these keys beside a line, y = 2x − 1, of ten rows. */
function write(name: string, keys: object): string {
  const inputs = Array.from({ length: 10 }, (_, row) => [row / 10]);
  const targets = inputs.map(([x = 0]) => [2 * x - 1]);
  const file = join(cli.folder, name);
  const layers = [{ units: 1 }, { weights: [[0.5]], biases: [0] }];
  writeFileSync(file, JSON.stringify({ layers, data: { inputs, targets }, ...keys }));
  return file;
}

test.each(trainingGoldens)('train $name --json is PyTorch’s', async ({ name, losses, theta }) => {
  const { status, stdout, stderr } = await cli.run(['train', golden(name), '--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const document = JSON.parse(stdout) as TrainDocument;
  expect(document).toMatchObject({ epochs: losses.length - 1, stopReason: 'epochs' });
  expect(document.history.map(({ epoch }) => epoch)).toEqual(losses.map((_, epoch) => epoch));
  expect(
    largestDifference(
      document.history.map(({ loss }) => loss),
      losses,
    ),
  ).toBeLessThanOrEqual(1e-10);
  expect(document.loss).toBe(document.history.at(-1)?.loss);
  expect(largestDifference(flat(document), theta)).toBeLessThanOrEqual(1e-10 * largest(theta));
});

describe('train --output', () => {
  test('writes the file again with the trained weights, every other byte as it was', async () => {
    const out = join(cli.folder, 'trained.nn.json');
    const { stdout } = await cli.run(['train', golden('random-04'), '--output', out, '--json']);
    const document = JSON.parse(stdout) as TrainDocument;
    const [before, after] = [golden('random-04'), out].map((file) => readFileSync(file, 'utf8'));
    const withoutNumbers = (text = ''): string => text.replace(/-?\d[\d.eE+-]*/g, '#');
    expect(withoutNumbers(after)).toBe(withoutNumbers(before));
    const { layers, ...rest } = JSON.parse(after ?? '') as { layers: { weights?: number[][]; biases?: number[] }[] };
    const original = JSON.parse(before ?? '') as { layers: object[] };
    expect(rest).toEqual({ ...original, layers: undefined });
    expect(layers.slice(1).map(({ weights, biases }) => ({ weights, biases }))).toEqual(
      document.layers.map(({ weights, biases }) => ({ weights, biases })),
    );
    // The new file has the J that the run ended with.
    const { stdout: gradients } = await cli.run(['gradients', out, '--json']);
    expect((JSON.parse(gradients) as TrainDocument).loss).toBeCloseTo(document.loss, 12);
  });

  test('may be the file itself', async () => {
    const file = write('itself.nn.json', { training: { epochs: 1 } });
    await cli.run(['train', file, `--output=${file}`]);
    const { layers } = JSON.parse(readFileSync(file, 'utf8')) as { layers: { weights: number[][] }[] };
    expect(layers[1]?.weights).not.toEqual([[0.5]]);
  });

  test('says what the run came to where it could not be written after all, and where the weights are', async () => {
    const file = write('full.nn.json', {});
    const { status, stdout, stderr } = await cli.run(['train', file, '--epochs', '1', '--output', '/dev/full']);
    expect(status).toBe(2);
    expect(stdout).toMatch(/: J = .* after 1 epoch\n$/);
    const [failed, saved = ''] = stderr.split('\n');
    expect(failed).toBe(
      'gradient-inspector: “/dev/full” cannot be written: no space left on the disk. An existing file is unchanged.',
    );
    const [, copy = ''] = /^The result was saved as “(.*)”\.$/.exec(saved) ?? [];
    expect((await cli.run(['validate', copy])).stdout).toContain(': valid');
    rmSync(dirname(copy), { recursive: true });
  });

  test('says so where the weights can be saved nowhere', async () => {
    const file = write('nowhere.nn.json', { training: { epochs: 1 } });
    const env = { ...process.env, TMPDIR: join(cli.folder, 'no such folder') };
    const child = cli.start(['train', file, '--output', '/dev/full'], { env });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(status).toBe(2);
    expect(stderr).toMatch(/\nThe result could not be saved in “.*no such folder” either: .*\n$/);
  });

  test('never leaves half a file where it is killed while it writes', async () => {
    const units = 700;
    const folder = join(cli.folder, 'killed');
    mkdirSync(folder);
    const out = join(folder, 'out.nn.json');
    const inputs = [Array<number>(units).fill(1)];
    const layers = [{ units }, { units, init: 'xavierNormal' }];
    const data = { inputs, targets: inputs };
    const file = write('killed.nn.json', { layers, data, training: { epochs: 0 } });
    const old = '{"old":true}';
    const ends = new Set<string>();
    for (let n = 0; n < 10; n++) {
      writeFileSync(out, old);
      const child = cli.start(['train', file, '--output', out]);
      // A new name beside the old one is the sign that the file is being written.
      const watcher = watch(folder, () => setTimeout(() => child.kill('SIGKILL'), 2 * n));
      await new Promise((resolve) => child.once('close', resolve));
      watcher.close();
      const text = readFileSync(out, 'utf8');
      ends.add(text === old ? 'old' : 'new');
      if (text !== old) expect((JSON.parse(text) as { layers: unknown[] }).layers.length).toBe(2);
      for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name));
    }
    expect(ends).toContain('old');
  });

  test('says at once where it cannot be written', async () => {
    const file = write('endless.nn.json', { training: { epochs: 1e12 } });
    for (const out of [join(cli.folder, 'nowhere', 'x.nn.json'), cli.folder, '-']) {
      const { status, stdout, stderr } = await cli.run(['train', file, '--output', out]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain('--output');
    }
  });
});

describe('a run', () => {
  test('tells people where J went, and where the weights are', async () => {
    const file = write('line.nn.json', { name: 'line', training: { epochs: 500 } });
    const out = join(cli.folder, 'line-trained.nn.json');
    const { status, stdout } = await cli.run(['train', file, '--epochs', '20', '--output', out]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^line: J = 0\.\d+ → 0\.\d+ after 20 epochs\nweights written to .*line-trained\.nn\.json\n$/,
    );
  });

  test('ends by its stop rules, and reports on the held-out rows', async () => {
    const training = { epochs: 100_000, stop: { loss: 1e-4 } };
    const inputs = Array.from({ length: 20 }, (_, row) => [row / 20]);
    const data = { inputs, targets: inputs, validation: 0.25 };
    const { stdout } = await cli.run(['train', write('held.nn.json', { training, data }), '--json']);
    const { stopReason, loss, history, epochs } = JSON.parse(stdout) as TrainDocument;
    expect(stopReason).toBe('loss');
    expect(loss).toBeLessThanOrEqual(1e-4);
    expect(history.length).toBe(epochs + 1);
    expect(history.slice(0, -1).every((row) => row.loss > 1e-4)).toBe(true);
    expect(history.every(({ validationLoss }) => Number.isFinite(validationLoss))).toBe(true);
  });

  test('that diverges has exit status 1 and the last finite state', async () => {
    const file = write('wild.nn.json', { training: { optimizer: { type: 'gd', learningRate: 1e30 } } });
    const out = join(cli.folder, 'wild-trained.nn.json');
    const { status, stdout } = await cli.run(['train', file, '--json', '--output', out]);
    expect(status).toBe(1);
    const document = JSON.parse(stdout) as TrainDocument;
    expect(document.stopReason).toBe('diverged');
    expect(document.history.length).toBe(document.epochs + 1);
    expect([document.loss, ...flat(document)].every(Number.isFinite)).toBe(true);
    const { stdout: gradients } = await cli.run(['gradients', out, '--json']);
    expect((JSON.parse(gradients) as TrainDocument).loss / document.loss).toBeCloseTo(1, 12);
    expect((await cli.run(['train', file])).stdout).toContain('diverged');
  });

  test('needs data', async () => {
    const { status, stdout, stderr } = await cli.run(['train', write('empty.nn.json', { data: undefined })]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('empty.nn.json:1:1: error no-data');
  });

  test('reads standard input', async () => {
    const text = readFileSync(golden('xor'), 'utf8');
    const { status, stdout } = await cli.run(['train', '-', '--json'], text);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as TrainDocument).epochs).toBe(200);
  });
});

const stops: readonly (readonly [string, (child: ChildProcess, pid: number) => unknown])[] = [
  ['Ctrl-C', (child) => child.stdin?.write('\x03')],
  ['SIGTERM', (_, pid) => process.kill(pid, 'SIGTERM')],
];

test.runIf(onLinux).each(stops)('%s ends the run with what it has, and writes it', async (name, stop) => {
  const file = write('interrupted.nn.json', { name: 'long', training: { epochs: 1e12 } });
  const out = join(cli.folder, `${name}-trained.nn.json`);
  const { status, terminal } = await onTerminal(
    ['train', file, '--output', out],
    /long: epoch \d+ of 1000000000000, J = /,
    stop,
  );
  expect(status).toBe(0);
  expect(terminal).toMatch(/after \d+ epochs\s+interrupted: .*\s+weights written to /);
  expect((await cli.run(['validate', out])).status).toBe(0);
});

test.runIf(onLinux)('SIGTERM ends a run whose result is JSON', async () => {
  const file = write('terminated.nn.json', { name: 'long', training: { epochs: 1e12 } });
  const { status, terminal } = await onTerminal(['train', file, '--json'], /long: epoch \d+ of/, (_, pid) =>
    process.kill(pid, 'SIGTERM'),
  );
  expect(status).toBe(0);
  const result = JSON.parse(terminal.slice(terminal.indexOf('{"epochs"'))) as TrainDocument;
  expect(result.stopReason).toBe('cancelled');
  expect(result.history.length).toBe(result.epochs + 1);
});

/**
 * Runs on a terminal of its own (util-linux's `script`) and does `stop` once `sign` is to be read there. A Ctrl-C goes to every
 * process on the terminal: `exec` makes the program the only one, where some shells would wait beside it and die of the signal,
 * with status 130 whatever the program's.
 */
function onTerminal(
  args: readonly string[],
  sign: RegExp,
  stop: (child: ChildProcess, pid: number) => unknown,
): Promise<{ status: number | null; terminal: string }> {
  const command = [process.execPath, cli.bundle, ...args].map((word) => `'${word}'`).join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qec', `echo pid $$; exec ${command}`, '/dev/null'], { cwd: cli.folder });
    let terminal = '';
    let stopped = false;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      terminal += chunk;
      if (stopped || !sign.test(terminal)) return;
      stopped = true;
      stop(child, Number(/^pid (\d+)/.exec(terminal)?.[1]));
    });
    child.on('error', reject).on('close', (status) => {
      resolve({ status, terminal });
    });
  });
}
