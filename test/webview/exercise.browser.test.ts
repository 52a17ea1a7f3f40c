import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Location } from '../../src/core/mistakes/claims';
import type { OpenOptions } from './harness';
import { faintTexts, nameless } from './inspect';
import { kinds } from './themes';
import { panels } from './panels';

const harness = panels();

/** Opens the panel with θ₁₁⁽¹⁾ chosen; an error in its page is an error of the test. */
async function inPanel(options: OpenOptions, run: (page: Page) => Promise<void>): Promise<void> {
  const { page, errors } = await harness.open(options);
  await page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 }));
  await page.locator('.route-card').first().waitFor();
  await run(page);
  expect(errors).toEqual([]);
  await harness.close(page);
}

const judge = (page: Page, location: Location | null, remark: string | null = 'it is wrong') =>
  page.evaluate(
    (claim) => {
      window.pageApp.judge({ claimed: 1, ...claim });
    },
    { location, remark },
  );
const exercise = (page: Page, right: number) =>
  page.evaluate(
    (score) => {
      window.pageApp.startExercise(score);
    },
    { right, asked: 8 },
  );

/** Everything that is written or said anywhere in the panel. */
const everything = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const said = [...document.querySelectorAll('[aria-label], [title]')].map(
      (element) => `${element.getAttribute('aria-label') ?? ''} ${element.getAttribute('title') ?? ''}`,
    );
    return `${document.body.innerText} ${document.body.textContent} ${said.join(' ')}`;
  });

const two = { example: 'multiple-units-2-2-2', height: 1100 } as const;

describe('a wrong claim', () => {
  test('has its missing factor marked in every path that it is in, and lit in the graph', () =>
    inPanel(two, async (page) => {
      await judge(page, { fault: 'missing', factor: 'activation', layer: 2, unit: 1 }, 'σ′ is missing');
      await page.getByText('Your claim: σ′ is missing.').waitFor();
      const marked = page.locator('.factor.marked');
      expect(await marked.count()).toBe(2);
      expect(await marked.first().getAttribute('aria-label')).toMatch(/^∂a₁⁽²⁾\/∂z₁⁽²⁾ .*missing from your claim$/);
      expect(await page.locator('.half.lit').count()).toBe(2);
      // A weight's factor lights its edge; what is pointed at comes before it.
      await judge(page, { fault: 'wrong', factor: 'weight', layer: 2, unit: 2, from: 1 });
      await page.locator('.factor.marked').getByText('wrong in your claim').waitFor();
      expect(await marked.count()).toBe(1);
      expect(await page.locator('.edge-lit').count()).toBe(1);
      await judge(page, null, null);
      await page.getByText('Your claim is correct.').waitFor();
      expect(await marked.count()).toBe(0);
      expect(await page.locator('.lit').count()).toBe(0);
    }));

  test('has the path marked that it leaves out', () =>
    inPanel(two, async (page) => {
      await judge(page, { fault: 'missing', through: [{ kind: 'z', layer: 3, unit: 2 }], without: [] });
      await page.locator('.route-card.marked').waitFor();
      expect(await page.locator('.route-card.marked h2').innerText()).toContain('Path 2');
      expect(await page.locator('.edge-lit').count()).toBe(2);
      // Only one path was counted: the other is missing.
      const only = [{ kind: 'z', layer: 3, unit: 2 } as const];
      await judge(page, { fault: 'missing', through: [], without: only });
      await page.locator('.route-card.route-1.marked').waitFor();
      expect(await page.locator('.route-card.marked').count()).toBe(1);
    }));
});

describe('an exercise', () => {
  test('shows z, a and J, and no derivative in any view', () =>
    inPanel(two, async (page) => {
      // δ₁⁽³⁾, ∂J/∂θ₁₁⁽¹⁾, a path's product, ∂J/∂θ₁₁⁽²⁾
      const secrets = /0\.127|0\.00016658|0\.00078026|0\.0723/;
      expect(await everything(page)).toMatch(secrets);
      await exercise(page, 3);
      await page.getByText('3 of 8 correct').waitFor();
      await page.getByText('Gradients stay hidden until all claims are correct. Take').waitFor();
      for (const reading of ['δ recursion', 'Matrix form', 'Samples', 'Nudge', 'Paths']) {
        await page.getByRole('tab', { name: reading }).click();
        await page.getByText('Gradients stay hidden until all claims are correct. Take').waitFor();
        expect(await everything(page), reading).not.toMatch(secrets);
      }
      for (const view of ['Gradient check', 'Data', 'Parameters']) {
        await page.getByRole('tab', { name: view }).click();
        expect(await everything(page), view).not.toMatch(secrets);
      }
      expect(await page.getByRole('columnheader', { name: '∂J/∂θ' }).count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Train' }).first().isDisabled()).toBe(true);
      await page.keyboard.press('b');
      expect(await page.getByText('Backward, layer').count()).toBe(0);
      await page.locator('[data-key="unit-2-1"]').hover();
      await page.locator('.tooltip').getByText('0.275').waitFor();
      expect(await everything(page)).not.toMatch(secrets);
      expect(await everything(page)).toContain('0.18254');

      await page.getByRole('button', { name: 'Show gradients' }).click();
      await page.getByRole('tab', { name: 'Parameters' }).click();
      await page.getByRole('columnheader', { name: '∂J/∂θ' }).waitFor();
      expect(await everything(page)).toMatch(secrets);
    }));

  test.each(kinds)('can be read in a %s theme', (theme) =>
    inPanel({ example: 'homework-2-2-2', theme, width: 700 }, async (page) => {
      await exercise(page, 3);
      await page.getByText('Gradients stay hidden until all claims are correct. Take').waitFor();
      await judge(page, { fault: 'missing', factor: 'activation', layer: 2, unit: 1 });
      await page.locator('.factor.marked').first().waitFor();
      expect(await faintTexts(page)).toEqual([]);
      expect(await nameless(page)).toEqual([]);
    }),
  );
});
