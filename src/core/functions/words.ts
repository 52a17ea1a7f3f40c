/** An activation and a loss in words and formulas, for hovers: Markdown. */

import { ACTIVATIONS } from './activations';
import { activationFormulas, lossFormulas, mergedPair } from './index';
import { LOSSES } from './losses';
import type { Activation, Network } from '../network';

/** Name, constant, g and g′. */
export function activationText(g: Activation): string {
  const { formula, derivativeFormula, constant } = activationFormulas(g);
  const value = constant ? `, ${constant.symbol} = ${String(constant.value)}` : '';
  return `**${ACTIVATIONS[g.type].label}**${value}\n\n${formula.unicode}\n\n${derivativeFormula.unicode}`;
}

/** Name, E of one sample as it is computed, and its derivative. */
export function lossText(network: Pick<Network, 'layers' | 'loss'>): string {
  const { formula, derivativeFormula } = mergedPair(network) ?? lossFormulas(network);
  return `**${LOSSES[network.loss.type].label}** of one sample\n\n${formula.unicode}\n\n${derivativeFormula.unicode}`;
}
