/** How the units and gradients of a network are at one θ. */

import { type Analysis, differentiating, forward, inputsOf } from '../backprop';
import { ACTIVATIONS } from '../functions';
import { type Network, type Objective, type Samples, layerAt, parameterLayout } from '../network';
import type { Pausing } from '../check/steps';
import { counted } from '../notation';

/** Multiply-adds of one pass over the rows of a look, about: a look takes some ten milliseconds. */
const WORK = 2 ** 22;
/** Rows that are looked at at most, and of a large network at least: on one row or two, many a healthy ReLU is 0. */
const MOST_ROWS = 256;
const LEAST_ROWS = 16;
/** A unit is saturated where g′(z) is less than this share of its largest value. */
const FLAT = 0.01;

/** What is seen of a network at one θ, without a trial: what a run is looked at by. */
export interface Sight {
  /** With the rows that are looked at. */
  readonly objective: Objective;
  readonly layers: readonly LayerActivity[];
  readonly analysis: Analysis;
  /** The root mean square of the weights’ part of each ∂J/∂θ^(l). */
  readonly typical: readonly number[];
  /** When that is, as an adverbial: “after 8 epochs”. */
  readonly when: string;
  /** Of a run that diverged, after its last finite state. */
  readonly diverged?: LastState;
}

/** The last finite state of a run that diverged: the epochs before it, and J; NaN where it never was finite. */
export interface LastState {
  readonly epoch: number;
  readonly loss: number;
}

/** When a sight is, in words. */
export function afterEpochs(epochs: number): string {
  return `after ${counted(epochs, 'epoch')}`;
}

/** Looks at a network on these rows; with a pause after each row. */
export function* sighting(objective: Objective, when: string, diverged?: LastState): Pausing<Sight> {
  const layers = yield* activity(objective);
  const analysis = yield* differentiating(objective);
  const typical = typicalOf(objective.network, analysis.gradient);
  return { objective, layers, analysis, typical, when, ...(diverged && { diverged }) };
}

/** Rows of `samples`, evenly spread, that can be looked at without much work: `work` multiply-adds for a pass, about. */
export function someRows(network: Network, samples: Samples, work = WORK): Samples {
  const affordable = Math.floor(work / Math.max(1, network.theta.length));
  const count = Math.min(samples.count, MOST_ROWS, Math.max(LEAST_ROWS, affordable));
  if (count === samples.count) return samples;
  return picked(
    network,
    samples,
    Array.from({ length: count }, (_, k) => Math.floor((k * samples.count) / count)),
  );
}

/** These rows (from 0) of the samples. */
export function picked(network: Network, samples: Samples, rows: readonly number[]): Samples {
  const [inputs, outputs] = [layerAt(network, 1).units, layerAt(network, network.layers.length).units];
  const pick = (values: Float64Array, width: number): Float64Array => {
    const some = new Float64Array(rows.length * width);
    for (const [k, row] of rows.entries()) some.set(values.subarray(row * width, (row + 1) * width), k * width);
    return some;
  };
  const { weights } = samples;
  return {
    count: rows.length,
    inputs: pick(samples.inputs, inputs),
    targets: pick(samples.targets, outputs),
    ...(weights && { weights: pick(weights, 1) }),
  };
}

/** What the units of one layer do on some rows. */
export interface LayerActivity {
  readonly layer: number;
  readonly units: number;
  /** `dead`: a unit that cannot be flat on both sides; `saturated`: one that can; null where neither is known. */
  readonly idleness: 'dead' | 'saturated' | null;
  /** The units, from 1, that are idle on every row. */
  readonly idle: readonly number[];
  /** The share of all units and rows that are idle. */
  readonly share: number;
  readonly name: string;
}

/** What the units of the layers 2…L do on these rows at `theta`; with a pause after each row. */
function* activity({ network, theta, samples: rows }: Objective): Pausing<LayerActivity[]> {
  const layers = network.layers.slice(1);
  const idle = layers.map(({ units }) => new Float64Array(units));
  let pass: ReturnType<typeof forward> | undefined;
  for (let sample = 1; sample <= rows.count; sample++) {
    pass = forward(network, theta, inputsOf(network, rows, sample), pass);
    for (const [l, { activation, units }] of layers.entries()) {
      const [z, counts, row] = [pass.z[l + 1], idle[l], ACTIVATIONS[activation.type]];
      if (!z || !counts || row.vector) continue;
      const steepest = row.steepest?.(activation);
      for (let i = 0; i < units; i++) {
        const value = z[i] ?? NaN;
        const rests =
          steepest === undefined
            ? row.dead?.(value) === true
            : Math.abs(row.derivative(value, activation)) < FLAT * steepest;
        if (rests) counts[i] = (counts[i] ?? 0) + 1;
      }
    }
    yield;
  }
  return layers.map(({ activation, units }, l) => {
    const row = ACTIVATIONS[activation.type];
    const counts = idle[l] ?? new Float64Array();
    const idleness = row.vector ? null : row.steepest ? 'saturated' : row.dead ? 'dead' : null;
    return {
      layer: l + 2,
      units,
      idleness,
      idle: [...counts].flatMap((count, i) => (count === rows.count ? [i + 1] : [])),
      share: counts.reduce((sum, count) => sum + count, 0) / (units * rows.count),
      name: activation.type,
    };
  });
}

/** The root mean square of the weights' part of each θ^(l) of a gradient. */
function typicalOf(network: Network, gradient: Float64Array): number[] {
  return parameterLayout(network.layers).layers.map(({ weights, rows: height, columns }) => {
    let squares = 0;
    for (let k = weights; k < weights + height * columns; k++) squares += (gradient[k] ?? NaN) ** 2;
    return Math.sqrt(squares / (height * columns));
  });
}
