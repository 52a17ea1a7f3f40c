import { beforeAll, describe, expect, test } from 'vitest';
import { setTheme, type OpenPanel } from './harness';
import { faintTexts, nameless } from './inspect';
import { kinds } from './themes';
import { panels } from './panels';

const harness = panels();

const examples = ['toy-1-1-1', 'multiple-units-2-2-2', 'xor', 'iris', 'digits-784-128-10'];

/** Everything that the panel can show of a file, one after the other. */
async function lookAtAll({ page }: OpenPanel, look: (what: string) => Promise<void>): Promise<void> {
  await page.locator('.graph .value').first().waitFor();
  await look('first view');
  await page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 }));
  await page.locator('.route-card').first().waitFor();
  await look('chain');
  await page.getByRole('tab', { name: 'Parameters' }).click();
  await page.locator('.table-row').first().waitFor();
  await look('parameters');
  await page.getByRole('tab', { name: 'Data' }).click();
  await page.locator('.table-row .cell:nth-child(2):not(:empty)').first().waitFor();
  await look('data');
  await page.getByRole('tab', { name: 'Predictions' }).click();
  await page.locator('.plot, .confusion').first().waitFor();
  await look('predictions');
  const table = page.locator('.decision').getByRole('button', { name: 'Show as table' });
  if ((await table.count()) > 0) await table.click();
  await look('predictions as a table');
  await page.getByRole('tab', { name: 'Gradient check' }).click();
  await look('before the check');
}

describe.each(examples)('%s', (example) => {
  const faults: Record<string, unknown[]> = {};
  let errors: readonly string[];
  beforeAll(async () => {
    const panel = await harness.open({ example, theme: 'light', width: 700 });
    ({ errors } = panel);
    await lookAtAll(panel, async (what) => {
      for (const theme of kinds) {
        await setTheme(panel.page, theme);
        for (const fault of [...(await faintTexts(panel.page)), ...(await nameless(panel.page))]) {
          (faults[theme] ??= []).push({ what, fault });
        }
      }
    });
    await harness.close(panel.page);
  });

  test.each(kinds)('in a %s theme: every view without an error, every text readable, every control named', (theme) => {
    expect(faults[theme] ?? []).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe.each(kinds)('in a %s theme', (theme) => {
  test('a check, a training run and a notice are readable too', async () => {
    const panel = await harness.open({ example: 'xor', theme, width: 700 });
    const { page } = panel;
    await page.getByRole('tab', { name: 'Gradient check' }).click();
    await page.getByRole('button', { name: 'Run check' }).click();
    await page.locator('.check-summary').waitFor();
    expect(await faintTexts(page), 'check').toEqual([]);
    await page.getByRole('toolbar', { name: 'Training' }).getByRole('button', { name: 'Train' }).click();
    await page.getByText('Trained to epoch').first().waitFor();
    await page.evaluate(() => window.pageApp.edit('{ "layers": [] }'));
    await page.getByRole('button', { name: 'Show problems' }).waitFor();
    expect(await faintTexts(page), 'trained').toEqual([]);
    await page.getByRole('button', { name: 'Show the loss' }).click();
    const norm = page.locator('vscode-button[aria-label="Show the gradient norm"]');
    const edge = () => norm.evaluate((button) => getComputedStyle(button).outlineStyle);
    expect(await edge()).toBe('none');
    await norm.click();
    await page.getByRole('button', { name: 'Show the gradient norm', pressed: true }).waitFor();
    expect(await edge(), 'a button that is down').toBe('solid');
    expect(await nameless(page)).toEqual([]);
    expect(panel.errors).toEqual([]);
    await harness.close(page);
  });
});
