/** An activation and a loss in words and formulas, for hovers: Markdown. */

import { ACTIVATIONS } from './activations';
import { activationFormulas, lossFormulas, lossWithLogits } from './index';
import { LOSSES } from './losses';
import type { Activation, Network } from '../network';

/** Name, constant and g′; g itself stands in the schema's description of the name. */
export function activationText(g: Activation): string {
  const { derivativeFormula, constant } = activationFormulas(g);
  const value = constant ? `, ${constant.symbol} = ${String(constant.value)}` : '';
  return `**${ACTIVATIONS[g.type].label}**${value}\n\n${derivativeFormula.unicode}`;
}

/** Name and derivative of E; E itself stands in the schema's description of the name, unless this file's is another: from z, or by a convention of its own. */
export function lossText(network: Pick<Network, 'layers' | 'loss'>): string {
  const row = LOSSES[network.loss.type];
  const { formula, derivativeFormula } = lossWithLogits(network) ?? lossFormulas(network);
  const own =
    formula.unicode === row.formula.unicode
      ? ''
      : `${formula.unicode}

`;
  return `**${row.label}** of one sample

${own}${derivativeFormula.unicode}`;
}
