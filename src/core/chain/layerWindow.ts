/** The matrix form of equation (14): ∂J/∂θ^(l) = (1/m) Δᵀ A + ∂R/∂θ^(l), where row s of Δ is δ^(l+1) and row s of A is a^(l). */

import { requireSample, samplePasses } from '../backprop';
import { type Objective, biasInputOf, layerAt } from '../network';
import type { Pausing } from '../check/steps';

/** So many consecutive numbers from `first` on. */
export interface IndexRange {
  readonly first: number;
  readonly count: number;
}

/** The part of both matrices that is looked at. */
export interface LayerWindowRequest {
  /** l of θ^(l), from 1. */
  readonly layer: number;
  /** From 1. */
  readonly samples: IndexRange;
  /** Units i of layer l+1, from 1. */
  readonly rows: IndexRange;
  /** Units j of layer l; 0 is the bias neuron, a_0. */
  readonly columns: IndexRange;
}

export interface LayerWindow extends LayerWindowRequest {
  /** δ_i^(l+1) of each sample: samples × rows, row-major. */
  readonly delta: Float64Array;
  /** a_j^(l) of each sample: samples × columns, row-major. */
  readonly a: Float64Array;
}

/**
 * δ^(l+1) and a^(l) of the samples and units asked for, with a pause after each sample. Throws a RangeError where one of them
 * does not exist.
 */
export function* windowing(objective: Objective, request: LayerWindowRequest): Pausing<LayerWindow> {
  const { network, samples } = objective;
  const { layer, rows, columns } = request;
  const { first, count } = request.samples;
  requireInside('row', rows, 1, layerAt(network, layer + 1).units);
  requireInside('column', columns, 0, layerAt(network, layer).units);
  requireSample(samples, first);
  requireSample(samples, first + count - 1);
  const delta = new Float64Array(count * rows.count);
  const a = new Float64Array(count * columns.count);
  for (let s = 0; s < count; s++) {
    for (const pass of samplePasses(objective, first + s)) {
      const [from, to] = [pass.a[layer - 1], pass.delta[layer]];
      for (let i = 0; i < rows.count; i++) delta[s * rows.count + i] = to?.[rows.first + i - 1] ?? NaN;
      for (let j = 0; j < columns.count; j++) {
        const unit = columns.first + j;
        a[s * columns.count + j] = unit === 0 ? biasInputOf(network, layer) : (from?.[unit - 1] ?? NaN);
      }
    }
    yield;
  }
  return { ...request, delta, a };
}

function requireInside(what: string, { first, count }: IndexRange, least: number, most: number): void {
  if (first >= least && count >= 1 && first + count - 1 <= most) return;
  const asked = `${String(first)}…${String(first + count - 1)}`;
  throw new RangeError(`there is no ${what} ${asked}: they are ${String(least)}…${String(most)}`);
}
