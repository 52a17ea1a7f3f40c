/** "Open model as network…" without VS Code: what is asked, and what is to be written. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convertModel, type ImportChoice, type OpenedModel } from '../../src/app/importModel';
import { loadNetworkFile } from '../../src/format';
import * as importers from '../../src/format/import';

const models = new URL('../fixtures/models/', import.meta.url);
const read = (name: string): Promise<Uint8Array> =>
  Promise.resolve(new Uint8Array(readFileSync(new URL(name, models))));

/** Opens the fixture with these answers, by label, in the order in which they are asked for. */
async function open(
  name: string,
  answers: readonly (string | undefined)[] = [],
  present: readonly string[] = [],
  bytes?: Uint8Array,
): Promise<{ readonly opened: OpenedModel | undefined; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const source = {
    uri: { path: `/models/${name}` },
    bytes: bytes ?? (await read(name)),
    readBeside: read,
    exists: (file: string) => Promise.resolve(present.includes(file)),
    choose: <Value>(question: string, choices: readonly ImportChoice<Value>[]): Promise<Value | undefined> => {
      const label = answers[asked.length];
      asked.push(question);
      const chosen = choices.find((choice) => choice.label === label);
      if (label !== undefined && !chosen) throw new Error(`“${question}” has no choice “${label}”`);
      return Promise.resolve(chosen?.value);
    },
  };
  return { opened: await convertModel(source, importers), asked };
}

function load({ name, text, tensors }: OpenedModel): ReturnType<typeof loadNetworkFile> {
  return loadNetworkFile(text, {
    fileName: name,
    readCsv: () => Promise.reject(new Error('there is no CSV')),
    readBytes: () => Promise.resolve(tensors?.bytes ?? new Uint8Array()),
  });
}

describe('a model opened as a network', () => {
  it('that says everything but its loss asks for that alone', async () => {
    const { opened, asked } = await open('onnx-gelu.onnx', ['mse']);
    expect(asked).toEqual(['Which loss is it trained with?']);
    expect(opened?.name).toBe('onnx-gelu.nn.json');
    expect(opened?.tensors).toBeUndefined();
    if (!opened) throw new Error('nothing was opened');
    const { network, problems } = await load(opened);
    expect(problems).toEqual([]);
    expect(network?.loss.type).toBe('mse');
  });

  it('without activations asks for those of the hidden layers together, and for the output', async () => {
    const { opened, asked } = await open('npz-sklearn-classifier.npz', ['tanh', 'softmax', 'crossEntropy']);
    expect(asked.at(-1)).toBe('Which loss is it trained with?');
    expect(asked.some((question) => question.startsWith('Which activation does the output layer have'))).toBe(true);
    const { network } = await load(opened ?? fail());
    expect(network?.layers.slice(1).map(({ activation }) => activation?.type)).toEqual(
      network?.layers.slice(1).map((_, index, all) => (index === all.length - 1 ? 'softmax' : 'tanh')),
    );
  });

  it('asks layer by layer where the hidden layers differ', async () => {
    const weights = ['0', '1', '2'].flatMap((name) => [
      { name: `${name}.weight`, shape: [2, 2], values: Float64Array.of(1, 2, 3, 4) },
      { name: `${name}.bias`, shape: [2], values: Float64Array.of(5, 6) },
    ]);
    const bytes = importers.writeSafetensors(weights);
    const answers = ['Not all the same…', 'tanh', 'relu', 'identity', 'mse'];
    const { opened, asked } = await open('m.safetensors', answers, [], bytes);
    expect(asked.slice(1, 4).map((question) => question.slice(0, 38))).toEqual([
      'Which activation does layer 2 have (“0',
      'Which activation does layer 3 have (“1',
      'Which activation does the output layer',
    ]);
    const { network } = await load(opened ?? fail());
    expect(network?.layers.slice(1).map(({ activation }) => activation?.type)).toEqual(['tanh', 'relu', 'identity']);
  });

  it('asks which way round square matrices are', async () => {
    const answers = ['One row per unit', 'tanh', 'identity', 'mse'];
    const { opened, asked } = await open('npz-square-asked.npz', answers);
    expect(asked[0]).toMatch(/fit either way/);
    const turned = await open('npz-square-asked.npz', ['One row per input', ...answers.slice(1)]);
    expect(opened?.text).not.toBe(turned.opened?.text);
  });

  it('is nothing where a question is not answered', async () => {
    expect((await open('npz-square-asked.npz', [undefined])).opened).toBeUndefined();
    expect((await open('npz-sklearn-classifier.npz', ['tanh', undefined])).opened).toBeUndefined();
  });

  it('reads the files that it names', async () => {
    const { opened } = await open('onnx-external.onnx', ['mse']);
    expect((await load(opened ?? fail())).problems).toEqual([]);
  });

  it('takes names that are free, for its tensors as well', async () => {
    const values = new Float64Array(200 * 101).fill(0.5);
    const bytes = importers.writeSafetensors([{ name: '0.weight', shape: [200, 101], values }]);
    const taken = ['big.nn.json', 'big-2.weights.safetensors'];
    const { opened } = await open('big.safetensors', ['identity', 'mse'], taken, bytes);
    expect(opened?.name).toBe('big-3.nn.json');
    expect(opened?.tensors?.name).toBe('big-3.weights.safetensors');
    expect((await load(opened ?? fail())).network?.theta).toEqual(values);
  });

  it('fails with what the importer says', async () => {
    await expect(open('onnx-conv.onnx')).rejects.toThrow(/Conv/);
    await expect(open('keras3-truncated.keras')).rejects.toThrow(importers.ImportError);
  });
});

it('is offered for every file that can be imported', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    contributes: { menus: Record<string, { command: string; when: string }[]> };
  };
  const entry = manifest.contributes.menus['explorer/context']?.find(
    ({ command }) => command === 'gradientInspector.openModel',
  );
  const [offered, not] = [...(entry?.when.matchAll(/=~ \/(.*?)\/i/g) ?? [])].map(
    ([, pattern = '']) => new RegExp(pattern, 'i'),
  );
  for (const ending of importers.MODEL_ENDINGS) expect(`model${ending}`).toMatch(offered ?? /^$/);
  for (const name of ['a.nn.json', 'package.json', 'tsconfig.base.json']) expect(name).toMatch(not ?? /^$/);
  expect('model.json').not.toMatch(not ?? /^/);
});

function fail(): never {
  throw new Error('nothing was opened');
}
