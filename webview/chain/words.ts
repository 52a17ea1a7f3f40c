import type { LocalDerivative } from '../../src/core/chain';
import { ACTIVATIONS, lossFormulas, lossWithLogits } from '../../src/core/functions';
import { biasInputOf, type Network } from '../../src/core/network';
import { activationName, parameterName, quantityName } from '../names';

/** What a factor is, in one sentence. */
export function meaning(network: Network, { kind, of, by }: LocalDerivative): string {
  switch (kind) {
    case 'loss':
      return `How fast the loss changes with the output ${quantityName(by)}: ${lossFormulas(network).derivativeFormula.unicode}`;
    case 'lossOfLogit': {
      const { derivativeFormula } = lossWithLogits(network) ?? lossFormulas(network);
      return `How fast the loss changes with ${quantityName(by)}, loss and output activation combined: ${derivativeFormula.unicode}`;
    }
    case 'activation': {
      const type = of.kind === 'a' ? network.layers[of.layer - 1]?.activation.type : undefined;
      const formula = type ? `: ${ACTIVATIONS[type].derivativeFormula.unicode}` : '';
      return `The slope of the activation at ${quantityName(by)}${formula}`;
    }
    case 'weight':
      if (of.kind !== 'z' || by.kind !== 'a') return '';
      return `How much ${quantityName(of)} changes with ${quantityName(by)}: the weight ${parameterName(network, { layer: by.layer, to: of.unit, from: by.unit })} between them`;
    case 'input': {
      if (by.kind !== 'theta') return '';
      const { layer, from } = by.parameter;
      if (from === 0) {
        const input = String(biasInputOf(network, layer)).replace('-', '−');
        return `How much ${quantityName(of)} changes with its bias: a bias’s input is always ${input}`;
      }
      return `How much ${quantityName(of)} changes with the weight: its input, ${activationName(layer, from)}`;
    }
  }
}
