/** How z and a of units are spread over the samples: their mean alone hides it, and is 0 everywhere for symmetric data. */

import { forward, inputsOf } from './backprop';
import { type Objective, layerAt } from './network';
import { passCost, spreadRows } from './predictions';

/** Unit i of layer l, both from 1. */
export interface UnitId {
  readonly layer: number;
  readonly unit: number;
}

/** The least value, the quartiles and the greatest: at QUANTILES · n and after of unit n. */
export const QUANTILES = 5;
/** Bins of a histogram. */
export const BINS = 16;

/** Of each unit that was asked for, in that order. */
export interface UnitSpreads {
  /** Over how many rows, evenly spread over the samples. */
  readonly rows: number;
  /** QUANTILES numbers a unit; NaN for inputs, and where a value is NaN. */
  readonly z: Float64Array;
  readonly a: Float64Array;
  /** The ends of a's histogram, two numbers a unit: the least and the greatest a of all units of its layer that were asked for. */
  readonly ranges: Float64Array;
  /** How many rows' a lie in each of BINS equal bins, which are closed below; the last is closed at both ends. BINS numbers a unit. */
  readonly counts: Uint32Array;
}

/** Multiply-adds between two steps. */
const WORK = 2 ** 18;
/** Values of z and a that are held at once. */
const MOST_VALUES = 8e6;

/**
 * The quantiles of z and a, and a's histogram, of `units` over as many rows as so much work allows, counted in multiply-adds; at least
 * one. Throws a RangeError for a unit that the network does not have.
 */
export function* spreadingUnits(
  { network, theta, samples }: Objective,
  units: readonly UnitId[],
  work: number,
): Generator<void, UnitSpreads> {
  for (const { layer, unit } of units) {
    const count = layerAt(network, layer).units;
    if (!(unit >= 1 && unit <= count)) throw new RangeError(`layer ${String(layer)} has no unit ${String(unit)}`);
  }
  const cost = passCost(network);
  const most = Math.max(1, Math.floor(Math.min(work / cost, MOST_VALUES / (2 * Math.max(1, units.length)))));
  const rows = spreadRows(samples.count, most);
  const m = rows.length;
  // Value of row r of unit n at n · m + r.
  const z = new Float64Array(units.length * m).fill(NaN);
  const a = new Float64Array(units.length * m);
  let pass: ReturnType<typeof forward> | undefined;
  let done = 0;
  for (const [r, row] of rows.entries()) {
    pass = forward(network, theta, inputsOf(network, samples, row), pass);
    for (const [n, { layer, unit }] of units.entries()) {
      if (layer > 1) z[n * m + r] = pass.z[layer - 1]?.[unit - 1] ?? NaN;
      a[n * m + r] = pass.a[layer - 1]?.[unit - 1] ?? NaN;
    }
    done += cost;
    if (done > WORK) {
      done = 0;
      yield;
    }
  }
  const quantilesOf = (values: Float64Array): Float64Array => {
    const all = new Float64Array(units.length * QUANTILES);
    for (const n of units.keys()) all.set(quantiles(values.subarray(n * m, (n + 1) * m)), n * QUANTILES);
    return all;
  };
  const spread = { z: quantilesOf(z), a: quantilesOf(a) };
  const ranges = rangesOf(units, spread.a);
  const counts = new Uint32Array(units.length * BINS);
  for (const n of units.keys()) {
    const [from = NaN, to = NaN] = ranges.subarray(2 * n, 2 * n + 2);
    for (const value of a.subarray(n * m, (n + 1) * m)) {
      // Where all values are the same, they lie in the middle.
      const bin = to > from ? Math.min(BINS - 1, Math.floor(((value - from) / (to - from)) * BINS)) : BINS >> 1;
      if (value >= from && value <= to) counts[n * BINS + bin] = (counts[n * BINS + bin] ?? 0) + 1;
    }
  }
  return { rows: m, ...spread, ranges, counts };
}

/** The least, the quartiles and the greatest, linear between neighbors (as numpy.quantile); NaN where a value is. */
function quantiles(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  // NaN stands last.
  if (Number.isNaN(sorted.at(-1))) return new Float64Array(QUANTILES).fill(NaN);
  return Float64Array.from({ length: QUANTILES }, (_, k) => {
    const place = (k / (QUANTILES - 1)) * (sorted.length - 1);
    const [below = NaN, above = NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below === above ? below : below + (place - Math.floor(place)) * (above - below);
  });
}

/** The least and the greatest finite a of each unit's layer. */
function rangesOf(units: readonly UnitId[], a: Float64Array): Float64Array {
  const ofLayer = new Map<number, [number, number]>();
  for (const [n, { layer }] of units.entries()) {
    const range = ofLayer.get(layer) ?? [Infinity, -Infinity];
    for (const value of a.subarray(n * QUANTILES, (n + 1) * QUANTILES)) {
      if (!Number.isFinite(value)) continue;
      range[0] = Math.min(range[0], value);
      range[1] = Math.max(range[1], value);
    }
    ofLayer.set(layer, range);
  }
  return Float64Array.from(units.flatMap(({ layer }) => ofLayer.get(layer) ?? [NaN, NaN]));
}
