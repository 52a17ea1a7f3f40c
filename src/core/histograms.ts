/** How the numbers of a network are spread: θ, ∂J/∂θ, and over the samples a and δ, layer by layer. */

import { samplePasses } from './backprop';
import type { Pausing } from './check/steps';
import { someRows } from './doctor/sight';
import { type Objective, parameterLayout } from './network';

export interface Histogram {
  /** The least and the largest of the finite numbers; NaN where there are none. */
  readonly from: number;
  readonly to: number;
  /** In equal parts of from…to; one where all numbers are the same. */
  readonly counts: Uint32Array;
  readonly mean: number;
  /** √((1/n) Σ (x − mean)²) */
  readonly deviation: number;
  /** Numbers that are NaN or infinite. */
  readonly notFinite: number;
}

/** Of θ^(l) and of the layer l + 1 behind it. */
export interface LayerHistograms {
  readonly theta: Histogram;
  readonly gradient: Histogram;
  readonly a: Histogram;
  /** ∂E_s/∂z of each sample s by itself. */
  readonly delta: Histogram;
}

export interface Histograms {
  readonly layers: readonly LayerHistograms[];
  /** Samples that a and δ are taken over: of many, some that are evenly spread. */
  readonly samples: number;
}

/** Bars of a histogram. */
const BARS = 32;
/** Numbers of a layer's a over all samples at most. */
const MOST_NUMBERS = 2 ** 18;

/** The histograms of every layer at θ, where J has this gradient. With a pause after each sample. */
export function* counting(objective: Objective, gradient: Float64Array, bars = BARS): Pausing<Histograms> {
  const { network, theta, samples } = objective;
  const { layers } = parameterLayout(network.layers);
  const widest = layers.reduce((most, { rows }) => Math.max(most, rows), 1);
  const some = someRows(network, samples);
  const count = Math.max(1, Math.min(some.count, Math.floor(MOST_NUMBERS / widest)));
  const rows = { ...some, count };
  const a = layers.map(({ rows: units }) => new Float64Array(units * count));
  const delta = layers.map(({ rows: units }) => new Float64Array(units * count));
  for (const pass of samplePasses({ network, theta, samples: rows })) {
    for (const [l, { rows: units }] of layers.entries()) {
      a[l]?.set(pass.a[l + 1] ?? [], (pass.sample - 1) * units);
      delta[l]?.set(pass.delta[l + 1] ?? [], (pass.sample - 1) * units);
    }
    yield;
  }
  return {
    samples: count,
    layers: layers.map(({ weights }, l) => {
      const end = layers[l + 1]?.weights ?? theta.length;
      return {
        theta: histogram(theta.subarray(weights, end), bars),
        gradient: histogram(gradient.subarray(weights, end), bars),
        a: histogram(a[l] ?? new Float64Array(), bars),
        delta: histogram(delta[l] ?? new Float64Array(), bars),
      };
    }),
  };
}

/** How many of the numbers lie in each of `bars` equal parts of their range. */
export function histogram(values: Float64Array, bars = BARS): Histogram {
  let [from, to, sum, finite] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < from) from = value;
    if (value > to) to = value;
    sum += value;
    finite++;
  }
  const notFinite = values.length - finite;
  if (finite === 0) {
    return { from: NaN, to: NaN, counts: new Uint32Array(1), mean: NaN, deviation: NaN, notFinite };
  }
  const mean = sum / finite;
  const counts = new Uint32Array(to > from ? bars : 1);
  let squares = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    squares += (value - mean) ** 2;
    const at = to > from ? Math.min(bars - 1, Math.floor(((value - from) / (to - from)) * bars)) : 0;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { from, to, counts, mean, deviation: Math.sqrt(squares / finite), notFinite };
}
