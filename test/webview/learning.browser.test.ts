import { expect, test } from 'vitest';
import { panels } from './panels';
import { xor } from './xorFile';

const harness = panels();

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
  await harness.close(page);
});

test('counts θ, ∂J/∂θ, a and δ of every layer, and again at an epoch that is looked back at', async () => {
  const { page, errors } = await harness.open({ text: xor });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('tab', { name: 'Histograms' }).click();
  const view = page.getByRole('region', { name: 'Histograms' });
  await view.getByText('Before training.').waitFor();
  const pictures = view.getByRole('img');
  expect(await pictures.count()).toBe(8);
  const names = () => pictures.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
  const first = await names();
  expect(first[0]).toMatch(/^θ⁽¹⁾: 9 numbers from/);
  expect(first[6]).toMatch(/^a⁽³⁾: 4 numbers from/);
  await page.getByRole('toolbar', { name: 'Training' }).getByRole('button', { name: 'Train' }).click();
  await view.getByText('After epoch 50.').waitFor();
  await expect.poll(names).not.toEqual(first);
  await page.evaluate(() => window.pageApp.session.view.lookAt(0));
  await view.getByText('Before training.').waitFor();
  await expect.poll(names).toEqual(first);
  expect(errors).toEqual([]);
  await harness.close(page);
});

test('draws the histograms over the epochs, and goes to one by mouse and by keyboard', async () => {
  const { page, errors } = await harness.open({ text: xor });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('tab', { name: 'Histograms' }).click();
  const view = page.getByRole('region', { name: 'Histograms' });
  await view.getByText('Before training.').waitFor();
  expect(await view.getByRole('radio').count()).toBe(0);
  await page.getByRole('toolbar', { name: 'Training' }).getByRole('button', { name: 'Train' }).click();
  await view.getByText('After epoch 50.').waitFor();
  await view.getByRole('radio', { name: 'Over the epochs' }).click();
  const strip = view.getByRole('slider', { name: /^θ⁽¹⁾ over the epochs, from −?[\d.]+ to [\d.]+/ });
  await expect.poll(() => strip.getAttribute('aria-valuetext')).toMatch(/^epoch 50: mean .*, standard deviation/);
  const lookedAt = () => page.evaluate(() => window.pageApp.session.view.lookedAt);
  await strip.click({ position: { x: 2, y: 20 } });
  await expect.poll(lookedAt).toBe(0);
  await expect.poll(() => strip.getAttribute('aria-valuenow')).toBe('0');
  await strip.press('ArrowRight');
  await expect.poll(lookedAt).toBe(1);
  await strip.press('End');
  await expect.poll(lookedAt).toBe(null);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('shows nothing that gives gradients away during an exercise, and moves θ nowhere', async () => {
  const { page } = await harness.open({ text: xor });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('region', { name: 'Diagnosis' }).waitFor();
  await page.evaluate(() => {
    window.pageApp.startExercise({ right: 0, asked: 4 });
  });
  await page.getByText('Hidden during the exercise').waitFor();
  expect(await page.getByRole('tab', { name: 'Landscape' }).count()).toBe(0);
  const asked = await page.evaluate(() => window.pageApp.calls.length);
  await page.getByRole('tab', { name: 'Parameters' }).click();
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.locator('.empty', { hasText: 'Gradients stay hidden until all claims are correct.' }).waitFor();
  const names = await page.evaluate((from) => window.pageApp.calls.slice(from).map(({ name }) => name), asked);
  for (const name of [
    'diagnosis',
    'curvature',
    'sharpness',
    'plane',
    'losses',
    'histograms',
    'epochHistograms',
    'sampleGradients',
  ]) {
    expect(names).not.toContain(name);
  }
  await harness.close(page);
});
