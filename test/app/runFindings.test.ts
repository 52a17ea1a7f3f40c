import { afterEach, expect, test } from 'vitest';
import { train } from '../../src/app/trainingCommands';
import { OpenFile } from './openFile';

let file: OpenFile;
afterEach(() => {
  file.session.dispose();
});

/** J = ½(2θ − 5)²: λ_max is 4, so the largest stable η is 0.5. */
async function trained(learningRate: number): Promise<readonly unknown[]> {
  file = new OpenFile(
    JSON.stringify({
      layers: [{ units: 1 }, { weights: [[3]], biases: false }],
      data: { inputs: [[2]], targets: [[5]] },
      training: { optimizer: { type: 'gd', learningRate }, epochs: 40 },
    }),
  );
  await file.session.text.current();
  await train(file.session, file.editor);
  expect(file.session.training.status).toBe('ended');
  return file.session.training.findings;
}

test('a run whose J goes up and down says so when it has grown enough, and once', async () => {
  expect(await trained(0.501)).toEqual([expect.objectContaining({ code: 'step-too-large', epoch: 32, units: [] })]);
});

test('a run that learns well says nothing', async () => {
  expect(await trained(0.49)).toEqual([]);
});
