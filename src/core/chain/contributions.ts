/** What each sample adds to the derivative of one parameter, and in it each of some routes. */

import { divisorOf, weightOf } from '../cost';
import { samplePasses } from '../backprop';
import { type PathNode, requireParameter } from './index';
import { type LocalFactors, localFactors } from './localFactors';
import type { Objective, ParameterId } from '../network';
import { type Stage, stagesOf } from '../stages';
import { penaltyDerivative } from '../penalty';

/** One number a sample, in their order, unless it says otherwise. They sum to ∂J/∂θ less the penalty's part. */
export interface Contributions {
  readonly parameter: ParameterId;
  /** δ_i^(l+1) */
  readonly delta: Float64Array;
  /** a_j^(l), a_0 for a bias. */
  readonly input: Float64Array;
  /** (ω_s/D) ∂E_s/∂θ_ij = (ω_s/D) δ_i a_j (core/cost.ts): as a rule the m-th part. */
  readonly total: Float64Array;
  /** What each route adds to `total`: samples × routes, row-major. */
  readonly routes: Float64Array;
  /** ∂J/∂θ */
  readonly gradient: number;
  /** The part of `gradient` that comes from R. */
  readonly penalty: number;
}

/**
 * (ω_s/D) ∂E_s/∂θ of every sample, exact, and of each route (the nodes of one path) its product in every sample; a step is
 * one sample. Throws a RangeError for a parameter that does not exist, and for nodes that are no path from it to the loss.
 */
export function* contributing(
  objective: Objective,
  parameter: ParameterId,
  routes: readonly (readonly PathNode[])[],
): Generator<void, Contributions> {
  const { network, theta, samples } = objective;
  requireParameter(network, parameter);
  const stages = stagesOf(network, parameter);
  const units = routes.map((nodes) => unitsOf(stages, parameter, nodes));
  const m = samples.count;
  const divisor = divisorOf(network, samples);
  const all = (): Float64Array => new Float64Array(m);
  const [delta, input, total, ofRoutes] = [all(), all(), all(), new Float64Array(m * routes.length)];
  let sum = 0;
  for (const pass of samplePasses(objective)) {
    const s = pass.sample - 1;
    const local = localFactors(objective, parameter, stages, pass);
    const d = pass.delta[parameter.layer]?.[parameter.to - 1] ?? NaN;
    delta[s] = d;
    input[s] = local.input;
    const weight = weightOf(samples, pass.sample);
    total[s] = (weight * d * local.input) / divisor;
    sum += weight * d * local.input;
    for (const [r, along] of units.entries()) {
      ofRoutes[s * routes.length + r] = (weight * productAlong(local, along)) / divisor;
    }
    yield;
  }
  const penalty = penaltyDerivative(network, theta, parameter, m);
  return { parameter, delta, input, total, routes: ofRoutes, gradient: sum / divisor + penalty, penalty };
}

/** The units of a path's nodes, one a stage, counted from 0. */
function unitsOf(stages: readonly Stage[], parameter: ParameterId, nodes: readonly PathNode[]): number[] {
  const fits = stages.every(({ kind, layer, units, spread }, n) => {
    const node = nodes[n];
    if (node?.kind !== kind || node.layer !== layer || !Number.isInteger(node.unit)) return false;
    const before = n === 0 ? parameter.to : nodes[n - 1]?.unit;
    return spread ? node.unit >= 1 && node.unit <= units : node.unit === before;
  });
  if (!fits || nodes.length !== stages.length) throw new RangeError('these nodes are not a path from the parameter');
  return nodes.map(({ unit }) => unit - 1);
}

/** The product of a path's factors, in the order in which it is written: from the loss down to the parameter. */
function productAlong({ loss, steps, input }: LocalFactors, units: readonly number[]): number {
  let product = loss[units.at(-1) ?? NaN] ?? NaN;
  for (let n = steps.length - 1; n >= 0; n--) product *= steps[n]?.factor(units[n] ?? NaN, units[n + 1] ?? NaN) ?? NaN;
  return product * input;
}
