import { expect, test } from 'vitest';
import { panels } from './panels';

const harness = panels();

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
