/** Forward-mode derivatives in the place of numerical ones: no step, and so no truncation, no rounding by a step, no kinks. */

import { divisorOf, weightOf } from '../cost';
import { dualSum } from './dual';
import { type Objective, parameterAt, parameterLayout } from '../network';
import type { NumericGradient } from './numericGradient';
import type { Pausing } from './steps';
import { penaltyDerivative } from '../penalty';

/** How far a sum of products of local derivatives may be off, as a part of what it adds up. */
const ROUNDING = 1e-12;

/** Parameters whose penalty is added between two pauses. */
const PENALISED = 1000;

/** ∂J/∂θ by dual numbers, or without the penalty, with a pause after each unit of each sample. */
export function* forwardModeCheck(objective: Objective, penalised: boolean): Pausing<NumericGradient> {
  const { network, theta, samples } = objective;
  const layout = parameterLayout(network.layers);
  const value = new Float64Array(layout.count);
  const bound = new Float64Array(layout.count);
  const divisor = divisorOf(network, samples);
  for (let s = 1; s <= samples.count; s++) {
    const part = yield* dualSum(objective, s);
    const weight = weightOf(samples, s);
    for (let k = 0; k < value.length; k++) {
      const mean = (weight * (part[k] ?? NaN)) / divisor;
      value[k] = (value[k] ?? NaN) + mean;
      bound[k] = (bound[k] ?? NaN) + ROUNDING * Math.abs(mean);
    }
  }
  if (penalised) {
    for (let k = 0; k < value.length; k++) {
      const r = penaltyDerivative(network, theta, parameterAt(layout, k), samples.count);
      value[k] = (value[k] ?? NaN) + r;
      bound[k] = (bound[k] ?? NaN) + ROUNDING * Math.abs(r);
      if (k % PENALISED === 0) yield;
    }
  }
  return { value, bound, low: value, high: value, breaks: new Map(), lossSize: 0 };
}
