import type { UnitValues } from './backprop';
import { ACTIVATIONS } from './functions';
import { layerAt, parameterIndex, parameterLayout, type Network } from './network';

/**
 * The means of all training samples with those that are known exactly in the place of their rounding. Standardized inputs
 * have mean 0 over the training samples, and what is linear in them follows: the mean of z_i^(2) is θ_i0^(1), and that of
 * a_i^(2) as well where layer 2 is linear. Their sums leave numbers like 1.8e−16, which say nothing about the network.
 */
export function withExactMeans(network: Network, theta: Float64Array, units: UnitValues): UnitValues {
  const [x, a, ...deeper] = units.a;
  const [none, z, ...above] = units.z;
  if (!x || !a || !none || !z) return units;
  const layout = parameterLayout(network.layers);
  const means = z.map((_, i) => theta[parameterIndex(layout, { layer: 1, to: i + 1, from: 0 })] ?? 0);
  const linear = ACTIVATIONS[layerAt(network, 2).activation.type].isIdentity;
  return { ...units, z: [none, means, ...above], a: [x.map(() => 0), linear ? means : a, ...deeper] };
}
