import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { panels } from './panels';

const harness = panels();
const { inPanel } = harness;

const calls = (page: Page, name: string) =>
  page.evaluate(
    (wanted) => window.pageApp.calls.filter((call) => call.name === wanted).map((call) => call.argument),
    name,
  );
const numberIn = async (page: Page, label: string): Promise<string> =>
  page
    .locator('.sum-row', { has: page.locator('dt', { hasText: new RegExp(`^${label}`) }) })
    .locator('dd')
    .innerText();
const chooseParameter = (page: Page, layer: number, to: number, from: number) =>
  page.evaluate((id) => window.pageApp.select(id), { layer, to, from });

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

  test('is cancelled', () =>
    inPanel({ example: 'digits-784-128-10' }, async (page) => {
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
      await page.getByText('The check was cancelled').waitFor();
      await page.getByRole('button', { name: 'Run check' }).waitFor();
    }));
});

describe('training', () => {
  test('draws the loss as it grows, and the weights of the last epoch everywhere', () =>
    inPanel({ example: 'xor', width: 700 }, async (page) => {
      await page.evaluate(() => window.pageApp.selectSample(null));
      await page.getByText('m = 4').waitFor();
      const before = await page.locator('.convention strong').innerText();
      const bar = page.getByRole('toolbar', { name: 'Training' });
      const button = (name: string) => bar.getByRole('button', { name });
      expect(await button('Write to file').isDisabled()).toBe(true);
      await button('Train').click();
      await page.locator('.run-words', { hasText: 'Trained to epoch' }).waitFor();
      const after = await page.locator('.convention strong').innerText();
      expect(Number(after)).toBeLessThan(Number(before));
      // A strip with its curve in small, until it is wanted.
      expect(await page.locator('.loss canvas').count()).toBe(0);
      expect(await page.locator('.loss .newest').innerText()).toContain(after);
      await page.getByRole('button', { name: 'Show the loss' }).click();
      expect(await page.locator('.loss canvas').count()).toBe(1);
      expect(await page.locator('.readout').innerText()).toContain(after);

      await page.getByRole('button', { name: 'Show as table' }).click();
      const table = page.getByRole('grid', { name: 'Loss per epoch' });
      const first = table.getByRole('row').nth(1);
      expect(await first.innerText()).toContain(before);

      await button('Write to file').click();
      await expect.poll(() => button('Write to file').isDisabled()).toBe(true);
      expect(await calls(page, 'writeWeights')).toHaveLength(1);
    }));

  test('is paused, resumed and stopped', () =>
    inPanel({ text: endless }, async (page) => {
      const bar = page.getByRole('toolbar', { name: 'Training' });
      await bar.getByRole('button', { name: 'Train' }).click();
      await bar.getByRole('button', { name: 'Pause' }).click();
      await page.locator('.run-words', { hasText: 'paused' }).waitFor();
      await bar.getByRole('button', { name: 'Resume' }).click();
      await bar.getByRole('button', { name: 'Stop' }).click();
      await page.locator('.run-words', { hasText: 'Stopped' }).waitFor();
      await expect.poll(() => bar.getByRole('button', { name: 'Stop' }).isDisabled()).toBe(true);
    }));
});

/** A network that trains until it is told to stop. */
const endless = JSON.stringify({
  layers: [{ units: 1 }, { units: 1, weights: [[0.5]], biases: [0] }],
  data: { inputs: [[1], [2]], targets: [[1], [3]] },
  training: { optimizer: { type: 'gd', learningRate: 1e-9 }, epochs: 100000000 },
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
