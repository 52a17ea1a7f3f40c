import type { ImageShape } from '../../src/core/network';
import type { ModelSlice } from '../../src/protocol';
import { mixed, type Rgb } from '../color';

/** Colors as a canvas keeps them, from the least to the greatest of a scale. */
export type Palette = Uint32Array;

const STEPS = 256;

/** Evenly from the first of these colors to the last. */
export function paletteOf(stops: readonly Rgb[]): Palette {
  return Uint32Array.from({ length: STEPS }, (_, k) => {
    const along = (k / (STEPS - 1)) * (stops.length - 1);
    const at = Math.min(stops.length - 2, Math.floor(along));
    const [from = black, to = black] = stops.slice(at, at + 2);
    return packed(mixed(from, to, along - at));
  });
}

/** Opaque, in the byte order of every machine that there is a VS Code for. */
export function packed([red, green, blue]: Rgb): number {
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
}

const black: Rgb = [0, 0, 0];

/** The color of a place between 0 and 1; of what is no number, the middle. */
export function colourAt(palette: Palette, share: number): number {
  const at = Number.isNaN(share) ? 0.5 : Math.max(0, Math.min(1, share));
  return palette[Math.round(at * (STEPS - 1))] ?? 0;
}

/** Canvases by name, used again: pictures change thirty times a second. */
export class Bitmaps {
  private readonly known = new Map<string, OffscreenCanvas>();

  /** The canvas of this name with the color `colour` gives for each of its pixels, row by row from the top. */
  paint(name: string, width: number, height: number, colour: (pixel: number) => number): OffscreenCanvas {
    const canvas = this.known.get(name) ?? new OffscreenCanvas(width, height);
    this.known.set(name, canvas);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const pixels = new ImageData(width, height);
    const words = new Uint32Array(pixels.data.buffer);
    for (let pixel = 0; pixel < words.length; pixel++) words[pixel] = colour(pixel);
    canvas.getContext('2d', { willReadFrequently: true })?.putImageData(pixels, 0, 0);
    return canvas;
  }
}

/**
 * The colors of numbers around 0, each by its share of the largest magnitude `max`: of one number a pixel the palette's, of three as
 * much more or less than gray of each.
 */
export function signedPixels(
  { depth }: ImageShape,
  values: Float64Array,
  max: number,
  palette: Palette,
): (pixel: number) => number {
  const share = (value = NaN): number => 0.5 + 0.5 * (max > 0 ? value / max : 0);
  if (depth === 1) return (pixel) => colourAt(palette, share(values[pixel]));
  const level = (value: number | undefined): number => 255 * Math.max(0, Math.min(1, share(value)));
  return (pixel) => packed([level(values[3 * pixel]), level(values[3 * pixel + 1]), level(values[3 * pixel + 2])]);
}

/** An image's own brightness and colors: black is 0 or less, if there is less, and white 1 or more, if there is more. */
export function imagePixels({ depth }: ImageShape, values: Float64Array): (pixel: number) => number {
  let [from, to] = [0, 1];
  for (const value of values) [from, to] = [Math.min(from, value), Math.max(to, value)];
  const level = (value = NaN): number => 255 * Math.max(0, Math.min(1, (value - from) / (to - from)));
  if (depth === 1) {
    return (pixel) => {
      const gray = level(values[pixel]);
      return packed([gray, gray, gray]);
    };
  }
  return (pixel) => packed([level(values[3 * pixel]), level(values[3 * pixel + 1]), level(values[3 * pixel + 2])]);
}

/** Inputs as the file has them. */
export function writtenInputs({ standardization }: ModelSlice, inputs: Float64Array): Float64Array {
  if (!standardization) return inputs;
  const { mean, deviation } = standardization;
  return inputs.map((value, j) => value * (deviation[j] ?? 1) + (mean[j] ?? 0));
}
