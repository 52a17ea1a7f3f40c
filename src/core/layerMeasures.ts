/** How much each θ^(l) is pulled, and how much it moves. */

import { parameterLayout, type Network } from './network';

/** Of one epoch; index l − 1 is θ^(l), weights and biases together. */
export interface LayerMeasures {
  readonly epoch: number;
  /** ‖∂J/∂θ^(l)‖₂. */
  readonly gradientNorms: Float64Array;
  /** ‖Δθ^(l)‖₂ / ‖θ^(l)‖₂ over the epoch; 0 at the first. */
  readonly updateRatios: Float64Array;
}

/** Of the epoch that went from the parameters `before` to `theta`, where J has this `gradient`. */
export function layerMeasures(
  network: Pick<Network, 'layers'>,
  epoch: number,
  gradient: Float64Array,
  theta: Float64Array,
  before: Float64Array,
): LayerMeasures {
  const { layers } = parameterLayout(network.layers);
  const gradientNorms = new Float64Array(layers.length);
  const updateRatios = new Float64Array(layers.length);
  for (const [l, { weights, rows, columns, biases }] of layers.entries()) {
    let [pull, move, size] = [0, 0, 0];
    for (let k = weights; k < weights + rows * columns + (biases < 0 ? 0 : rows); k++) {
      const value = theta[k] ?? NaN;
      pull += (gradient[k] ?? NaN) ** 2;
      move += (value - (before[k] ?? NaN)) ** 2;
      size += value ** 2;
    }
    gradientNorms[l] = Math.sqrt(pull);
    updateRatios[l] = move === 0 ? 0 : Math.sqrt(move / size);
  }
  return { epoch, gradientNorms, updateRatios };
}
