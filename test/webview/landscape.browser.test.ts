import { expect, test } from 'vitest';
import { panels, savedPictures } from './panels';
import { xor } from './xorFile';

const harness = panels();

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
