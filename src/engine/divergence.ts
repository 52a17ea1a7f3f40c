/** Where in a network a run diverged. */

import { differentiating, samplePasses } from '../core/backprop';
import { trainableRanges } from '../core/frozen';
import { type Network, type Objective, layerAt, parameterLayout } from '../core/network';
import { formatNumber, superscript } from '../core/notation';
import type { Pausing } from '../core/check/steps';
import type { Observation } from '../core/run';

/**
 * Where a run diverged, seen on these rows at the θ that is kept of it, with a pause after each row: the first layer where a
 * z or an a is not finite, which is so only where J never was; else the θ^(l) that the last finite state's gradient
 * has the largest gradient relative to its size, since of the step after it nothing is known.
 */
export function* explainingDivergence(objective: Objective): Pausing<Observation[]> {
  const { network, theta } = objective;
  const broken = network.layers.map(() => new Set<number>());
  let lossIsFinite = true;
  for (const { z, a, loss } of samplePasses(objective)) {
    lossIsFinite &&= Number.isFinite(loss);
    for (const [l, units] of broken.entries()) {
      for (const values of [z[l], a[l]])
        values?.forEach((value, i) => {
          if (!Number.isFinite(value)) units.add(i + 1);
        });
    }
    yield;
  }
  const layer = 1 + broken.findIndex((units) => units.size > 0);
  if (layer > 0) {
    const units = [...(broken[layer - 1] ?? [])].sort((a, b) => a - b);
    const who = `${String(units.length)} of ${String(layerAt(network, layer).units)} units`;
    const message = `This is the first layer that overflows: ${who} have a non-finite z or a. The weights or inputs are probably too large; try smaller initial weights or standardized inputs.`;
    return [{ kind: 'diverged', layer, units, message }];
  }
  if (!lossIsFinite) {
    const message = `Every z and a is finite, but the loss E is not: the outputs are too far from the targets. The weights or inputs are probably too large; try smaller initial weights or standardized inputs.`;
    return [{ kind: 'diverged', layer: network.layers.length, units: [], message }];
  }
  return largestGradient(network, theta, (yield* differentiating(objective)).gradient);
}

/** The θ^(l) with the largest max |∂J/∂θ| / max |θ| of what is trained; among equals the one that the backward pass comes to first. */
function largestGradient(network: Network, theta: Float64Array, gradient: Float64Array): Observation[] {
  let found: { layer: number; pull: number; size: number; share: number } | undefined;
  const trained = trainableRanges(network);
  for (const [l, { weights, rows, columns, biases }] of parameterLayout(network.layers).layers.entries()) {
    const end = biases < 0 ? weights + rows * columns : biases + rows;
    const parts = trained.filter((part) => part.from < end && part.to > weights);
    const largest = (values: Float64Array): number =>
      parts.reduce(
        (most, { from, to }) => Math.max(most, largestOf(values, Math.max(from, weights), Math.min(to, end))),
        0,
      );
    const [pull, size] = parts.length === 0 ? [0, 1] : [largest(gradient), largest(theta)];
    const share = pull === 0 ? 0 : pull / size;
    if (!found || share >= found.share) found = { layer: l + 1, pull, size, share };
  }
  if (!found) return [];
  const { layer, pull, size } = found;
  const name = `θ${superscript(`(${String(layer)})`)}`;
  const message = `The next J is non-finite; the step to it was discarded. Before it, ${name} has the largest gradient relative to its size: the largest |∂J/∂θ| is ${formatNumber(pull, 3)}, the largest |θ| ${formatNumber(size, 3)}. The steps probably overshoot; try a smaller learning rate.`;
  return [{ kind: 'diverged', layer, units: [], message }];
}

/** max |value| from one place to another; ∞ where one is not a number. */
function largestOf(values: Float64Array, from: number, to: number): number {
  let most = 0;
  for (let k = from; k < to; k++) {
    const size = Math.abs(values[k] ?? NaN);
    if (!(size <= most)) most = Number.isNaN(size) ? Infinity : size;
  }
  return most;
}
