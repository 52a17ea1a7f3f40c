/** One step of gradient descent, θ := θ − η ∂J/∂θ, with what it does to J. */

import { divisorOf, weightOf } from './cost';
import { forward, inputsOf, requireSample, targetsOf } from './backprop';
import { requireParameter } from './chain';
import { sampleLoss, lossDifference } from './functions';
import { trainableRanges } from './frozen';
import { type Network, type Objective, type ParameterId, parameterLayout } from './network';
import { nudging } from './chain/nudge';
import { penalizedRanges, penalty, penaltyGain, penaltyRates } from './penalty';

/** E_N, without the penalty, in the place of J where one sample is asked for. */
export interface DescentStep {
  readonly learningRate: number;
  /** J(θ) */
  readonly before: number;
  /** J(θ − η ∂J/∂θ) − J(θ), every parameter that is not frozen moved at once. */
  readonly gain: number;
  /** −η Σ (∂J/∂θ)² over the parameters that move: what the gradient predicts for `gain`. */
  readonly predicted: number;
  /** This parameter's own part of it. */
  readonly own: {
    readonly value: number;
    readonly gradient: number;
    /** −η ∂J/∂θ, 0 where it is frozen. */
    readonly step: number;
    readonly predicted: number;
    /** What J gains where this parameter alone moves. */
    readonly gain: number;
    readonly frozen: boolean;
  };
}

export interface DescentOptions {
  readonly learningRate: number;
  /** One row, from 1. */
  readonly sample?: number | undefined;
}

/**
 * The step from `theta` along its `gradient` (∂J/∂θ, or with `sample` ∂E_N/∂θ) and what J gains by it, in difference form. A
 * step of this function is one sample. Throws a RangeError for a parameter or a sample that does not exist.
 */
export function* descending(
  objective: Objective,
  parameter: ParameterId,
  gradient: Float64Array,
  { learningRate, sample }: DescentOptions,
): Generator<void, DescentStep> {
  const { network, theta, samples } = objective;
  const index = requireParameter(network, parameter);
  if (sample !== undefined) requireSample(samples, sample);
  const moves = movable(network);
  const moved = theta.map((value, k) => (moves[k] ? value - learningRate * (gradient[k] ?? NaN) : value));
  const { before, gain } = yield* gained(objective, moved, sample);

  let squares = 0;
  for (const [k, g] of gradient.entries()) if (moves[k]) squares += g * g;
  const g = gradient[index] ?? NaN;
  const step = moves[index] ? -learningRate * g : 0;
  const [own = NaN] = yield* nudging(objective, parameter, Float64Array.of(step), sample);
  return {
    learningRate,
    before,
    gain,
    predicted: -learningRate * squares,
    own: { value: theta[index] ?? NaN, gradient: g, step, predicted: step * g, gain: own, frozen: !moves[index] },
  };
}

/** J at `theta`, and what it gains at `moved`. */
function* gained(
  { network, theta, samples }: Objective,
  moved: Float64Array,
  sample: number | undefined,
): Generator<void, { before: number; gain: number }> {
  const difference = lossDifference(network);
  let before = 0;
  let gain = 0;
  for (let s = sample ?? 1; s <= (sample ?? samples.count); s++) {
    const x = inputsOf(network, samples, s);
    const y = targetsOf(network, samples, s);
    const [old, now] = [outputs(network, theta, x), outputs(network, moved, x)];
    const weight = sample === undefined ? weightOf(samples, s) : 1;
    before += weight * sampleLoss(network, old.z, old.a, y);
    gain += weight * difference(old, now, y, 0);
    yield;
  }
  if (sample !== undefined) return { before, gain };
  const [divisor, m] = [divisorOf(network, samples), samples.count];
  return {
    before: before / divisor + penalty(network, theta, m),
    gain: gain / divisor + penaltyGains(network, theta, moved, m),
  };
}

function outputs(network: Network, theta: Float64Array, x: Float64Array) {
  const { z, a } = forward(network, theta, x);
  return { z: z.at(-1) ?? x, a: a.at(-1) ?? x, offset: 0 };
}

function penaltyGains(network: Network, theta: Float64Array, moved: Float64Array, m: number): number {
  let gain = 0;
  const rates = penaltyRates(network, m);
  for (const { from, to } of penalizedRanges(network)) {
    for (let k = from; k < to; k++) {
      const w = theta[k] ?? NaN;
      gain += penaltyGain(rates, w, (moved[k] ?? NaN) - w);
    }
  }
  return gain;
}

/** 1 for every parameter that training may change. */
function movable(network: Network): Uint8Array {
  const moves = new Uint8Array(parameterLayout(network.layers).count);
  for (const { from, to } of trainableRanges(network)) moves.fill(1, from, to);
  return moves;
}
