/** “Write weights to file”: what keeps the weights out of the text, and what the reader is told then. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { step } from '../../src/app/trainingCommands';
import { writeWeightsToFile } from '../../src/app/weights';
import { OpenFile } from './openFile';

const xor = readFileSync('media/examples/xor.nn.json', 'utf8');
const other = readFileSync('media/examples/toy-1-1-1.nn.json', 'utf8');

let file: OpenFile;
beforeEach(async () => {
  file = new OpenFile(xor);
  await file.session.text.current();
  await step(file.session, file.editor, 'epoch');
});
afterEach(() => {
  file.session.dispose();
});

describe('trained weights', () => {
  it('are written in one edit', async () => {
    expect(await writeWeightsToFile(file.session, file.editor)).toBe(true);
    expect(file.session.text.own?.theta).toEqual(file.session.view.shown?.theta);
  });

  it('are not written where the text changes while they are saved', async () => {
    file.editor.edit = () => Promise.resolve(false);
    expect(await writeWeightsToFile(file.session, file.editor)).toBe(false);
    expect(file.document.getText()).toBe(xor);
    expect(file.editor.messages('error')).toEqual(['The weights were not written: the text changed while saving.']);
  });

  it('are not written into a text with errors', async () => {
    await file.type(`${xor},`);
    expect(await writeWeightsToFile(file.session, file.editor)).toBe(false);
    expect(file.editor.messages('error')).toEqual([
      'The weights were not written: the text has errors. Fix them first; the weights are kept.',
    ]);
  });

  it('replace those of a text that was changed since only where the reader says so', async () => {
    const changed = xor.replace('"name": "', '"name": "my ').replace('0.9', '0.8');
    await file.type(changed);
    expect(await writeWeightsToFile(file.session, file.editor)).toBe(false);
    expect(file.editor.asked.at(-1)?.what).toBe('confirm');
    expect(file.document.getText()).toBe(changed);
    file.editor.confirm = () => Promise.resolve('Write weights');
    expect(await writeWeightsToFile(file.session, file.editor)).toBe(true);
  });

  it('that no longer fit the text can be opened as a new file', async () => {
    await file.type(other);
    expect(await writeWeightsToFile(file.session, file.editor)).toBe(false);
    expect(file.editor.messages('warning')).toEqual([
      'The weights were not written: the text’s network has a different shape from the one that was trained.',
    ]);
    file.editor.warning = () => Promise.resolve('Open as new file');
    await writeWeightsToFile(file.session, file.editor);
    const { what, about } = file.editor.asked.at(-1) ?? {};
    expect(what).toBe('openNew');
    expect(about).toContain(String(file.session.view.shown?.theta[0]));
    expect(file.document.getText()).toBe(other);
  });
});
