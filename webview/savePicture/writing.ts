/** Letters of a picture that is read where the fonts of the panel are not. */

import { plainColour } from '../color';

/** Fonts with the letters and signs of mathematics, one of them on each system. */
const MATHEMATICS = '"STIX Two Text", "STIX Two Math", "Cambria Math", "Latin Modern Math", "Times New Roman", serif';
const DIGITS = 'Consolas, Menlo, "DejaVu Sans Mono", monospace';
const WORDS = '"Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif';

/** True of the panel's font in which Latin and Greek letters are italics, and nothing else is. */
export function isSymbolic(family: string): boolean {
  return /^["']?Symbols\b/.test(family);
}

/** Families that are found on every system in the place of what the panel brings along, and behind what it finds here. */
export function portableFamily(family: string): string {
  if (isSymbolic(family) || /^["']?Formula\b/.test(family)) return MATHEMATICS;
  const own = family
    .split(/\s*,\s*/)
    .filter((name) => !/^(monospace|sans-serif|serif|system-ui|["']?Formula["']?)$/.test(name));
  return [...own, /\bmono/i.test(family) ? DIGITS : WORDS].join(', ');
}

/** A letter with the accents over it. */
const LETTERS = /([A-Za-zΑ-Ωα-ω]\p{M}*)+/gu;

/** Writes the letters of an element's own text in italics. */
export function inItalics(element: Element): void {
  for (const node of [...element.childNodes]) {
    if (!(node instanceof Text)) continue;
    const parts: Node[] = [];
    let end = 0;
    for (const { index, 0: letters } of node.data.matchAll(LETTERS)) {
      const italic = document.createElementNS('http://www.w3.org/2000/svg', 'tspan');
      italic.setAttribute('font-style', 'italic');
      italic.textContent = letters;
      parts.push(document.createTextNode(node.data.slice(end, index)), italic);
      end = index + letters.length;
    }
    if (end > 0) node.replaceWith(...parts, document.createTextNode(node.data.slice(end)));
  }
}

/** Of a font's size: from the middle of a line down to its base. */
const BASE = 0.34;

/** What is written in `root` beside its drawings, line by line, with what lies behind it and the keys of its legends, as SVG. */
export function writingIn(root: HTMLElement, apart: string): string[] {
  const { left, top } = root.getBoundingClientRect();
  const written: string[] = [];
  const rectangle = (box: DOMRectReadOnly, fill: string): void => {
    if (box.width === 0 || box.height === 0 || /^(transparent|rgba\(.*, 0\))$/.test(fill)) return;
    written.push(`<rect ${relativeBox(box, { left, top })} fill="${plainColour(fill)}"/>`);
  };
  for (const element of root.querySelectorAll<HTMLElement>(':not(svg, svg *, canvas)')) {
    if (element.closest(apart)) continue;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    rectangle(box, style.backgroundColor);
    const key = getComputedStyle(element, '::before');
    if (key.content !== 'none' && key.content !== 'normal') {
      const [width, height] = [key.width, key.height].map((length) => Number.parseFloat(length)) as [number, number];
      const isLine = key.borderTopStyle !== 'none';
      const thick = isLine ? Number.parseFloat(key.borderTopWidth) : height;
      const middle = box.top + box.height / 2 - thick / 2;
      rectangle(
        new DOMRect(box.left, middle, Math.max(1, width), thick),
        isLine ? key.borderTopColor : key.borderLeftColor,
      );
    }
    for (const node of element.childNodes) {
      if (!(node instanceof Text)) continue;
      for (const { text, box: line } of linesOf(node)) {
        const size = Number.parseFloat(style.fontSize);
        const y = line.top - top + line.height / 2 + BASE * size;
        const holder = document.createElementNS('http://www.w3.org/2000/svg', 'text');
        holder.textContent = text;
        if (isSymbolic(style.fontFamily)) inItalics(holder);
        for (const [name, value] of [
          ['x', String(line.left - left)],
          ['y', String(y)],
          ['fill', plainColour(style.color)],
          ['font-family', portableFamily(style.fontFamily)],
          ['font-size', style.fontSize],
          ['font-weight', style.fontWeight],
        ] as const)
          holder.setAttribute(name, value);
        written.push(new XMLSerializer().serializeToString(holder));
      }
    }
  }
  return written;
}

/** Where `box` lies in what begins at `left` and `top`. */
export function relativeBox(
  box: DOMRectReadOnly,
  { left, top }: { readonly left: number; readonly top: number },
): string {
  return (
    `x="${String(box.left - left)}" y="${String(box.top - top)}" ` +
    `width="${String(box.width)}" height="${String(box.height)}"`
  );
}

/** The words of a text, line by line. */
function linesOf(node: Text): { text: string; box: DOMRect }[] {
  const lines: { text: string; box: DOMRect }[] = [];
  for (const { index, 0: word } of node.data.matchAll(/\S+/g)) {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getBoundingClientRect();
    const line = lines.at(-1);
    if (box.width === 0) continue;
    if (line && Math.abs(line.box.top - box.top) < 2) line.text += ` ${word}`;
    else lines.push({ text: word, box });
  }
  return lines;
}
