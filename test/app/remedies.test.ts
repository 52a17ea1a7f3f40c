import { expect, test } from 'vitest';
import type { Change } from '../../src/core/doctor/changes';
import { OpenFile } from './openFile';
import { panelOf } from './panelOf';

const text = `{
  "name":   "kept as it is",
  "layers": [{ "units": 2 }, { "units": 2, "activation": "sigmoid" }, { "units": 1, "activation": "softmax" }],
  "loss": "mse",
  "data": { "inputs": [[0, 0], [0, 1]], "targets": [[0], [1]] },
  "seed": 1
}`;
const changes: readonly Change[] = [
  { key: 'activation', layer: 3, value: 'sigmoid' },
  { key: 'loss', value: 'binaryCrossEntropy' },
  { key: 'learningRate', value: 0.5 },
];

test('a remedy is made in the text as one step to undo, and touches nothing else', async () => {
  const file = new OpenFile(text);
  await file.session.text.current();
  const steps: string[] = [];
  const { edit } = file.editor;
  file.editor.edit = async (document, edits) => {
    steps.push(document.getText());
    return edit(document, edits);
  };
  await panelOf(file).applyRemedy(changes);
  await expect.poll(() => steps.length).toBe(1);
  // One edit: what stood there before it is what one undo brings back.
  expect(steps).toEqual([text]);
  const changed = file.document.getText();
  expect(changed).toContain('"name":   "kept as it is",');
  expect(changed).toContain('{ "units": 2, "activation": "sigmoid" }, { "units": 1, "activation": "sigmoid" }');
  const { network } = (await file.session.text.current())?.file ?? {};
  expect(network?.layers.map(({ activation }) => activation.type)).toEqual(['identity', 'sigmoid', 'sigmoid']);
  expect(network?.loss.type).toBe('binaryCrossEntropy');
  expect(network?.training.optimizer.learningRate).toBe(0.5);
  expect(file.editor.messages('error')).toEqual([]);
  file.session.dispose();
});

test('a remedy changes nothing where the text has errors, and says so', async () => {
  const file = new OpenFile(text.replace('"softmax"', '"sofmax"'));
  await file.session.text.current();
  const before = file.document.getText();
  await panelOf(file).applyRemedy(changes);
  await expect
    .poll(() => file.editor.messages('error'))
    .toEqual(['The change was not made: the text has errors. Fix them first.']);
  expect(file.document.getText()).toBe(before);
  file.session.dispose();
});

test('θ that was moved by hand is shown and written nowhere, and the trained weights can be shown again', async () => {
  const file = new OpenFile(text.replace('softmax', 'sigmoid'));
  await file.session.text.current();
  const { view, training } = file.session;
  const shown = view.shown;
  if (!shown) throw new Error('there is a network');
  await training.run(shown);
  const trained = view.shown?.theta ?? shown.theta;
  const moved = trained.map((value) => value + 1);
  view.moveTo(moved);
  expect(view.shown?.theta).toBe(moved);
  expect(view.shown?.epoch).toBe(0);
  expect(file.document.getText()).toContain('"seed": 1');
  expect(file.state.notice?.message).toMatch(
    /^Showing weights that you moved; trained weights \(epoch \d+\) are kept\.$/,
  );
  view.moveTo(trained.slice());
  // It is the run’s newest epoch again.
  expect(view.shown?.epoch).toBe(training.state?.epoch);
  expect([view.aside, file.state.notice]).toEqual([false, null]);
  file.session.dispose();
});

test('a panel moves θ, but to nothing that does not fit, and nowhere during an exercise', async () => {
  const file = new OpenFile(text.replace('softmax', 'sigmoid'));
  await file.session.text.current();
  const panel = panelOf(file);
  const { shown } = file.session.view;
  if (!shown) throw new Error('there is a network');
  const { revision } = shown.model;
  const theta = shown.theta.map((value) => value / 2);
  await panel.moveTo({ revision, theta: theta.slice(1) });
  expect(file.session.view.shown).toBe(shown);
  file.session.grading.judge([], 8);
  file.session.grading.hide(true);
  await panel.moveTo({ revision, theta });
  expect(file.session.view.shown).toBe(shown);
  file.session.grading.hide(false);
  await panel.moveTo({ revision, theta });
  expect(file.session.view.shown?.theta).toEqual(theta);
  file.session.dispose();
});
