import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { Harness, type OpenOptions, type OpenPanel } from './harness';

interface Panels extends Pick<Harness, 'open' | 'close'> {
  /** Opens a panel for one test; an error in its page is an error of the test. */
  readonly inPanel: (options: OpenOptions, run: (page: Page, panel: OpenPanel) => Promise<void>) => Promise<void>;
}

/** Panels for the tests of one file, each of which may be opened in the page of an earlier one that was closed. */
export function panels(): Panels {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.start(await chromium.connect(inject('chromium')));
  });
  afterAll(async () => {
    await harness.stop();
  });
  return {
    open: (options) => harness.open(options),
    close: (page) => harness.close(page),
    inPanel: async (options, run) => {
      const panel = await harness.open(options);
      await panel.page.locator('.graph .item').first().waitFor();
      await run(panel.page, panel);
      expect(panel.errors).toEqual([]);
      await harness.close(panel.page);
    },
  };
}

/** What the panel has asked of the app under that name, in order. */
export function calls(page: Page, name: string): Promise<unknown[]> {
  return page.evaluate(
    (wanted) => window.pageApp.calls.filter((call) => call.name === wanted).map((call) => call.argument),
    name,
  );
}

/** The pictures that the panel has asked to be saved, in order: their text, or of a PNG the signature. */
export function savedPictures(page: Page): Promise<{ of: string; kind: string; text: string }[]> {
  return page.evaluate(() =>
    window.pageApp.calls
      .filter(({ name }) => name === 'savePicture')
      .map(({ argument }) => {
        const { of, kind, bytes } = argument as { of: string; kind: string; bytes: Uint8Array };
        const text = kind === 'png' ? String.fromCharCode(...bytes.slice(0, 5)) : new TextDecoder().decode(bytes);
        return { of, kind, text };
      }),
  );
}

export async function chooseParameter(page: Page, layer: number, to: number, from: number): Promise<void> {
  await page.evaluate((id) => window.pageApp.select(id), { layer, to, from });
}
