import { plainColour } from '../color';
import { inItalics, isSymbolic, relativeBox, portableFamily, writingIn } from './writing';

/** A picture as SVG that needs no style sheet, with its size in pixels. */
export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Pixels of a PNG for one of the drawing. */
const SHARPNESS = 2;

/** What CSS says of the elements of a picture, and SVG has attributes for. */
const PROPERTIES = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'stroke-linecap'],
  ...[
    'stroke-linejoin',
    'paint-order',
    'opacity',
    'font-family',
    'font-size',
    'font-weight',
    'font-style',
    'text-anchor',
  ],
] as const;

/** What is there for a reader at the keyboard or under the pointer alone. */
const PASSING = '.focus-ring, .cell-stop, .edge-stop, .edge-focused, title';

/** What belongs to the panel, not to the picture. */
const APART = '.tooltip, .plot-menu, .menu-frame, button, vscode-button, .visually-hidden';

/** The numbers of a graph. */
const VALUES = '.value, .delta-text, .spread, .target-label';

/**
 * Everything of `root` that is drawn, as it is on the screen, or `root` itself: each svg with its styles written out, each canvas as an image, and
 * what is written around them. Without `values`, a graph keeps its symbols alone.
 */
export function drawingOf(root: HTMLElement | SVGSVGElement, values = true): Drawing {
  const outer = root.getBoundingClientRect();
  const { left, top } = outer;
  const all =
    root instanceof SVGSVGElement
      ? [root]
      : [...root.querySelectorAll<HTMLCanvasElement | SVGSVGElement>('canvas, svg')];
  const parts = all.filter((part) => !part.closest(APART) && !part.parentElement?.closest('svg'));
  const content = parts.map((part) => {
    const box = part.getBoundingClientRect();
    const place = relativeBox(box, outer);
    if (part instanceof HTMLCanvasElement) {
      return part.width > 0 ? `<image ${place} href="${part.toDataURL()}"/>` : '';
    }
    const viewBox = part.getAttribute('viewBox') ?? `0 0 ${String(box.width)} ${String(box.height)}`;
    const aspect = part.getAttribute('preserveAspectRatio') ?? 'xMidYMid';
    return `<svg ${place} viewBox="${viewBox}" preserveAspectRatio="${aspect}">${writtenOut(part, values)}</svg>`;
  });
  // What has scrolled out of sight is drawn, too.
  const boxes = [outer, ...parts.map((part) => part.getBoundingClientRect())];
  const width = Math.max(...boxes.map((box) => box.right)) - left;
  const height = Math.max(...boxes.map((box) => box.bottom)) - top;
  const background = plainColour(getComputedStyle(document.body).backgroundColor);
  const written = root instanceof HTMLElement ? writingIn(root, APART) : [];
  const whole = [`<rect width="100%" height="100%" fill="${background}"/>`, ...written, ...content];
  return framed(width, height, whole.join('\n'));
}

export function framed(width: number, height: number, content: string): Drawing {
  const size = `width="${String(width)}" height="${String(height)}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" ${size}>\n${content}\n</svg>\n`;
  return { svg, width, height };
}

/** The drawing as PNG, of twice the size. */
export async function pngOf({ svg, width, height }: Drawing): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = new OffscreenCanvas(Math.ceil(SHARPNESS * width), Math.ceil(SHARPNESS * height));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/png' });
}

/** What `draw` gives while the panel is in light colors, as slides are. */
export async function inLight<T>(draw: () => T): Promise<T> {
  document.body.classList.add('for-slides');
  try {
    // What is drawn on a canvas is drawn anew when the class has been seen.
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    return draw();
  } finally {
    document.body.classList.remove('for-slides');
  }
}

/** The elements inside of an svg with what the style sheets say of them as attributes. */
function writtenOut(svg: SVGSVGElement, values: boolean): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const copies = [...copy.querySelectorAll<SVGElement>('*')];
  const dropped: Element[] = [];
  for (const [at, element] of [...svg.querySelectorAll<SVGElement>('*')].entries()) {
    const twin = copies[at];
    if (!twin) continue;
    const style = getComputedStyle(element);
    if (style.display === 'none' || element.matches(PASSING) || (!values && element.matches(VALUES)))
      dropped.push(twin);
    for (const name of twin.getAttributeNames()) {
      if (/^(class|style|role|tabindex|aria-.*|data-.*)$/.test(name)) twin.removeAttribute(name);
    }
    for (const property of PROPERTIES) twin.setAttribute(property, plainColour(style.getPropertyValue(property)));
    twin.setAttribute('font-family', portableFamily(style.fontFamily));
    if (isSymbolic(style.fontFamily)) inItalics(twin);
  }
  for (const twin of dropped) twin.remove();
  return [...copy.childNodes].map((node) => new XMLSerializer().serializeToString(node)).join('');
}
