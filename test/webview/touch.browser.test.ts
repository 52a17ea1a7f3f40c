import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { panels } from './panels';

const { inPanel } = panels();

/** Far more than a busy machine takes. */

interface Finger {
  readonly x: number;
  readonly y: number;
}

/** Fingers on the page: what is given is where they are now. */
class Fingers {
  private constructor(private readonly session: CDPSession) {}

  static async on(page: Page): Promise<Fingers> {
    return new Fingers(await page.context().newCDPSession(page));
  }

  down(...fingers: readonly Finger[]): Promise<void> {
    return this.send('touchStart', fingers);
  }

  move(...fingers: readonly Finger[]): Promise<void> {
    return this.send('touchMove', fingers);
  }

  up(): Promise<void> {
    return this.send('touchEnd', []);
  }

  private async send(type: 'touchStart' | 'touchMove' | 'touchEnd', fingers: readonly Finger[]): Promise<void> {
    const touchPoints = fingers.map((finger, id) => ({ ...finger, id }));
    await this.session.send('Input.dispatchTouchEvent', { type, touchPoints });
  }
}

async function middleOf(page: Page, selector: string): Promise<Finger> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`${selector} is not there`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

const touched = { example: 'multiple-units-2-2-2', touch: true, width: 1024, height: 768 } as const;
const selected = (page: Page): Promise<unknown> => page.evaluate(() => window.pageApp.session.selection.parameter);

describe('fingers on the graph', () => {
  test('two zoom it around the point between them, and move it, and open nothing', () =>
    inPanel(touched, async (page) => {
      const fingers = await Fingers.on(page);
      const place = async (key: string) => middleOf(page, `[data-key="${key}"]`);
      const [a, b] = [await place('unit-2-1'), await place('unit-3-1')];
      await fingers.down(a, b);
      await fingers.move(a, { x: b.x + 60, y: b.y + 30 });
      // What is under the fingers stays under them: the one stands, the other has moved.
      const [near, far] = [await place('unit-2-1'), await place('unit-3-1')];
      const stretch = (far.x - near.x) / (b.x - a.x);
      expect(stretch).toBeCloseTo(Math.hypot(b.x + 60 - a.x, b.y + 30 - a.y) / Math.hypot(b.x - a.x, b.y - a.y), 1);
      await fingers.move({ x: a.x + 40, y: a.y + 20 }, { x: b.x + 100, y: b.y + 50 });
      await expect.poll(async () => (await place('unit-2-1')).x - near.x).toBeCloseTo(40, 0);
      expect((await place('unit-2-1')).y - near.y).toBeCloseTo(20, 0);
      await fingers.up();
      expect(await selected(page)).toBeNull();
      expect(await page.locator('.tooltip').count()).toBe(0);
    }));

  test('one moves it, and opens nothing', () =>
    inPanel(touched, async (page) => {
      const fingers = await Fingers.on(page);
      const before = await middleOf(page, '[data-key="unit-2-1"]');
      const graph = await page.locator('.graph').boundingBox();
      const corner = { x: (graph?.x ?? NaN) + 20, y: (graph?.y ?? NaN) + (graph?.height ?? NaN) - 50 };
      await fingers.down(corner);
      await fingers.move({ x: corner.x + 30, y: corner.y + 30 });
      await fingers.up();
      const after = await middleOf(page, '[data-key="unit-2-1"]');
      expect(after.x - before.x).toBeCloseTo(30, 0);
      expect(after.y - before.y).toBeCloseTo(30, 0);
      expect(await selected(page)).toBeNull();
    }));

  test('a tap opens what it is nearest to', () =>
    inPanel(touched, async (page) => {
      const unit = await page.locator('[data-key="unit-2-1"] .half').first().boundingBox();
      await page.touchscreen.tap((unit?.x ?? NaN) + 20, (unit?.y ?? NaN) - 6);
      await expect.poll(() => selected(page)).toEqual({ layer: 1, to: 1, from: 1 });
    }));

  test('one that is held shows what pointing shows, until a tap elsewhere', () =>
    inPanel(touched, async (page) => {
      const fingers = await Fingers.on(page);
      await fingers.down(await middleOf(page, '[data-key="unit-2-1"]'));
      await page.locator('.tooltip').waitFor();
      await fingers.up();
      expect(await page.locator('.tooltip-title').innerText()).toBe('a₁⁽²⁾');
      expect(await selected(page)).toBeNull();
      await page.touchscreen.tap(20, 12);
      await page.locator('.tooltip').waitFor({ state: 'detached' });
      expect(await selected(page)).toBeNull();
    }));
});

test('a button that is held says what it does, and does nothing', () =>
  inPanel(touched, async (page) => {
    const fingers = await Fingers.on(page);
    await fingers.down(await middleOf(page, 'vscode-button[aria-label="Slow motion"]'));
    const bubble = page.getByRole('tooltip');
    await bubble.waitFor();
    await fingers.up();
    expect(await bubble.innerText()).toBe('Slow motion: forward (F), backward (B), update (U)');
    expect(await page.locator('.motion').count()).toBe(0);
    await page.touchscreen.tap(20, 12);
    await bubble.waitFor({ state: 'detached' });
  }));

/** What can be pressed and is less than `least` pixels wide or high: the width and height around its middle that belong to it. */
const small = (page: Page, least: number): Promise<readonly string[]> =>
  page.evaluate((wanted) => {
    const pressable =
      'button, vscode-button, vscode-dropdown, vscode-text-field, input, summary, [role=tab], [role=radio], [role^=menuitem], .table-row.selectable';
    const rooms: string[] = [];
    for (const element of document.querySelectorAll(pressable)) {
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const isOwn = (at: Element | null) =>
        at !== null && (element.contains(at) || (at.contains(element) === false && at.closest(pressable) === element));
      if (width === 0 || !isOwn(document.elementFromPoint(x, y))) continue;
      const run = (dx: number, dy: number): number => {
        let length = 0;
        while (length < wanted && isOwn(document.elementFromPoint(x + dx * (length + 1), y + dy * (length + 1))))
          length++;
        return length;
      };
      const [across, down] = [run(-1, 0) + run(1, 0) + 1, run(0, -1) + run(0, 1) + 1];
      if (Math.min(across, down) < wanted)
        rooms.push(
          `${element.tagName}.${element.className} ${element.getAttribute('aria-label') ?? element.textContent.slice(0, 30)}: ${String(across)} × ${String(down)}`,
        );
    }
    return [...new Set(rooms)];
  }, least);

const views: Readonly<Record<string, { readonly example: string; readonly show: (page: Page) => Promise<void> }>> = {
  'a chain': {
    example: 'multiple-units-2-2-2',
    show: async (page) => {
      await page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 }));
      await page.locator('.route-card').first().waitFor();
    },
  },
  'δ recursion': {
    example: 'iris',
    show: async (page) => {
      await page.evaluate(() => window.pageApp.selectSample(2));
      await page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 }));
      await page.getByRole('tab', { name: 'δ recursion' }).click();
      await page.locator('.chip').first().waitFor();
    },
  },
  nudge: {
    example: 'xor',
    show: async (page) => {
      await page.evaluate(() => window.pageApp.select({ layer: 1, to: 1, from: 1 }));
      await page.getByRole('tab', { name: 'Nudge' }).click();
      await page.locator('.descent-table').waitFor();
    },
  },
  'a run and its curve': {
    example: 'xor',
    show: async (page) => {
      await page.getByRole('button', { name: 'Train', exact: true }).first().click();
      await page.locator('.run-words', { hasText: 'Trained to' }).waitFor();
      const open = page.getByRole('button', { name: 'Show the loss' });
      if ((await open.count()) > 0) await open.click();
    },
  },
  parameters: { example: 'iris', show: (page) => page.getByRole('tab', { name: 'Parameters' }).click() },
  data: { example: 'iris', show: (page) => page.getByRole('tab', { name: 'Data' }).click() },
  predictions: {
    example: 'two-spirals',
    show: async (page) => {
      await page.getByRole('tab', { name: 'Predictions' }).click();
      await page.locator('.plot').first().waitFor();
    },
  },
  comparison: {
    example: 'xor',
    show: async (page) => {
      await page.evaluate(() => window.pageApp.compare(window.fixture.text.replace('0.9', '0.5')));
      await page.getByRole('grid', { name: 'What differs' }).waitFor();
    },
  },
};

describe.each([
  ['a mouse', 24, false],
  ['a finger', 40, true],
] as const)('what is pressed by %s is at least %i pixels large', (_, least, touch) => {
  test.each(Object.entries(views))('in %s', (__, { example, show }) =>
    inPanel({ example, touch, width: 1024, height: 768 }, async (page) => {
      await show(page);
      expect(await small(page, least)).toEqual([]);
    }),
  );
});
