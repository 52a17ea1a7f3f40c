import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setTheme } from './harness';
import { kinds } from './themes';
import { wrongSign } from './wrongSign';
import { panels } from './panels';

const harness = panels();

/** What axe finds wrong, each with the elements that it is about. */
async function findings(page: Page): Promise<readonly string[]> {
  const { passes, violations } = await page.evaluate(async () => {
    const results = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'],
      resultTypes: ['violations'],
    });
    return { passes: results.passes.length, violations: results.violations };
  });
  expect(passes).toBeGreaterThan(20);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}

const tab = (name: string) => (page: Page) => page.getByRole('tab', { name }).click();
const choose = async (page: Page): Promise<void> => {
  await page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 }));
  await page.locator('.route-card').first().waitFor();
};

const scenes: Readonly<
  Record<string, { readonly example: string; readonly steps: ((page: Page) => Promise<void>)[] }>
> = {
  'nothing chosen': { example: 'xor', steps: [] },
  'a chain': { example: 'multiple-units-2-2-2', steps: [choose] },
  ...Object.fromEntries(
    ['δ recursion', 'Matrix form', 'Samples', 'Nudge'].map((reading) => [
      `a chain’s ${reading}`,
      { example: 'xor', steps: [choose, tab(reading), (page: Page) => page.getByRole('tabpanel').last().waitFor()] },
    ]),
  ),
  'the parameters': {
    example: 'iris',
    steps: [tab('Parameters'), (page) => page.locator('.table-row').first().waitFor()],
  },
  'an input’s chain beside its larger picture': {
    example: 'two-spirals',
    steps: [
      (page) => page.evaluate(() => window.pageApp.selectSample(1)),
      (page) => page.locator('.graph [data-key="unit-1-2"]').click(),
      (page) => page.locator('.tooltip').waitFor(),
    ],
  },
  'a check with a row chosen': {
    example: 'xor',
    steps: [
      tab('Gradient check'),
      (page) => page.getByRole('button', { name: 'Run check' }).click(),
      (page) => page.locator('.table-row').first().click(),
    ],
  },
  'a run with its chart': {
    example: 'xor',
    steps: [
      (page) => page.getByRole('toolbar', { name: 'Training' }).getByRole('button', { name: 'Train' }).click(),
      (page) => page.locator('.run-words', { hasText: 'Trained to' }).waitFor(),
      (page) => page.getByRole('button', { name: 'Show the loss' }).click(),
      tab('Predictions'),
    ],
  },
  'a judgment of gradients': {
    example: 'xor',
    steps: [
      (page) => page.evaluate((json) => window.pageApp.judgeGradients(json), wrongSign('xor')),
      (page) => page.locator('.judged').waitFor(),
      (page) => page.locator('details summary').last().click(),
    ],
  },
  'slow motion after an update': {
    example: 'xor',
    steps: [
      (page) => page.getByRole('button', { name: 'Slow motion' }).click(),
      (page) => page.getByRole('button', { name: 'Update' }).click(),
      (page) => page.getByRole('grid', { name: 'Update of each parameter' }).waitFor(),
    ],
  },
  'units as pictures, and the menu of a picture': {
    example: 'two-spirals',
    steps: [
      (page) => page.locator('.picture-frame').first().waitFor(),
      (page) => page.getByRole('button', { name: 'Save or copy the graph' }).click(),
    ],
  },
  'rows that are images': {
    example: 'digits-784-128-10',
    steps: [tab('Data'), (page) => page.locator('.input-image').first().waitFor()],
  },
  'a comparison': {
    example: 'xor',
    steps: [
      (page) => page.evaluate(() => window.pageApp.compare(window.fixture.text.replace('0.9', '0.8'))),
      (page) => page.locator('.list-view .table-row').first().waitFor(),
    ],
  },
  ...Object.fromEntries(
    [
      ['a diagnosis', 'Diagnosis', '.diagnosis'],
      ['the curvature', 'Curvature', '.curvature'],
      ['the landscape', 'Landscape', '.line-plot svg'],
      ['the samples’ gradients', 'Samples’ gradients', '.pull-bar'],
      ['the histograms', 'Histograms', '.histogram'],
    ].map(([name = '', topic = '', what = '']) => [
      name,
      {
        example: 'xor',
        steps: [tab('Learning'), tab(topic), (page: Page) => page.locator(what).first().waitFor()],
      },
    ]),
  ),
  'two chains side by side': {
    example: 'xor',
    steps: [
      (page) => page.evaluate(() => window.pageApp.compare(window.fixture.text.replace('0.9', '0.5'))),
      (page) => page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 })),
      (page) => page.locator('.compare-factors').first().waitFor(),
    ],
  },
  'an exercise to start': { example: 'homework-2-2-2', steps: [] },
};

describe.each(Object.entries(scenes))('axe, of %s', (_, { example, steps }) => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await harness.open({ example, theme: 'dark', width: 700, axe: true }));
    await page.locator('.graph .value, .graph .loss-name').first().waitFor();
    for (const step of steps) await step(page);
  });
  afterAll(() => harness.close(page));

  test.each(kinds)('finds nothing wrong in a %s theme', async (theme) => {
    await setTheme(page, theme);
    expect(await findings(page)).toEqual([]);
  });
});
