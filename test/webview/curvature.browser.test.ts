import { expect, test } from 'vitest';
import { panels } from './panels';
import { xor } from './xorFile';

const harness = panels();

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
  await page.getByRole('tab', { name: 'Curvature' }).click();
  const curvature = page.getByRole('region', { name: 'Curvature' });
  await curvature.waitFor();
  expect(await curvature.innerText()).toContain('A slope: the gradient is not 0, and J decreases along −∇J.');
  expect(await curvature.innerText()).toContain(words);
  const rates = page.getByRole('img', { name: /^Learning rates/ });
  expect(await rates.getAttribute('aria-label')).toContain('largest stable 0.5, best along the gradient 0.25');
  expect(await page.getByRole('img', { name: /^1 positive, 0 negative/ }).isVisible()).toBe(true);
  expect(errors).toEqual([]);
  await harness.close(page);
});

test('stands still while training runs, and shows the trained network’s curvature after it', async () => {
  const { page } = await harness.open({ text: parabola(0.25) });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('tab', { name: 'Curvature' }).click();
  await page.getByText('A slope').waitFor();
  await page.getByRole('button', { name: 'Train' }).first().click();
  // One step of 1/λ reaches the minimum.
  await page.getByText('A minimum: the gradient is 0').waitFor();
  await harness.close(page);
});

test('steps down at a saddle', async () => {
  // J = ½(w₂ w₁ x − y)² at w = 0.
  const text = JSON.stringify({
    layers: [
      { units: 1 },
      { activation: 'identity', weights: [[0]], biases: false },
      { activation: 'identity', weights: [[0]], biases: false },
    ],
    loss: 'mse',
    data: { inputs: [[1]], targets: [[1]] },
  });
  const { page, errors } = await harness.open({ text });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('tab', { name: 'Curvature' }).click();
  await page.getByText('A saddle').waitFor();
  await page.getByText('J falls to 0.125').waitFor();
  await page.getByRole('button', { name: 'Step along it' }).click();
  await page.getByText('A slope').waitFor();
  const theta = await page.evaluate(() => [...(window.pageApp.session.view.shown?.theta ?? [])]);
  expect((theta[0] ?? NaN) * (theta[1] ?? NaN)).toBeCloseTo(0.5, 9);
  expect(await page.evaluate(() => window.pageApp.session.document.getText())).toBe(text);
  expect(errors).toEqual([]);
  await harness.close(page);
});

test('draws λmax over the run beside 2/η', async () => {
  const { page, errors } = await harness.open({ text: xor });
  await page.getByRole('toolbar', { name: 'Training' }).getByRole('button', { name: 'Train' }).click();
  await page.locator('.run-words', { hasText: 'Trained to' }).waitFor();
  await page.getByRole('button', { name: 'Show the curvature λmax' }).click();
  await page.getByText('2/η 4', { exact: true }).waitFor();
  expect(await page.locator('.readout').nth(1).innerText()).toMatch(/λmax [\d.]+ after epoch 50/);
  expect(errors).toEqual([]);
  await harness.close(page);
});
