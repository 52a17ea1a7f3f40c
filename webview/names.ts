import { formatNumber, parameterName, quantityName, subscript, superscript } from '../src/core/notation';
import { penaltyTerms } from '../src/core/cost';
import { ACTIVATIONS, activationFormulas, lossFormulas, lossWithLogits } from '../src/core/functions';
import { printable } from '../src/core/printable';
import { type Network, type ParameterId, layerAt } from '../src/core/network';
import type { ModelSlice } from '../src/protocol';

export { parameterName, quantityName } from '../src/core/notation';

/** Significant digits where there is little room; elsewhere the reader's own choice holds. */
export const SHORT = 3;

/** A number as the panel shows it. */
export function show(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : formatNumber(value, digits);
}

/** A number where there is no room for more than seven characters: 0.0324, −3.2e−4. */
export function showShort(value: number | undefined): string {
  const texts = [SHORT, SHORT - 1].map((digits) => show(value, digits));
  const fitting = texts.find((text) => text.length <= 7);
  if (fitting !== undefined || value === undefined) return fitting ?? '';
  return value.toExponential(1).replaceAll('-', '−').replace('+', '').replace('.0e', 'e');
}

/** The width of a column for numbers of so many digits: with sign, point, zeros before and exponent. */
export function numberWidth(digits: number): string {
  return `${String(digits + 7)}ch`;
}

/** A count with thin spaces between its thousands. */
export function showCount(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A share as a percentage, with one decimal below 10 %; “–” where there is none. */
export function showPercent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  return `${(100 * share).toFixed(share !== 0 && Math.abs(share) < 0.0995 ? 1 : 0)} %`;
}

/** The name of an input: its column's, its label, or x₁. */
export function inputName({ network, inputNames }: ModelSlice, unit: number): string {
  const own = network.layers[0]?.labels?.[unit - 1] ?? inputNames?.[unit - 1];
  return own === undefined ? `x${subscript(String(unit))}` : printable(own);
}

/** The name that the file gives to a unit beyond its symbol, if any. */
export function unitLabel(model: ModelSlice, layer: number, unit: number): string | undefined {
  const { network, classNames } = model;
  if (unit === 0) return undefined;
  if (layer === 1) return inputName(model, unit);
  const own =
    network.layers[layer - 1]?.labels?.[unit - 1] ??
    (layer === network.layers.length ? classNames?.[unit - 1] : undefined);
  return own === undefined ? undefined : printable(own);
}

/** x₁ or a₁⁽²⁾; 1 for the bias neuron. */
export function activationName(layer: number, unit: number): string {
  if (unit === 0) return '1';
  return layer === 1 ? `x${subscript(String(unit))}` : quantityName({ kind: 'a', layer, unit });
}

/** z̄₁⁽²⁾ for z₁⁽²⁾: its mean over the samples. */
export function meanName(name: string): string {
  return `${name.slice(0, 1)}\u0304${name.slice(1)}`;
}

/** True where z and a are means over several samples. */
export function showsMeans({ samples }: ModelSlice, sample: number | null): boolean {
  return sample === null && samples > 1;
}

/** δ₁⁽²⁾ */
export function deltaName(layer: number, unit: number): string {
  return `δ${subscript(String(unit))}${superscript(`(${String(layer)})`)}`;
}

/** What a layer is, for its heading: “input”, “σ sigmoid”, … */
export function layerKind(network: Network, layer: number): string {
  if (layer === 1) return 'input';
  const { activation } = layerAt(network, layer);
  const { symbol, label } = ACTIVATIONS[activation.type];
  const { constant } = activationFormulas(activation);
  const set = constant ? `, ${constant.symbol} = ${show(constant.value, SHORT)}` : '';
  // A symbol in Latin letters is the label once more: id, tanh, lrelu.
  return /^[a-z]+$/i.test(symbol.unicode) ? `${label}${set}` : `${symbol.unicode} ${label}${set}`;
}

/** g(z₁⁽²⁾) as the activation is written: σ(z₁⁽²⁾). */
export function activationForm(network: Network, layer: number, unit: number): string {
  const type = network.layers[layer - 1]?.activation.type ?? 'identity';
  const z = quantityName({ kind: 'z', layer, unit });
  return ACTIVATIONS[type].vector
    ? `${ACTIVATIONS[type].symbol.unicode}(z)${subscript(String(unit))}`
    : `${ACTIVATIONS[type].symbol.unicode}(${z})`;
}

/** The convention of the loss, in one line: J over all samples, or E of one. */
export interface Convention {
  readonly left: string;
  readonly right: string;
  /** More of it where the right side would be too long, e.g. a loss with cases. */
  readonly note: string | null;
}

/** What δ · a of one sample is divided by in ∂J/∂θ, as it is written behind it: `/3`; ` · w/4.5` where samples have weights. */
export function shareOfModel({
  network,
  samples,
  weightSum,
}: Pick<ModelSlice, 'network' | 'samples' | 'weightSum'>): string {
  const times = weightSum === undefined ? '' : ' · w';
  if (network.loss.samples === 'sum' || (samples === 1 && weightSum === undefined)) return times;
  return `${times}/${weightSum === undefined ? showCount(samples) : String(Number(weightSum.toPrecision(6)))}`;
}

/** J = 1/(2m) Σ (aᵢ − yᵢ)² and its like, from the loss's own row of the table; `weighted` where samples have weights of their own. */
export function convention(network: Network, sample: number | null, weighted = false): Convention {
  const { loss } = network;
  const usual = lossFormulas({ ...network, loss: { type: loss.type, ...(loss.half === false && { half: false }) } });
  const formula = usual.formula.unicode;
  const body = formula.slice(formula.indexOf(' = ') + 3);
  const long = body.includes(',');
  const merged = lossWithLogits(network);
  const note = long
    ? lossFormulas(network).formula.unicode
    : merged
      ? `computed from z: ${merged.formula.unicode}`
      : null;
  if (sample !== null) {
    const own = lossFormulas(network).formula.unicode;
    return { left: `E${subscript(String(sample))}`, right: long ? 'Σᵢ …' : own.slice(own.indexOf(' = ') + 3), note };
  }
  const terms = penaltyTerms(network);
  const isUsual = terms.every((term) => ['λ₁ Σ|θ|', '(λ₂/2) Σθ²'].includes(term));
  const penalty = terms.length === 0 ? '' : isUsual ? ' + R' : ` + ${terms.join(' + ')}`;
  const isMean = loss.samples !== 'sum';
  if (long) {
    const mean = weighted ? '1/Σw ' : '1/m ';
    return { left: 'J', right: `${isMean ? mean : ''}Σₛ ${weighted ? 'wₛ' : ''}Eₛ${penalty}`, note };
  }
  const [, minus = '', half = '', rest = body] = /^(−?)(½ ?)?(.*)$/.exec(body) ?? [];
  const outputs = loss.outputs === 'mean' ? (network.layers.at(-1)?.units ?? 1) : 1;
  const factor = factorText((half === '' ? 1 : 2) * outputs, isMean ? (weighted ? 'Σw' : 'm') : '');
  return { left: 'J', right: `${minus}${factor}${rest.replace('Σᵢ', weighted ? 'Σ w' : 'Σ')}${penalty}`, note };
}

/** `1/(2m) `, `1/m `, `½ `, or nothing. */
function factorText(number: number, mean: string): string {
  if (mean === '') return number === 1 ? '' : number === 2 ? '½ ' : `1/${String(number)} `;
  return number === 1 ? `1/${mean} ` : `1/(${String(number)}${mean}) `;
}

/** “weight to a₁⁽²⁾ from x₁”, “bias of z₁⁽²⁾”: what a parameter is. */
export function parameterMeaning({ layer, to, from }: ParameterId): string {
  if (from === 0) return `bias of ${quantityName({ kind: 'z', layer: layer + 1, unit: to })}`;
  return `weight from ${activationName(layer, from)} to ${quantityName({ kind: 'z', layer: layer + 1, unit: to })}`;
}

/** The parameter that a text means: its name, or its layer, to and from. A message where there is no such parameter. */
export function parameterFromText(network: Network, text: string): ParameterId | string {
  const own = findByName(network, text.trim());
  if (own) return own;
  const plain = text
    .replace(/[₀-₉]/g, (digit) => String(digit.charCodeAt(0) - 0x2080))
    .replace(/[⁰¹²³⁴-⁹]/g, superscriptDigit);
  const id = readIndices(plain);
  if (!id) return 'Type layer, to, from. Example: 1, 2, 3 for θ₂₃⁽¹⁾.';
  const last = network.layers.length - 1;
  const name = parameterName(undefined, id);
  const target = network.layers[id.layer];
  const source = network.layers[id.layer - 1];
  if (!target || !source || id.layer < 1) return `No ${name}: layers are numbered 1 to ${String(last)}.`;
  const lowest = target.hasBiases ? 0 : 1;
  if (id.to < 1 || id.to > target.units || id.from < lowest || id.from > source.units) {
    return `No ${name}: “to” is 1 to ${showCount(target.units)}, “from” is ${String(lowest)} to ${showCount(source.units)}.`;
  }
  return id;
}

function readIndices(text: string): ParameterId | undefined {
  const symbol = /^\s*(?:θ|theta|t)?_?\s*(\d+)\s*,\s*(\d+)\s*[⁽(^]+\s*(\d+)\s*[⁾)]?\s*$/iu.exec(text);
  const short = /^\s*(?:θ|theta|t)_?(\d)(\d)\s*[⁽(^]+(\d+)[⁾)]?\s*$/iu.exec(text);
  const list = /^\s*(\d+)[\s,;]+(\d+)[\s,;]+(\d+)\s*$/.exec(text);
  const symbolic = symbol ?? short;
  if (symbolic) return { layer: Number(symbolic[3]), to: Number(symbolic[1]), from: Number(symbolic[2]) };
  return list ? { layer: Number(list[1]), to: Number(list[2]), from: Number(list[3]) } : undefined;
}

function findByName(network: Network, name: string): ParameterId | undefined {
  for (const [layer, { parameterNames }] of network.layers.entries()) {
    for (const [to, row] of (parameterNames?.weights ?? []).entries()) {
      const from = row.indexOf(name);
      if (from >= 0) return { layer, to: to + 1, from: from + 1 };
    }
    const to = parameterNames?.biases?.indexOf(name) ?? -1;
    if (to >= 0) return { layer, to: to + 1, from: 0 };
  }
  return undefined;
}

function superscriptDigit(char: string): string {
  return String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(char));
}
