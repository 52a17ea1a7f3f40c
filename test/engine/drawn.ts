/** Networks and data of any size with numbers that look random and are the same every time. */

import { parameterLayout, type Activation, type Loss, type Network, type Samples } from '../../src/core/network';
import { targetsFor } from '../core/arbitraries';
import { networkOf } from '../core/networks';

export interface DrawnOptions {
  /** Of the hidden layers and of the output; tanh and identity where they are left out. */
  readonly hidden?: Activation;
  readonly output?: Activation;
  readonly loss?: Loss['type'];
}

/** A network of these layers' units and `count` samples, with inputs in [−1, 1] and targets that add up to 1, or that the loss takes. */
export function drawnCase(
  units: readonly number[],
  count: number,
  { hidden = { type: 'tanh' }, output = { type: 'identity' }, loss = 'mse' }: DrawnOptions = {},
): { readonly network: Network; readonly samples: Samples } {
  const next = numbers();
  const [inputs = 1, ...others] = units;
  const outputs = units.at(-1) ?? 1;
  const layers = others.map((rows, l) => ({ units: rows, activation: l === others.length - 1 ? output : hidden }));
  const network = networkOf({ layers: [{ units: inputs }, ...layers], loss });
  const layout = parameterLayout(network.layers);
  const theta = Float64Array.from({ length: layout.count }, next);
  for (const { weights, rows, columns } of layout.layers) {
    for (let k = weights; k < weights + rows * columns; k++) theta[k] = (theta[k] ?? NaN) / Math.sqrt(columns);
  }
  const targets = Array.from({ length: count }, () => {
    const row = Array.from({ length: outputs }, () => 1 + next());
    const sum = row.reduce((total, y) => total + y, 0);
    return targetsFor(
      loss,
      row.map((y) => y / sum),
    );
  });
  return {
    network: { ...network, theta },
    samples: {
      count,
      inputs: Float64Array.from({ length: count * inputs }, next),
      targets: Float64Array.from(targets.flat()),
    },
  };
}

/** A multiplicative congruential generator: numbers in (−1, 1). */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  };
}
