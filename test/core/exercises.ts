/** Exercises as a lecture sets them: small random networks with data, the same in every run. */

import { type Network, type ParameterId, type Samples, parameterAt, parameterLayout } from '../../src/core/network';
import { networkOf, samplesOf } from './networks';

/** Reproducible numbers: the multiplicative generator of Park and Miller. */
export function generator(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return {
    next,
    between: (low: number, high: number) => low + (high - low) * next(),
    integer: (low: number, high: number) => low + Math.floor(next() * (high - low + 1)),
    one: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T,
  };
}
export type Random = ReturnType<typeof generator>;

/** A network as an exercise has it, with data and one of its parameters. */
export interface Exercise {
  readonly network: Network;
  readonly samples: Samples;
  readonly parameter: ParameterId;
}

export function exercise(random: Random): Exercise {
  const depth = random.integer(2, 4);
  const units = Array.from({ length: depth + 1 }, () => random.integer(1, 3));
  const withLogits = random.next() < 0.3;
  const numbers = (n: number, size: number) => Array.from({ length: n }, () => random.between(-size, size));
  const network = networkOf({
    layers: units.map((n, l) => ({
      units: n,
      ...(l > 0 && {
        activation:
          l === depth && withLogits
            ? 'sigmoid'
            : random.one(['sigmoid', 'tanh', 'sigmoid', 'softplus', 'silu'] as const),
        weights: Array.from({ length: n }, () => numbers(units[l - 1] ?? 1, 1.5)),
        biases: random.next() < 0.3 ? (false as const) : numbers(n, 1),
      }),
    })),
    loss: withLogits ? 'binaryCrossEntropy' : 'mse',
    regularization: { l1: 0, l2: random.next() < 0.5 ? 0.1 : 0 },
  });
  const rated = {
    ...network,
    training: { ...network.training, optimizer: { type: 'gd' as const, learningRate: random.one([0.1, 0.3, 0.7]) } },
  };
  const m = random.integer(1, 4);
  const samples = samplesOf({
    inputs: Array.from({ length: m }, () => numbers(units[0] ?? 1, 2)),
    targets: Array.from({ length: m }, () => Array.from({ length: units[depth] ?? 1 }, () => random.between(0, 1))),
  });
  const layout = parameterLayout(rated.layers);
  return { network: rated, samples, parameter: parameterAt(layout, random.integer(0, layout.count - 1)) };
}
