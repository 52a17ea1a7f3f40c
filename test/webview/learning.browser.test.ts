import { expect, test } from 'vitest';
import { panels, savedPictures } from './panels';

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

const xor = JSON.stringify({
  layers: [{ units: 2 }, { units: 3, activation: 'tanh' }, { units: 1, activation: 'sigmoid' }],
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
  seed: 3,
  training: { optimizer: { type: 'gd', learningRate: 0.5 }, epochs: 50 },
});

test('says J at θ itself, however coarse its map of J', async () => {
  const text = JSON.stringify({
    layers: [{ units: 1 }, { units: 6, activation: 'relu' }, { units: 1 }],
    data: {
      inputs: Array.from({ length: 20 }, (_, k) => [k]),
      targets: Array.from({ length: 20 }, (_, k) => [3 * k + 2]),
    },
    training: { optimizer: { type: 'gd', learningRate: 0.1 }, epochs: 50 },
  });
  const { page, errors } = await harness.open({ text });
  await page.getByRole('toolbar', { name: 'Training' }).getByRole('button', { name: 'Train' }).click();
  await page.locator('.run-words', { hasText: 'Trained to' }).waitFor();
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('tab', { name: 'Landscape' }).click();
  const view = page.getByRole('region', { name: 'Landscape' });
  // The first steps overshoot by far: a place of the map is as wide as thousands.
  const loss = await page.evaluate(() => window.pageApp.session.training.loss);
  await view.getByText(`J = ${loss.toPrecision(3)} at θ; ${loss.toPrecision(3)} at the lowest place here`).waitFor();
  const ticks = await view.locator('.landscape-plot .tick').evaluateAll((all) =>
    all.map((one) => {
      const { left, right, top } = one.getBoundingClientRect();
      return { left, right, top };
    }),
  );
  for (const [n, one] of ticks.entries()) {
    const meets = ticks
      .slice(n + 1)
      .filter(({ left, right, top }) => top === one.top && left < one.right && right > one.left);
    expect(meets).toEqual([]);
  }
  expect(errors).toEqual([]);
  await harness.close(page);
});

test('maps J over a plane, moves θ where it is clicked, and writes it nowhere', async () => {
  const { page, errors } = await harness.open({ text: xor });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('tab', { name: 'Landscape' }).click();
  const view = page.getByRole('region', { name: 'Landscape' });
  const map = view.getByRole('img', { name: /^J over along −∇J and eigenvector/ });
  await map.waitFor();
  await view.getByText('Refining…').waitFor({ state: 'detached' });
  expect(await view.getByRole('img', { name: /^J along/ }).count()).toBe(2);

  const shown = () =>
    page.evaluate(() => {
      const { session } = window.pageApp;
      return { theta: [...(session.view.shown?.theta ?? [])], text: session.document.getText() };
    });
  const before = await shown();
  const box = await map.locator('rect.catcher').boundingBox();
  if (!box) throw new Error('the map is there');
  await page.mouse.click(box.x + 0.75 * box.width, box.y + box.height / 2);
  await view.getByRole('button', { name: 'Move back' }).waitFor();
  const after = await shown();
  // Half of the window’s reach along −∇J: every number of θ moves by the same multiple of its derivative.
  const gradient = await page.evaluate(async () => {
    const { session } = window.pageApp;
    const { model } = session.view.shown ?? {};
    if (!model) throw new Error('there is a network');
    return [...((await session.compute.on(model).analyse({ theta: model.network.theta })).gradient ?? [])];
  });
  const factors = after.theta.map((value, k) => (value - (before.theta[k] ?? NaN)) / (gradient[k] ?? NaN));
  expect(factors[0]).toBeLessThan(0);
  // The middle of a pixel is not quite β = 0.
  for (const factor of factors) expect(factor / (factors[0] ?? NaN)).toBeCloseTo(1, 1);
  expect(after.text).toBe(before.text);
  // The map stays, and the place can be typed as well.
  await view.getByRole('button', { name: 'Move back' }).click();
  await view.getByRole('button', { name: 'Move back' }).waitFor();
  expect((await shown()).theta).toEqual(before.theta);
  await view.getByRole('button', { name: 'Center here' }).click();
  await view.getByText('Click the map to move θ.').waitFor();
  expect(errors).toEqual([]);
  await harness.close(page);
});

test('saves the landscape as a picture, a drawing and its numbers, which are J', async () => {
  const { page, errors } = await harness.open({ text: xor });
  await page.getByRole('toolbar', { name: 'Training' }).getByRole('button', { name: 'Train' }).click();
  await page.locator('.run-words', { hasText: 'Trained to' }).waitFor();
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('tab', { name: 'Landscape' }).click();
  const view = page.getByRole('region', { name: 'Landscape' });
  await view.getByRole('img', { name: /principal direction.*path of 50 epochs/ }).waitFor();
  await view.getByText('Refining…').waitFor({ state: 'detached' });
  for (const name of ['Save picture (PNG)…', 'Save drawing (SVG)…', 'Save all points (CSV)…']) {
    await view.getByRole('button', { name: 'Save or copy the landscape' }).click();
    await page.getByRole('menuitem', { name }).click();
  }
  await expect.poll(async () => (await savedPictures(page)).length).toBe(3);
  const saved = await savedPictures(page);
  const [png, svg, csv] = ['png', 'svg', 'csv'].map((kind) => saved.find((one) => one.kind === kind));
  expect(png).toEqual({ of: 'landscape', kind: 'png', text: '\x89PNG\r' });
  // In a file there is no theme: every color is written out.
  expect(svg?.text).toMatch(/^<svg [^]*<path/);
  expect(svg?.text).not.toMatch(/var\(|class=/);
  const [head, ...rows] = csv?.text.trim().split('\n') ?? [];
  expect([head, rows.length]).toEqual(['alpha,beta,J', 65 * 65]);
  const least = Math.min(...rows.map((row) => Number(row.split(',')[2])));
  const here = await page.evaluate(() => window.pageApp.session.training.loss);
  expect(least).toBeLessThanOrEqual(here * 1.2);
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

test('shows ∂E/∂x of a sample that is an image as one, and beneath x in the graph of another', async () => {
  const data = { inputs: [[0, 1, 0.5, 0.25]], targets: [[1]] };
  const layers = [{ units: 4 }, { units: 1, activation: 'identity', weights: [[1, -2, 3, 0]], biases: [0] }];
  const text = (shape: object) =>
    JSON.stringify({ layers: [{ ...layers[0], ...shape }, layers[1]], loss: 'mse', data });
  const { page, errors } = await harness.open({ text: text({ shape: [2, 2] }) });
  await page.getByRole('tab', { name: 'Learning' }).click();
  await page.getByRole('tab', { name: 'Samples’ gradients' }).click();
  // δ = a − y = −1.5, so ∂E/∂x = −1.5 (1, −2, 3, 0).
  await page.getByRole('img', { name: '∂J/∂x of every pixel, from −4.5 to 4.5' }).waitFor();
  await page.evaluate((plain) => window.pageApp.edit(plain), text({}));
  await page.locator('.delta-text', { hasText: '∂x −4.5' }).waitFor();
  expect(await page.locator('[data-key="unit-1-2"]').getAttribute('aria-label')).toContain('∂J/∂x₂ = 3');
  expect(errors).toEqual([]);
  await harness.close(page);
});

test('shows the chain of an input that is clicked: of one sample its paths and δ, of a mean and in an exercise symbols', async () => {
  const { page, errors } = await harness.open({ example: 'multiple-units-2-2-2' });
  const input = page.locator('.graph [data-key="unit-1-2"]');
  await input.click();
  const view = page.locator('.chain');
  // The one sample of this file.
  await view.locator('.chain-symbol[aria-label="∂E/∂x₂"]').waitFor();
  expect(await view.locator('.route-card').count()).toBe(4);
  expect(await view.locator('.agreement').innerText()).toContain('✓ equal');
  expect(await view.locator('.factor').last().getAttribute('aria-label')).toMatch(
    /^∂z.⁽²⁾\/∂a₂⁽¹⁾ = θ.₂⁽¹⁾ = [\d.−]+\. How much/,
  );
  expect(await page.locator('.graph .routes line').count()).toBeGreaterThan(0);
  await view.getByRole('group', { name: /^x₂: use the arrow keys/ }).press('ArrowUp');
  await view.locator('.chain-symbol[aria-label="∂E/∂x₁"]').waitFor();
  await view.getByRole('tab', { name: 'δ recursion' }).click();
  await view.locator('.delta-tree').waitFor();
  await page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 }));
  await view.locator('.chain-symbol[aria-label="∂J/∂θ₁₁⁽¹⁾"]').waitFor();
  await page.getByRole('button', { name: 'Clear the selection' }).click();
  await page.getByText('Choose a weight').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();

  const several = await harness.open({ example: 'iris' });
  await several.page.locator('.graph [data-key="unit-1-1"]').click();
  await several.page.getByText('Each sample has inputs of its own').waitFor();
  expect(await several.page.locator('.factor-value').count()).toBe(0);
  await several.page.getByRole('button', { name: 'Show sample 1' }).click();
  await several.page.locator('.chain-symbol[aria-label="∂E₁/∂x₁"]').waitFor();
  await several.page.locator('.agreement.pass').waitFor();
  await several.page.context().close();
});
