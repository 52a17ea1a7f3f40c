import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { calls, chooseParameter, panels } from './panels';

const { inPanel } = panels();

const numberIn = async (page: Page, label: string): Promise<string> =>
  page
    .locator('.sum-row', { has: page.locator('dt', { hasText: new RegExp(`^${label}`) }) })
    .locator('dd')
    .innerText();

describe('the chain of θ₁₁⁽¹⁾ in 2-2-2', () => {
  test('two coloured paths, in graph, formula and table, whose sum is backpropagation’s number', () =>
    inPanel({ example: 'multiple-units-2-2-2' }, async (page) => {
      await chooseParameter(page, 1, 1, 1);
      await page.locator('.route-card').nth(1).waitFor();
      expect(await numberIn(page, 'path 1')).toBe('0.00078026');
      expect(await numberIn(page, 'path 2')).toBe('−0.00061368');
      expect(await numberIn(page, 'Σ')).toBe('0.00016658');
      expect(await numberIn(page, 'backpropagation')).toBe('0.00016658');
      expect(await page.locator('.agreement').innerText()).toContain('✓');

      // Equation (4): five factors from the loss down to the parameter.
      const [first] = await page.locator('.route-card').all();
      const factors = await first
        ?.locator('.factor')
        .evaluateAll((items) => items.map((item) => item.getAttribute('aria-label')));
      expect(factors?.map((label) => label?.split(' = ')[0])).toEqual([
        '∂E/∂a₁⁽³⁾',
        '∂a₁⁽³⁾/∂z₁⁽³⁾',
        '∂z₁⁽³⁾/∂a₁⁽²⁾',
        '∂a₁⁽²⁾/∂z₁⁽²⁾',
        '∂z₁⁽²⁾/∂θ₁₁⁽¹⁾',
      ]);
      expect(factors?.[2]).toContain('the weight θ₁₁⁽²⁾ between them');

      // One colour for a path wherever it is.
      const colours = await page.evaluate(() =>
        ['.canvas line.route-1', '.route-card.route-1', '.path-table .swatch.route-1'].map((selector) => {
          const element = document.querySelector(selector);
          return element && getComputedStyle(element).getPropertyValue('--route');
        }),
      );
      expect(new Set(colours).size).toBe(1);
      expect(await page.locator('.canvas line.route-1').count()).toBe(3);
      expect(await page.locator('.canvas line.route-2').count()).toBe(3);
    }));

  test('a click on the edge chooses it, pointing at a factor lights its edge', () =>
    inPanel({ example: 'multiple-units-2-2-2' }, async (page) => {
      const ends = await page
        .locator('.canvas .edges line')
        .first()
        .evaluate((line) => {
          const { x, y, width, height } = line.getBoundingClientRect();
          return { x: x + width * 0.6, y: y + height * 0.6 };
        });
      await page.mouse.move(ends.x, ends.y);
      expect(await page.locator('.tooltip').innerText()).toContain('weight from x₁ to z₁⁽²⁾');
      // Whatever tab is in front, its chain opens.
      await page.evaluate(() => window.pageApp.show('check'));
      await page.mouse.click(ends.x, ends.y);
      await page.locator('.route-card').first().waitFor();
      expect(await calls(page, 'select')).toEqual([{ layer: 1, to: 1, from: 1 }]);

      expect(await page.locator('.edge-lit').count()).toBe(0);
      await page.locator('.factor', { hasText: 'θ₁₁⁽²⁾' }).first().hover();
      expect(await page.locator('.edge-lit').count()).toBe(1);
      expect(await page.locator('.half.lit').count()).toBe(2);
    }));

  test('dragging moves the graph and chooses nothing, a wheel zooms about the mouse, F shows all again', () =>
    inPanel({ example: 'multiple-units-2-2-2' }, async (page) => {
      const world = page.locator('.canvas g[transform]').first();
      const camera = async (): Promise<number[]> =>
        ((await world.getAttribute('transform')) ?? '').match(/-?[\d.]+(e-?\d+)?/g)?.map(Number) ?? [];
      const whole = await camera();
      const [x = 0, y = 0, scale = 0] = whole;
      const unit = await page.locator('.graph .item').first().boundingBox();
      if (!unit) throw new Error('no unit');
      const [left, top] = [unit.x + unit.width / 2, unit.y + unit.height / 2];
      await page.mouse.move(left, top);
      await page.mouse.down();
      await page.mouse.move(left + 40, top + 25, { steps: 4 });
      await page.mouse.up();
      const [movedX = 0, movedY = 0] = await camera();
      expect([movedX - x, movedY - y].map(Math.round)).toEqual([40, 25]);
      expect(await calls(page, 'select')).toEqual([]);

      await page.mouse.wheel(0, -100);
      await expect.poll(async () => (await camera())[2]).toBeGreaterThan(scale);
      const [zoomedX = 0, , zoomed = 0] = await camera();
      await page.keyboard.down('Shift');
      await page.mouse.wheel(0, 60);
      await expect.poll(async () => Math.round(((await camera())[0] ?? 0) - zoomedX)).toBe(-60);
      await page.keyboard.up('Shift');
      expect((await camera())[2]).toBe(zoomed);
      await page.locator('.graph').first().focus();
      await page.keyboard.press('f');
      await expect.poll(camera).toEqual(whole);
    }));

  test('the sum holds for a batch with a penalty, and says what is not listed', () =>
    inPanel({ example: 'iris' }, async (page) => {
      await chooseParameter(page, 1, 3, 2);
      await page.locator('.route-card').first().waitFor();
      expect(await numberIn(page, 'Σ')).toBe(await numberIn(page, 'backpropagation'));
      expect(await page.locator('.sum-row', { hasText: 'penalty' }).count()).toBe(1);
      expect(await page.locator('.remainder').innerText()).toMatch(/^and 160 more paths/);
      expect(await page.locator('.agreement').innerText()).toContain('✓');
    }));

  test('without data there are symbols, and the reason why there are no numbers', () =>
    inPanel(
      { text: '{ "layers": [{ "units": 2 }, { "units": 2, "activation": "tanh" }, { "units": 1 }] }' },
      async (page) => {
        await chooseParameter(page, 1, 1, 2);
        await page.locator('.route-card').waitFor();
        expect(await page.locator('.factor').count()).toBe(5);
        expect(await page.locator('.factor-value').count()).toBe(0);
        expect(await page.locator('.hint').innerText()).toContain('Showing symbols only');
      },
    ));
});

describe('by keyboard', () => {
  test('walks from unit over edge to unit, chooses with Enter, clears with Escape', () =>
    inPanel({ example: 'multiple-units-2-2-2' }, async (page) => {
      await page.locator('[data-key="unit-1-1"]').focus();
      for (const key of ['ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
      const focused = page.locator('[data-key]:focus');
      expect(await focused.getAttribute('data-key')).toBe('edge-1-2-1');
      expect(await focused.getAttribute('aria-label')).toContain('θ₂₁⁽¹⁾, weight from x₁ to z₂⁽²⁾: θ₂₁⁽¹⁾ = 0.2');
      expect(await page.locator('.tooltip').innerText()).toContain('∂J/∂θ₂₁⁽¹⁾');
      await page.keyboard.press('Enter');
      await page.locator('.route-card').first().waitFor();
      expect(await focused.getAttribute('data-key')).toBe('edge-1-2-1');
      await page.keyboard.press('Escape');
      await page.getByText('Choose a weight').waitFor();
      expect(await calls(page, 'select')).toEqual([{ layer: 1, to: 2, from: 1 }, null]);
    }));

  test('Enter on a unit opens its δ, on an input its own chain', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await page.locator('[data-key="unit-2-1"]').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('tab', { name: 'δ recursion', selected: true }).waitFor();
      await page.locator('[data-key="unit-1-2"]').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('tab', { name: 'Paths', selected: true }).waitFor();
      expect(await calls(page, 'select')).toEqual([{ layer: 1, to: 1, from: 0 }, null]);
      await page.locator('.chain-symbol[aria-label="∂E₁/∂x₂"]').waitFor();
    }));

  test('the graph is one stop, the tab key goes on', () =>
    inPanel({ example: 'iris' }, async (page) => {
      expect(await page.locator('.canvas [tabindex="0"]').count()).toBe(1);
      await page.locator('[data-key="unit-1-1"]').focus();
      await page.keyboard.press('Tab');
      expect(await page.locator('.canvas :focus').count()).toBe(0);
    }));

  test('zooms by keys and shows all again', () =>
    inPanel({ example: 'xor' }, async (page) => {
      const scale = () =>
        page
          .locator('.world')
          .evaluate((world) => Number(/scale\(([\d.]+)\)/.exec(world.getAttribute('transform') ?? '')?.[1]));
      const whole = await scale();
      await page.locator('[data-key="unit-1-1"]').focus();
      await page.keyboard.press('+');
      await page.keyboard.press('+');
      expect(await scale()).toBeCloseTo(whole * 1.25 ** 2, 6);
      await page.keyboard.press('0');
      expect(await scale()).toBeCloseTo(whole, 6);
    }));

  test('tabs and the edge colours answer to arrow keys', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await page.getByRole('tab', { name: 'Chain' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect(await page.getByRole('tablist', { name: 'Views' }).getByRole('tab', { selected: true }).innerText()).toBe(
        'Learning',
      );
      await page.getByRole('radio', { name: 'weight' }).focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.getByRole('radio', { name: 'gradient' }).getAttribute('aria-checked')).toBe('true');
      expect(await page.locator('.legend').innerText()).toContain('∂J/∂θ');
    }));
});

describe('a 784-128-10 network', () => {
  test('is folded, unfolds to a block whose cells can be pointed at and walked, and folds again', () =>
    inPanel({ example: 'digits-784-128-10' }, async (page) => {
      await page.getByRole('radio', { name: 'numbers' }).click();
      const gap = page.locator('[data-key^="gap-1"]');
      expect(await gap.textContent()).toContain('777');
      await gap.click();
      await page.locator('.block-frame').waitFor();
      expect(await gap.count()).toBe(0);
      const block = await page.locator('.block-frame').boundingBox();
      if (!block) expect.fail('no block');
      await page.mouse.move(block.x + block.width / 2 + 3, block.y + block.height / 2 + 3);
      expect(await page.locator('.tooltip').innerText()).toContain('x₄₀₇ · r15c15');

      const cells = (): Promise<string> =>
        page.evaluate(() => document.querySelector<HTMLCanvasElement>('.pictures')?.toDataURL() ?? '');
      const before = await cells();
      await page.locator('[data-key="unit-2-1"]').hover();
      await expect.poll(cells).not.toBe(before);

      await page.mouse.click(block.x + 2, block.y + 2);
      await page.keyboard.press('ArrowDown');
      expect(await page.locator('[data-key]:focus').getAttribute('data-key')).toBe('unit-1-29');
      await page.getByRole('button', { name: 'Fold', exact: true }).click();
      await gap.waitFor();
    }));

  test('shows the ends of a chosen weight although their layers are folded', () =>
    inPanel({ example: 'digits-784-128-10' }, async (page) => {
      await page.getByRole('radio', { name: 'numbers' }).click();
      await page.getByRole('textbox', { name: 'Parameter' }).fill('1, 50, 300');
      await page.keyboard.press('Enter');
      await page.locator('[data-key="unit-1-300"]').waitFor();
      await page.locator('[data-key="unit-2-50"]').waitFor();
      await page.locator('.canvas line.route-6').first().waitFor({ state: 'attached' });
    }));

  test('a parameter that does not exist is answered with the range that does', () =>
    inPanel({ example: 'digits-784-128-10' }, async (page) => {
      await page.getByRole('textbox', { name: 'Parameter' }).fill('1, 129, 1');
      await page.keyboard.press('Enter');
      expect(await page.getByRole('alert').innerText()).toContain('“to” is 1 to 128');
      expect(await calls(page, 'select')).toEqual([]);
    }));

  test('lists 101,770 parameters, finds and sorts them', () =>
    inPanel({ example: 'digits-784-128-10' }, async (page) => {
      await page.getByRole('tab', { name: 'Parameters' }).click();
      const table = page.getByRole('grid', { name: 'Parameters' });
      expect(await table.getAttribute('aria-rowcount')).toBe('101771');
      expect(await page.locator('.table-row').count()).toBeLessThan(80);
      await page.locator('.table-row').first().focus();
      await page.keyboard.press('End');
      await page
        .getByRole('row', { name: /θ₁₀,₀⁽²⁾|θ₁₀,₁₂₈⁽²⁾/ })
        .first()
        .waitFor();
      await page.getByRole('textbox', { name: 'Filter parameters' }).fill('bias layer2');
      await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('11');
      await page.getByRole('columnheader', { name: '∂J/∂θ' }).getByRole('button').click();
      const shown = await page.locator('.table-row .cell:nth-child(4)').allInnerTexts();
      const numbers = shown.map((text) => Number(text.replaceAll('−', '-')));
      expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
      await page.locator('.table-row').nth(2).click();
      await expect.poll(() => calls(page, 'select')).toHaveLength(1);
    }));
});
