/** The readings of a derivative in the Chain view: what they say, how they are linked, and how they are walked. */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { OpenOptions } from './harness';
import { faintTexts, nameless } from './inspect';
import { kinds } from './themes';
import { calls, panels } from './panels';

const harness = panels();

interface Chosen extends OpenOptions {
  /** l, i, j */
  readonly parameter: readonly [number, number, number];
  readonly reading?: string;
}

/** Opens a panel with a parameter chosen and one of its readings in front; an error in its page is an error of the test. */
async function inReading(
  { parameter, reading, ...options }: Chosen,
  run: (page: Page) => Promise<void>,
): Promise<void> {
  const { page, errors } = await harness.open(options);
  await choose(page, parameter);
  if (reading) await page.getByRole('tab', { name: reading }).click();
  await run(page);
  expect(errors).toEqual([]);
  await harness.close(page);
}

/** Shows the mean of all samples: of a few, the first is shown at first. */
const showMean = (page: Page) => page.evaluate(() => window.pageApp.selectSample(null));

async function choose(page: Page, [layer, to, from]: readonly [number, number, number]): Promise<void> {
  await page.evaluate((id) => window.pageApp.select(id), { layer, to, from });
  await page.locator('.chain-head').waitFor();
}

/** Texts without the white space that lays them out. */
const texts = async (page: Page, selector: string): Promise<string[]> =>
  (await page.locator(selector).allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
const two = { example: 'multiple-units-2-2-2', parameter: [1, 1, 1] } as const;
const iris = { example: 'iris', parameter: [1, 3, 2] } as const;
const withoutData = '{ "layers": [{ "units": 2 }, { "units": 2, "activation": "tanh" }, { "units": 1 }] }';

describe('“Paths” says why', () => {
  test('the factor that makes a path small, in words and as a bar for each factor', () =>
    inReading(two, async (page) => {
      const [why] = await texts(page, '.why');
      expect(why).toBe('Smallest factor: x₁ = 0.05: the input is small');
      const bars = page.locator('.why-bars').first();
      // log₁₀ 0.50903, 0.24992, 0.5, 0.24533 and 0.05
      expect(await bars.getAttribute('aria-label')).toBe(
        'log₁₀ of the size of each factor: a₁⁽³⁾ − y₁: −0.29, σ′(z₁⁽³⁾): −0.6, θ₁₁⁽²⁾: −0.3, σ′(z₁⁽²⁾): −0.61, x₁: −1.3',
      );
      expect(await bars.locator('.decides').count()).toBe(1);
      // 0.00078026 − 0.00061368 leaves 0.00016658 of 0.00139394.
      expect(await texts(page, '.hint')).toEqual(['The paths largely cancel: only 12 % remains of Σ|path| = 0.0014.']);
      await bars.locator('.why-bar').nth(2).hover();
      expect(await page.locator('.edge-lit').count()).toBe(1);
    }));

  test('the samples, where a single path adds to some what it takes from others', () =>
    inReading({ example: 'xor', parameter: [1, 2, 0], reading: 'Paths' }, async (page) => {
      // Of 4 samples two push up and two down; there is but one path through the network.
      await showMean(page);
      await page.locator('.hint').first().waitFor();
      expect(await page.locator('.route-card').count()).toBe(1);
      const [hint] = await texts(page, '.hint');
      expect(hint).toMatch(/^The samples largely cancel: only 8.2 % remains of Σ\|sample\| = \S+\.$/);
    }));

  test('a dead unit', () =>
    inReading(
      {
        text: `{ "layers": [{ "units": 1 }, { "units": 1, "activation": "relu", "weights": [[-2]], "biases": [0] },
          { "units": 1, "weights": [[3]], "biases": [0] }],
          "data": { "inputs": [[1]], "targets": [[1]] }, "loss": "mse" }`,
        parameter: [1, 1, 1],
      },
      async (page) => {
        expect(await texts(page, '.why')).toEqual(['Zero because relu′(z₁⁽²⁾) = 0: relu is inactive at z = −2']);
      },
    ));
});

describe('“δ recursion”', () => {
  test('a small network is open down to the loss, and a δ closes and opens', () =>
    inReading({ ...two, reading: 'δ recursion' }, async (page) => {
      await page.locator('.delta-tree .delta-block').nth(2).waitFor();
      expect(await texts(page, '.delta-block')).toEqual([
        '∂J/∂θ₁₁⁽¹⁾ 0.00016658 = δ₁⁽²⁾ 0.0033315 × x₁ 0.05',
        'δ₁⁽²⁾ 0.0033315 = σ′(z₁⁽²⁾) 0.24533 × ( θ₁₁⁽²⁾ δ₁⁽³⁾ 0.5 · 0.12722 + θ₂₁⁽²⁾ δ₂⁽³⁾ 0.7 · (−0.071469) )',
        'δ₁⁽³⁾ 0.12722 = σ′(z₁⁽³⁾) 0.24992 × a₁⁽³⁾ − y₁ 0.50903',
        'δ₂⁽³⁾ −0.071469 = σ′(z₂⁽³⁾) 0.21956 × a₂⁽³⁾ − y₂ −0.32552',
        '∂E/∂x₁ −0.0061418 = θ₁₁⁽¹⁾ δ₁⁽²⁾ 0.1 · 0.0033315 + θ₂₁⁽¹⁾ δ₂⁽²⁾ 0.2 · (−0.032375)',
      ]);
      const first = page.getByRole('button', { name: /θ₁₁⁽²⁾ δ₁⁽³⁾/ });
      await first.click();
      expect(await first.getAttribute('aria-expanded')).toBe('false');
      expect(await page.locator('.delta-tree .delta-block').count()).toBe(3);
      await first.click();
      expect(await page.locator('.delta-tree .delta-block').count()).toBe(4);
      await page.locator('.delta-tree .chip.strong').last().hover();
      expect(await page.locator('.half.lit').count()).toBe(1);
    }));

  test('of a mean, shows one sample’s and can show it everywhere', () =>
    inReading({ ...iris, reading: 'δ recursion' }, async (page) => {
      const button = page.getByRole('button', { name: /^Show sample \d+ everywhere$/ });
      const sample = Number(/\d+/.exec((await button.getAttribute('aria-label')) ?? '')?.[0]);
      await button.click();
      await page.getByText(`sample ${String(sample)} of 120`).waitFor();
      expect(await calls(page, 'selectSample')).toEqual([sample]);
      await button.waitFor({ state: 'detached' });
    }));
});

describe('“Matrix form”', () => {
  test('is δ aᵀ with the chosen entry marked; arrow keys and clicks walk over it', () =>
    inReading({ ...two, reading: 'Matrix form' }, async (page) => {
      const entries = page.locator('.matrix').last().locator('td');
      await entries.first().waitFor();
      expect(await entries.allInnerTexts()).toEqual(['0.00016658', '0.0029984', '−0.0016187', '−0.029137']);
      const marked = (): Promise<string[]> => page.locator('.matrix td.marked').allInnerTexts();
      await expect.poll(marked).toEqual(['0.0033315', '0.05', '0.00016658']);
      await page.getByRole('button', { name: '0.00016658' }).focus();
      await page.keyboard.press('ArrowDown');
      await expect.poll(marked).toEqual(['−0.032375', '0.05', '−0.0016187']);
      expect(await page.locator('.matrix button:focus').innerText()).toBe('−0.0016187');
      await page.keyboard.press('PageDown');
      await page.getByText('θ₂₁⁽²⁾ = 0.7').waitFor();
      await expect.poll(() => entries.first().innerText()).toBe('0.0723');
      await entries.nth(1).click();
      await expect
        .poll(() => calls(page, 'select'))
        .toEqual([
          { layer: 1, to: 2, from: 1 },
          { layer: 2, to: 2, from: 1 },
          { layer: 2, to: 1, from: 2 },
        ]);
    }));

  test('over a batch, leafs through the samples; of a wide layer, shows a window', () =>
    inReading({ example: 'digits-784-128-10', parameter: [1, 50, 300], reading: 'Matrix form' }, async (page) => {
      await page.locator('.matrix th', { hasText: 's = 1' }).first().waitFor();
      expect(await page.locator('.matrix-equation').innerText()).toContain('(1/m) (Δ⁽²⁾)ᵀ A⁽¹⁾');
      expect(await page.locator('.matrix').first().innerText()).toContain('122 more rows');
      await page.getByRole('button', { name: 'Later samples' }).click();
      await expect.poll(() => page.locator('.matrix th', { hasText: /^s = 1$/ }).count()).toBe(0);
      const chosen = page.locator('.matrix').last().locator('[aria-pressed=true]');
      const whole = page.locator('.chain-value strong');
      expect(await chosen.innerText()).toBe(await whole.innerText());
    }));
});

describe('“Samples”', () => {
  test('sums to ∂J/∂θ, sorts by what a sample adds, and shows the sample that is clicked', () =>
    inReading({ ...iris, reading: 'Samples' }, async (page) => {
      const table = page.getByRole('grid', { name: 'Contribution of each sample' });
      await table.waitFor();
      expect(await table.getAttribute('aria-rowcount')).toBe('121');
      const sums = await texts(page, '.reading .sum-row');
      expect(sums.at(-1)).toBe('∂J/∂θ₃₂⁽¹⁾ 0.086934');
      expect(sums.map((row) => row.split(' ').slice(0, -1).join(' '))).toEqual([
        'Σ path 1',
        'Σ path 2',
        'Σ path 3',
        'Σ all samples',
        'penalty ∂R/∂θ',
        '∂J/∂θ₃₂⁽¹⁾',
      ]);
      await table.getByRole('button', { name: 'adds' }).click();
      const added = (await texts(page, '.table-row .cell:nth-child(2)')).map((text) => Number(text.replace('−', '-')));
      expect(added).toEqual([...added].sort((a, b) => b - a));
      const first = table.locator('.table-row').first();
      const sample = Number(await first.locator('.cell').first().innerText());
      await first.click();
      await page.getByText(`sample ${String(sample)} of 120`).waitFor();
      await expect.poll(() => first.getAttribute('aria-selected')).toBe('true');
      await first.click();
      await expect.poll(() => calls(page, 'selectSample')).toEqual([sample, null]);
    }));
});

describe('“Nudge”', () => {
  const row = (page: Page, name: string) =>
    page.locator('.comparison .sum-row', { hasText: new RegExp(`^${name}`) }).locator('dd');

  test('predicted beside true, by number and by slider', () =>
    inReading({ ...two, reading: 'Nudge' }, async (page) => {
      const field = page.getByRole('textbox', { name: 'Δ of θ₁₁⁽¹⁾' });
      await field.fill('0.5');
      await page.keyboard.press('Enter');
      // 0.00016658 · 0.5; true: two forward passes.
      await expect.poll(() => row(page, 'predicted').innerText()).toBe('8.3289e−5');
      await expect.poll(() => row(page, 'actual').innerText()).toBe('8.4095e−5');
      expect(await row(page, 'difference').innerText()).toBe('8.0663e−7');
      await page.getByRole('slider', { name: 'Δ of θ₁₁⁽¹⁾' }).focus();
      await page.keyboard.press('Home');
      await expect.poll(() => row(page, 'predicted').innerText()).toBe('−0.00016658');
      expect(await page.locator('.slice-plot > svg').getAttribute('aria-label')).toMatch(
        /^J along θ₁₁⁽¹⁾, from −0.9 to 1.1: 0.18254 here, 0.18237 at the minimum, where θ₁₁⁽¹⁾ is −0.9; slope 0.00016658; 0 kinks$/,
      );
      await field.fill('no number');
      await page.keyboard.press('Enter');
      expect(await row(page, 'predicted').innerText()).toBe('−0.00016658');
    }));

  test('names the kinks on the slice', () =>
    inReading(
      {
        text: `{ "layers": [{ "units": 1 }, { "units": 1, "activation": "relu", "weights": [[0.5]], "biases": [0.25] }],
          "data": { "inputs": [[1], [-2]], "targets": [[1], [1]] }, "loss": "mse" }`,
        parameter: [1, 1, 1],
        reading: 'Nudge',
      },
      async (page) => {
        await showMean(page);
        await expect.poll(() => page.locator('line.kink').count()).toBe(2);
        // z = θ + ¼ and z = −2θ + ¼ change side at −¼ and at ⅛.
        expect(await texts(page, '.slice .hint')).toEqual([
          '2 kinks, the nearest at θ₁₁⁽¹⁾ = 0.125 (z₁⁽²⁾ of sample 2), −0.25 (z₁⁽²⁾ of sample 1).',
        ]);
      },
    ));

  test('a step of gradient descent with its numbers', () =>
    inReading({ ...two, reading: 'Nudge' }, async (page) => {
      const rate = page.getByRole('textbox', { name: 'Learning rate' });
      await rate.fill('0.5');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('.descent-line').innerText()).toContain('0.1 − 0.5 · 0.00016658 = 0.099917');
      // J after one step by the lecture's equations (6)–(13), worked out apart from this project.
      await expect.poll(async () => (await texts(page, '.descent-table td')).at(3)).toBe('0.17689');
      await page.getByRole('button', { name: 'Use this step as Δ' }).click();
      await expect.poll(() => row(page, 'predicted').innerText()).toBe('−1.3874e−8');
    }));
});

test('without data every reading shows symbols or says why there are none', () =>
  inReading({ text: withoutData, parameter: [1, 1, 2] }, async (page) => {
    for (const reading of ['Paths', 'δ recursion', 'Matrix form', 'Samples', 'Nudge']) {
      await page.getByRole('tab', { name: reading }).click();
      expect(await page.locator('.reading .hint').first().innerText()).toContain('Showing symbols only');
    }
    await page.getByRole('tab', { name: 'δ recursion' }).click();
    expect(await texts(page, '.delta-block')).toEqual([
      '∂E/∂θ₁₂⁽¹⁾ = δ₁⁽²⁾ × x₂',
      'δ₁⁽²⁾ = tanh′(z₁⁽²⁾) × θ₁₁⁽²⁾ δ₁⁽³⁾',
      'δ₁⁽³⁾ = id′(z₁⁽³⁾) × a₁⁽³⁾ − y₁',
      '∂E/∂x₂ = θ₁₂⁽¹⁾ δ₁⁽²⁾ + θ₂₂⁽¹⁾ δ₂⁽²⁾',
    ]);
    await page.getByRole('tab', { name: 'Matrix form' }).click();
    expect(await texts(page, '.matrix:last-of-type td.marked')).toContain('δ₁⁽²⁾ x₂');
  }));

test('arrow keys on the parameter’s name walk to the next one', () =>
  inReading(two, async (page) => {
    await page.locator('.chain-what').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('weight from x₂ to z₁⁽²⁾').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.getByText('weight from x₂ to z₂⁽²⁾').waitFor();
    expect(await calls(page, 'select')).toEqual([
      { layer: 1, to: 1, from: 2 },
      { layer: 1, to: 2, from: 2 },
    ]);
  }));

test('the derivation is copied in the format that is chosen, by mouse or keys', () =>
  inReading({ ...iris, parameter: [2, 1, 0] }, async (page) => {
    const button = page.getByRole('button', { name: 'Copy or save the derivation' });
    await button.click();
    await page.getByRole('menuitem', { name: 'Copy as Markdown' }).click();
    await button.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await button.click();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    const about = { parameter: { layer: 2, to: 1, from: 0 }, sample: null };
    expect(await calls(page, 'copyDerivation')).toEqual([expect.objectContaining({ ...about, format: 'markdown' })]);
    expect(await calls(page, 'saveDerivation')).toEqual([expect.objectContaining(about)]);
  }));

test('a question about another parameter does not wait for the one before', () =>
  inReading({ example: 'digits-784-128-10', parameter: [1, 50, 300], reading: 'Nudge' }, async (page) => {
    await page.getByRole('status').filter({ hasText: 'Computing J along θ₅₀,₃₀₀⁽¹⁾' }).waitFor();
    await choose(page, [2, 3, 4]);
    // On a busy machine the old answer may be in before the chain of the new parameter is: then it stands for that long.
    await page.locator('.slice-plot svg[aria-label^="J along θ₃₄⁽²⁾"]').waitFor();
  }));

test('17 digits are 17 digits in every reading', () =>
  inReading({ ...two, digits: 17 }, async (page) => {
    const derivative = '0.00016657731643350738';
    await expect.poll(() => page.locator('.chain-value').innerText()).toContain(derivative);
    await page.getByRole('tab', { name: 'δ recursion' }).click();
    expect((await texts(page, '.delta-block.root'))[0]).toContain(derivative);
    await page.getByRole('tab', { name: 'Matrix form' }).click();
    expect(await page.locator('.matrix [aria-pressed=true]').innerText()).toContain(derivative);
    await page.getByRole('tab', { name: 'Samples' }).click();
    await page.locator('.table-row').first().waitFor();
    expect(await page.locator('.table-row .cell').nth(1).innerText()).toContain(derivative);
    await page.getByRole('tab', { name: 'Nudge' }).click();
    await expect.poll(() => page.locator('.descent-line').innerText()).toContain(derivative);
  }));

test.each(kinds)('in %s every reading is readable, and every control of it is named', (theme) =>
  inReading({ ...iris, theme }, async (page) => {
    for (const [reading, there] of [
      ['Paths', '.why'],
      ['δ recursion', '.delta-tree .chip'],
      ['Matrix form', '.matrix td'],
      ['Samples', '.table-row'],
      ['Nudge', '.descent-table'],
    ] as const) {
      await page.getByRole('tab', { name: reading }).click();
      await page.locator(there).first().waitFor();
      expect(await faintTexts(page)).toEqual([]);
      expect(await nameless(page)).toEqual([]);
    }
  }),
);
