/** What happens to a run when the window is reloaded, or its file changed, in the middle of it. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Trainer } from '../../src/engine/trainer';
import { parseNetworkFile } from '../../src/format';
import { launchChromium } from '../chromium.mjs';
import { started, type Started } from './started';

let start: Started;
let browser: Browser;
let page: Page;
let panel: FrameLocator;
/** The workspace that it opens. */
let folder: string;

/** A run whose every step depends on those before it: the order of the batches, and what the optimizer remembers. */
const endless = {
  layers: [
    { units: 2 },
    { units: 3, activation: 'tanh', init: 'xavierUniform' },
    { units: 1, activation: 'sigmoid', init: 'xavierUniform' },
  ],
  loss: 'binaryCrossEntropy',
  data: {
    inputs: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    targets: [[0], [1], [1], [0]],
  },
  seed: 7,
  training: { optimizer: { type: 'adam', learningRate: 0.0001 }, batchSize: 2, shuffle: true, epochs: 1_000_000_000 },
};

beforeAll(async () => {
  start = await started();
  folder = start.url.searchParams.get('folder') ?? '';
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  // A limit for what hangs: the machine may be busy.
  page.setDefaultTimeout(60_000);
  panel = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  for (const name of ['reloaded', 'edited', 'reshaped']) write(name, endless);
  await page.goto(start.url.href);
  await panel.locator('.convention strong').first().waitFor({ timeout: 60_000 });
});

afterAll(async () => {
  await browser.close();
  await start.interrupt();
});

const path = (name: string): string => join(folder, `${name}.nn.json`);
const write = (name: string, file: object): void => {
  writeFileSync(path(name), JSON.stringify(file, null, 2));
};
const button = (name: string) => panel.getByRole('button', { name }).first();

/** Shows a file of the workspace, alone, and trains it. */
async function trainAlone(name: string): Promise<void> {
  await page.keyboard.press('Control+1');
  await page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Control+w');
  await page.locator('iframe.webview').first().waitFor({ state: 'detached' });
  await page.getByRole('treeitem', { name: `${name}.nn.json` }).dblclick();
  await button('Train').click();
  await button('Pause').waitFor();
  await expect.poll(shownEpoch).toBeGreaterThan(0);
}

/** The epoch of what the panel shows. */
async function shownEpoch(): Promise<number> {
  return epochIn((await panel.locator('.convention').textContent()) ?? '');
}

function epochIn(words: string): number {
  return Number(/epoch ([\d\s\u202f]+)/.exec(words)?.[1]?.replaceAll(/\D/g, ''));
}

async function stop(): Promise<void> {
  await button('Stop').click();
  const words = (await panel.getByText('Stopped at epoch').first().textContent()) ?? '';
  // The values of the last epoch come when they have been worked out.
  await expect.poll(shownEpoch, { timeout: 30_000 }).toBe(epochIn(words));
}

/** Saves the text that has the focus, and returns the network in it. */
async function saved(name: string): Promise<ReturnType<typeof parseNetworkFile>> {
  await page.locator('.tab.dirty').first().waitFor();
  await page.keyboard.press('Control+1');
  await page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  await page.keyboard.press('Control+s');
  await page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
  return parseNetworkFile(readFileSync(path(name), 'utf8'), { fileName: '' });
}

/** The weights that a run of so many epochs leads to, without any pause. */
function trainedFor(epochs: number): Float64Array {
  const { network, data } = parseNetworkFile(JSON.stringify(endless), { fileName: '' });
  if (!network || !data) throw new Error('the file is not sound');
  const whole = new Trainer(network, data, { epochs });
  whole.run(1e9);
  return whole.theta;
}

describe('a run in the middle of which', { timeout: 180_000 }, () => {
  it('the window is reloaded loses nothing, and goes on as if it had never stopped', async () => {
    await trainAlone('reloaded');
    // What is kept is written about every second.
    const storage = join(folder, '..', 'server', 'data', 'User', 'globalStorage');
    const kept = (): boolean => readdirSync(storage, { recursive: true }).some((name) => String(name).endsWith('.run'));
    await expect.poll(kept, { timeout: 30_000 }).toBe(true);

    // Without the address's wish for the example, VS Code restores what was open, unless the page was left before it had
    // written that down: the file is opened again in any case.
    await page.goto(`${start.url.origin}/?folder=${encodeURIComponent(folder)}`);
    await page.getByRole('treeitem', { name: 'reloaded.nn.json' }).dblclick();
    await panel.getByText('Training was interrupted at epoch').waitFor();
    const interruptedAt = await shownEpoch();
    expect(interruptedAt).toBeGreaterThan(0);
    await panel.getByRole('button', { name: 'Show the loss' }).click();
    await panel.getByRole('region', { name: 'Loss per epoch' }).locator('canvas').waitFor();
    await panel.locator('.notice').getByRole('button', { name: 'Resume' }).click();
    await panel.getByText('Training was interrupted').waitFor({ state: 'detached' });
    await expect.poll(shownEpoch).toBeGreaterThan(interruptedAt);

    await stop();
    const epochs = await shownEpoch();
    await button('Write to file').click();
    expect((await saved('reloaded')).network?.theta).toEqual(trainedFor(epochs));
  });

  it('its file is given other words is asked whether to write its weights there', async () => {
    await trainAlone('edited');
    write('edited', { name: 'Other words', ...endless });
    await page.locator('.view-line', { hasText: 'Other words' }).first().waitFor();
    await stop();
    const epochs = await shownEpoch();
    await button('Write to file').click();
    await page.getByText('The text has changed since these weights were trained').waitFor();
    await page.getByRole('button', { name: 'Write weights' }).click();
    const { network } = await saved('edited');
    expect(network?.name).toBe('Other words');
    expect(network?.theta).toEqual(trainedFor(epochs));
  });

  it('its file is given another shape is refused there, and has its weights in a new file', async () => {
    await trainAlone('reshaped');
    const other = { ...endless, layers: [{ units: 2 }, { units: 1, activation: 'sigmoid' }] };
    write('reshaped', other);
    await page.locator('.view-line', { hasText: 'xavierUniform' }).first().waitFor({ state: 'detached' });
    await stop();
    await button('Write to file').click();
    await page.getByText('a different shape from the one that was trained').first().waitFor();
    await page.getByRole('button', { name: 'Open as new file' }).click();
    await page
      .locator('.tab.active', { hasText: /Untitled|layers/ })
      .first()
      .waitFor();
    await page.locator('.view-line', { hasText: 'xavierUniform' }).first().waitFor();
    expect(JSON.parse(readFileSync(path('reshaped'), 'utf8'))).toEqual(other);
  });
});
