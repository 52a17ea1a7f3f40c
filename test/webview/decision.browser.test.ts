import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { OpenOptions } from './harness';
import { calls, panels } from './panels';

const harness = panels();

/** Opens the predictions of a file for one test; an error in its page is an error of the test. */
async function inPredictions(options: OpenOptions, run: (page: Page) => Promise<void>): Promise<void> {
  const { page, errors } = await harness.open({ height: 1100, ...options });
  await page.getByRole('tab', { name: 'Predictions' }).click();
  await run(page);
  expect(errors).toEqual([]);
  await harness.close(page);
}

const picture = (page: Page) => page.locator('.decision canvas');
const words = (page: Page) => page.locator('.pointed');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const drawing = (page: Page): Promise<string> =>
  picture(page).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** Where in the picture these numbers of the axes are, by its ticks. */
async function placeOf(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  await picture(page).waitFor();
  return page.evaluate(
    ([wantedX, wantedY]) => {
      const canvas = document.querySelector('.decision canvas')?.getBoundingClientRect();
      const ticks = [...document.querySelectorAll('.plot-frame svg g')].map((group) => {
        const line = group.querySelector('line')?.getBoundingClientRect();
        const value = Number(group.querySelector('text')?.textContent.replaceAll('−', '-'));
        return { value, x: line?.x ?? NaN, y: line?.y ?? NaN, across: (line?.width ?? 0) < 1 };
      });
      const along = (across: boolean, wanted: number): number => {
        const own = ticks.filter((tick) => tick.across === across);
        const [first, last] = [own[0], own.at(-1)];
        if (!first || !last || !canvas) return NaN;
        const [from, to] = across ? [first.x, last.x] : [first.y, last.y];
        const place = from + ((wanted - first.value) / (last.value - first.value)) * (to - from);
        return place - (across ? canvas.x : canvas.y);
      };
      return { x: along(true, wantedX ?? NaN), y: along(false, wantedY ?? NaN) };
    },
    [x, y],
  );
}

/** Red, green and blue of the picture at these numbers of the axes. */
async function colourAt(page: Page, x: number, y: number): Promise<[number, number, number]> {
  const place = await placeOf(page, x, y);
  return picture(page).evaluate((canvas: HTMLCanvasElement, at) => {
    const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    context?.drawImage(canvas, -Math.round(at.x * devicePixelRatio), -Math.round(at.y * devicePixelRatio));
    const [red = 0, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
    return [red, green, blue];
  }, place);
}

/** Class 1 where 20 x₁ − 40 x₂ + 12 > 0: a line that is nowhere symmetric. */
const oneLine = JSON.stringify({
  layers: [{ units: 2 }, { activation: 'sigmoid', weights: [[20, -40]], biases: [12] }],
  loss: 'binaryCrossEntropy',
  data: {
    inputs: [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ],
    targets: [[1], [0], [0], [0]],
  },
});

/** Three classes over two inputs that are standardised, the largest of −x₁, x₁ and 1.5 x₂ (of standardised x). */
const standardised = JSON.stringify({
  layers: [
    { units: 2, labels: ['length', 'width'] },
    {
      activation: 'softmax',
      weights: [
        [-9, 0],
        [9, 0],
        [0, 15],
      ],
      biases: [0, 0, 0],
      labels: ['short', 'long', 'wide'],
    },
  ],
  loss: 'crossEntropy',
  data: {
    inputs: [
      [100, 5],
      [300, 5],
      [200, 9],
      [200, 5],
    ],
    targets: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ],
    standardize: true,
  },
});

describe('the plane of two inputs', () => {
  test('has each class on its side of the line, and a ring around whom it takes for another', () =>
    inPredictions({ text: oneLine }, async (page) => {
      await picture(page).waitFor();
      // By hand: 20 x₁ − 40 x₂ + 12 is 8, 24, −20, −12 here.
      const sides = [
        [0.2, 0.2],
        [0.8, 0.1],
        [0.2, 0.9],
        [0.4, 0.8],
      ] as const;
      for (const [at, [x, y]] of sides.entries()) {
        const [red, , blue] = await colourAt(page, x, y);
        expect(blue > red, `${String(x)}, ${String(y)}`).toBe(at < 2);
      }
      // Sample 2 at (1, 0) is of class 0 and gives 32 > 0; only it is wrong.
      expect(await picture(page).getAttribute('aria-label')).toContain('1 of them misclassified');
      const cells = await page.locator('.confusion tbody td:not(.margin)').allInnerTexts();
      expect(cells).toEqual(['2', '1', '0', '1']);
    }));

  test('tells the output under the pointer, and a click on a sample selects it everywhere', () =>
    inPredictions({ text: oneLine }, async (page) => {
      await picture(page).hover({ position: await placeOf(page, 0.6, 0.6) });
      await expect
        .poll(() => words(page).innerText())
        .toMatch(/x₁ 0\.[56]\d* · x₂ 0\.[56]\d* → a₁⁽²⁾ 0\.\d+ · class 0/);
      await picture(page).hover({ position: await placeOf(page, 0, 1) });
      await expect.poll(() => words(page).innerText()).toContain('sample 3');
      const before = await drawing(page);
      await picture(page).click({ position: await placeOf(page, 0, 1) });
      await page.locator('.convention', { hasText: 'sample 3 of 4' }).waitFor();
      await expect.poll(() => calls(page, 'selectSample')).toEqual([3]);
      await expect.poll(() => drawing(page)).not.toBe(before);
      await picture(page).click({ position: await placeOf(page, 0, 1) });
      await page.locator('.convention', { hasText: 'm = 4' }).waitFor();
      await expect.poll(() => calls(page, 'selectSample')).toEqual([3, null]);
    }));

  test('has axes in the file’s own numbers where the network sees others, and regions of three classes', () =>
    inPredictions({ text: standardised }, async (page) => {
      await page.getByText('Axes use the file’s units').waitFor();
      for (const [x, y, name] of [
        [110, 5.2, 'short'],
        [290, 5.2, 'long'],
        [200, 8.5, 'wide'],
      ] as const) {
        await picture(page).hover({ position: await placeOf(page, x, y) });
        await expect
          .poll(() => words(page).innerText())
          .toMatch(new RegExp(`length ${String(x).slice(0, 1)}\\d\\d.*class ${name}`));
      }
      const [left, right, top] = [
        await colourAt(page, 110, 6),
        await colourAt(page, 290, 6),
        await colourAt(page, 200, 8.5),
      ];
      expect(new Set([left, right, top].map(String)).size).toBe(3);

      await page.locator('.decision vscode-dropdown').click();
      await page.getByRole('option', { name: 'wide' }).click();
      await page.getByRole('list', { name: 'Legend' }).getByText('wide 0').waitFor();
      // Of one class alone: its own colour where it is likely, else nearly none.
      const strength = ([red, green, blue]: readonly number[]): number =>
        Math.max(red ?? 0, green ?? 0, blue ?? 0) - Math.min(red ?? 0, green ?? 0, blue ?? 0);
      expect(strength(await colourAt(page, 200, 8.5))).toBeGreaterThan(4 * strength(await colourAt(page, 110, 6)));
    }));

  test('follows the training and looks back with everything else', () =>
    inPredictions({ example: 'xor' }, async (page) => {
      const seen: string[] = [];
      const rest = async (): Promise<string> => {
        // Drawn finer once θ has stood still: the last of the drawings counts.
        let [last, same] = ['', 0];
        await expect
          .poll(async () => {
            const now = await drawing(page);
            same = now === last ? same + 1 : 0;
            last = now;
            return same;
          })
          .toBeGreaterThan(4);
        return last;
      };
      for (const epoch of [1, 2, 3]) {
        await button(page, 'Step one epoch').click();
        await page.locator('.run-words', { hasText: `paused at epoch ${String(epoch)}` }).waitFor();
        await page.locator('.convention', { hasText: `epoch ${String(epoch)}` }).waitFor();
        seen.push(await rest());
      }
      expect(new Set(seen).size).toBe(3);
      await page.locator('.time-slider').fill('2');
      await page.locator('.convention', { hasText: 'epoch 2' }).waitFor();
      await expect.poll(() => drawing(page)).toBe(seen[1]);
    }));

  test('is a table of outputs for those who read', () =>
    inPredictions({ text: oneLine }, async (page) => {
      await button(page, 'Show as table').click();
      const rows = await page.locator('.lattice-table tbody tr').allInnerTexts();
      expect(rows).toHaveLength(7);
      // The greatest x₂ stands at the top, as in the picture.
      expect(Number(rows[0]?.split(/\s+/)[0])).toBeCloseTo(1.12, 2);
      const corner = (20 - 40) * 1.12 + 12;
      const cells = (rows[0] ?? '').split(/\s+/).map((text) => Number(text.replace('−', '-')));
      expect(cells.at(-1)).toBeCloseTo(1 / (1 + Math.exp(-corner)), 4);
      await button(page, 'Show as picture').click();
      await picture(page).waitFor();
    }));
});

/** y = 2 x, of which the network has 3 x − 1. */
const oneInput = JSON.stringify({
  layers: [
    { units: 1, labels: ['dose'] },
    { weights: [[3]], biases: [-1], labels: ['effect'] },
  ],
  data: { inputs: [[0], [1], [2], [3]], targets: [[0], [2], [4], [6]] },
});

test('one input has the curve of its output with the targets around it', () =>
  inPredictions({ text: oneInput }, async (page) => {
    await picture(page).hover({ position: await placeOf(page, 2, 4) });
    await expect.poll(() => words(page).innerText()).toMatch(/dose [12]\.?\d* → effect [45].* · sample 3/);
    // The line is where it is by hand, at x = 2.5: 3 · 2.5 − 1 = 6.5; 1.5 beneath it is nothing.
    const [onLine, beside] = [await colourAt(page, 2.5, 6.5), await colourAt(page, 2.5, 4)];
    const ground = await colourAt(page, 0.5, 6);
    expect(String(beside)).toBe(String(ground));
    expect(String(onLine)).not.toBe(String(ground));
    await picture(page).click({ position: await placeOf(page, 3, 6) });
    await expect.poll(() => calls(page, 'selectSample')).toEqual([4]);
    await button(page, 'Show as table').click();
    expect(await page.locator('.lattice-table tbody tr').count()).toBe(13);
  }));

const threeInputs = JSON.stringify({
  layers: [
    { units: 3 },
    {
      weights: [
        [1, 0, 0],
        [0, 1, 0],
      ],
      biases: [0, 0],
      labels: ['a', 'b'],
    },
  ],
  data: {
    inputs: [
      [1, 8, 0],
      [2, 6, 0],
      [3, 4, 0],
      [4, 2, 0],
    ],
    targets: [
      [1, 8],
      [2, 6],
      [3, 4.5],
      [6, 2],
    ],
    validation: 0.25,
  },
});

describe('more inputs', () => {
  test('have their numbers over the targets, training and held out apart, each output to choose', () =>
    inPredictions({ text: threeInputs }, async (page) => {
      await page.getByRole('list', { name: 'Legend' }).getByText('held out').waitFor();
      await page.evaluate(() => window.pageApp.selectSample(null));
      await button(page, 'Show as table').click();
      const grid = page.getByRole('grid', { name: 'Predictions and targets' });
      const table = async (): Promise<string[][]> => {
        const rows = await grid.locator('.table-row').allInnerTexts();
        return rows.map((row) => row.split('\n').map((text) => text.trim())).sort();
      };
      await expect
        .poll(async () => (await table()).map((row) => row.slice(2).join(' ')))
        .toEqual(expect.arrayContaining(['1 1 0', '6 4 −2']));
      expect((await table()).filter((row) => row[1] === 'held out')).toHaveLength(1);
      await page.locator('.decision vscode-dropdown').click();
      await page.getByRole('option', { name: 'b', exact: true }).click();
      await expect
        .poll(async () => (await table()).map((row) => row.slice(2).join(' ')))
        .toEqual(expect.arrayContaining(['8 8 0', '4.5 4 −0.5']));
      const trainingRows = (await table()).filter((row) => row[1] === 'training');
      await button(page, 'Show as picture').click();
      const [sample, , target = '', output = ''] = trainingRows[0] ?? [];
      await picture(page).click({ position: await placeOf(page, Number(target), Number(output)) });
      await expect.poll(() => calls(page, 'selectSample')).toEqual([Number(sample)]);
    }));

  test('of classes have who is taken for whom, as many as the accuracy says', () =>
    inPredictions({ example: 'iris' }, async (page) => {
      await page.getByRole('toolbar', { name: 'Training' }).getByRole('button', { name: 'Train' }).click();
      await page.locator('.run-words', { hasText: 'Trained to' }).waitFor();
      const open = page.getByRole('button', { name: 'Show the loss' });
      if ((await open.count()) > 0) await open.click();
      const readout = await page.locator('.readout').innerText();
      const shares = [/(?<!validation )accuracy ([\d.]+) %/, /validation accuracy ([\d.]+) %/].map((pattern) =>
        Number(pattern.exec(readout)?.[1]),
      );
      for (const [at, [title, count]] of (
        [
          ['Training', 120],
          ['Held out', 30],
        ] as const
      ).entries()) {
        const matrix = page.locator('.confusion', { hasText: title });
        const read = async (selector: string): Promise<number[]> =>
          (await matrix.locator(selector).allInnerTexts()).map(Number);
        await expect
          .poll(async () => (100 * (await read('td.right-class')).reduce((sum, n) => sum + n, 0)) / count)
          .toBeCloseTo(shares[at] ?? NaN, 0);
        const cells = await read('tbody td:not(.margin)');
        expect(cells.reduce((sum, n) => sum + n, 0)).toBe(count);
        const [recall = NaN] = await read('tbody tr:nth-child(2) td.margin');
        const row = cells.slice(3, 6);
        expect(recall).toBeCloseTo((100 * (row[1] ?? NaN)) / row.reduce((sum, n) => sum + n, 0), 0);
        const [, precision = NaN] = await read('tfoot td.margin');
        expect(precision).toBeCloseTo(
          (100 * (cells[4] ?? NaN)) / ((cells[1] ?? 0) + (cells[4] ?? 0) + (cells[7] ?? 0)),
          0,
        );
      }
    }));

  test('of classes in a large network have them, too', () =>
    inPredictions({ example: 'digits-784-128-10' }, async (page) => {
      const cells = page.locator('.confusion').first().locator('tbody td:not(.margin)');
      await expect.poll(() => cells.count()).toBe(100);
      expect((await cells.allInnerTexts()).reduce((sum, text) => sum + Number(text), 0)).toBe(160);
    }));
});

test('without data there is nothing to hold predictions against, and it says so', () =>
  inPredictions({ text: JSON.stringify({ layers: [{ units: 2 }, { units: 1 }] }) }, async (page) => {
    await page.getByText('No targets to compare with').waitFor();
  }));
