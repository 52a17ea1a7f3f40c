/** How E depends on the inputs. */

import { addTransposedProduct } from './layerMath';
import { type Network, parameterLayout } from './network';

/**
 * ∂E/∂x_j = Σ_k θ_kj^(1) δ_k^(2) of one sample, in the numbers that the network sees, from δ^(2) of it: the s_1 numbers that a backward pass would
 * go on to, if x were to be changed.
 */
export function inputDerivatives({ layers }: Network, theta: Float64Array, delta: Float64Array): Float64Array {
  const [block] = parameterLayout(layers).layers;
  const result = new Float64Array(layers[0]?.units ?? 0);
  if (block) addTransposedProduct(theta, block, delta, result);
  return result;
}
