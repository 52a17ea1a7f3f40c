import { layerAt, parameterIndex } from '../src/core/network';
import type { ModelSlice, ValuesSlice } from '../src/protocol';
import { layoutOf } from './state';

/**
 * The values with the means that are known exactly in the place of their rounding. Standardised inputs have mean 0 over the
 * training rows, and what is linear in them follows: the mean of z_i^(2) is θ_i0^(1). Their sums leave numbers like 1.8e−16,
 * which say nothing of the network. Everything else, and a single sample, stays as it is.
 */
export function withExactMeans(model: ModelSlice, values: ValuesSlice | null): ValuesSlice | null {
  if (!model.standardization || !values?.analysis || values.sample !== null) return values;
  const { units, ...rest } = values.analysis;
  const [x, a, ...deeper] = units.a;
  const [none, z, ...above] = units.z;
  if (!x || !a || !none || !z) return values;
  const layout = layoutOf(model);
  const means = z.map((_, i) => values.theta[parameterIndex(layout, { layer: 1, to: i + 1, from: 0 })] ?? 0);
  const linear = layerAt(model.network, 2).activation.type === 'identity';
  const exact = { z: [none, means, ...above], a: [x.map(() => 0), linear ? means : a, ...deeper] };
  return { ...values, analysis: { ...rest, units: { ...units, ...exact } } };
}
