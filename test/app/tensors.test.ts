/** Networks whose numbers stand beside the text: opened, trained, written, undone, and kept over a reload. */

import { describe, expect, it } from 'vitest';
import type { Editor } from '../../src/app/editor';
import { keepRuns } from '../../src/app/runStore';
import { Emitter } from '../../src/app/emitter';
import { writeWeightsToFile } from '../../src/app/weights';
import type { Session } from '../../src/app/session';
import { readArrays, writeSafetensors } from '../../src/format/import';
import { StillEditor } from './editor';
import type { MemoryText } from './inMemory';
import { OpenFile } from './openFile';

const START = [0.5, -0.25, 0.125, 0.75];
const tensors = (): Uint8Array =>
  writeSafetensors([
    { name: 'w', shape: [1, 3], values: Float64Array.from(START.slice(0, 3)) },
    { name: 'other', shape: [1], values: Float64Array.of(9) },
  ]);
const bias = (): Uint8Array => writeSafetensors([{ name: 'b', shape: [1], values: Float64Array.from(START.slice(3)) }]);

function network(second: string): string {
  return JSON.stringify({
    layers: [
      { units: 3 },
      { units: 1, weights: { file: 'm.safetensors', tensor: 'w' }, biases: { file: second, tensor: 'b' } },
    ],
    data: { inputs: [[1, 2, 3]], targets: [[1]] },
    training: { epochs: 5, optimizer: { type: 'gd', learningRate: 0.01 } },
  });
}

async function open(
  second = 'b.safetensors',
): Promise<{ readonly file: OpenFile; readonly beside: Map<string, Uint8Array> }> {
  const beside = new Map([
    ['m.safetensors', tensors()],
    [second, bias()],
  ]);
  const file = new OpenFile(network(second), '', beside);
  await file.session.text.current();
  return { file, beside };
}

async function train({ session }: OpenFile): Promise<Float64Array> {
  if (!session.view.shown) throw new Error('nothing is shown');
  await session.training.run(session.view.shown);
  return session.view.shown.theta.slice();
}

const valuesOf = (bytes: Uint8Array | undefined, name: string): number[] => [
  ...(readArrays('m.safetensors', bytes ?? new Uint8Array())
    .find((tensor) => tensor.name === name)
    ?.values() ?? []),
];

describe('weights beside the text', () => {
  it('are written in place, the others and the text as they were, and a backup of what was there', async () => {
    const { file, beside } = await open();
    const theta = await train(file);
    expect(await writeWeightsToFile(file.session, file.editor)).toBe(true);
    expect(valuesOf(beside.get('m.safetensors'), 'w')).toEqual([...theta.slice(0, 3)]);
    expect(valuesOf(beside.get('m.safetensors'), 'other')).toEqual([9]);
    expect(valuesOf(beside.get('b.safetensors'), 'b')).toEqual([theta[3]]);
    expect(beside.get('m.safetensors.bak')).toEqual(tensors());
    expect(file.document.getText()).toBe(network('b.safetensors'));
    expect(file.state.training.unwritten).toBe(false);
    expect(file.editor.messages('info')).toEqual([
      'The weights were written to m.safetensors, b.safetensors. What they held before is in m.safetensors.bak, b.safetensors.bak.',
    ]);
    file.session.dispose();
  });

  it('come back where the reader undoes it', async () => {
    const { file, beside } = await open();
    await train(file);
    const editor: Editor = Object.assign(new StillEditor(), { info: () => Promise.resolve('Undo') });
    await writeWeightsToFile(file.session, editor);
    await until(() => file.session.view.shown?.theta[0] === START[0]);
    expect(beside.get('m.safetensors')).toEqual(tensors());
    expect(beside.get('b.safetensors')).toEqual(bias());
    expect([...(file.session.view.shown?.theta ?? [])]).toEqual(START);
    file.session.dispose();
  });

  it('are all as they were where one cannot be written', async () => {
    const { file, beside } = await open('locked.safetensors');
    await train(file);
    expect(await writeWeightsToFile(file.session, file.editor)).toBe(false);
    expect(beside.get('m.safetensors')).toEqual(tensors());
    expect(file.editor.messages('error')).toEqual([
      'The weights were not written: “locked.safetensors.bak” cannot be written',
    ]);
    expect(file.state.training.unwritten).toBe(true);
    file.session.dispose();
  });

  it('are kept over a reload', async () => {
    const stored = new Map<string, Uint8Array>();
    const storage = {
      read: (name: string) => Promise.resolve(stored.get(name)),
      write: (name: string, bytes: Uint8Array) => Promise.resolve(void stored.set(name, bytes)),
      remove: (name: string) => Promise.resolve(void stored.delete(name)),
    };
    const start = async (): Promise<{ file: OpenFile; close: () => void }> => {
      const [opened, closed] = [new Emitter<Session<MemoryText>>(), new Emitter<Session<MemoryText>>()];
      const kept = keepRuns({ onDidOpen: opened.event, onDidClose: closed.event }, storage, new StillEditor());
      const beside = new Map([
        ['m.safetensors', tensors()],
        ['b.safetensors', bias()],
      ]);
      const file = new OpenFile(network('b.safetensors'), '', beside);
      opened.fire(file.session);
      await file.session.text.current();
      return {
        file,
        close: () => {
          closed.fire(file.session);
          file.session.dispose();
          kept.dispose();
        },
      };
    };
    const first = await start();
    const theta = await train(first.file);
    first.close();
    await until(() => stored.size > 0);
    const second = await start();
    await until(() => second.file.session.training.status === 'ended');
    expect(second.file.session.view.shown?.theta).toEqual(theta);
    second.close();
  });
});

/** Resolves when it is so: what is waited for comes by itself. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
