import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { calls, panels, savedPictures } from './panels';

const { inPanel } = panels();

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const words = (page: Page, text: string) => page.locator('.run-words', { hasText: text }).waitFor();

async function trained(page: Page): Promise<void> {
  await page.getByRole('toolbar', { name: 'Training' }).getByRole('button', { name: 'Train' }).click();
  await words(page, 'Trained to');
  const open = button(page, 'Show the loss');
  if ((await open.count()) > 0) await open.click();
}

describe('the slow motion', () => {
  const values = (page: Page) => page.locator('.unit-text .value').count();
  const deltas = (page: Page) => page.locator('.delta-text', { hasText: /\d$/ }).count();

  test('lights up layer by layer, lets δ flow back, and takes the step with its numbers, by keys alone', () =>
    inPanel({ example: 'multiple-units-2-2-2', height: 1100 }, async (page) => {
      await page.locator('.unit-text .value').first().waitFor();
      const steps: number[][] = [];
      for (const key of ['f', 'f', 'f', 'b', 'b']) {
        await page.keyboard.press(key);
        steps.push([await values(page), await deltas(page)]);
      }
      // Two inputs, then z and a of two units each, and J with the outputs; then δ of layer 3, then of layer 2 with ∂E/∂x.
      expect(steps).toEqual([
        [2, 0],
        [6, 0],
        [11, 0],
        [11, 2],
        [11, 6],
      ]);

      await page.keyboard.press('u');
      const row = page.getByRole('grid', { name: 'Update of each parameter' }).getByRole('row').nth(1);
      await expect
        .poll(async () => (await row.innerText()).split(/\s+/))
        .toEqual(['θ₁₁⁽¹⁾', '0.1', '0.00016658', '−8.3289e−5', '0.099917']);
      await words(page, 'paused at epoch 1');
      await page.keyboard.press('Escape');
      expect(await page.locator('.motion').count()).toBe(0);
    }));

  test('shows a sample’s own gradient by its name, and says that the step is made of all samples', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await page.locator('.unit-text .value').first().waitFor();
      await page.evaluate(() => window.pageApp.selectSample(1));
      await page.getByText('sample 1 of 4').waitFor();
      for (const key of ['f', 'u']) await page.keyboard.press(key);
      const table = page.getByRole('grid', { name: 'Update of each parameter' });
      await table.waitFor();
      const heads = await table.getByRole('columnheader').allInnerTexts();
      expect(heads.map((head) => head.trim())).toEqual(['Parameter', 'θ before', '∂E₁/∂θ', 'Δθ', 'θ after']);
      await page.locator('.motion-words', { hasText: 'the mean gradient of all 4 samples' }).waitFor();
    }));

  test('leaves letters that are typed alone', () =>
    inPanel({ example: 'digits-784-128-10' }, async (page) => {
      await page.locator('.toolbar vscode-text-field').click();
      await page.keyboard.type('fub');
      expect(await page.locator('.motion').count()).toBe(0);
    }));
});

describe('a run', () => {
  test('goes on by epochs, with another learning rate', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await button(page, 'Step one epoch').click();
      await words(page, 'paused at epoch 1');
      const layers = page.getByRole('list', { name: 'Gradient and update of each layer at epoch 1' });
      expect((await layers.innerText()).match(/θ⁽.⁾ ‖∇‖ \d\S* · ‖Δθ‖\/‖θ‖ \d\S*/g)).toHaveLength(2);
      await page.locator('.learning-rate input').fill('0.02');
      await page.keyboard.press('Enter');
      await expect.poll(() => calls(page, 'setLearningRate')).toEqual([0.02]);
      await button(page, 'Step one epoch').click();
      await words(page, 'paused at epoch 2');
    }));

  test('is looked back at by the slider, everywhere, and forth again', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await page.evaluate(() => window.pageApp.selectSample(null));
      await trained(page);
      const newest = await page.locator('.convention').innerText();
      await page.locator('.time-slider').fill('7');
      await page.locator('.convention', { hasText: 'epoch 7' }).waitFor();
      await expect
        .poll(async () =>
          (await page.locator('.readout').innerText()).includes(await page.locator('.convention strong').innerText()),
        )
        .toBe(true);
      await button(page, 'Newest').click();
      await expect.poll(() => page.locator('.convention').innerText()).toBe(newest);
    }));

  test('is replayed from its start to its end', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await trained(page);
      await page.getByRole('combobox', { name: 'Duration of the replay' }).click();
      await page.getByRole('option', { name: '5 s' }).click();
      await button(page, 'Replay the run').click();
      await button(page, 'Pause the replay').waitFor();
      await button(page, 'Replay the run').waitFor({ timeout: 30_000 });
      const asked = (await calls(page, 'lookAt')) as (number | null)[];
      const epochs = asked.slice(0, -1).map((epoch) => epoch ?? NaN);
      expect(asked.at(-1)).toBeNull();
      expect(epochs.length).toBeGreaterThan(3);
      expect(epochs[0]).toBeLessThan(20);
      expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
    }));

  test('says what has changed since any of its epochs, looking back at any other', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await trained(page);
      await page.getByRole('tab', { name: 'Parameters' }).click();
      const grid = page.getByRole('grid', { name: 'Parameters' });
      /** Value and Δθ of each parameter, by name, and the order that they stand in. */
      const read = async (): Promise<Map<string, [value: number, change: number]>> => {
        const rows = await grid.locator('.table-row').allInnerTexts();
        const number = (text = ''): number => Number(text.replace('−', '-').replace('e−', 'e-'));
        return new Map(
          rows.map((row) => row.split('\n')).map((cells) => [cells[0] ?? '', [number(cells[2]), number(cells.at(-1))]]),
        );
      };
      const lookAt = async (epoch: number): Promise<void> => {
        await page.locator('.time-slider').fill(String(epoch));
        await page.locator('.convention .part', { hasText: new RegExp(`^epoch ${String(epoch)}$`) }).waitFor();
      };
      await lookAt(20);
      const early = await read();
      await page.getByRole('radio', { name: 'epoch' }).click();
      const field = page.getByRole('group', { name: 'epoch' }).locator('input');
      await field.fill('20');
      await page.getByRole('columnheader', { name: 'Δθ since epoch 20' }).waitFor();
      await expect
        .poll(async () => [...(await read()).values()].map(([, change]) => change))
        .toEqual(new Array<number>(early.size).fill(0));
      await lookAt(90);
      await expect.poll(async () => [...(await read()).values()].some(([, change]) => change !== 0)).toBe(true);
      const late = await read();
      for (const [name, [value, change]] of late)
        expect(change, name).toBeCloseTo(value - (early.get(name)?.[0] ?? NaN), 3);
      // Those that changed most stand first.
      const sizes = [...late.values()].map(([, change]) => Math.abs(change));
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      await page.getByRole('radio', { name: 'file' }).click();
      await page.getByRole('columnheader', { name: 'Δθ since the file’s weights' }).waitFor();
    }));

  test('keeps its zoom while it goes on', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await trained(page);
      const box = await page.locator('.loss-chart').boundingBox();
      if (!box) throw new Error('the chart is not in sight');
      await page.mouse.move(box.x + 200, box.y + 30);
      await page.mouse.down();
      await page.mouse.move(box.x + 500, box.y + 40, { steps: 4 });
      await page.mouse.up();
      await button(page, 'Show all epochs').waitFor();
      await trained(page);
      await button(page, 'Show all epochs').click();
      expect(await button(page, 'Show all epochs').count()).toBe(0);
    }));

  test('is saved as a picture, a drawing and numbers', () =>
    inPanel({ example: 'xor' }, async (page) => {
      await trained(page);
      for (const name of ['Save picture (PNG)…', 'Save drawing (SVG)…', 'Save all points (CSV)…']) {
        await button(page, 'Save or copy the loss').click();
        await page.getByRole('menuitem', { name }).click();
      }
      await expect.poll(() => calls(page, 'saveHistory')).toHaveLength(1);
      await expect.poll(() => savedPictures(page)).toHaveLength(2);
      const found = (await savedPictures(page)).map(({ kind, text }) => [kind, text.slice(0, 5)]);
      expect(found).toContainEqual(['png', '\x89PNG\r']);
      expect(found).toContainEqual(['svg', '<svg ']);
    }));

  test('is smoothed over its own numbers where that is wanted, and drawn with the axis of its gradient', () =>
    inPanel({ example: 'iris' }, async (page) => {
      await trained(page);
      const svg = async (): Promise<string> => {
        await button(page, 'Save or copy the loss').click();
        await page.getByRole('menuitem', { name: 'Save drawing (SVG)…' }).click();
        const before = asked++;
        await expect.poll(async () => (await savedPictures(page)).length).toBeGreaterThan(before);
        return (await savedPictures(page)).at(-1)?.text ?? '';
      };
      let asked = 0;
      const raw = await svg();
      expect(raw).not.toContain('smoothed');
      expect(raw).not.toContain('‖∇J‖₂');
      expect(raw.match(/<polyline /g)).toHaveLength(2);

      await page.locator('.loss-tools vscode-dropdown').first().click();
      await page.getByRole('option', { name: 'smooth 0.9', exact: true }).click();
      await page.locator('.readout', { hasText: /J \d\S* \(smoothed 0\.9: \d\S*\)/ }).waitFor();
      await button(page, 'Show the gradient norm').click();
      const smooth = await svg();
      expect(smooth).toContain('>validation, smoothed 0.9</text>');
      expect(smooth).toContain('>‖∇J‖₂</text>');
      // The run's own lines stay, pale, beneath their averages: J, validation and ‖∇J‖₂.
      expect(smooth.match(/<polyline /g)).toHaveLength(6);
      expect(smooth.match(/<polyline [^>]*stroke-opacity/g)).toHaveLength(3);
      // Its axis has numbers, at places where the norm itself would be drawn.
      const right = [...smooth.matchAll(/<text x="828" y="([\d.]+)" dy="4"[^>]*>([^<]+)</g)];
      expect(right.length).toBeGreaterThan(1);
    }));

  test('with dead units says so, on the unit too', () =>
    inPanel({ text: dying }, async (page) => {
      await trained(page);
      expect(await page.getByRole('list', { name: 'Health of the run' }).innerText()).toMatch(
        /Epoch 1, layer 2: dead units\.\s+1 of 2 relu units of layer 2 give 0 for all 2 rows after 1 epoch/,
      );
      expect(await page.locator('.unit-warning').count()).toBe(1);
    }));
});

/** The second unit of layer 2 is 0 on both rows. */
const dying = JSON.stringify({
  layers: [
    { units: 1 },
    { activation: 'relu', weights: [[1], [-1]], biases: [0, -1] },
    { weights: [[0.5, 0.5]], biases: [0] },
  ],
  data: { inputs: [[1], [2]], targets: [[1], [3]] },
  training: { epochs: 20 },
});

/** A network that trains until it is told to stop. */
const endless = JSON.stringify({
  layers: [{ units: 1 }, { units: 1, weights: [[0.5]], biases: [0] }],
  data: { inputs: [[1], [2]], targets: [[1], [3]] },
  training: { optimizer: { type: 'gd', learningRate: 1e-9 }, epochs: 100000000 },
});

describe('training', () => {
  test('draws the loss as it grows, and the weights of the last epoch everywhere', () =>
    inPanel({ example: 'xor', width: 700 }, async (page) => {
      await page.evaluate(() => window.pageApp.selectSample(null));
      await page.getByText('m = 4').waitFor();
      const before = await page.locator('.convention strong').innerText();
      const bar = page.getByRole('toolbar', { name: 'Training' });
      const button = (name: string) => bar.getByRole('button', { name });
      expect(await button('Write to file').isDisabled()).toBe(true);
      await button('Train').click();
      await page.locator('.run-words', { hasText: 'Trained to epoch' }).waitFor();
      const after = await page.locator('.convention strong').innerText();
      expect(Number(after)).toBeLessThan(Number(before));
      // A strip with its curve in small, until it is wanted.
      expect(await page.locator('.loss canvas').count()).toBe(0);
      expect(await page.locator('.loss .newest').innerText()).toContain(after);
      await page.getByRole('button', { name: 'Show the loss' }).click();
      expect(await page.locator('.loss canvas').count()).toBe(1);
      expect(await page.locator('.readout').innerText()).toContain(after);

      await page.getByRole('button', { name: 'Show as table' }).click();
      const table = page.getByRole('grid', { name: 'Loss per epoch' });
      const first = table.getByRole('row').nth(1);
      expect(await first.innerText()).toContain(before);

      await button('Write to file').click();
      await expect.poll(() => button('Write to file').isDisabled()).toBe(true);
      expect(await calls(page, 'writeWeights')).toHaveLength(1);
    }));

  test('is paused, resumed and stopped', () =>
    inPanel({ text: endless }, async (page) => {
      const bar = page.getByRole('toolbar', { name: 'Training' });
      await bar.getByRole('button', { name: 'Train' }).click();
      await bar.getByRole('button', { name: 'Pause' }).click();
      await page.locator('.run-words', { hasText: 'paused' }).waitFor();
      await bar.getByRole('button', { name: 'Resume' }).click();
      await bar.getByRole('button', { name: 'Stop' }).click();
      await page.locator('.run-words', { hasText: 'Stopped' }).waitFor();
      await expect.poll(() => bar.getByRole('button', { name: 'Stop' }).isDisabled()).toBe(true);
    }));
});
