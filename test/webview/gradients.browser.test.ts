import { afterAll, beforeAll, expect, test } from 'vitest';
import { Harness } from './harness';
import { wrongSign } from './wrongSign';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(async () => {
  await harness.stop();
});

test('says in one sentence what is wrong with a file of gradients, shows where, and leads to the chain', async () => {
  const { page, errors } = await harness.open({ example: 'xor' });
  await page.locator('.graph .item').first().waitFor();
  await page.evaluate((json) => window.pageApp.judgeGradients(json), wrongSign('xor'));
  await page.locator('.judged').waitFor();
  expect(await page.locator('.judged-sentence').innerText()).toMatch(/This explains all \d+ wrong gradients\./);
  expect(await page.locator('.contrast dd').allInnerTexts()).not.toHaveLength(0);
  expect(await page.locator('.backward-step.here').innerText()).toContain('∂J/∂θ⁽¹⁾');
  expect(await page.locator('.judged-blocks').first().innerText()).toMatch(/θ⁽¹⁾ weights\s+\d+\s+\d+/);
  await page
    .getByRole('img', { name: /^Yours divided by right, weights of layer 1/ })
    .locator('.ratio')
    .first()
    .click();
  await page.getByRole('tabpanel', { name: 'Chain' }).locator('.sum').waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});
