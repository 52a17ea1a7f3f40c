/** How far the rounding of its sums alone may put a derivative off: what two right programs may differ by. */

import { divisorOf, lossFactor, weightOf } from '../cost';
import { samplePasses } from '../backprop';
import { ACTIVATIONS, hasLossWithLogits, lossDerivative } from '../functions';
import { addOuterProduct, addTransposedProduct } from '../layerMath';
import { type Network, type Objective, layerAt, parameterAt, parameterLayout } from '../network';
import type { Pausing } from './steps';
import { penaltyDerivative } from '../penalty';

/** A sum is off by a few units in the last place of its terms' sizes, which do not cancel. */
const ULPS = 16 * Number.EPSILON;
/** The part of ULPS that the rounding of one number takes, twice. */
const OF_A = 1 / 8;

/**
 * For each parameter ULPS times (1/D) Σ_s ω_s Σ |path| + |∂R/∂θ|, where a path is the product of its factors and a − y counts for
 * |a| + |y|: backpropagation with every sign taken away.
 */
export function* gradientRounding(objective: Objective): Pausing<Float64Array> {
  const { network, theta, samples } = objective;
  const layout = parameterLayout(network.layers);
  const sizes = new Float64Array(layout.count);
  const weightSizes = theta.map(Math.abs);
  for (const pass of samplePasses(objective)) {
    const weight = weightOf(samples, pass.sample);
    let byA = outputSizes(network, pass.a.at(-1) ?? pass.y, pass.y).map((size) => weight * size);
    for (let l = layout.layers.length - 1; l >= 0; l--) {
      const block = layout.layers[l];
      const [z = byA, a = byA, before = byA] = [pass.z[l + 1], pass.a[l + 1], pass.a[l]];
      if (!block) continue;
      const joined = l === layout.layers.length - 1 && hasLossWithLogits(network);
      const delta = joined ? byA : throughSizes(network, l + 2, z, a, byA);
      byA = new Float64Array(block.columns);
      addOuterProduct(sizes, { ...block, biasInput: Math.abs(block.biasInput) }, delta, before.map(Math.abs));
      addTransposedProduct(weightSizes, block, delta, byA);
    }
    yield;
  }
  const divisor = divisorOf(network, samples);
  return sizes.map((size, index) => {
    const penalty = penaltyDerivative(network, theta, parameterAt(layout, index), samples.count);
    const rounding = ULPS * (size / divisor + Math.abs(penalty));
    // Where a factor has left the range of numbers, nothing is excused.
    return Number.isFinite(rounding) ? rounding : 0;
  });
}

/** ∂E/∂a of each output, or ∂E/∂z of a loss with logits, where nothing cancels. */
function outputSizes(network: Network, a: Float64Array, y: Float64Array): Float64Array {
  const apart = y.map((value) => -Math.abs(value));
  const sizes = a.map(Math.abs);
  if (hasLossWithLogits(network)) return sizes.map((size, k) => lossFactor(network) * (size - (apart[k] ?? NaN)));
  return sizes.map((_, k) => Math.abs(lossDerivative(network, sizes, apart, k)));
}

/** Σ_i (|∂a_i/∂z_k| + what the rounding of a makes of it) · size_i: 1 − a and 1 − a² cancel where a unit is saturated. */
function throughSizes(
  network: Network,
  layer: number,
  z: Float64Array,
  a: Float64Array,
  sizes: Float64Array,
): Float64Array {
  const { activation } = layerAt(network, layer);
  const row = ACTIVATIONS[activation.type];
  if (row.vector) {
    const mean = sizes.reduce((sum, size, i) => sum + size * (a[i] ?? NaN), 0);
    return sizes.map((size, k) => {
      const value = a[k] ?? NaN;
      return value * (Math.abs(1 - value) * size + mean - value * size + (size + mean) * OF_A);
    });
  }
  return sizes.map((size, k) => {
    const fromA = row.fromOutput ? Math.abs(a[k] ?? NaN) * OF_A : 0;
    return size * (Math.abs(row.derivative(z[k] ?? NaN, activation)) + fromA);
  });
}
