import { expect, test } from 'vitest';
import { panels } from './panels';
import { xor } from './xorFile';

const harness = panels();

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
  await harness.close(page);
});

test.each([
  {
    of: 'units that start and stay equal',
    name: 'Identical units',
    layers: [
      { units: 2 },
      {
        activation: 'sigmoid',
        weights: [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      },
      { activation: 'sigmoid', weights: [[0.5, 0.5]] },
    ],
    inputs: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    targets: [[0], [1], [1], [0]],
    says: 'Both units of layer 2 have equal weights and equal gradients',
    leads: 'Show the unit',
  },
  {
    of: 'inputs of 0 into ReLUs',
    name: 'Zero gradient',
    layers: [{ units: 2 }, { units: 3, activation: 'relu' }, { units: 1, activation: 'relu' }],
    inputs: [
      [0, 0],
      [0, 0],
    ],
    targets: [[0.5], [0.6]],
    says: 'all inputs are 0, and all units of layers 2, 3 are idle on every row',
    leads: 'Show the layer',
  },
])('names the cause of $of, and leads there', async ({ name, layers, inputs, targets, says, leads }) => {
  const text = JSON.stringify({
    layers,
    data: { inputs, targets },
    training: { optimizer: { type: 'gd', learningRate: 0.5 }, epochs: 1000 },
  });
  const { page, errors } = await harness.open({ text });
  await page.getByRole('tab', { name: 'Learning' }).click();
  const cause = page.getByRole('region', { name: 'Diagnosis' }).getByRole('listitem').filter({ hasText: name }).first();
  await cause.waitFor();
  expect(await cause.innerText()).toContain(says);
  expect(await cause.innerText()).toMatch(/Tried for 1\s?000 epochs: J = /);
  await cause.getByRole('button', { name: leads }).click();
  await expect
    .poll(() => page.evaluate(() => window.pageApp.session.selection.parameter))
    .toEqual({ layer: 1, to: 1, from: 1 });
  expect(errors).toEqual([]);
  await harness.close(page);
});

test('shows what a run says of itself while it is on, and diagnoses it once it stands still', async () => {
  const text = JSON.stringify({
    layers: [{ units: 2 }, { units: 2, activation: 'sigmoid' }, { units: 1, activation: 'softmax' }],
    data: { inputs: [[0, 1]], targets: [[0]] },
    training: { optimizer: { type: 'gd', learningRate: 0.1 }, epochs: 10_000_000 },
  });
  const { page, errors } = await harness.open({ text });
  await page.getByRole('tab', { name: 'Learning' }).click();
  const training = page.getByRole('toolbar', { name: 'Training' });
  await training.getByRole('button', { name: 'Train' }).click();
  const health = page.getByRole('region', { name: 'Diagnosis' }).getByRole('list', { name: 'Health of the run' });
  await health.getByText('a softmax of one unit is always 1').waitFor();
  expect(await health.innerText()).toMatch(/^Epoch 1, layer 3: constant output\. [^]*Epoch 1: zero gradient\./);
  await training.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Training the network on trial…').waitFor();
  expect(errors).toEqual([]);
  await harness.close(page);
});

test('can stop diagnosing, and begin again', async () => {
  const { page, errors } = await harness.open({ example: 'two-spirals' });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('The network was not diagnosed.').waitFor();
  await page.getByRole('button', { name: 'Diagnose again' }).click();
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  expect(errors).toEqual([]);
  await harness.close(page);
});

test('leads from a finding to the view that shows it', async () => {
  const text = xor.replace('"activation":"sigmoid"', '"activation":"softmax"');
  const { page, errors } = await harness.open({ text });
  await page.getByRole('tab', { name: 'Learning' }).click();
  const diagnosis = page.getByRole('region', { name: 'Diagnosis' });
  await diagnosis.getByText('Constant output').waitFor();
  await diagnosis.getByRole('button', { name: 'Show the predictions' }).first().click();
  await page.getByRole('tab', { name: 'Predictions', selected: true }).waitFor();
  expect(errors).toEqual([]);
  await harness.close(page);
});
