import { afterAll, beforeAll, expect, test } from 'vitest';
import { Harness } from './harness';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(async () => {
  await harness.stop();
});

/** J = ½(θ·2 − 5)²: a parabola with λ = 4, whose largest stable rate is 0.5. */
const parabola = (learningRate: number): string =>
  JSON.stringify({
    layers: [{ units: 1 }, { activation: 'identity', weights: [[3]], biases: false }],
    loss: 'mse',
    data: { inputs: [[2]], targets: [[5]] },
    training: { optimizer: { type: 'gd', learningRate }, epochs: 10 },
  });

test.each([
  [0.6, 'η = 0.6 is above it: steps along the steepest direction overshoot.'],
  [0.1, 'η = 0.1 is below it.'],
])('says whether η = %s is stable, and what kind of place this is', async (learningRate, words) => {
  const { page, errors } = await harness.open({ text: parabola(learningRate) });
  await page.getByRole('tab', { name: 'Learning' }).click();
  const curvature = page.getByRole('region', { name: 'Curvature' });
  await curvature.waitFor();
  expect(await curvature.innerText()).toContain('A slope: J decreases against the gradient.');
  expect(await curvature.innerText()).toContain(words);
  const rates = page.getByRole('img', { name: /^Learning rates/ });
  expect(await rates.getAttribute('aria-label')).toContain('largest stable 0.5, best along the gradient 0.25');
  expect(await page.getByRole('img', { name: /^1 positive, 0 negative/ }).isVisible()).toBe(true);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('stands still while training runs, and shows the trained network’s curvature after it', async () => {
  const { page } = await harness.open({ text: parabola(0.25) });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByText('A slope').waitFor();
  await page.getByRole('button', { name: 'Train' }).first().click();
  // One step of 1/λ reaches the minimum.
  await page.getByText('A minimum: the gradient is 0').waitFor();
  await page.context().close();
});
