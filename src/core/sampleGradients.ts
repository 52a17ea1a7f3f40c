/** The samples' own gradients ∂E_s/∂θ: how far they agree, and which samples pull hardest. */

import { samplePasses, type SamplePass } from './backprop';
import type { Pausing } from './check/steps';
import { divisorOf, weightOf } from './cost';
import { type Objective, parameterLayout } from './network';

export interface LayerNoise {
  /** ‖G‖₂ of θ⁽ˡ⁾, where G is the mean of the samples' gradients. */
  readonly mean: number;
  /** √tr Σ, where Σ is the covariance of the samples' gradients: how far one sample's is from the mean. */
  readonly deviation: number;
  /** ‖G‖ / √(tr Σ / B) for the batch size B of the file: below 1, a step of such a batch is more noise than gradient. */
  readonly signalToNoise: number;
}

export interface SampleGradients {
  /** θ⁽¹⁾, θ⁽²⁾, … in turn. */
  readonly layers: readonly LayerNoise[];
  /**
   * tr Σ / ‖G‖²: in a batch of so many samples, noise and gradient are equally large (the simple noise scale of S. McCandlish et al.,
   * "An Empirical Model of Large-Batch Training", 2018). Infinity where G is 0.
   */
  readonly noiseScale: number;
  readonly batchSize: number;
  /** For each sample ∂E_s/∂θ · G / ‖G‖: above 0 it pulls θ the way of all, below 0 the other way. */
  readonly pull: Float64Array;
  /** ‖∂E_s/∂θ‖₂ */
  readonly size: Float64Array;
}

/**
 * What the gradients of single samples, without the penalty, say of a step over all of them. Two passes over the samples, with a pause
 * after each. All of it is NaN where some gradient is not finite.
 */
export function* comparingSamples(objective: Objective): Pausing<SampleGradients> {
  const { network, samples } = objective;
  const layout = parameterLayout(network.layers);
  const m = samples.count;
  // What a sample counts for in J: 1, unless the file has weights or another convention. The mean of all is then ∂J/∂θ.
  const share = m / divisorOf(network, samples);
  const factor = ({ sample }: SamplePass): number => share * weightOf(samples, sample);
  const mean = new Float64Array(layout.count);
  const size = new Float64Array(m);
  const squares = layout.layers.map(() => 0);
  for (const pass of samplePasses(objective)) {
    size[pass.sample - 1] = eachDerivative(layout, pass, factor(pass), (index, derivative, l) => {
      mean[index] = (mean[index] ?? NaN) + derivative / m;
      squares[l] = (squares[l] ?? NaN) + (derivative * derivative) / m;
      return derivative;
    });
    yield;
  }
  const pull = new Float64Array(m);
  const total = Math.sqrt(squareOf(mean));
  for (const pass of samplePasses(objective)) {
    let along = 0;
    eachDerivative(layout, pass, factor(pass), (index, derivative) => {
      along += derivative * (mean[index] ?? NaN);
      return 0;
    });
    pull[pass.sample - 1] = total === 0 ? 0 : along / total;
    yield;
  }
  const { batchSize } = network.training;
  const batch = batchSize === 'full' ? m : Math.min(m, batchSize);
  // Σ of the samples as they are, not an estimate of a larger population: divided by m. Rounding may leave it just below 0.
  const variances = squares.map((square, l) => {
    const part = mean.subarray(layout.layers[l]?.weights, layout.layers[l + 1]?.weights);
    return { mean: Math.sqrt(squareOf(part)), variance: Math.max(0, square - squareOf(part)) };
  });
  const trace = variances.reduce((sum, { variance }) => sum + variance, 0);
  return {
    layers: variances.map(({ mean: length, variance }) => ({
      mean: length,
      deviation: Math.sqrt(variance),
      signalToNoise: length === 0 ? 0 : length / Math.sqrt(variance / batch),
    })),
    noiseScale: total === 0 ? Infinity : trace / total ** 2,
    batchSize: batch,
    pull,
    size,
  };
}

function squareOf(vector: Float64Array): number {
  return vector.reduce((sum, value) => sum + value * value, 0);
}

/**
 * Calls `visit` with `factor` times every ∂E_s/∂θ_ij^(l) = δ_i^(l+1) a_j^(l), its place in θ and l − 1, and gives the root of the sum of the squares of
 * what it returns.
 */
function eachDerivative(
  { layers }: ReturnType<typeof parameterLayout>,
  { delta, a }: SamplePass,
  factor: number,
  visit: (index: number, derivative: number, l: number) => number,
): number {
  let square = 0;
  for (const [l, { rows, columns, weights, biases, biasInput }] of layers.entries()) {
    const [above, below] = [delta[l + 1], a[l]];
    for (let i = 0; i < rows; i++) {
      const d = factor * (above?.[i] ?? NaN);
      for (let j = 0; j < columns; j++) square += visit(weights + i * columns + j, d * (below?.[j] ?? NaN), l) ** 2;
      if (biases >= 0) square += visit(biases + i, d * biasInput, l) ** 2;
    }
  }
  return Math.sqrt(square);
}
