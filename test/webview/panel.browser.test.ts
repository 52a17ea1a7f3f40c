import { describe, expect, test } from 'vitest';
import { calls, chooseParameter, panels } from './panels';

const harness = panels();
const { inPanel } = harness;

describe('samples', () => {
  test('one sample shows its own loss everywhere, stepping shows the next', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await page.getByRole('tab', { name: 'Data' }).click();
      await page.locator('.table-row').nth(1).click();
      await page.getByText('sample 2 of 4').waitFor();
      expect(await page.locator('.convention .formula').innerText()).toContain('E₂ =');
      const loss = await page.locator('.convention strong').innerText();
      expect(await page.locator('.table-row').nth(1).locator('.cell').nth(1).innerText()).toBe(loss);
      await page.getByRole('button', { name: 'Next sample' }).click();
      await page.getByText('sample 3 of 4').waitFor();
      expect(await page.locator('.table-row[aria-selected=true] .cell').first().innerText()).toBe('3');
      expect(await page.locator('.canvas .target').allTextContents()).toContain('y₁ = 1');
    }));

  test('of standardised inputs have mean 0, and z⁽²⁾ the mean of its bias: not what rounding leaves of them', () =>
    inPanel({ example: 'iris' }, async (page) => {
      const label = (key: string) => page.locator(`[data-key="${key}"]`).getAttribute('aria-label');
      for (let k = 1; k <= 4; k++) await expect.poll(() => label(`unit-1-${String(k)}`)).toMatch(/: x̄. = 0(\.|$)/);
      // The biases are drawn as zeros.
      for (let i = 1; i <= 8; i++) expect(await label(`unit-2-${String(i)}`)).toMatch(/: z\u0304.⁽²⁾ = 0, a\u0304/);
    }));
});

describe('what the host says', () => {
  test('a broken text leaves the last good view beneath a notice', () =>
    inPanel({ example: 'multiple-units-2-2-2' }, async (page) => {
      await chooseParameter(page, 1, 1, 1);
      await page.locator('.route-card').first().waitFor();
      await page.evaluate(() => window.pageApp.edit('{ "layers": [{ "units": 0 }] }'));
      const notice = page.locator('.notice');
      expect(await notice.innerText()).toContain('Showing the last valid network');
      expect(await page.locator('.route-card').count()).toBe(2);
      await page.getByRole('button', { name: 'Show problems' }).click();
      await expect.poll(() => calls(page, 'showProblems')).toHaveLength(1);
      await page.evaluate(() => window.pageApp.edit(window.fixture.text));
      await notice.waitFor({ state: 'detached' });
    }));

  test('a text without any network says so', async () => {
    const { page, errors } = await harness.open({ text: '{' });
    await page.getByText('No network yet').waitFor();
    expect(errors).toEqual([]);
    await harness.close(page);
  });

  test('names of the file are shown as they are, never as markup', () =>
    inPanel({ text: named('<b id="x">name</b>') }, async (page) => {
      expect(await page.locator('h1').innerText()).toBe('<b id="x">name</b>');
      expect(await page.locator('#x').count()).toBe(0);
    }));

  test('numbers have as many digits as the reader wants', () =>
    inPanel({ example: 'multiple-units-2-2-2', digits: 12 }, async (page) => {
      expect(await page.locator('.convention strong').innerText()).toBe('0.182537402989');
    }));
});

function named(name: string): string {
  return JSON.stringify({ name, layers: [{ units: 1 }, { units: 1 }] });
}

describe('the reader’s arrangement', () => {
  test('is as it was when the page comes back', () =>
    inPanel({ example: 'digits-784-128-10' }, async (page) => {
      await page.getByRole('tab', { name: 'Data' }).click();
      await page.getByRole('radio', { name: 'gradient' }).click();
      await page.locator('[data-key^="gap-2"]').click();
      const share = await page.getByRole('separator', { name: 'Resize the graph' }).getAttribute('aria-valuenow');
      await page.getByRole('separator', { name: 'Resize the graph' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.reload();
      await page.locator('.block-frame').nth(1).waitFor();
      expect(await page.locator('[role=tab][aria-selected=true]').innerText()).toBe('Data');
      expect(await page.getByRole('radio', { name: 'gradient' }).getAttribute('aria-checked')).toBe('true');
      const moved = await page.getByRole('separator', { name: 'Resize the graph' }).getAttribute('aria-valuenow');
      expect(Number(moved)).toBeGreaterThan(Number(share));
    }));

  test.each([
    [320, 480],
    [600, 950],
    [1200, 700],
  ])('at %i × %i nothing lies over anything else', (width, height) =>
    inPanel({ example: 'xor', width, height }, async (page) => {
      const overlaps = await page.evaluate(() => {
        const parts = [...document.querySelectorAll('.header, .toolbar, .graph, .tabs, .loss')].map((part) => ({
          name: part.className,
          box: part.getBoundingClientRect(),
        }));
        const cross = (a: DOMRect, b: DOMRect): boolean =>
          a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
        return parts.flatMap((a, at) =>
          parts
            .slice(at + 1)
            .filter((b) => cross(a.box, b.box))
            .map((b) => `${a.name} × ${b.name}`),
        );
      });
      expect(overlaps).toEqual([]);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wider).toBeLessThanOrEqual(0);
    }),
  );
});
