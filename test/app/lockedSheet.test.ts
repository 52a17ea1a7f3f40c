/** A sheet that locks itself, in the editor and before the tools of language models. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Exercises } from '../../src/app/exercise';
import { Assigner } from '../../src/app/classes/assign';
import { runTool, TOOL_NAMES, type ToolName } from '../../src/app/tools';
import { valueRemarks } from '../../src/app/sheet';
import { judgmentOf } from '../../src/app/sheetJudgment';
import { sheetValues } from '../../src/core/exercise/values';
import { parseNetworkFile } from '../../src/format';
import { READING_NAMES } from '../../src/readings';
import { workerInMemory } from './inMemory';
import { OpenFile } from './openFile';

const classroom = join(import.meta.dirname, '../../media/classroom');
const toy = readFileSync(join(classroom, '2-toy-1-1-1.nn.json'), 'utf8');
const layer1 = readFileSync(join(classroom, '5-layer-1.nn.json'), 'utf8');

function keyOf(text: string): string {
  const file = parseNetworkFile(text, { fileName: '' });
  if (!file.network) throw new Error('the sheet has errors');
  return new Assigner(text, { ...file, network: file.network }).ownKey;
}

async function opened(text: string): Promise<OpenFile> {
  const file = new OpenFile(text);
  await file.session.text.current();
  return file;
}

/** Every value that the text hides, and J. */
function secretsOf(text: string): { readonly backward: number[]; readonly forward: number[] } {
  const { network, data } = parseNetworkFile(text, { fileName: '' });
  if (!network || !data) throw new Error('the sheet has errors');
  const { z, a, delta, loss, gradient } = sheetValues({ network, theta: network.theta, samples: data.training });
  const flat = (some: readonly (readonly Float64Array[])[]): number[] => some.flat().flatMap((one) => [...one]);
  const forward = [loss, ...flat(z), ...a.flatMap((layers) => layers.slice(1).flatMap((one) => [...one]))];
  return { backward: [...flat(delta), ...gradient], forward };
}

const numbersIn = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (one instanceof Float64Array ? [...one] : one));

describe('in the editor', () => {
  test('a sheet that asks for gradients hides them and δ, and shows the forward pass', async () => {
    const { session } = await opened(layer1);
    expect(session.grading.exercise).toEqual({ right: 0, asked: 6, next: 'δ₁⁽²⁾' });
    const { own } = session.text;
    if (!own) throw new Error('no model');
    const analysis = await session.compute.on(own.model).analyse({ theta: own.theta });
    expect(analysis.gradient).toBeNull();
    expect(analysis.units.delta).toEqual([]);
    expect(analysis.units.a[2]?.length).toBe(2);
  });

  test('a sheet that asks for the forward pass hides every value, whatever is asked of the worker', async () => {
    const { session } = await opened(toy);
    const { own } = session.text;
    if (!own) throw new Error('no model');
    const remote = session.compute.on(own.model);
    const shown = numbersIn(await remote.analyse({ theta: own.theta }));
    const { forward, backward } = secretsOf(toy);
    expect([...forward, ...backward].filter((value) => shown.includes(String(value)))).toEqual([]);
    const asking = remote as unknown as Record<string, (request: object) => Promise<unknown>>;
    for (const name of [...READING_NAMES, 'check', 'train', 'step', 'thetaAfter'])
      await expect(asking[name]?.({ theta: own.theta }), name).rejects.toMatchObject({ name: 'GradientsHidden' });
  });

  test('what a panel shows holds no hidden value', async () => {
    const file = await opened(toy);
    await new Promise((resolve) => setImmediate(resolve));
    const shown = numbersIn(file.state);
    const { forward, backward } = secretsOf(toy);
    expect([...forward, ...backward].filter((value) => value !== 0 && shown.includes(String(value)))).toEqual([]);
  });

  test('it opens when all is right, and says so once', async () => {
    const file = await opened(layer1);
    const told: string[] = [];
    const editor = Object.assign(file.editor, { info: (text: string) => Promise.resolve(void told.push(text)) });
    const nothing = { dispose: () => undefined };
    const files = {
      onDidOpen: (listener: (session: typeof file.session) => void) => {
        listener(file.session);
        return nothing;
      },
      onDidClose: () => nothing,
    };
    const memory = { get: <T>(_: string, fallback: T): T => fallback, update: () => Promise.resolve() };
    const exercises = new Exercises(files, memory, editor);
    exercises.end(file.session);
    expect(file.session.grading.hidden).toBe(true);
    expect(told).toEqual(['This sheet stays locked until all its answers are correct.']);
    await file.type(keyOf(layer1));
    expect(file.session.grading.hidden).toBe(false);
    expect(told.slice(1)).toEqual(['Well done! All 6 are correct; gradients are visible again.']);
    exercises.dispose();
  });

  test('a text with errors stays locked', async () => {
    const file = await opened(layer1);
    await file.type(layer1.replace('"layers"', '"layers'));
    expect(file.session.grading.hidden).toBe(true);
  });

  test('values that are wrong are remarked on, as often as the sheet gives hints', () => {
    const wrong = toy.replace('"loss": null', '"loss": 0.7').replace('"hints": true', '"hints": 0');
    const remarks = (text: string): string[] => {
      const file = parseNetworkFile(text, { fileName: '' });
      if (!file.network) throw new Error('the sheet has errors');
      const judgment = judgmentOf({ ...file, network: file.network });
      return judgment ? valueRemarks(file, judgment, true).map(({ message }) => message) : [];
    };
    expect(remarks(wrong)).toEqual(['J is not right yet']);
    expect(remarks(wrong.replace('"hints": 0', '"hints": 1'))).toEqual([
      '0.7 is not J, and no known mistake explains it',
    ]);
  });
});

describe('before language models', () => {
  const ARGUMENTS: Readonly<Partial<Record<ToolName, object>>> = {
    derivative_chain: { parameter: '1,1,1' },
    train_network: { epochs: 1, output: 'trained.nn.json' },
  };

  test.each(TOOL_NAMES)('%s gives no hidden value away', async (name) => {
    for (const text of [toy, layer1]) {
      const written: string[] = [];
      const place = {
        startWorker: workerInMemory(() => new Promise((resolve) => setImmediate(resolve))),
        open: (file: string) =>
          Promise.resolve({
            file,
            text,
            content: parseNetworkFile(text, { fileName: file }),
            hidden: false,
            readGradients: () => Promise.resolve({ claims: [], transposed: [], problems: [], text }),
            checkOutput: () => Promise.resolve(),
            write: (output: string) => Promise.resolve(void written.push(output)),
          }),
      };
      const answer = await runTool(name, { file: 'a.nn.json', ...ARGUMENTS[name] }, place, () => undefined);
      const { forward, backward } = secretsOf(text);
      const secrets = text === toy ? [...forward, ...backward] : backward;
      const found = secrets.filter((value) => answer.includes(Math.abs(value).toPrecision(4).replace(/0+$/, '')));
      expect(found).toEqual([]);
      expect(written).toEqual([]);
    }
  });
});
