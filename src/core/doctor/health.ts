/** How the units and gradients of a network are at one θ: looked at by the doctor, and now and then during a run. */

import { differentiating, forward, inputsOf } from '../backprop';
import { ACTIVATIONS } from '../functions';
import { type Network, type Objective, type Samples, layerAt, parameterLayout } from '../network';
import { formatNumber, superscript } from '../notation';
import type { Observation } from '../run';
import { runToEnd, type Pausing } from '../check/steps';

/** Multiply-adds of one pass over the rows of a look, about: a look takes some ten milliseconds. */
const WORK = 2 ** 22;
/** Rows that are looked at at most, and of a large network at least: on one row or two, many a healthy ReLU is 0. */
const MOST_ROWS = 256;
const LEAST_ROWS = 16;
/** A unit is saturated where g′(z) is less than this share of its largest value. */
const FLAT = 0.01;
/** A typical ∂J/∂θ of the first layer that is so many times smaller, or larger, than the last layer's. */
const VANISHED = 1e-4;
const EXPLODED = 1e3;

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

/**
 * What is wrong at `theta`, seen on these rows: ReLUs that are 0 and units that are flat on every row (of hidden layers: an
 * output may well be sure of itself), and gradients that fade or grow by orders of magnitude on their way back.
 */
export function examine(objective: Objective): Observation[] {
  return runToEnd(examining(objective));
}

/** What `examine` gives, with a pause after each row. */
export function* examining(objective: Objective): Pausing<Observation[]> {
  const { samples: rows } = objective;
  const hidden = (yield* activity(objective)).slice(0, -1);
  const idle = hidden.flatMap((layer) => idleUnits(layer, rows.count));
  return [...idle, ...gradientFlow(yield* typicalGradients(objective))];
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
export function* activity({ network, theta, samples: rows }: Objective): Pausing<LayerActivity[]> {
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

function idleUnits({ layer, units, idleness, idle, name }: LayerActivity, rows: number): Observation[] {
  if (idleness === null || idle.length === 0) return [];
  const who = `${String(idle.length)} of ${String(units)} units`;
  const seen = `on all ${String(rows)} sampled rows`;
  return [
    {
      kind: idleness === 'dead' ? 'dead-units' : 'saturated-units',
      layer,
      units: idle,
      message:
        idleness === 'dead'
          ? `${who} output 0 ${seen}: no gradient reaches their weights. Probably a step was too large, or a bias too negative; try a smaller learning rate or leakyRelu.`
          : `${who} are saturated ${seen}: ${name} is flat there, so that hardly any gradient passes. The weights or inputs are probably too large; try standardized inputs, smaller initial weights or a smaller learning rate.`,
    },
  ];
}

/** The root mean square of ∂J/∂θ^(l), biases left out, of every l; with a pause after each row. */
function* typicalGradients(objective: Objective): Pausing<number[]> {
  const { network } = objective;
  const { gradient } = yield* differentiating(objective);
  return typicalOf(network, gradient);
}

/** The root mean square of the weights' part of each θ^(l) of a gradient. */
export function typicalOf(network: Network, gradient: Float64Array): number[] {
  return parameterLayout(network.layers).layers.map(({ weights, rows: height, columns }) => {
    let squares = 0;
    for (let k = weights; k < weights + height * columns; k++) squares += (gradient[k] ?? NaN) ** 2;
    return Math.sqrt(squares / (height * columns));
  });
}

/** A gradient that fades or grows on its way back, by the typical ∂J/∂θ^(l) of every layer. */
export function gradientFlow(typical: readonly number[], vanished = VANISHED): Observation[] {
  const [first = NaN, last = NaN] = [typical[0], typical.at(-1)];
  if (typical.length < 2 || !(last > 0)) return [];
  if (first < vanished * last) {
    const steepest = steepestStep(typical, (ratio, most) => ratio < most);
    const message = `The gradient vanishes on its way back: a typical ∂J/∂θ⁽¹⁾ is ${formatNumber(first / last, 1)} of the last layer’s. It falls most ${steepest.words}. Probably too many flat activations in a row, or initial weights that are too small; try relu with He’s initial weights, or fewer layers.`;
    return [{ kind: 'vanishing-gradient', layer: steepest.layer, units: [], message }];
  }
  if (first > EXPLODED * last) {
    const steepest = steepestStep(typical, (ratio, most) => ratio > most);
    const message = `The gradient explodes on its way back: a typical ∂J/∂θ⁽¹⁾ is ${formatNumber(first / last, 1)} times the last layer’s. It grows most ${steepest.words}. Probably the weights are too large; try smaller initial weights, standardized inputs or a smaller learning rate.`;
    return [{ kind: 'exploding-gradient', layer: steepest.layer, units: [], message }];
  }
  return [];
}
/** The step from θ^(l+1) back to θ^(l) at which a typical gradient changes most: its l, and where that is for a person. */
function steepestStep(
  typical: readonly number[],
  isMore: (ratio: number, most: number) => boolean,
): { readonly layer: number; readonly words: string } {
  let [layer, most] = [1, (typical[0] ?? NaN) / (typical[1] ?? NaN)];
  for (let l = 2; l < typical.length; l++) {
    const ratio = (typical[l - 1] ?? NaN) / (typical[l] ?? NaN);
    // Where the gradient is 0 on both sides, there is nothing to compare.
    if (isMore(ratio, most) || (Number.isNaN(most) && !Number.isNaN(ratio))) [layer, most] = [l, ratio];
  }
  const name = (l: number): string => `θ${superscript(`(${String(l)})`)}`;
  return { layer, words: `from ${name(layer + 1)} to ${name(layer)}, by a factor of ${formatNumber(most, 1)}` };
}
