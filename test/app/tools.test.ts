/** The tools for language models during an exercise: hints, never values. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inputSchema, runTool, TOOL_NAMES, TOOLS, type ToolName, type ToolPlace } from '../../src/app/tools';
import { gradients } from '../../src/core/backprop';
import { objectiveOf } from '../../src/core/network';
import { csvText, loadNetworkFile, type NetworkFile } from '../../src/format';
import { workerInMemory } from './inMemory';

const goldens = join(import.meta.dirname, '..', 'fixtures', 'goldens');
const toy = JSON.parse(readFileSync(join(goldens, 'lecture-2-2-2.nn.json'), 'utf8')) as {
  layers: Record<string, unknown>[];
};

/** The lecture's network with claims for θ^(1): one that is three times too large, an open one, and what is right. */
async function sheet(
  claims: (exact: Float64Array) => unknown,
  exercise?: object,
): Promise<{ content: NetworkFile; text: string }> {
  const load = (text: string): Promise<NetworkFile> =>
    loadNetworkFile(text, { fileName: 'sheet.nn.json', readCsv: () => Promise.resolve(csvText('')) });
  const { network, data } = await load(JSON.stringify(toy));
  if (!network || !data) throw new Error('the golden is broken');
  const { gradient } = gradients(objectiveOf(network, data.training));
  const [input, hidden, ...rest] = toy.layers;
  const layers = [input, { ...hidden, claimedGradients: { weights: claims(gradient) } }, ...rest];
  const text = JSON.stringify({ ...toy, layers, ...(exercise && { exercise }) });
  return { content: await load(text), text };
}

function place(file: { content: NetworkFile; text: string }, written: string[] = [], isHidden = true): ToolPlace {
  return {
    startWorker: workerInMemory(() => new Promise((resolve) => setImmediate(resolve))),
    open: (name) =>
      Promise.resolve({
        ...file,
        file: name,
        hidden: isHidden,
        readGradients: () =>
          Promise.resolve({ claims: file.content.claims, transposed: [], problems: [], text: file.text }),
        checkOutput: () => Promise.resolve(),
        write: (output) => {
          written.push(output);
          return Promise.resolve();
        },
      }),
  };
}

const ARGUMENTS: Readonly<Record<ToolName, object>> = {
  validate_network: {},
  network_gradients: {},
  derivative_chain: { parameter: '1,1,1' },
  check_gradients: {},
  judge_gradients: { gradients: 'gradients.json' },
  diagnose_network: {},
  train_network: { epochs: 1, output: 'trained.nn.json' },
};

const ask = (name: ToolName, at: ToolPlace): Promise<string> =>
  runTool(name, { file: 'sheet.nn.json', ...ARGUMENTS[name] }, at, () => undefined);

/** Every ∂J/∂θ that no claim holds. */
function hidden({ network, data, claims }: NetworkFile): number[] {
  if (!network || !data) return [];
  const { gradient } = gradients(objectiveOf(network, data.training));
  return [...gradient].filter((value) => claims.every((claim) => claim.value !== value));
}

function numbersIn(text: string): number[] {
  return (text.match(/\d+\.\d+(e-?\d+)?/g) ?? []).map(Number);
}

test.each(TOOL_NAMES)('%s gives no value away while claims are wrong or open', async (name) => {
  const file = await sheet((exact) => [
    [3 * (exact[0] ?? NaN), exact[1]],
    [null, exact[3]],
  ]);
  const written: string[] = [];
  const text = await ask(name, place(file, written));
  for (const value of hidden(file.content)) {
    const near = numbersIn(text).filter((number) => Math.abs(number - Math.abs(value)) <= 1e-2 * Math.abs(value));
    expect(near).toEqual([]);
  }
  expect(written).toEqual([]);
  if (name === 'validate_network') return;
  expect(text).toMatch(/claims: 2 of 3 correct, 1 wrong/);
  expect(text).toMatch(/ is not ∂J\/∂θ₁₁⁽¹⁾: /);
});

test.each(TOOL_NAMES)('%s gives no value of a locked sheet away, and as many hints as it allows', async (name) => {
  for (const [hints, count] of [
    [false, 0],
    [1, 1],
  ] as const) {
    const file = await sheet(
      (exact) => [
        [3 * (exact[0] ?? NaN), 2 * (exact[1] ?? NaN)],
        [null, exact[3]],
      ],
      { hide: ['gradients'], ask: ['layer 1'], hints },
    );
    const written: string[] = [];
    const text = await ask(name, place(file, written, false));
    expect(written).toEqual([]);
    for (const value of hidden(file.content)) {
      const near = numbersIn(text).filter((number) => Math.abs(number - Math.abs(value)) <= 1e-2 * Math.abs(value));
      expect(near).toEqual([]);
    }
    if (name === 'validate_network') continue;
    expect(text.match(/ is not ∂J\/∂θ/g) ?? []).toHaveLength(count);
    if (name !== 'judge_gradients')
      expect(text).toMatch(/^exercise: 1 of 4 answers are right, 1 still open; values stay hidden/);
  }
});

test('a solved sheet shows its values', async () => {
  const file = await sheet((exact) => [[...exact.subarray(0, 2)], [...exact.subarray(2, 4)]], {
    hide: ['gradients'],
    ask: ['layer 1'],
  });
  expect(await ask('network_gradients', place(file, [], false))).toContain(String(file.content.claims[0]?.value));
});

test('a chain is shown in symbols', async () => {
  const file = await sheet(() => [
    [1, null],
    [null, null],
  ]);
  expect(await ask('derivative_chain', place(file))).toMatch(/∂E\/∂a₁⁽³⁾ +· ∂a₁⁽³⁾\/∂z₁⁽³⁾/);
});

test('once all claims are correct, values are shown', async () => {
  const file = await sheet((exact) => [[...exact.subarray(0, 2)], [...exact.subarray(2, 4)]]);
  const text = await ask('network_gradients', place(file));
  expect(text).toContain(String(file.content.claims[0]?.value));
});

test('the manifest lists every tool as the table has it', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
    contributes: { languageModelTools: Record<string, unknown>[] };
  };
  const { languageModelTools } = manifest.contributes;
  expect(languageModelTools.map(({ name }) => name)).toEqual(TOOL_NAMES);
  for (const name of TOOL_NAMES) {
    const { title: displayName, description: modelDescription } = TOOLS[name];
    const entry = languageModelTools.find((tool) => tool['name'] === name);
    expect(entry).toMatchObject({ displayName, modelDescription, inputSchema: inputSchema(name) });
  }
});
