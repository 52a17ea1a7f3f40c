/** How the lecture writes things: names of quantities, parameters and chain factors, as Unicode text and as LaTeX. */

import type { LocalDerivative, Quantity } from './chain';
import { ACTIVATIONS, type Formula, lossFormulas, lossWithLogits } from './functions';
import { type Network, type ParameterId, biasInputOf, layerAt } from './network';
import { isPrintable } from './printable';

export { formatNumber, latexNumber } from './numbers';

const LETTERS = 'αβγδεζηθϑικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ';
const COMMANDS = (
  'alpha beta gamma delta varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi psi ' +
  'omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega'
).split(' ');
const LOWERED = '₀₁₂₃₄₅₆₇₈₉₍₎₊₋';
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻';
const BASELINE = '0123456789()+-';
const SPECIAL: Readonly<Record<string, string>> = {
  _: '\\_',
  ' ': '\\ ',
  '#': '\\#',
  '%': '\\%',
  '&': '\\&',
  $: '\\$',
  '{': '\\{',
  '}': '\\}',
  '′': "'",
};

/** Only the names that the file gives to its parameters are read. */
export type Names = Pick<Network, 'layers'>;

/** Digits and brackets raised: (3) → ⁽³⁾. */
export function superscript(text: string): string {
  return translate(text, '0123456789()+-−', '⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻⁻');
}

/** Digits lowered: 11 → ₁₁. */
export function subscript(text: string): string {
  return translate(text, '0123456789()+-−', '₀₁₂₃₄₅₆₇₈₉₍₎₊₋₋');
}

/** The file's own name of θ_ij^(l), else θ₁₁⁽¹⁾; with an index of two digits a comma stands between: θ₁₂,₃⁽¹⁾. */
export function parameterName(network: Names | undefined, id: ParameterId): string {
  const { layer, to, from } = id;
  const comma = to > 9 || from > 9 ? ',' : '';
  return ownName(network, id) ?? `θ${subscript(String(to))}${comma}${subscript(String(from))}${level(layer)}`;
}

/** The same in LaTeX; a name that LaTeX could not set gives way to \theta_{ij}^{(l)}. */
export function parameterLatex(network: Names | undefined, id: ParameterId): string {
  const { layer, to, from } = id;
  const comma = to > 9 || from > 9 ? ',' : '';
  const systematic = `\\theta_{${String(to)}${comma}${String(from)}}^{(${String(layer)})}`;
  return latexName(ownName(network, id) ?? '') ?? systematic;
}

/** E, z₁⁽²⁾, a₁⁽²⁾ or the parameter's name. */
export function quantityName(quantity: Quantity, network?: Names): string {
  if (quantity.kind === 'E') return 'E';
  if (quantity.kind === 'theta') return parameterName(network, quantity.parameter);
  return `${quantity.kind}${subscript(String(quantity.unit))}${level(quantity.layer)}`;
}

export function quantityLatex(quantity: Quantity, network?: Names): string {
  if (quantity.kind === 'E') return 'E';
  if (quantity.kind === 'theta') return parameterLatex(network, quantity.parameter);
  return `${quantity.kind}_{${String(quantity.unit)}}^{(${String(quantity.layer)})}`;
}

/** ∂a₁⁽³⁾/∂z₁⁽³⁾ */
export function factorSymbol({ of, by }: LocalDerivative, network?: Names): string {
  return `∂${quantityName(of, network)}/∂${quantityName(by, network)}`;
}

/** \frac{\partial a_{1}^{(3)}}{\partial z_{1}^{(3)}} */
export function factorLatex({ of, by }: LocalDerivative, network?: Names): string {
  return `\\frac{\\partial ${quantityLatex(of, network)}}{\\partial ${quantityLatex(by, network)}}`;
}

/** What the local derivative works out to, in symbols: a₁⁽³⁾ − y₁, σ′(z₁⁽³⁾), θ₁₁⁽²⁾, x₁, 1. */
export function factorForm(network: Network, { kind, of, by }: LocalDerivative): Formula {
  switch (kind) {
    case 'loss':
    case 'lossOfLogit':
      return lossForm(network, kind, by);
    case 'activation':
      return activationForm(network, of, by);
    case 'weight': {
      if (of.kind !== 'z' || by.kind !== 'a') break;
      const weight: ParameterId = { layer: by.layer, to: of.unit, from: by.unit };
      return { unicode: parameterName(network, weight), latex: parameterLatex(network, weight) };
    }
    case 'input': {
      if (by.kind !== 'theta') break;
      const { layer, from } = by.parameter;
      if (from > 0) return activationSymbol(layer, from);
      const input = String(biasInputOf(network, layer));
      return { unicode: input.replace('-', '−'), latex: input };
    }
  }
  throw new TypeError(`${factorSymbol({ kind, of, by })} is not a factor of kind ${kind}`);
}

function ownName(network: Names | undefined, { layer, to, from }: ParameterId): string | undefined {
  const names = network?.layers[layer]?.parameterNames;
  const name = from === 0 ? names?.biases?.[to - 1] : names?.weights?.[to - 1]?.[from - 1];
  // A name that would break a line, reorder it or steer a terminal is not written.
  return name && isPrintable(name) ? name : undefined;
}

function lossForm(network: Network, kind: 'loss' | 'lossOfLogit', by: Quantity): Formula {
  const pair = kind === 'loss' ? undefined : lossWithLogits(network);
  const { derivativeFormula: formula } = pair ?? lossFormulas(network);
  if (by.kind !== 'a' && by.kind !== 'z') throw new TypeError('a loss is differentiated by an output');
  const a: Quantity = { ...by, kind: 'a' };
  return {
    unicode: termOf(formula.unicode)
      .replaceAll('aᵢ', quantityName(a))
      .replaceAll('yᵢ', `y${subscript(String(by.unit))}`),
    latex: termOf(formula.latex)
      .replaceAll('a_i', quantityLatex(a))
      .replaceAll('y_i', `y_{${String(by.unit)}}`),
  };
}

function activationForm(network: Network, of: Quantity, by: Quantity): Formula {
  if (of.kind !== 'a' || by.kind !== 'z') throw new TypeError('an activation is differentiated by its z');
  const row = ACTIVATIONS[layerAt(network, of.layer).activation.type];
  if (!row.vector) {
    return {
      unicode: `${row.symbol.unicode}′(${quantityName(by)})`,
      latex: `${row.symbol.latex}'\\bigl(${quantityLatex(by)}\\bigr)`,
    };
  }
  const a = { unicode: quantityName(of), latex: quantityLatex(of) };
  if (of.unit === by.unit)
    return { unicode: `${a.unicode} (1 − ${a.unicode})`, latex: `${a.latex}\\,(1 - ${a.latex})` };
  const other: Quantity = { ...by, kind: 'a' };
  return { unicode: `−${a.unicode} ${quantityName(other)}`, latex: `-${a.latex}\\,${quantityLatex(other)}` };
}

/** a_j^(l), which is x_j in the input layer. */
function activationSymbol(layer: number, unit: number): Formula {
  if (layer === 1) return { unicode: `x${subscript(String(unit))}`, latex: `x_{${String(unit)}}` };
  const a: Quantity = { kind: 'a', layer, unit };
  return { unicode: quantityName(a), latex: quantityLatex(a) };
}

/** The right side of `left = right`. */
function termOf(formula: string): string {
  return formula.slice(formula.indexOf(' = ') + 3);
}

function level(layer: number): string {
  return superscript(`(${String(layer)})`);
}

function translate(text: string, from: string, to: string): string {
  const targets = [...to];
  return [...text].map((char) => targets[from.indexOf(char)] ?? char).join('');
}

/**
 * A parameter's name as a file writes it (θ₁, w5, w_in, β′) in LaTeX, or undefined where it is empty or holds a character that
 * plain LaTeX has no sign for.
 */
function latexName(name: string): string | undefined {
  let base = '';
  let low = '';
  let high = '';
  for (const char of name) {
    const lowered = LOWERED.indexOf(char);
    const raised = RAISED.indexOf(char);
    const greek = LETTERS.indexOf(char);
    if (lowered >= 0) low += BASELINE[lowered] ?? '';
    else if (raised >= 0) high += BASELINE[raised] ?? '';
    // After an index the name goes on: such a name has no form of its own in LaTeX.
    else if (low !== '' || high !== '') return undefined;
    else if (greek >= 0) base += `{\\${COMMANDS[greek] ?? ''}}`;
    else if (SPECIAL[char]) base += SPECIAL[char];
    else if (/[A-Za-z0-9.,:;!?()[\]/*+=|'-]/.test(char)) base += char;
    else return undefined;
  }
  if (base === '') return undefined;
  const upright = /[A-Za-z0-9]{2}/.test(base) && !base.includes('{\\') ? `\\mathit{${base}}` : base;
  return upright + (low && `_{${low}}`) + (high && `^{${high}}`);
}

/** `1 epoch`, `2 epochs` */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** How many columns a text takes where each character takes one. */
export function widthOf(text: string): number {
  return [...text].length;
}
