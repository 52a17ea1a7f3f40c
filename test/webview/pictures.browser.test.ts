import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { calls, panels, savedPictures } from './panels';

const { inPanel } = panels();

/** The pixels inside of a unit's box, as the reader sees them. */
const pixelsIn = (page: Page, key: string): Promise<readonly number[]> =>
  page.evaluate((wanted) => {
    const canvas = document.querySelector<HTMLCanvasElement>('.pictures');
    const box = document.querySelector(`[data-key="${wanted}"] rect:last-of-type, .${wanted}`)?.getBoundingClientRect();
    if (!canvas || !box) return [];
    const { left, top } = canvas.getBoundingClientRect();
    const [width, height] = [Math.floor(box.width - 4), Math.floor(box.height - 4)];
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    const scale = devicePixelRatio;
    copy?.drawImage(
      canvas,
      ...([box.left - left + 2, box.top - top + 2, width, height].map((value) => value * scale) as [
        number,
        number,
        number,
        number,
      ]),
      ...([0, 0, width, height] as const),
    );
    return [...new Uint32Array(copy?.getImageData(0, 0, width, height).data.buffer ?? new ArrayBuffer(0))];
  }, key);
/** Far more than a busy machine takes. */
const untilPainted = (page: Page, key: string) =>
  expect.poll(async () => new Set(await pixelsIn(page, key)).size).toBeGreaterThan(3);
const name = (page: Page, key: string) => page.locator(`[data-key="${key}"]`).getAttribute('aria-label');
const units = (page: Page, what: 'numbers' | 'pictures') =>
  page.getByRole('radiogroup', { name: 'Units as' }).getByRole('radio', { name: what });

describe('units as pictures', () => {
  test('over the plane of two inputs, with words for who does not see it, and by the reader’s choice as numbers', () =>
    inPanel({ example: 'two-spirals' }, async (page) => {
      for (const key of ['unit-1-1', 'unit-2-1', 'unit-3-16', 'unit-4-1']) await untilPainted(page, key);
      await expect.poll(() => name(page, 'unit-2-1')).toMatch(/a over x and y; z > 0 on \d+ % of the plane/);
      await page.locator('[data-key="unit-2-1"]').hover();
      await page.locator('.tooltip-picture').waitFor();
      await page
        .locator('.tooltip')
        .getByText(/^z over the samples: −[\d.]+ … [\d.]+, middle half/)
        .waitFor();
      await units(page, 'numbers').click();
      await page.locator('[data-key="unit-2-1"] .value').first().waitFor();
      expect(await page.locator('.picture-frame').count()).toBe(0);
    }));

  test('what is pointed at is seen whole, however small the graph', () =>
    inPanel({ example: 'two-spirals', width: 512, height: 400 }, async (page) => {
      await untilPainted(page, 'unit-3-1');
      await page.locator('[data-key="unit-3-1"]').hover();
      const tip = page.locator('.tooltip');
      await tip.getByText(/of the plane$/).waitFor();
      const { x, y, width, height } = (await tip.boundingBox()) ?? expect.fail();
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(512);
      expect(y + height).toBeLessThanOrEqual(400);
      // Nothing lies over its lower end, or cuts it off.
      const last = await tip.locator('> :last-child').boundingBox();
      const at = { x: (last?.x ?? 0) + 4, y: (last?.y ?? 0) + (last?.height ?? 0) - 4 };
      await tip.evaluate((element) => {
        element.style.pointerEvents = 'auto';
      });
      const isTip = await page.evaluate(
        ({ x, y }) => document.elementFromPoint(x, y)?.closest('.tooltip') !== null,
        at,
      );
      expect(isTip).toBe(true);
    }));

  test('a network of few units shows numbers until pictures are asked for', () =>
    inPanel({ example: 'xor' }, async (page) => {
      expect(await units(page, 'numbers').getAttribute('aria-checked')).toBe('true');
      await units(page, 'pictures').click();
      await untilPainted(page, 'unit-2-1');
      await untilPainted(page, 'unit-3-1');
    }));

  test('pictures follow training, and a move of the graph', () =>
    inPanel({ example: 'two-spirals' }, async (page) => {
      await untilPainted(page, 'unit-2-1');
      const before = await pixelsIn(page, 'unit-3-1');
      await page.getByRole('button', { name: 'Train', exact: true }).first().click();
      await expect.poll(() => pixelsIn(page, 'unit-3-1')).not.toEqual(before);
      await page.locator('[data-key="unit-2-1"]').focus();
      await page.keyboard.press('+');
      await untilPainted(page, 'unit-2-1');
    }));

  test('an image as input, its weights, and how outputs are spread', () =>
    inPanel({ example: 'digits-784-128-10' }, async (page) => {
      await untilPainted(page, 'block-frame');
      await untilPainted(page, 'unit-2-1');
      expect(await name(page, 'unit-2-1')).toMatch(/θ from every pixel: −0\.\d+ … 0\.\d+/);
      await expect.poll(() => name(page, 'unit-3-1')).toMatch(/a over the samples: 0\.\d+ … 0\.\d+, middle half/);
      await page.getByRole('radio', { name: 'gradient' }).click();
      await expect.poll(() => name(page, 'unit-2-1')).toContain('∂J/∂θ from every pixel');
    }));

  test('weights that are images follow a run sooner than its values', () =>
    inPanel({ example: 'digits-784-128-10' }, async (page) => {
      await untilPainted(page, 'unit-2-1');
      const before = await pixelsIn(page, 'unit-2-1');
      await page.getByRole('button', { name: 'Train', exact: true }).first().click();
      const asked = () => calls(page, 'weightsInto');
      await expect.poll(async () => (await asked()).length).toBeGreaterThan(1);
      expect((await asked())[0]).toMatchObject({ units: expect.arrayContaining([1]) as unknown });
      await expect.poll(() => pixelsIn(page, 'unit-2-1')).not.toEqual(before);
    }));

  test('a wide layer that is unfolded is one block of pictures', () =>
    inPanel({ example: 'two-spirals' }, async (page) => {
      await page.locator('[data-key^="gap-2"]').click();
      await untilPainted(page, 'block-frame');
    }));
});

describe('the mean of all samples', () => {
  test('shows how z and a are spread', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await page.getByRole('combobox', { name: 'Sample' }).waitFor();
      await page.evaluate(() => window.pageApp.selectSample(null));
      await page.locator('[data-key="unit-2-1"] .spread').nth(1).waitFor();
      expect(await name(page, 'unit-1-1')).toContain('a over the samples: 0 … 1, middle half 0 … 1, median 0.5');
      await page.evaluate(() => window.pageApp.selectSample(2));
      await page.locator('.spread').first().waitFor({ state: 'detached' });
    }));
});

test('the Data view shows rows that are images as such', () =>
  inPanel({ example: 'digits-784-128-10' }, async (page) => {
    await page.getByRole('tab', { name: 'Data' }).click();
    await page.getByRole('img', { name: 'Image of sample 2', exact: true }).waitFor();
    const shades = await page.evaluate(() => {
      const image = document.querySelector<HTMLCanvasElement>('.input-image');
      const copy = new OffscreenCanvas(28, 28).getContext('2d', { willReadFrequently: true });
      if (!image || !copy) return 0;
      copy.drawImage(image, 0, 0);
      return new Set(new Uint32Array(copy.getImageData(0, 0, 28, 28).data.buffer)).size;
    });
    expect(shades).toBeGreaterThan(3);
    const rows = page.locator('.table-row');
    const [first, second] = [await rows.nth(0).boundingBox(), await rows.nth(1).boundingBox()];
    expect((second?.y ?? 0) - (first?.y ?? 0)).toBe(first?.height);
  }));

describe('a picture to take along', () => {
  const save = async (page: Page, of: string, item: string) => {
    await page.getByRole('button', { name: `Save or copy the ${of}` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  test('of the graph stands alone: with or without values, in the theme’s colors or light ones', () =>
    inPanel({ example: 'multiple-units-2-2-2' }, async (page) => {
      await page.locator('[data-key="unit-2-1"] .value').first().waitFor();
      await save(page, 'graph', 'Save drawing (SVG)…');
      await expect.poll(async () => (await savedPictures(page)).length).toBe(1);
      await page.getByRole('button', { name: 'Save or copy the graph' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'With values' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Light colors for slides' }).click();
      await page.getByRole('menuitem', { name: 'Save drawing (SVG)…' }).click();
      await expect.poll(async () => (await savedPictures(page)).length).toBe(2);
      await save(page, 'graph', 'Save picture (PNG)…');
      await expect.poll(async () => (await savedPictures(page)).length).toBe(3);
      const [dark, light, png] = await savedPictures(page);
      // z₁⁽²⁾ of the lecture.
      expect(dark?.text).toContain('0.275');
      expect(light?.text).not.toContain('0.275');
      expect(dark?.text).not.toMatch(/var\(|class=|color\(/);
      expect(
        [dark, light].map((drawing) => /rect width="100%" height="100%" fill="([^"]*)"/.exec(drawing?.text ?? '')?.[1]),
      ).toEqual(['rgb(31, 31, 31)', 'rgb(255, 255, 255)']);
      expect(png).toMatchObject({ of: 'graph', kind: 'png' });
      expect(await page.evaluate(() => document.body.className)).not.toContain('for-slides');
    }));

  test('holds the pictures of units, and so does that of a plane', () =>
    inPanel({ example: 'two-spirals' }, async (page) => {
      await untilPainted(page, 'unit-2-1');
      await save(page, 'graph', 'Save drawing (SVG)…');
      await page.getByRole('tab', { name: 'Predictions' }).click();
      await save(page, 'predictions', 'Save drawing (SVG)…');
      await expect.poll(async () => (await savedPictures(page)).map(({ of }) => of)).toEqual(['graph', 'predictions']);
      for (const { text } of await savedPictures(page))
        expect(text).toMatch(/<image [^>]*href="data:image\/png;base64,.{2000}/);
    }));

  test('goes to the clipboard', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await page.evaluate(() => {
        Object.assign(window, { copied: [] as string[] });
        navigator.clipboard.write = async ([item]) => {
          const blob = await item?.getType('image/png');
          (window as unknown as { copied: string[] }).copied.push(String((blob?.size ?? 0) > 5000));
        };
      });
      await save(page, 'graph', 'Copy picture');
      await expect
        .poll(() => page.evaluate(() => (window as unknown as { copied: string[] }).copied))
        .toEqual(['true']);
    }));
});
