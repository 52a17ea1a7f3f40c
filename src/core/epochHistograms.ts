/** How the numbers of a network have been spread over the epochs of a run. */

import type { Histogram, Histograms, LayerHistograms } from './histograms';
import type { RunPoint } from './landscape';

/** Histograms of some epochs, on one scale for all of them. */
export interface AlignedHistograms {
  /** NaN where no number is finite. */
  readonly from: number;
  readonly to: number;
  /** Parts of from…to. */
  readonly bars: number;
  /** What part of an epoch's numbers lies in each of its bars: epoch after epoch, from the least numbers on. */
  readonly shares: Float64Array;
  /** Of each epoch. */
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

export interface EpochHistograms {
  readonly epochs: Float64Array;
  readonly layers: readonly Readonly<Record<keyof LayerHistograms, AlignedHistograms>>[];
}

/** Bars of a spread. */
const BARS = 24;
/** An epoch's own histogram has so many: on the common scale they lie to within one of them. */
export const FINE_BARS = 128;

/** The spreads at these points of a run, whose histograms `count` gives; with its pauses. */
export function* countingEpochs(
  path: readonly RunPoint[],
  count: (theta: Float64Array) => Generator<unknown, Histograms>,
): Generator<unknown, EpochHistograms> {
  const all: Histograms[] = [];
  for (const { theta } of path) all.push(yield* count(theta));
  return {
    epochs: Float64Array.from(path, ({ epoch }) => epoch),
    layers: (all[0]?.layers ?? []).map((_, l) => {
      const spread = (of: keyof LayerHistograms): AlignedHistograms =>
        spreadOf(all.map(({ layers }) => layers[l]?.[of]).filter((found) => found !== undefined));
      return { theta: spread('theta'), gradient: spread('gradient'), a: spread('a'), delta: spread('delta') };
    }),
  };
}

/** One scale for histograms that have each their own: a bar of theirs is divided among those that it reaches into. */
export function spreadOf(histograms: readonly Histogram[], bars = BARS): AlignedHistograms {
  const known = histograms.filter(({ from }) => !Number.isNaN(from));
  const [from, to] = known.reduce(
    ([low, high], one) => [Math.min(low, one.from), Math.max(high, one.to)],
    [Infinity, -Infinity],
  );
  const shares = new Float64Array(histograms.length * bars);
  const place = (value: number): number => (to > from ? ((value - from) / (to - from)) * bars : 0.5);
  for (const [n, { from: low, to: high, counts }] of histograms.entries()) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) continue;
    const width = (high - low) / counts.length;
    for (const [k, count] of counts.entries()) {
      if (count === 0) continue;
      const [left, right] = [place(low + k * width), place(low + (k + 1) * width)];
      const last = Math.min(bars - 1, Math.floor(right));
      for (let at = Math.min(bars - 1, Math.floor(left)); at <= last; at++) {
        const inside = Math.min(right, at + 1) - Math.max(left, at);
        const part = right > left ? Math.max(0, inside) / (right - left) : 1;
        shares[n * bars + at] = (shares[n * bars + at] ?? 0) + (part * count) / total;
      }
    }
  }
  return {
    ...(known.length > 0 ? { from, to } : { from: NaN, to: NaN }),
    bars,
    shares,
    means: Float64Array.from(histograms, ({ mean }) => mean),
    deviations: Float64Array.from(histograms, ({ deviation }) => deviation),
  };
}
