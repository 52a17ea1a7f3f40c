/** A person opens what `npm start` prints: text and panel side by side, and each following the other. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../chromium.mjs';
import { started, type Started } from './started';

let start: Started;
let browser: Browser;
let page: Page;
let panel: FrameLocator;
/** What the page or the panel complained of. */
const violations: string[] = [];

beforeAll(async () => {
  start = await started();
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  // A limit for what hangs: the machine may be busy.
  page.setDefaultTimeout(60_000);
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) violations.push(message.text());
  });
  await page.goto(start.url.href);
  panel = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await panel.locator('.convention strong').first().waitFor({ timeout: 60_000 });
});

afterAll(async () => {
  await browser.close();
  await start.interrupt();
});

/** Moves the focus from the panel to the text, and waits for it: the panel's keys are its own. */
async function focusText(): Promise<void> {
  await page.keyboard.press('Control+1');
  await page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
}
/** Where the example networks are. */
const folder = (): string => start.url.searchParams.get('folder') ?? '';
const text = (): Promise<string> => page.locator('.editor-instance .view-lines').first().innerText();
/** `innerText` of an editor has no-break spaces. */
const spaced = async (): Promise<string> => (await text()).replaceAll('\u00a0', ' ');

describe('npm start, opened in a browser', { timeout: 120_000 }, () => {
  it('shows the 2-2-2 network beside its text, with J and its convention', async () => {
    expect(await spaced()).toContain('"name": "Multiple units 2-2-2"');
    expect(await panel.getByRole('heading', { level: 1 }).textContent()).toBe('Multiple units 2-2-2');
    expect(await panel.locator('.convention').textContent()).toMatch(/J = 1\/\(2m\).*= 0\.18254.*m = 1/);
  });

  it('a click on a number in the text opens its chain: both paths and their sum', async () => {
    await page.locator('.view-line', { hasText: '[0.1' }).getByText('0.1').click();
    await panel.getByRole('heading', { name: 'Path 2' }).waitFor();
    const chain = (await panel.getByRole('tabpanel', { name: 'Chain' }).innerText()).replaceAll(/\s+/g, ' ');
    expect(chain).toContain('0.00078026');
    expect(chain).toContain('−0.00061368');
    expect(chain).toMatch(/Σ 0\.00016658 backpropagation 0\.00016658/);
  });

  it('a parameter chosen in the panel is selected in the text', async () => {
    await panel.getByRole('application').focus();
    await panel.getByRole('combobox', { name: 'Parameter' }).click();
    await panel.getByRole('option', { name: 'θ₂₂⁽²⁾' }).click();
    await panel.getByText('weight from a₂⁽²⁾ to z₂⁽³⁾').waitFor();
    await page.locator('.editor-instance .selected-text').first().waitFor();
    await focusText();
    await page.getByText('Ln 20, Col 18 (3 selected)').waitFor();
  });

  it('training draws the loss and reaches the text only when written, in one undo step', async () => {
    const before = await spaced();
    await panel.getByRole('button', { name: 'Train' }).first().click();
    await panel.getByText('epoch 100').first().waitFor();
    await panel.getByRole('button', { name: 'Show the loss' }).click();
    await panel.getByRole('region', { name: 'Loss per epoch' }).locator('canvas').waitFor();
    expect(await spaced()).toBe(before);
    await panel.getByRole('button', { name: 'Write to file' }).click();
    await page
      .locator('.view-line', { hasText: '0.12657360343390313' })
      .or(page.locator('.view-line', { hasText: '0.126573603' }))
      .first()
      .waitFor();
    await focusText();
    await page.keyboard.press('Control+z');
    await page.locator('.view-line', { hasText: '[0.1, 0.3]' }).waitFor();
    expect(await spaced()).toBe(before);
  });

  it('a broken text leaves the last good network on the screen, with a notice', async () => {
    await focusText();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(',');
    await panel.getByText('The text has an error').waitFor();
    expect(await panel.getByRole('application').isVisible()).toBe(true);
    await page.keyboard.press('Backspace');
    await panel.getByText('The text has an error').waitFor({ state: 'detached' });
  });

  it('check on save runs where the setting says so, and reports', async () => {
    mkdirSync(join(folder(), '.vscode'), { recursive: true });
    writeFileSync(join(folder(), '.vscode', 'settings.json'), '{ "gradientInspector.checkOnSave": true }');
    const report = page.getByText('Gradients checked: all 8 pass').first();
    await focusText();
    // The setting is in force a moment after its file is there.
    while (!(await report.isVisible())) {
      await page.keyboard.press('Control+End');
      await page.keyboard.type(' ');
      await page.keyboard.press('Control+s');
      await report.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
  });

  it('homework: a ✓ beside what is right, and from what is wrong to the factor that is missing', async () => {
    const file = join(folder(), 'homework-2-2-2.nn.json');
    const answers = ['1.666e-4', '0.002998', '-0.001619', '-0.02914', '0.2893', '0.05259', '-0.04062', '-0.02954'];
    const sheet = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      sheet.replaceAll('null', () => answers.shift() ?? ''),
    );
    await page.keyboard.press('Control+p');
    await page.keyboard.type('homework-2-2-2');
    await page.locator('.quick-input-list').getByText('homework-2-2-2.nn.json').first().click();
    const claim = page.locator('.view-line', { hasText: '0.2893' }).getByText('0.2893');
    await claim.waitFor();
    await page.waitForFunction(() => {
      const spans = [...document.querySelectorAll('.editor-instance .view-line span')];
      return spans.filter((span) => getComputedStyle(span, '::after').content === '"✓"').length === 7;
    });

    await claim.hover();
    const hover = page.locator('.monaco-hover:visible');
    await hover
      .getByText('is ∂E/∂a₁⁽³⁾ · ∂z₁⁽³⁾/∂θ₁₁⁽²⁾: the factor ∂a₁⁽³⁾/∂z₁⁽³⁾ = 0.2499 is missing')
      .first()
      .waitFor();
    await hover.getByText('Show the derivative chain').click();
    await panel.locator('.factor.marked').getByText('missing from your claim').waitFor();
    expect(await panel.locator('.factor.marked').getAttribute('aria-label')).toMatch(/^∂a₁⁽³⁾\/∂z₁⁽³⁾ /);

    await page.keyboard.press('F1');
    await page.keyboard.type('Start exercise');
    await page.locator('.quick-input-list').getByText('Start exercise: hide gradients').first().click();
    await panel.getByText('7 of 8 correct').waitFor();
    await panel.getByText('Take z, a and θ from the graph').waitFor();
    await panel.getByRole('button', { name: 'Show gradients' }).click();
    await panel.locator('.chain-value').getByText('0.0723').waitFor();
  });

  it('nothing was stopped by the panel’s content security policy', () => {
    expect(violations).toEqual([]);
  });
});
