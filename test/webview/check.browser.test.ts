import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { calls, panels } from './panels';

const harness = panels();
const { inPanel } = harness;

/** Opens a network and runs its check; an error in the page is an error of the test. */
async function checked(example: string, run: (page: Page) => Promise<void>): Promise<void> {
  const { page, errors } = await harness.open({ example });
  await page.locator('.graph .item').first().waitFor();
  await page.evaluate(() => window.pageApp.show('check'));
  await page.locator('.check-summary').waitFor();
  await run(page);
  expect(errors).toEqual([]);
  await harness.close(page);
}

describe('the check view', () => {
  test('sums up, and says of every parameter all that there is to say', () =>
    checked('xor', async (page) => {
      const summary = await page.locator('.check-summary').innerText();
      expect(summary).toContain('Backpropagation is correct');
      expect(summary).toMatch(/Worst: θ\S+, relative error \d/);
      const heads = await page.getByRole('columnheader').allInnerTexts();
      expect(heads.map((head) => head.trim())).toEqual([
        ...['Verdict', 'Parameter', 'Relative error', 'Absolute', 'Bound', 'Analytic', 'Numeric', 'CS231n', 'Reason'],
      ]);
      expect(await page.locator('.table-row').first().innerText()).toMatch(/pass[^]*≤ 1e−7[^]*(within|both|at most)/);
    }));

  test('finds and orders rows', () =>
    checked('xor', async (page) => {
      await page.locator('.list-bar vscode-text-field input').fill('layer2');
      await expect.poll(() => page.locator('.table-row').count()).toBe(4);
      await page.getByRole('button', { name: 'Analytic' }).click();
      const values = await page.locator('.table-row > :nth-child(6)').allInnerTexts();
      const numbers = values.map((text) => Number(text.replace('−', '-')));
      expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
      await page.locator('.list-bar vscode-text-field input').fill('fail');
      await page.getByText('No matches').waitFor();
    }));

  test('shows a parameter’s error at every step and its Taylor order, chosen in the picture of its layer', () =>
    checked('xor', async (page) => {
      const maps = page.getByRole('group', { name: /^Verdicts for θ of layer/ });
      expect(await maps.count()).toBe(2);
      expect(await maps.nth(1).locator('.heat').count()).toBe(4);
      await maps.nth(1).locator('.heat').first().click();
      const detail = page.getByRole('region', { name: 'Selected parameter' });
      expect(await detail.innerText()).toContain('⁽²⁾');
      await detail.getByText(/Taylor remainder of order .*: consistent/).waitFor();
      const curve = detail.getByRole('img', { name: /^Error of the central difference quotient/ });
      expect(await curve.locator('path').getAttribute('d')).toMatch(/^M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){10,}$/);
    }));

  test('leads from a row to its chain: by a button, a double click, or Enter', () =>
    checked('xor', async (page) => {
      const chain = page.getByRole('tabpanel', { name: 'Chain' });
      const back = () => page.evaluate(() => window.pageApp.show('check'));
      const row = page.locator('.table-row').nth(2);
      await row.click();
      await page.getByRole('button', { name: 'Show chain' }).click();
      await chain.locator('.sum').waitFor();
      await back();
      await row.dblclick();
      await chain.locator('.sum').waitFor();
      await back();
      await row.focus();
      await page.keyboard.press('Enter');
      await chain.locator('.sum').waitFor();
    }));

  test('asks dual numbers for a second opinion', () =>
    checked('multiple-units-2-2-2', async (page) => {
      await page.getByRole('radio', { name: 'dual numbers' }).click();
      await page.locator('.check-summary [title*="dual numbers"]').first().waitFor();
      expect(await page.locator('.check-summary').innerText()).toContain('8 pass');
      expect(await page.getByRole('radio', { name: 'dual numbers' }).getAttribute('aria-checked')).toBe('true');
    }));
});

describe('the gradient check', () => {
  test('judges every parameter, and a row chooses its parameter', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await page.getByRole('tab', { name: 'Gradient check' }).click();
      await page.getByRole('button', { name: 'Run check' }).click();
      expect(await page.locator('.check-summary').innerText()).toContain('13 pass');
      expect(await page.locator('.table-row').count()).toBe(13);
      const row = page.getByRole('row', { name: /θ₂₁⁽¹⁾/ });
      expect(await row.innerText()).toContain('pass');
      await row.click();
      await expect.poll(() => calls(page, 'select')).toEqual([{ layer: 1, to: 2, from: 1 }]);
    }));

  test('a report about other weights is not shown any more', () =>
    inPanel({ example: 'multiple-units-2-2-2' }, async (page) => {
      await page.evaluate(() => window.pageApp.show('check'));
      await page.locator('.check-summary').waitFor();
      await page.evaluate(() => window.pageApp.edit(window.fixture.text.replace('0.1', '0.15')));
      await page.getByText('The weights have changed').waitFor();
      expect(await page.locator('.check-summary').count()).toBe(0);
    }));

  test('that is asked for before there are gradients is run, and is cancelled', () => {
    const rows = (columns: number) =>
      Array.from({ length: 1000 }, (_, s) => Array.from({ length: columns }, (_, j) => (s + j) % 7));
    const text = JSON.stringify({
      layers: [{ units: 200 }, { units: 400, activation: 'tanh' }, { units: 3 }],
      data: { inputs: rows(200), targets: rows(3) },
    });
    return inPanel({ text }, async (page) => {
      // In the page, so that the check is not over before it is cancelled.
      await page.evaluate(async () => {
        const shown = new Promise<HTMLElement>((resolve) => {
          new MutationObserver(() => {
            const button = document.querySelector<HTMLElement>('vscode-button[aria-label="Cancel"]');
            if (button) resolve(button);
          }).observe(document.body, { childList: true, subtree: true });
        });
        void window.pageApp.show('check');
        (await shown).click();
      });
      await page.getByText('The check was canceled').waitFor();
      await page.getByRole('button', { name: 'Run check' }).waitFor();
    });
  });
});
