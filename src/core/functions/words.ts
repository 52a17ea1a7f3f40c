/** An activation and a loss in words and formulas, for hovers: Markdown. */

import { ACTIVATIONS } from './activations';
import { activationFormulas, mergedPair } from './index';
import { LOSSES } from './losses';
import type { Activation, Network } from '../network';

/** Name, constant and g′; g itself stands in the schema's description of the name. */
export function activationText(g: Activation): string {
  const { derivativeFormula, constant } = activationFormulas(g);
  const value = constant ? `, ${constant.symbol} = ${String(constant.value)}` : '';
  return `**${ACTIVATIONS[g.type].label}**${value}\n\n${derivativeFormula.unicode}`;
}

/** Name and derivative of E; E itself stands in the schema's description of the name, unless it is computed from z. */
export function lossText(network: Pick<Network, 'layers' | 'loss'>): string {
  const row = LOSSES[network.loss.type];
  const merged = mergedPair(network);
  const formula = merged ? `${merged.formula.unicode}\n\n` : '';
  return `**${row.label}** of one sample\n\n${formula}${(merged ?? row).derivativeFormula.unicode}`;
}
