/** Initial weights of a layer that leaves them out. */

import type { Pausing } from '../../core/check/steps';
import { ACTIVATIONS, type ActivationName } from '../../core/functions';
import { drawWeights as draw, type Fans, type InitName } from '../../core/functions/initialWeights';
import { MOST_AT_ONCE } from './rows';
import { initStream, randomStream, uniform } from './random';

export { INIT_NAMES, type InitName } from '../../core/functions/initialWeights';

/** What a layer without `init` is drawn by: its activation's row says it. */
export function defaultInit(activation: ActivationName): InitName {
  return ACTIVATIONS[activation].init;
}

/**
 * Writes the initial weights of θ^(l) into `weights` (fanOut × fanIn, row by row). They depend on `seed`, `init`, the
 * layer's number and its shape, and on nothing else in the file.
 */
export function* drawingWeights(
  weights: Float64Array,
  init: InitName,
  seed: number,
  layer: number,
  fans: Fans,
): Pausing<void> {
  const random = randomStream(seed, initStream(layer));
  for (let from = 0; from < weights.length; from += MOST_AT_ONCE) {
    draw(weights.subarray(from, from + MOST_AT_ONCE), init, fans, () => uniform(random));
    yield;
  }
}
