import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { panels } from './panels';

const harness = panels();

async function inPanel(run: (page: Page) => Promise<void>): Promise<void> {
  const { page, errors } = await harness.open({ example: 'xor' });
  await page.locator('.graph .value').first().waitFor();
  await page.evaluate(() => window.pageApp.selectSample(null));
  await run(page);
  expect(errors).toEqual([]);
  await harness.close(page);
}

/** Far more than a busy machine takes. */

/** Compares with the file in which one weight is another. */
const compare = (page: Page) => page.evaluate(() => window.pageApp.compare(window.fixture.text.replace('0.9', '0.5')));

test('what differs is in a table and colors the graph, weights and gradients alike, until the comparison ends', () =>
  inPanel(async (page) => {
    await compare(page);
    const table = page.getByRole('grid', { name: 'What differs' });
    await table.waitFor();
    expect(await table.getAttribute('aria-rowcount')).toBe('2');
    const cells = () => table.locator('.table-row').first().locator('.cell').allInnerTexts();
    await expect.poll(cells).toEqual(['θ₁₁⁽¹⁾', '0.9', '0.5', '0.4']);
    await page.locator('.legend', { hasText: 'θ − θ′' }).waitFor();
    await page.getByText(/J 0\.\d+ here, 0\.\d+ there/).waitFor();

    await page.getByRole('radiogroup', { name: 'Compare' }).getByRole('radio', { name: 'gradients' }).click();
    await page.locator('.legend', { hasText: '∂J/∂θ − ∂J/∂θ′' }).waitFor();
    // Every derivative of a network depends on its first weight.
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('14');

    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('tab', { name: 'Compare' }).waitFor({ state: 'detached' });
    expect(await page.locator('.legend').innerText()).not.toContain('′');
  }));

test('a chain’s factors stand side by side, what differs is marked, and a factor that has the focus is shown in the graph', () =>
  inPanel(async (page) => {
    await compare(page);
    await page.getByText('Select a parameter to compare its derivative chain').waitFor();
    await page.getByRole('grid', { name: 'What differs' }).locator('.table-row').first().click();
    const chains = page.getByRole('region', { name: '∂J/∂θ₁₁⁽¹⁾ in both networks' });
    await chains.waitFor();
    const path = chains.getByRole('table').first();
    const rows = () => path.locator('tbody tr').evaluateAll((all) => all.map((row) => row.getAttribute('class')));
    await expect
      .poll(() => chains.evaluate((section) => section.getBoundingClientRect().top < innerHeight - 100))
      .toBe(true);
    // a − y, θ₁₁⁽²⁾, tanh′, x₁, product, product / 4: θ₁₁⁽²⁾ and x₁ are the same in both.
    await expect
      .poll(rows)
      .toEqual([...['differs', 'same', 'differs', 'same'], ...['differs result', 'differs result']]);
    expect(await path.locator('tbody tr').nth(1).locator('td').last().innerText()).toBe('equal');
    expect(await path.locator('tbody tr').first().locator('td').last().innerText()).toMatch(/^≠ −?0\.\d+/);
    await path.locator('tbody th[tabindex]').nth(1).focus();
    await page.locator('.edge-lit').waitFor();

    await page.evaluate(
      (text) => window.pageApp.compare(text.replace('"tanh"', '"relu"')),
      await page.evaluate(() => window.fixture.text),
    );
    await page.getByText('The networks are built differently, so their derivative chains').waitFor();
  }));

test('is asked for in the toolbar, and not while an exercise hides gradients', () =>
  inPanel(async (page) => {
    await page.getByRole('button', { name: 'Compare with…' }).click();
    await expect.poll(() => page.evaluate(() => window.pageApp.calls.map(({ name }) => name))).toContain('compareWith');
    await compare(page);
    await page.getByRole('grid', { name: 'What differs' }).waitFor();
    await page.evaluate(() => window.pageApp.startExercise({ right: 0, asked: 3 }));
    await page.getByRole('tab', { name: 'Compare' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Compare with…' }).count()).toBe(0);
  }));
