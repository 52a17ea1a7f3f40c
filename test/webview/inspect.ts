/** What a page tells about itself: the names of its controls for a screen reader, and the contrast of its texts. */

import type { Page } from 'playwright-core';

interface AxNode {
  readonly ignored: boolean;
  readonly role?: { readonly value?: unknown };
  readonly name?: { readonly value?: unknown };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value?: unknown } }[];
}

/** The roles of the things that can have the focus, or are pictures, but have no name in the accessibility tree. */
export async function nameless(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: readonly AxNode[] };
  await session.detach();
  return nodes
    .filter(({ ignored, role, properties }) => {
      const focusable = properties?.some(({ name, value }) => name === 'focusable' && value.value === true) ?? false;
      return !ignored && role?.value !== 'RootWebArea' && (focusable || role?.value === 'image');
    })
    .filter(({ name }) => typeof name?.value !== 'string' || name.value.trim() === '')
    .map(({ role }) => String(role?.value));
}

export interface Faint {
  readonly text: string;
  readonly ratio: number;
}

/** Texts in sight whose contrast with what is painted behind them is below 4.5. Disabled controls may be faint. */
export async function faintTexts(page: Page): Promise<Faint[]> {
  return page.evaluate(() => {
    type Rgba = readonly [number, number, number, number];
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
      willReadFrequently: true,
    });
    const parse = (colour: string): Rgba => {
      if (!context) return [0, 0, 0, 0];
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0, a = 0] = context.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a]: Rgba, [r2, g2, b2]: Rgba): Rgba => [
      r * a + r2 * (1 - a),
      g * a + g2 * (1 - a),
      b * a + b2 * (1 - a),
      1,
    ];
    const luminance = (colour: Rgba): number => {
      const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((value) => {
        const c = value / 255;
        return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const parentOf = (element: Element): Element | null => {
      const { assignedSlot, parentElement } = element;
      const root = element.getRootNode();
      return assignedSlot ?? parentElement ?? (root instanceof ShadowRoot ? root.host : null);
    };
    const page = parse(getComputedStyle(document.body).backgroundColor);
    const behind = (element: Element): Rgba => {
      const layers: Rgba[] = [];
      for (let at: Element | null = element; at; at = parentOf(at))
        layers.push(parse(getComputedStyle(at).backgroundColor));
      return layers.reverse().reduce((below, layer) => over(layer, below), page);
    };
    /** Of a text in the drawing: the topmost filled shape under its middle, else the page. */
    const behindInDrawing = (text: Element, box: DOMRect): Rgba => {
      const under = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      const shape = under.find(
        (element) =>
          element.closest('.canvas') &&
          getComputedStyle(element).fill !== 'none' &&
          element.matches('path, rect, circle'),
      );
      return shape && shape.closest('.item') === text.closest('.item')
        ? over(parse(getComputedStyle(shape).fill), page)
        : page;
    };
    const isDisabled = (element: Element): boolean => {
      for (let at: Element | null = element; at; at = parentOf(at)) if (at.hasAttribute('disabled')) return true;
      return false;
    };

    const faint: { text: string; ratio: number }[] = [];
    const visit = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) visit(element.shadowRoot);
        const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        const text = own.map((node) => node.textContent?.trim()).join('');
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        if (text === '' || box.width < 2 || box.height < 2 || style.visibility === 'hidden' || isDisabled(element))
          continue;
        const drawn = element instanceof SVGElement;
        const background = drawn ? behindInDrawing(element, box) : behind(element);
        const colour = over(parse(drawn ? style.fill : style.color), background);
        const [dark = 0, light = 0] = [luminance(colour), luminance(background)].sort((a, b) => a - b);
        const ratio = (light + 0.05) / (dark + 0.05);
        if (ratio < 4.5) faint.push({ text, ratio: Math.round(ratio * 100) / 100 });
      }
    };
    visit(document);
    return faint;
  });
}
