import { expect, test } from 'vitest';
import { wrongSign } from './wrongSign';
import { panels } from './panels';

const harness = panels();

test('says in one sentence what is wrong with a file of gradients, shows where, and leads to the chain', async () => {
  const { page, errors } = await harness.open({ example: 'xor' });
  await page.locator('.graph .item').first().waitFor();
  await page.evaluate((json) => window.pageApp.judgeGradients(json), wrongSign('xor'));
  await page.locator('.judged').waitFor();
  expect(await page.locator('.judged-sentence').innerText()).toMatch(/This explains all \d+ wrong gradients\./);
  expect(await page.locator('.contrast dd').allInnerTexts()).not.toHaveLength(0);
  expect(await page.locator('.backward-step.here').innerText()).toContain('∂J/∂θ⁽¹⁾');
  expect(await page.locator('.judged-blocks').first().innerText()).toMatch(/θ⁽¹⁾ weights\s+\d+\s+\d+/);
  // One stop of the tab key; arrow keys go from cell to cell, Enter opens the chain.
  const map = page.getByRole('group', { name: /^Yours ÷ right, weights of layer 1: \d+ of 6 cells wrong/ });
  const cells = map.getByRole('button');
  expect(await cells.count()).toBe(6);
  expect(await map.locator('[tabindex="0"]').count()).toBe(1);
  await cells.first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  expect(await page.locator('.cell-map :focus').getAttribute('aria-label')).toMatch(/^θ₂₂⁽¹⁾: yours ÷ right = /);
  await page.keyboard.press('Enter');
  await page.getByRole('tabpanel', { name: 'Chain' }).locator('.sum').waitFor();
  expect(errors).toEqual([]);
  await harness.close(page);
});
