import { css, type Rgb } from '../color';

/** What is seen of a unit, at any size. */
export type UnitPicture =
  | {
      readonly kind: 'pixels';
      readonly bitmap: OffscreenCanvas;
      /** Of values over a plane; the pixels of an image stay pixels where there is room for them. */
      readonly smooth: boolean;
      /** So many pixels at each edge of the bitmap lie outside. */
      readonly beyond: number;
      /** Where the output changes sign: line pieces (x₁, y₁, x₂, y₂, …), from 0 at the left and the top to 1. */
      readonly lines: readonly number[];
    }
  | {
      readonly kind: 'bars';
      readonly counts: Uint32Array;
      /** Where 0 lies, from 0 at the left to 1; outside where all values have one sign. */
      readonly zero: number;
      /** The value of the selected sample, from 0 at the left to 1; null: no sample is selected. */
      readonly mark: number | null;
    };

/** Where a picture is drawn, in pixels of the canvas. */
export interface PictureBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels of the canvas for one of an image from which on it is drawn as a square. */
const SHARP = 2.5;
/** Thickness of a border for every pixel of the shorter side, and its limits. */
const LINE = 0.022;
const THINNEST = 0.8;
const THICKEST = 2;

export function drawPicture(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  picture: UnitPicture,
  place: PictureBox,
  colours: (variable: string) => Rgb,
): void {
  if (picture.kind === 'bars') drawBars(context, picture, place, colours);
  else drawPixels(context, picture, place, colours);
}

function drawPixels(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  { bitmap, smooth, beyond, lines }: Extract<UnitPicture, { kind: 'pixels' }>,
  { left, top, width, height }: PictureBox,
  colours: (variable: string) => Rgb,
): void {
  const [across, down] = [bitmap.width - 2 * beyond, bitmap.height - 2 * beyond];
  context.imageSmoothingEnabled = smooth || width < SHARP * across;
  context.drawImage(bitmap, beyond, beyond, across, down, left, top, width, height);
  if (lines.length === 0) return;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.beginPath();
  for (let k = 0; k + 3 < lines.length; k += 4) {
    context.moveTo(left + (lines[k] ?? 0) * width, top + (lines[k + 1] ?? 0) * height);
    context.lineTo(left + (lines[k + 2] ?? 0) * width, top + (lines[k + 3] ?? 0) * height);
  }
  context.strokeStyle = css(colours('--fg'));
  context.lineWidth = Math.max(THINNEST, Math.min(THICKEST, LINE * Math.min(width, height)));
  context.stroke();
  context.restore();
}

/** Bars from the bottom, the tallest as high as there is room. */
function drawBars(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  { counts, zero, mark }: Extract<UnitPicture, { kind: 'bars' }>,
  { left, top, width, height }: PictureBox,
  colours: (variable: string) => Rgb,
): void {
  const most = counts.reduce((max, count) => Math.max(max, count), 0);
  const step = width / counts.length;
  context.fillStyle = css(colours('--bg'));
  context.fillRect(left, top, width, height);
  const signs = [css(colours('--negative')), css(colours('--positive'))] as const;
  for (const [k, count] of counts.entries()) {
    if (count === 0) continue;
    context.fillStyle = signs[(k + 0.5) / counts.length < zero ? 0 : 1];
    // One row alone can still be seen.
    const bar = Math.max(1, (count / most) * 0.9 * height);
    context.fillRect(left + k * step, top + height - bar, Math.max(1, step - (step > 4 ? 1 : 0)), bar);
  }
  if (mark === null) return;
  context.fillStyle = css(colours('--fg'));
  const thickness = Math.max(2, 0.03 * width);
  context.fillRect(left + mark * (width - thickness), top, thickness, height);
}
