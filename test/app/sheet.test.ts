/** A file that is a locked sheet, open: what is wrong with its answers, and when it opens. */

import { afterEach, expect, test } from 'vitest';
import { OpenFile } from './openFile';

/** J = ½(θ·2 − 5)² at θ = 3: a = 6, ∂J/∂θ = 2. */
const sheet = (gradient: string, output: string): string => `{
  "layers": [{ "units": 1 }, { "activation": "identity", "weights": [[3]], "biases": false, "claimedGradients": { "weights": [[${gradient}]] } }],
  "loss": "mse",
  "data": { "inputs": [[2]], "targets": [[5]] },
  "claims": { "a": [[${output}]] },
  "exercise": { "hide": ["gradients"] }
}`;

let file: OpenFile | undefined;
afterEach(() => {
  file?.session.dispose();
});

/** The session of a sheet with these answers, once all of them are judged. */
async function judged(text: string) {
  file = new OpenFile(text);
  const { grading } = file.session;
  const told = new Promise<void>((resolve) => {
    grading.onDidJudge(resolve);
  });
  await file.session.text.current();
  await told;
  return file.session;
}

test('the worker says what is wrong with each answer, while the sheet stays locked', async () => {
  const { grading } = await judged(sheet('4.00', '7.00'));
  expect(grading.sheet?.answers.map(({ name, state }) => [name, state])).toEqual([
    ['a₁⁽²⁾', 'wrong'],
    ['∂J/∂θ₁₁⁽¹⁾', 'wrong'],
  ]);
  expect(grading.sheet?.answers.every(({ hint }) => hint !== null)).toBe(true);
  expect([grading.locked, grading.hidesForward, grading.solved]).toEqual([true, true, false]);
  expect(grading.exercise).toEqual({ right: 0, asked: 2, next: 'a₁⁽²⁾' });
});

test('right answers open it at once, before the worker has answered', async () => {
  const { grading } = await judged(sheet('null', '6.00'));
  expect(grading.exercise).toEqual({ right: 1, asked: 2, next: '∂J/∂θ₁₁⁽¹⁾' });
  let solved = 0;
  grading.onDidSolve(() => solved++);
  await file?.type(sheet('2.00', '6.00'));
  expect([grading.locked, grading.solved, grading.exercise, solved]).toEqual([false, true, null, 1]);
});

test('with a tolerance, what is outside of it needs more digits or is wrong', async () => {
  const text = sheet('2.0', '6.1').replace('"hide"', '"tolerance": 0.001, "hide"');
  const { grading } = await judged(text);
  expect(grading.sheet?.answers.map(({ state }) => state)).toEqual(['wrong', 'right']);
});
