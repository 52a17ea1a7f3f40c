import type { Predictions } from '../../src/core/predictions';
import type { ModelSlice } from '../../src/protocol';
import { type Rgb, mixed } from '../color';
import { classColour, outputCount } from './classes';
import type { Lattice } from './lattice';

/** What of the outputs is drawn: output k from 1, or 0 for the class that all of them together stand for. */
export type Drawn = number;

/** How outputs are coloured, and where what they say changes. */
export interface Shades {
  /** The colour of the outputs that start at `start`. */
  colour(outputs: Float64Array, start: number): Rgb;
  /** Each is zero where one class gives way to another. */
  readonly borders: readonly ((outputs: Float64Array, start: number) => number)[];
  /** The ends of the ramp, where colours stand for numbers: from `colours[0]` at `from` to the last one at `to`. */
  readonly ramp: { readonly from: number; readonly to: number; readonly variables: readonly string[] } | null;
}

/** A region is as strong as its class is ahead, from this to that share of the class's colour. */
const FAINT = 0.16;
const STRONG = 0.6;

/** The shades of a lattice, and of targets beside it. */
export function shadesOf(
  model: ModelSlice,
  { classes }: Predictions,
  drawn: Drawn,
  values: { readonly lattice: Lattice; readonly targets: readonly Float64Array[] },
  colour: (variable: string) => Rgb,
): Shades {
  const units = outputCount(model);
  if (classes !== null && drawn === 0 && units > 1) return regions(model, units, colour);
  const k = Math.max(1, drawn) - 1;
  const own = (outputs: Float64Array, start: number): number => outputs[start + k] ?? NaN;
  if (classes !== null && units > 1) {
    // One class alone: from nothing to its colour, with the border of its region.
    const variables = ['--bg', classColour(model, k)];
    return ramp({ from: 0, to: 1, variables }, own, [(outputs, start) => lead(outputs, start, units, k)], colour);
  }
  const variables = ['--negative', '--bg', '--positive'];
  if (classes !== null) {
    return ramp({ from: 0, to: 1, variables }, own, [(outputs, start) => own(outputs, start) - 0.5], colour);
  }
  let [from, to] = [Infinity, -Infinity];
  for (const numbers of [values.lattice.outputs, ...values.targets]) {
    for (let at = k; at < numbers.length; at += units) {
      const value = numbers[at] ?? NaN;
      if (value < from) from = value;
      if (value > to) to = value;
    }
  }
  if (!(to > from)) [from, to] = Number.isFinite(from) ? [from - 0.5, from + 0.5] : [0, 1];
  return ramp({ from, to, variables }, own, [], colour);
}

/** By how much output k, from 0, is ahead of the largest other one. */
function lead(outputs: Float64Array, start: number, units: number, k: number): number {
  let other = -Infinity;
  for (let i = 0; i < units; i++) if (i !== k) other = Math.max(other, outputs[start + i] ?? NaN);
  return (outputs[start + k] ?? NaN) - other;
}

function regions(model: ModelSlice, units: number, colour: (variable: string) => Rgb): Shades {
  const background = colour('--bg');
  const palette = Array.from({ length: units }, (_, k) => colour(classColour(model, k)));
  return {
    colour: (outputs, start) => {
      let best = 0;
      for (let k = 1; k < units; k++) if ((outputs[start + k] ?? NaN) > (outputs[start + best] ?? NaN)) best = k;
      const ahead = Math.max(0, Math.min(1, lead(outputs, start, units, best)));
      return mixed(background, palette[best] ?? background, FAINT + (STRONG - FAINT) * ahead);
    },
    borders: palette.map((_, k) => (outputs, start) => lead(outputs, start, units, k)),
    ramp: null,
  };
}

function ramp(
  ends: NonNullable<Shades['ramp']>,
  read: (outputs: Float64Array, start: number) => number,
  borders: Shades['borders'],
  colour: (variable: string) => Rgb,
): Shades {
  const stops = ends.variables.map(colour);
  const background = colour('--bg');
  return {
    borders,
    ramp: ends,
    colour: (outputs, start) => {
      const share = (read(outputs, start) - ends.from) / (ends.to - ends.from);
      if (Number.isNaN(share)) return background;
      const along = Math.max(0, Math.min(1, share)) * (stops.length - 1);
      const at = Math.min(stops.length - 2, Math.floor(along));
      const own = mixed(stops[at] ?? background, stops[at + 1] ?? background, along - at);
      return mixed(background, own, RAMP);
    },
  };
}

/** A ramp stays behind the samples: so much of its colours. */
export const RAMP = 0.72;
