import { expect, test } from 'vitest';
import { panels } from './panels';

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
  await page.context().close();
});

test('stands still while training runs, and shows the trained network’s curvature after it', async () => {
  const { page } = await harness.open({ text: parabola(0.25) });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('tab', { name: 'Curvature' }).click();
  await page.getByText('A slope').waitFor();
  await page.getByRole('button', { name: 'Train' }).first().click();
  // One step of 1/λ reaches the minimum.
  await page.getByText('A minimum: the gradient is 0').waitFor();
  await page.context().close();
});

test('ranks the samples by how hard they pull, and shows the chosen one everywhere', async () => {
  // ∂E/∂θ of J = ½(θ x − y)² at θ = 0: −2, −1 and 1; the mean is −2/3, so the third pulls against it.
  const text = JSON.stringify({
    layers: [{ units: 1 }, { activation: 'identity', weights: [[0]], biases: false }],
    loss: 'mse',
    data: { inputs: [[1], [1], [1]], targets: [[2], [1], [-1]] },
    training: { optimizer: { type: 'gd', learningRate: 0.1 }, batchSize: 1, epochs: 1 },
  });
  const { page, errors } = await harness.open({ text });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('tab', { name: 'Samples’ gradients' }).click();
  await page.getByText('1 of 3 samples pull against the mean.').waitFor();
  // tr Σ / ‖G‖² = (14/9) / (4/9)
  expect(await page.getByRole('region', { name: 'Gradient noise' }).innerText()).toMatch(
    /3\.5 samples[^]*Batches of 1 are smaller/,
  );
  const rows = page
    .getByRole('table', { name: 'What each sample pulls' })
    .or(page.getByRole('grid', { name: 'What each sample pulls' }));
  await rows.getByText('−1', { exact: true }).first().click();
  await page.getByRole('combobox', { name: 'Sample' }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test('names the cause of not learning, and makes the change that mends it in the text', async () => {
  const text = JSON.stringify(
    {
      layers: [{ units: 2 }, { units: 2, activation: 'sigmoid' }, { units: 1, activation: 'softmax' }],
      loss: 'mse',
      data: {
        inputs: [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ],
        targets: [[0], [1], [1], [0]],
      },
      seed: 1,
    },
    null,
    2,
  );
  const { page, errors } = await harness.open({ text });
  await page.getByRole('tab', { name: 'Learning' }).click();
  const diagnosis = page.getByRole('region', { name: 'Diagnosis' });
  await diagnosis.getByText('Constant output').waitFor();
  expect(await diagnosis.innerText()).toContain('The network does not learn.');
  expect(await diagnosis.innerText()).toMatch(/Tried for 1\s?000 epochs: J = [0-9.e−]+ instead of 0\.25/);
  await diagnosis.getByRole('button', { name: 'Change the file' }).first().click();
  await page.getByText('Nothing found that keeps the network from learning.').waitFor();
  const changed = await page.evaluate(() => window.pageApp.session.document.getText());
  expect(JSON.parse(changed)).toMatchObject({
    layers: [{ units: 2 }, { activation: 'sigmoid' }, { activation: 'sigmoid' }],
    loss: 'binaryCrossEntropy',
  });
  expect(errors).toEqual([]);
  await page.context().close();
});
