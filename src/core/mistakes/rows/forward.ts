/** Mistakes in the forward pass, which everything after it inherits. */

import { ACTIVATIONS, type ActivationName } from '../../functions';
import { type Network, biasInputOf } from '../../network';
import type { MistakeRow } from '../row';
import { SCALAR_ACTIVATIONS, at, codeNumber, symbolOf } from './tools';

export const FORWARD_ROWS: readonly MistakeRow[] = [
  {
    code: 'forward-without-bias',
    name: 'no biases in the forward pass',
    layersOf: 'theta',
    sentence: () => 'the forward pass leaves the biases out',
    hint: 'look at the forward pass',
    formula: ({ network, layer }) => ({
      right: `${at('z', layer + 1)} = ${at('θ', layer)} ${at('a', layer)} + ${at('θ₀', layer)}${timesBiasInput(network, layer, ' · ')}`,
      yours: `${at('z', layer + 1)} = ${at('θ', layer)} ${at('a', layer)}`,
    }),
    numpy: (place) => {
      const n = codeNumber(place, 'theta');
      const before = place.layer === 1 ? 'X' : `A${String(place.layer - 1)}`;
      return {
        right: `Z${n} = ${before} @ W${n}.T + b${n}${timesBiasInput(place.network, place.layer, ' * ')}`,
        yours: `Z${n} = ${before} @ W${n}.T`,
      };
    },
    forward: {
      layers: ({ layers }) => layers.slice(1).flatMap(({ hasBiases }, index) => (hasBiases ? [index + 1] : [])),
      variations: () => [{ detail: {}, change: (layers) => ({ withoutBias: (l) => layers.includes(l) }) }],
    },
  },
  {
    code: 'softmax-over-samples',
    name: 'softmax over the samples',
    layersOf: 'units',
    sentence: ({ detail }) =>
      detail.over === 'all'
        ? 'softmax is normalized over the whole matrix, where each sample has a sum of its own'
        : 'softmax is normalized over the samples, where it must be over the units of each sample',
    hint: 'look at what is added up over what',
    formula: ({ layer, detail }) => ({
      right: `${at('a', layer)} = e^z / Σₖ e^(zₖ) for each sample`,
      yours: `${at('a', layer)} = e^z / Σ e^z over ${detail.over === 'all' ? 'all samples and units' : 'the samples'}`,
    }),
    numpy: (place) => {
      const n = codeNumber(place, 'units');
      const sum = place.detail.over === 'all' ? 'sum()' : 'sum(axis=0)';
      return {
        right: `A${n} = np.exp(Z${n}) / np.exp(Z${n}).sum(axis=1, keepdims=True)`,
        yours: `A${n} = np.exp(Z${n}) / np.exp(Z${n}).${sum}`,
      };
    },
    forward: {
      layers: ({ layers }) =>
        layers.flatMap(({ activation }, index) => (index > 0 && activation.type === 'softmax' ? [index + 1] : [])),
      variations: () =>
        (['samples', 'all'] as const).map((over) => ({
          detail: { over },
          change: (layers) => ({ softmaxOver: (l) => (layers.includes(l) ? over : undefined) }),
        })),
    },
  },
  {
    code: 'forward-other-activation',
    name: 'another activation in the forward pass',
    layersOf: 'units',
    sentence: ({ detail }) =>
      `the forward pass uses ${ACTIVATIONS[detail.function as ActivationName].label}, and the backward pass ${detail.derivative === 'same' ? 'its derivative' : 'the derivative of the right activation'}`,
    hint: 'look at the forward pass',
    formula: ({ network, layer, detail }) => ({
      right: `${at('a', layer)} = ${symbolOf(network, layer)}(${at('z', layer)})`,
      yours: `${at('a', layer)} = ${ACTIVATIONS[detail.function as ActivationName].symbol.unicode}(${at('z', layer)})`,
    }),
    numpy: (place) => {
      const n = codeNumber(place, 'units');
      const own = place.network.layers[place.layer - 1]?.activation.type ?? 'identity';
      return { right: `A${n} = ${own}(Z${n})`, yours: `A${n} = ${String(place.detail.function)}(Z${n})` };
    },
    forward: {
      layers: ({ layers }) => layers.slice(1).map((_, index) => index + 2),
      variations: () =>
        [...SCALAR_ACTIVATIONS, { type: 'softmax' as const }].flatMap((activation) =>
          (['same', 'right'] as const).map((derivative) => ({
            detail: { function: activation.type, derivative },
            change: (layers) => ({
              activation: (l) => (layers.includes(l) ? activation : undefined),
              sameDerivative: derivative === 'same',
            }),
          })),
        ),
    },
  },
];

/** What a bias is multiplied by, where that is not 1. */
function timesBiasInput(network: Network, layer: number, times: string): string {
  const input = biasInputOf(network, layer);
  return input === 1 ? '' : `${times}(${String(input)})`;
}
