/**
 * Forward-mode differentiation: a forward-mode check on backpropagation that never goes backward and takes no step.
 *
 * Every z and a is a dual number, a value with its derivative by one chosen z_i^(l); the derivatives follow the forward
 * pass from that unit to the loss. Only the local derivatives g′ and ∂E/∂a are shared with backpropagation.
 */

import { divisorOf, weightOf } from '../cost';
import { type ForwardPass, type SamplePass, samplePasses } from '../backprop';
import { ACTIVATIONS, lossDerivative, lossWithLogits } from '../functions';
import { addOuterProduct, addProduct } from '../layerMath';
import { type Network, type Objective, layerAt, parameterAt, parameterLayout } from '../network';
import { type Pausing, runToEnd } from './steps';
import { penaltyDerivative } from '../penalty';

/**
 * ∂J/∂θ of every parameter, or, of row `sample` (from 1), ∂E_N/∂θ without the penalty, in the layout of the parameter
 * vector. Takes one forward pass a unit and sample. Throws a RangeError where there is no such row.
 */
export function dualGradient(objective: Objective, sample?: number): Float64Array {
  const { network, theta, samples } = objective;
  const gradient = runToEnd(dualSum(objective, sample));
  if (sample !== undefined) return gradient;
  const layout = parameterLayout(network.layers);
  const [divisor, m] = [divisorOf(network, samples), samples.count];
  return gradient.map((sum, index) => sum / divisor + penaltyDerivative(network, theta, parameterAt(layout, index), m));
}

/** Σ_s ω_s ∂E_s/∂θ over all rows, or ∂E_s/∂θ of row `sample` alone, with a pause after each unit of each row. Throws as `dualGradient`. */
export function* dualSum(objective: Objective, sample?: number): Pausing<Float64Array> {
  const { network, theta, samples } = objective;
  const layout = parameterLayout(network.layers);
  const gradient = new Float64Array(layout.count);
  for (const pass of samplePasses(objective, sample)) {
    const weight = sample === undefined ? weightOf(samples, pass.sample) : 1;
    for (const [l, block] of layout.layers.entries()) {
      const slopes = new Float64Array(block.rows);
      for (let i = 0; i < block.rows; i++) {
        slopes[i] = weight * lossSlope(network, theta, pass, l + 2, i);
        yield;
      }
      // θ_ij^(l) moves z_i^(l+1) by a_j^(l), the bias by a_0
      addOuterProduct(gradient, block, slopes, pass.a[l] ?? slopes);
    }
  }
  return gradient;
}

/** ∂E_s/∂z_i^(l) of unit i (from 0), carried forward from there. */
function lossSlope(network: Network, theta: Float64Array, pass: SamplePass, layer: number, i: number): number {
  const { layers } = parameterLayout(network.layers);
  let dz = new Float64Array(layerAt(network, layer).units);
  dz[i] = 1;
  for (let l = layer; l < network.layers.length; l++) {
    const da = throughActivation(network, pass, l, dz);
    const block = layers[l - 1];
    if (!block) break;
    // ż_k^(l+1) = Σ_i θ_ki^(l) ȧ_i^(l)
    dz = new Float64Array(block.rows);
    addProduct(theta, block, da, dz);
  }
  return throughLoss(network, pass, dz);
}

/** ȧ_i = g′(z_i) ż_i; of softmax Σ_k (∂a_i/∂z_k) ż_k. */
function throughActivation(network: Network, pass: ForwardPass, layer: number, dz: Float64Array): Float64Array {
  const { activation } = layerAt(network, layer);
  const row = ACTIVATIONS[activation.type];
  const z = pass.z[layer - 1] ?? dz;
  const a = pass.a[layer - 1] ?? dz;
  if (!row.vector) return dz.map((d, i) => d * row.derivative(z[i] ?? NaN, activation));
  return dz.map((_, i) => dz.reduce((sum, d, k) => sum + row.derivative(a, i, k) * d, 0));
}

/** Ė = Σ_k (∂E/∂a_k) ȧ_k, or Σ_k (∂E/∂z_k) ż_k of a loss with logits. */
function throughLoss(network: Network, pass: SamplePass, dz: Float64Array): number {
  const last = network.layers.length;
  const z = pass.z[last - 1] ?? dz;
  const a = pass.a[last - 1] ?? dz;
  const pair = lossWithLogits(network);
  if (pair) {
    const slopes = new Float64Array(dz.length);
    pair.derivative(z, a, pass.y, slopes);
    return dot(slopes, dz);
  }
  const slopes = a.map((_, k) => lossDerivative(network, a, pass.y, k));
  return dot(slopes, throughActivation(network, pass, last, dz));
}

function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, i) => sum + value * (y[i] ?? NaN), 0);
}
