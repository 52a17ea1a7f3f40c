/** The Model Context Protocol server as a client of the SDK's own sees it, in a process of its own. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TOOL_NAMES } from '../../src/app/tools';
import { type Cli, buildCli, goldens } from './cli';

let cli: Cli;
let root: string;
let client: Client;

beforeAll(async () => {
  cli = buildCli();
  root = mkdtempSync(join(cli.folder, 'root-'));
  for (const name of ['lecture-2-2-2', 'xor'])
    copyFileSync(join(goldens, `${name}.nn.json`), join(root, `${name}.nn.json`));
  copyFileSync(join(goldens, 'xor.nn.json'), join(cli.folder, 'outside.nn.json'));
  client = new Client({ name: 'test', version: '1' });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [cli.bundle, 'mcp', '--root', root], stderr: 'pipe' }),
  );
});
afterAll(async () => {
  await client.close();
  await cli.dispose();
});

interface Answer {
  readonly text: string;
  readonly failed: boolean;
}

async function call(name: string, input: Record<string, unknown>): Promise<Answer> {
  const { content, isError } = (await client.callTool({ name, arguments: input })) as {
    content: { type: string; text: string }[];
    isError?: boolean;
  };
  expect(content.map(({ type }) => type)).toEqual(['text']);
  return { text: content[0]?.text ?? '', failed: isError === true };
}

/** True where a number of the text, with ASCII's minus, is this one but for rounding. */
function holds(text: string, value: number): boolean {
  const numbers = (text.match(/-?\d+(\.\d+)?(e-?\d+)?/g) ?? []).map(Number);
  return numbers.some((number) => Math.abs(number - value) <= 1e-14 * Math.abs(value));
}

const TOY = 'lecture-2-2-2.nn.json';
const expected = JSON.parse(readFileSync(join(goldens, 'lecture-2-2-2.expected.json'), 'utf8')) as {
  loss: number;
  gradients: { weights: number[][] }[];
};
const exact = expected.gradients.flatMap(({ weights }) => weights.flat());

/** The toy network with claims for its first layer. */
function claiming(name: string, claims: unknown): string {
  const network = JSON.parse(readFileSync(join(goldens, TOY), 'utf8')) as { layers: Record<string, unknown>[] };
  if (network.layers[1]) network.layers[1]['claimedGradients'] = { weights: claims };
  writeFileSync(join(root, name), JSON.stringify(network, null, 1));
  return name;
}

test('says who it is, and lists the tools of the table with their schemas', async () => {
  expect(client.getServerVersion()).toMatchObject({ name: 'gradient-inspector', version: '1.2.3' });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(TOOL_NAMES);
  for (const { inputSchema, description, annotations, name } of tools) {
    expect(inputSchema.required).toContain('file');
    expect(inputSchema['additionalProperties']).toBe(false);
    expect(description?.length).toBeLessThan(200);
    expect(annotations?.readOnlyHint).toBe(name !== 'train_network');
  }
  // All schemas together are a small part of what a model can read.
  expect(JSON.stringify(tools).length).toBeLessThan(6000);
});

describe('answers what the command line does', () => {
  test('validate_network', async () => {
    expect(await call('validate_network', { file: TOY })).toEqual({
      text: `${TOY}: valid; 2-2-2, 8 parameters, 1 sample`,
      failed: false,
    });
  });

  test('network_gradients, every number exact', async () => {
    const { text, failed } = await call('network_gradients', { file: TOY });
    expect(failed).toBe(false);
    for (const value of [expected.loss, ...exact]) expect(holds(text, value)).toBe(true);
  });

  test('derivative_chain', async () => {
    const { text, failed } = await call('derivative_chain', { file: TOY, parameter: '1,1,1', paths: 1 });
    expect(failed).toBe(false);
    expect(holds(text, exact[0] ?? NaN)).toBe(true);
    expect(text).toContain('σ′(z₁⁽²⁾)');
    expect(text).not.toContain('path 2:');
  });

  test('derivative_chain of a file without data, in symbols', async () => {
    const { data: _, ...network } = JSON.parse(readFileSync(join(root, TOY), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(root, 'no-data.nn.json'), JSON.stringify(network));
    const { text } = await call('derivative_chain', { file: 'no-data.nn.json', parameter: '1,1,1' });
    expect(text).toContain('∂E/∂a₁⁽³⁾');
    for (const name of TOOL_NAMES.filter((one) => one !== 'derivative_chain' && one !== 'validate_network')) {
      expect(await call(name, { file: 'no-data.nn.json' })).toEqual({
        text: 'no-data.nn.json:1:1: error no-data: the file has no “data”, so it has no J and no gradients',
        failed: true,
      });
    }
  });

  test('check_gradients, of all and of one', async () => {
    const all = await call('check_gradients', { file: TOY });
    expect(all.text).toMatch(/^pass: 8 of 8 parameters pass\nagainst /);
    const one = await call('check_gradients', { file: TOY, parameter: '2,1,2' });
    expect(one.text).toMatch(/^pass: 1 of 1 parameters pass\n/);
    expect(one.text).toContain('\n2,1,2 θ₁₂⁽²⁾: pass; backpropagation ');
  });

  test('judge_gradients of the file’s own claims', async () => {
    const wrong = exact.slice(0, 4).map((value) => -value);
    const file = claiming('sign.nn.json', [wrong.slice(0, 2), wrong.slice(2)]);
    const { text, failed } = await call('judge_gradients', { file });
    expect(failed).toBe(false);
    expect(text).toMatch(/^claims: 0 of 4 correct, 4 wrong\n/);
    expect(text).toMatch(/sign/);
    expect(text).toMatch(/\nsign\.nn\.json:\d+:\d+: 1,1,1 θ₁₁⁽¹⁾: claimed -0\.000\d+ is wrong, ∂J\/∂θ = 0\.000166/);
  });

  test('judge_gradients of a file that a program saved', async () => {
    const { stdout } = await cli.run(['gradients', join(root, TOY), '--json']);
    writeFileSync(join(root, 'gradients.json'), stdout);
    const { text } = await call('judge_gradients', { file: TOY, gradients: 'gradients.json' });
    expect(text).toBe('claims: 8 of 8 correct, 0 wrong\nAll 8 gradients are correct.');
  });

  test('diagnose_network', async () => {
    const { text } = await call('diagnose_network', { file: 'xor.nn.json', epochs: 20 });
    expect(text).toMatch(/trial run of 20 epochs/);
  });
});

describe('train_network', () => {
  test('writes nothing unless it is asked to', async () => {
    const before = readFileSync(join(root, 'xor.nn.json'), 'utf8');
    const { text } = await call('train_network', { file: 'xor.nn.json', epochs: 50 });
    expect(text).toMatch(/J = 0\.73\d+ → 0\.\d+ after 50 epochs$/);
    expect(readFileSync(join(root, 'xor.nn.json'), 'utf8')).toBe(before);
  });

  test('writes the bytes that the command line writes', async () => {
    const { text } = await call('train_network', { file: 'xor.nn.json', epochs: 50, output: 'trained.nn.json' });
    expect(text).toMatch(/\nweights written to trained\.nn\.json$/);
    const own = join(cli.folder, 'own.nn.json');
    await cli.run(['train', join(root, 'xor.nn.json'), '--epochs', '50', '--output', own]);
    expect(readFileSync(join(root, 'trained.nn.json'), 'utf8')).toBe(readFileSync(own, 'utf8'));
  });

  test.each([
    ['../outside.nn.json', 'outside the root'],
    ['linked/new.nn.json', 'outside the root'],
    ['link.nn.json', 'outside the root'],
    ['package.json', 'already exists'],
    ['nowhere/new.nn.json', 'no such file'],
  ])('does not write to %s', async (output, reason) => {
    writeFileSync(join(root, 'package.json'), '{}');
    mkdirSync(join(cli.folder, 'elsewhere'), { recursive: true });
    if (!existsSync(join(root, 'linked'))) {
      symlinkSync(join(cli.folder, 'elsewhere'), join(root, 'linked'));
      symlinkSync(join(cli.folder, 'outside.nn.json'), join(root, 'link.nn.json'));
    }
    const before = readFileSync(join(cli.folder, 'outside.nn.json'), 'utf8');
    const { text, failed } = await call('train_network', { file: 'xor.nn.json', epochs: 1, output });
    expect(failed).toBe(true);
    expect(text).toContain(reason);
    expect(readFileSync(join(root, 'package.json'), 'utf8')).toBe('{}');
    expect(readFileSync(join(cli.folder, 'outside.nn.json'), 'utf8')).toBe(before);
    expect(existsSync(join(cli.folder, 'elsewhere', 'new.nn.json'))).toBe(false);
  });
});

describe('errors are the tool’s, with their places', () => {
  test('every problem of a file', async () => {
    writeFileSync(join(root, 'broken.nn.json'), '{ "layers": [\n  { "units": 2 },\n  { "units": "two" }\n] }');
    for (const name of TOOL_NAMES) {
      const { text, failed } = await call(name, {
        file: 'broken.nn.json',
        ...(name === 'derivative_chain' && { parameter: '1,1,1' }),
      });
      expect(failed).toBe(true);
      expect(text).toMatch(/^broken\.nn\.json:3:14: error /);
    }
  });

  test.each(['../outside.nn.json', '/etc/passwd', 'link-in.nn.json', '.', 'missing.nn.json'])(
    'reads nothing outside the root: %s',
    async (file) => {
      if (!existsSync(join(root, 'link-in.nn.json'))) {
        symlinkSync(join(cli.folder, 'outside.nn.json'), join(root, 'link-in.nn.json'));
      }
      const { text, failed } = await call('validate_network', { file });
      expect(failed).toBe(true);
      expect(text.startsWith(`${file}:1:1: error unreadable: `)).toBe(true);
      expect(text).toMatch(/outside the root|it is a folder|no such file/);
    },
  );

  test('a CSV outside the root', async () => {
    writeFileSync(join(cli.folder, 'rows.csv'), 'a,b,c,d\n1,2,3,4\n');
    const network = JSON.parse(readFileSync(join(root, TOY), 'utf8')) as Record<string, unknown>;
    network['data'] = { file: '../rows.csv', inputs: ['a', 'b'], targets: ['c', 'd'] };
    writeFileSync(join(root, 'csv.nn.json'), JSON.stringify(network));
    const { text, failed } = await call('network_gradients', { file: 'csv.nn.json' });
    expect(failed).toBe(true);
    expect(text).toMatch(/^csv\.nn\.json:1:\d+: error csv-unreadable: .*outside the root/);
  });

  test.each([
    ['derivative_chain', { file: TOY }, '“parameter” takes'],
    ['derivative_chain', { file: TOY, parameter: '1,1' }, '“parameter” takes l,i,j'],
    ['derivative_chain', { file: TOY, parameter: '7,1,1' }, 'there is no parameter 7,1,1'],
    ['network_gradients', { file: TOY, sample: 2 }, '1'],
    ['network_gradients', { file: TOY, sample: 0.5 }, '“sample” takes a whole number from 1 on'],
    ['network_gradients', { file: TOY, row: 1 }, 'unknown argument “row”, expected file, sample'],
    ['network_gradients', {}, '“file” takes text'],
    ['judge_gradients', { file: TOY, gradients: TOY, orientation: 'sideways' }, '“orientation” takes'],
    ['nothing', {}, 'there is no tool “nothing”'],
  ])('a request that makes no sense: %s %j', async (name, input, message) => {
    const { text, failed } = await call(name, input);
    expect(failed).toBe(true);
    expect(text).toContain(message);
  });
});

test('a call can be canceled, and the next is answered', async () => {
  const abort = new AbortController();
  const training = client.callTool(
    { name: 'train_network', arguments: { file: 'xor.nn.json', epochs: 1_000_000_000 } },
    undefined,
    { signal: abort.signal },
  );
  // Answered while the training runs, in another thread.
  expect((await call('validate_network', { file: TOY })).failed).toBe(false);
  abort.abort();
  await expect(training).rejects.toThrow();
  expect((await call('validate_network', { file: TOY })).failed).toBe(false);
});

test('a file in the list of exercises gives hints, never values, until its claims are correct', async () => {
  const list = join(cli.folder, 'exercises.json');
  const other = new Client({ name: 'test', version: '1' });
  const args = [cli.bundle, 'mcp', '--root', root, '--exercises', list];
  await other.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' }));
  const answer = async (): Promise<string> => {
    const { content } = await other.callTool({ name: 'network_gradients', arguments: { file: 'sheet.nn.json' } });
    return (content as { text: string }[])[0]?.text ?? '';
  };
  const triple = exact.slice(0, 4).map((value) => 3 * value);
  claiming('sheet.nn.json', [triple.slice(0, 2), triple.slice(2)]);
  // A list that is not there yet hides everything.
  const hints = await answer();
  expect(hints).toMatch(
    /^exercise: gradients stay hidden until all claims are correct\nclaims: 0 of 4 correct, 4 wrong\n/,
  );
  for (const value of exact) expect(holds(hints, value)).toBe(false);
  writeFileSync(list, JSON.stringify([join(root, 'sheet.nn.json')]));
  expect(await answer()).toBe(hints);
  claiming('sheet.nn.json', [exact.slice(0, 2), exact.slice(2, 4)]);
  expect(holds(await answer(), exact[7] ?? NaN)).toBe(true);
  claiming('sheet.nn.json', [triple.slice(0, 2), triple.slice(2)]);
  writeFileSync(list, '[]');
  expect(holds(await answer(), exact[7] ?? NaN)).toBe(true);
  await other.close();
});

test('ends quietly with its standard input', async () => {
  expect(await cli.run(['mcp', '--root', root])).toEqual({ status: 0, stdout: '', stderr: '' });
});

test.each([
  [['mcp', '--root', 'nowhere'], 'nowhere” cannot be read: no such file'],
  [['mcp', 'file.nn.json'], 'mcp takes no file'],
])('%j is a wrong request', async (args, message) => {
  const { status, stdout, stderr } = await cli.run(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});
