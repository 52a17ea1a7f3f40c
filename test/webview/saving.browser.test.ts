import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { panels } from './panels';
import { wrongSign } from './wrongSign';

const { inPanel } = panels();

/** Far more than a busy machine takes. */
const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click();
const train = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Train', exact: true }).first().click();
  await page.locator('.run-words', { hasText: 'Trained to' }).waitFor();
};
const select = (page: Page) => page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 }));

interface View {
  readonly example: string;
  readonly show: (page: Page) => Promise<void>;
  /** What pictures there are to take along, and what is written in each. */
  readonly pictures: Readonly<Record<string, RegExp>>;
}

/** The whole graph is beside each of them. */
const views: Readonly<Record<string, View>> = {
  graph: { example: 'multiple-units-2-2-2', show: select, pictures: { graph: /layer 1[^]*z/ } },
  'units as pictures': {
    example: 'digits-784-128-10',
    show: (page) => page.locator('.pictures').waitFor(),
    pictures: { graph: /<image / },
  },
  slice: {
    example: 'xor',
    show: async (page) => {
      await select(page);
      await tab(page, 'Nudge');
      await page.locator('.slice-plot svg[role=img]').waitFor();
    },
    pictures: { slice: /tangent/ },
  },
  check: {
    example: 'xor',
    show: async (page) => {
      await tab(page, 'Gradient check');
      await page.getByRole('button', { name: 'Run check' }).click();
      await page.locator('.check-summary').waitFor();
      await page.locator('.table-row').first().click();
      await page.locator('.step-plot svg[role=img]').waitFor();
    },
    pictures: { checks: /θ/, steps: /h = / },
  },
  'your gradients': {
    example: 'xor',
    show: async (page) => {
      await page.evaluate((json) => window.pageApp.judgeGradients(json), wrongSign('xor'));
      await page.locator('.ratio-maps svg').first().waitFor();
    },
    pictures: { ratios: /wrong sign/ },
  },
  curvature: {
    example: 'xor',
    show: async (page) => {
      await tab(page, 'Learning');
      await tab(page, 'Curvature');
      await page.locator('.spectrum svg[role=img]').waitFor();
    },
    pictures: { spectrum: /positive/, 'learning-rates': /2\/λmax/ },
  },
  landscape: {
    example: 'xor',
    show: async (page) => {
      await tab(page, 'Learning');
      await tab(page, 'Landscape');
      await page.locator('.line-plot svg').nth(1).waitFor();
    },
    pictures: { landscape: /α/, directions: /J along each direction/ },
  },
  histograms: {
    example: 'iris',
    show: async (page) => {
      await tab(page, 'Learning');
      await tab(page, 'Histograms');
      await page.locator('.histogram').first().waitFor();
    },
    pictures: { histograms: /layer 2[^]*∂/ },
  },
  'gradient by the input': {
    example: 'digits-784-128-10',
    show: async (page) => {
      await page.evaluate(() => window.pageApp.selectSample(3));
      await tab(page, 'Learning');
      await tab(page, 'Samples’ gradients');
      await page.locator('.input-gradient canvas').nth(1).waitFor();
    },
    pictures: { 'input-gradient': /<image [^]*<image / },
  },
  'loss and predictions': {
    example: 'xor',
    show: async (page) => {
      await train(page);
      const open = page.getByRole('button', { name: 'Show the loss' });
      if ((await open.count()) > 0) await open.click();
      await tab(page, 'Predictions');
      await page.locator('.plot canvas').waitFor();
    },
    pictures: { loss: /epoch/, predictions: /<image / },
  },
};

/** Pictures of a size to be looked at without a menu that saves them. */
const withoutMenu = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('svg, canvas')].flatMap((drawn) => {
      const { width, height } = drawn.getBoundingClientRect();
      if (width < 60 || height < 42 || drawn.parentElement?.closest('svg, button, vscode-button, .table-row'))
        return [];
      const has = drawn.closest('.picture')?.querySelector('[aria-label^="Save or copy"]');
      return has
        ? []
        : [`${drawn.tagName} ${String(drawn.getAttribute('class'))} ${String(width)} × ${String(height)}`];
    }),
  );

/** Saves a picture of this name as SVG. */
async function saved(page: Page, of: string): Promise<string> {
  await page
    .getByRole('button', { name: `Save or copy the ${of.replaceAll('-', ' ')}`, exact: true })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Save drawing (SVG)…' }).click();
  const drawing = () =>
    page.evaluate((wanted) => {
      const bytes = window.pageApp.pictures.get(wanted);
      return bytes ? new TextDecoder().decode(bytes) : '';
    }, of);
  await expect.poll(drawing).not.toBe('');
  return drawing();
}

describe.each(Object.entries(views))('%s', (_, { example, show, pictures }) => {
  test('every picture can be taken along, and is the same where nothing but the file is', () =>
    inPanel({ example, theme: 'light', height: 1400 }, async (page) => {
      await show(page);
      expect(await withoutMenu(page)).toEqual([]);
      for (const [of, words] of Object.entries(pictures)) {
        const svg = await saved(page, of);
        expect(svg.replace(/<\/?tspan[^>]*>/g, '')).toMatch(words);
        // The bytes of an image may spell anything.
        const drawn = svg.replace(/data:image\/png;base64,[^"]*/g, '');
        expect(drawn).not.toMatch(/var\(|class=|NaN|Symbols|Formula/);
        const alone = await page.context().newPage();
        await alone.goto(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`);
        const read = await alone.evaluate(() => ({
          root: document.documentElement.nodeName,
          families: [...document.querySelectorAll('text')].map((text) => getComputedStyle(text).fontFamily),
          // What lies outside of the picture is cut off.
          outside: [...document.querySelectorAll('text')]
            .filter((text) => text.getClientRects().length > 0)
            .map((text) => [text.textContent, text.getBoundingClientRect()] as const)
            .filter(([, { left, top }]) => left < -2 || top < -2)
            .map(([text]) => text),
        }));
        expect(read.root).toBe('svg');
        expect(read.outside).toEqual([]);
        for (const family of read.families) expect(family).toMatch(/(serif|sans-serif|monospace)$/);
        await alone.close();
      }
    }));
});
