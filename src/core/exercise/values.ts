/** The right values of what a sheet may ask beside ∂J/∂θ, and their names. */

import { forEachSample, gradients } from '../backprop';
import { parameterName, quantityName, subscript, superscript } from '../notation';
import { type Network, type Objective, parameterIndex, parameterLayout } from '../network';
import { trainableRanges } from '../frozen';
import type { ValuePlace } from './exercise';
import type { Question } from './sheet';

/** z, a and ∂E/∂z of every sample (rows of units; index l − 1), J, ∂J/∂θ, and θ after a step. */
export interface SheetValues {
  readonly z: readonly (readonly Float64Array[])[];
  readonly a: readonly (readonly Float64Array[])[];
  readonly delta: readonly (readonly Float64Array[])[];
  readonly loss: number;
  readonly gradient: Float64Array;
  /** θ − η ∂J/∂θ; what is frozen stays. */
  readonly step: Float64Array;
}

/** One forward and backward pass over all samples, every value kept. */
export function sheetValues(objective: Objective): SheetValues {
  const { network, theta } = objective;
  const z: Float64Array[][] = [];
  const a: Float64Array[][] = [];
  const delta: Float64Array[][] = [];
  forEachSample(objective, (pass) => {
    z.push(pass.z.map((values) => values.slice()));
    a.push(pass.a.map((values) => values.slice()));
    delta.push(pass.delta.map((values) => values.slice()));
  });
  const { loss, gradient } = gradients(objective);
  return { z, a, delta, loss, gradient, step: stepped(network, theta, gradient) };
}

/** θ − η g, in every parameter that is not frozen. */
export function stepped(network: Network, theta: Float64Array, g: Float64Array): Float64Array {
  const { learningRate } = network.training.optimizer;
  const next = theta.slice();
  for (const { from, to } of trainableRanges(network))
    for (let k = from; k < to; k++) next[k] = (theta[k] ?? NaN) - learningRate * (g[k] ?? NaN);
  return next;
}

/** The value at a place; NaN where there is none: a sample that the data do not have. */
export function valueAt(network: Network, values: SheetValues, place: ValuePlace): number {
  if (place.quantity === 'loss') return values.loss;
  if (place.quantity === 'step')
    return values.step[parameterIndex(parameterLayout(network.layers), place.parameter)] ?? NaN;
  return values[place.quantity][place.sample - 1]?.[place.layer - 1]?.[place.unit - 1] ?? NaN;
}

/** z₁⁽²⁾, δ₂⁽³⁾ of sample 4, J, θ₁₁⁽¹⁾ after one step */
export function valueName(network: Network, place: ValuePlace, samples: number): string {
  if (place.quantity === 'loss') return 'J';
  if (place.quantity === 'step') return `${parameterName(network, place.parameter)} after one step`;
  const { quantity, layer, unit, sample } = place;
  const of = samples > 1 ? ` of sample ${String(sample)}` : '';
  if (quantity === 'delta') return `δ${subscript(String(unit))}${superscript(`(${String(layer)})`)}${of}`;
  return `${quantityName({ kind: quantity, layer, unit })}${of}`;
}

/** Equal for two places that are the same. */
export function placeKey(place: ValuePlace): string {
  if (place.quantity === 'loss') return 'loss';
  if (place.quantity === 'step') {
    const { layer, to, from } = place.parameter;
    return `step ${String(layer)},${String(to)},${String(from)}`;
  }
  return `${place.quantity} ${String(place.layer)},${String(place.sample)},${String(place.unit)}`;
}

/** The right value of what is asked. */
export function exactAnswer(network: Network, values: SheetValues, question: Question): number {
  if (question.quantity !== 'gradient') return valueAt(network, values, question);
  return values.gradient[parameterIndex(parameterLayout(network.layers), question.parameter)] ?? NaN;
}
