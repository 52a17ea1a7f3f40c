/** What is going wrong inside a network while it trains: looked at now and then, on some of the rows. */

import { differentiating, forward, inputsOf } from '../core/backprop';
import { ACTIVATIONS } from '../core/functions';
import { layerAt, parameterLayout, type Network, type Samples } from '../core/network';
import { formatNumber, superscript } from '../core/notation';
import type { Observation } from '../core/run';
import { runToEnd, type Pausing } from '../core/check/steps';

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

/** Rows of `samples`, evenly spread, that can be looked at without much work. */
export function someRows(network: Network, samples: Samples): Samples {
  const affordable = Math.floor(WORK / Math.max(1, network.theta.length));
  const count = Math.min(samples.count, MOST_ROWS, Math.max(LEAST_ROWS, affordable));
  if (count === samples.count) return samples;
  const [inputs, outputs] = [layerAt(network, 1).units, layerAt(network, network.layers.length).units];
  const pick = (values: Float64Array, width: number): Float64Array => {
    const picked = new Float64Array(count * width);
    for (let k = 0; k < count; k++) {
      const row = Math.floor((k * samples.count) / count);
      picked.set(values.subarray(row * width, (row + 1) * width), k * width);
    }
    return picked;
  };
  const { weights } = samples;
  return {
    count,
    inputs: pick(samples.inputs, inputs),
    targets: pick(samples.targets, outputs),
    ...(weights && { weights: pick(weights, 1) }),
  };
}

/**
 * What is wrong at `theta`, seen on these rows: ReLUs that are 0 and units that are flat on every row (of hidden layers: an
 * output may well be sure of itself), and gradients that fade or grow by orders of magnitude on their way back.
 */
export function examine(network: Network, theta: Float64Array, rows: Samples): Observation[] {
  return runToEnd(examining(network, theta, rows));
}

/** What `examine` gives, with a pause after each row. */
export function* examining(network: Network, theta: Float64Array, rows: Samples): Pausing<Observation[]> {
  return [...(yield* idleUnits(network, theta, rows)), ...(yield* gradientFlow(network, theta, rows))];
}

function* idleUnits(network: Network, theta: Float64Array, rows: Samples): Pausing<Observation[]> {
  const hidden = network.layers.slice(1, -1);
  const alive = hidden.map(({ units }) => new Uint8Array(units));
  let pass: ReturnType<typeof forward> | undefined;
  for (let sample = 1; sample <= rows.count; sample++) {
    pass = forward(network, theta, inputsOf(network, rows, sample), pass);
    for (const [l, { activation, units }] of hidden.entries()) {
      const z = pass.z[l + 1];
      const living = alive[l];
      const row = ACTIVATIONS[activation.type];
      if (!z || !living || row.vector) continue;
      const steepest = row.steepest?.(activation);
      for (let i = 0; i < units; i++) {
        const value = z[i] ?? NaN;
        const idle =
          steepest === undefined
            ? row.dead?.(value) === true
            : Math.abs(row.derivative(value, activation)) < FLAT * steepest;
        if (!idle) living[i] = 1;
      }
    }
    yield;
  }
  const findings: Observation[] = [];
  for (const [l, { activation, units }] of hidden.entries()) {
    const idle = [...(alive[l] ?? [])].flatMap((living, i) => (living ? [] : [i + 1]));
    const row = ACTIVATIONS[activation.type];
    if (idle.length === 0 || row.vector || !(row.steepest ?? row.dead)) continue;
    const dies = row.steepest === undefined;
    const layer = l + 2;
    const who = `${String(idle.length)} of ${String(units)} units`;
    const seen = `on all ${String(rows.count)} rows looked at`;
    findings.push({
      kind: dies ? 'deadUnits' : 'saturatedUnits',
      layer,
      units: idle,
      message: dies
        ? `${who} give 0 ${seen}: no gradient reaches their weights any more. Likely a step was too large, or a bias too negative; try a smaller learning rate or leakyRelu.`
        : `${who} are saturated ${seen}: ${activation.type} is flat there, so that hardly any gradient passes. Likely weights or inputs are too large; try standardized inputs, smaller initial weights or a smaller learning rate.`,
    });
  }
  return findings;
}

function* gradientFlow(network: Network, theta: Float64Array, rows: Samples): Pausing<Observation[]> {
  const { gradient } = yield* differentiating(network, theta, rows);
  const { layers } = parameterLayout(network.layers);
  const typical = layers.map(({ weights, rows: height, columns }) => {
    let squares = 0;
    for (let k = weights; k < weights + height * columns; k++) squares += (gradient[k] ?? NaN) ** 2;
    return Math.sqrt(squares / (height * columns));
  });
  const [first = NaN, last = NaN] = [typical[0], typical.at(-1)];
  if (layers.length < 2 || !(last > 0)) return [];
  if (first < VANISHED * last) {
    const steepest = steepestStep(typical, (ratio, most) => ratio < most);
    const message = `The gradient vanishes on its way back: a typical ∂J/∂θ⁽¹⁾ is ${formatNumber(first / last, 1)} of the last layer’s. It falls most ${steepest.words}. Likely too many flat activations in a row, or initial weights that are too small; try relu with He’s initial weights, or fewer layers.`;
    return [{ kind: 'vanishingGradient', layer: steepest.layer, units: [], message }];
  }
  if (first > EXPLODED * last) {
    const steepest = steepestStep(typical, (ratio, most) => ratio > most);
    const message = `The gradient explodes on its way back: a typical ∂J/∂θ⁽¹⁾ is ${formatNumber(first / last, 1)} times the last layer’s. It grows most ${steepest.words}. Likely the weights are too large; try smaller initial weights, standardized inputs or a smaller learning rate.`;
    return [{ kind: 'explodingGradient', layer: steepest.layer, units: [], message }];
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
