/** A run whose J is no longer finite, and where in the network that began. */

import { samplePasses } from '../../backprop';
import type { Pausing } from '../../check/steps';
import { trainableRanges } from '../../frozen';
import { type Network, layerAt, parameterLayout } from '../../network';
import { afterEpochs, type LastState, type Sight } from '../sight';
import { type Cause, nothing, type Statement } from './cause';
import { smallerRates, standardizing } from './steps';
import { fourDigits, thetaName } from './words';

export const DIVERGED: Cause = {
  code: 'diverged',
  explainedBy: ['frozen-all', 'constant-output'],
  *seen(sight) {
    return sight.diverged ? yield* divergence(sight, sight.diverged) : nothing;
  },
  *find(examination) {
    const { run, network, end, samples } = examination;
    if (run.end !== 'diverged' || !end.diverged) return nothing;
    const remedy = yield* examination.mend([...smallerRates(examination), standardizing]);
    const { batchSize } = network.training;
    const perEpoch = batchSize === 'full' ? 1 : Math.ceil(samples.count / batchSize);
    const found = yield* divergence(end, end.diverged);
    const when = { step: run.epochs * perEpoch + 1, lossBefore: run.rows.loss[0] ?? NaN };
    return found.map(({ evidence, ...statement }) => ({
      ...({ severity: 'severe', ...statement, remedy } as const),
      evidence: { ...evidence, ...when },
    }));
  },
};

/**
 * Where it began, seen at the last finite state: the first layer where a z or an a is not finite, which is so only where J never was;
 * else the θ^(l) whose gradient is largest relative to it, since nothing is kept of the step after it.
 */
function* divergence({ objective, analysis }: Sight, last: LastState): Pausing<Statement[]> {
  const { network, theta } = objective;
  const when = Number.isFinite(last.loss)
    ? `J is not finite ${afterEpochs(last.epoch + 1)}; the last finite J is ${fourDigits(last.loss)}.`
    : 'J is not finite before any step.';
  const evidence = { epoch: last.epoch + 1, lastFiniteLoss: last.loss };
  const statement = (layer: number, units: readonly number[], where: string): Statement[] => [
    { layer, units, message: `Training diverges: ${when} ${where}`, evidence },
  ];
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
  const large = 'The weights or inputs are too large.';
  if (layer > 0) {
    const units = [...(broken[layer - 1] ?? [])].sort((a, b) => a - b);
    const who = `${String(units.length)} of ${String(layerAt(network, layer).units)} units`;
    return statement(
      layer,
      units,
      `Layer ${String(layer)} is the first to overflow: ${who} have a non-finite z or a. ${large}`,
    );
  }
  const output = network.layers.length;
  if (!lossIsFinite)
    return statement(
      output - 1,
      [],
      `Every z and a is finite, but the loss E is not: the outputs are too far from the targets. ${large}`,
    );
  const found = largestPull(network, theta, analysis.gradient);
  if (!found) return [];
  const name = thetaName(found.layer);
  const where = `${name} has the largest gradient relative to its size: its largest |∂J/∂θ| is ${fourDigits(found.pull)}, its largest |θ| ${fourDigits(found.size)}. The steps overshoot: the learning rate is too large for gradients of this size.`;
  return statement(found.layer, [], where);
}

/** The θ^(l) with the largest max |∂J/∂θ| / max |θ| of what is trained; among equals the one that the backward pass comes to first. */
function largestPull(network: Network, theta: Float64Array, gradient: Float64Array) {
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
  return found;
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
