/** What several rows need: sizes, other layers, names of quantities in formulas and in NumPy's words. */

import { ACTIVATIONS, type ActivationName, hasLossWithLogits } from '../../functions';
import { type Activation, type Network, biasInputOf, layerAt } from '../../network';
import { superscript } from '../../notation';
import type { FormulaContext, Setting } from '../row';
import { products } from '../batch';

/** δ⁽³⁾, θ⁽²⁾, … */
export function at(symbol: string, layer: number): string {
  return `${symbol}${superscript(`(${String(layer)})`)}`;
}

export function units(network: Network, l: number): number {
  return layerAt(network, l).units;
}

/** Numbers of the layers from `first` to L that have as many units as layer l, without l itself. */
export function layersOfSize(network: Network, l: number, first: number): number[] {
  return network.layers.flatMap(({ units: size }, index) =>
    index + 1 >= first && index + 1 !== l && size === units(network, l) ? [index + 1] : [],
  );
}

/** Every activation that a unit computes alone, with its usual constant. */
export const SCALAR_ACTIVATIONS: readonly Activation[] = (Object.keys(ACTIVATIONS) as ActivationName[]).flatMap(
  (type) => (ACTIVATIONS[type].vector ? [] : [{ type }]),
);

export function times(a: Float64Array, b: Float64Array | undefined): Float64Array | undefined {
  return b?.length === a.length ? products(a, b) : undefined;
}

/** The activation of layer l in the backward pass. */
export function slopeOf({ network, slopes }: Setting, l: number): Activation {
  return slopes[l - 1] ?? layerAt(network, l).activation;
}

/** g as formulas write it. */
export function symbolOf(network: Network, l: number): string {
  return ACTIVATIONS[layerAt(network, l).activation.type].symbol.unicode;
}

/** The signal that reaches layer l, in a formula: ∂E/∂a⁽ᴸ⁾ of the output, (θ⁽ˡ⁾)ᵀδ⁽ˡ⁺¹⁾ elsewhere. */
export function signalName({ network, layer }: Pick<FormulaContext, 'network' | 'layer'>): string {
  return layer === network.layers.length ? `∂E/${at('∂a', layer)}` : `(${at('θ', layer)})ᵀ${at('δ', layer + 1)}`;
}

/** a − y with the factor of the loss: 2 without its ½, divided by the output units where E is their mean. */
function errorTimes({ layers, loss }: Network, error: string, isCode = false): string {
  const twice = loss.half === false ? (isCode ? '2 * ' : '2 ') : '';
  const divided = loss.outputs === 'mean' ? `${isCode ? ' / ' : '/'}${String(layers.at(-1)?.units ?? 1)}` : '';
  return twice || divided ? `${twice}(${error})${divided}` : error;
}

/** δ⁽ˡ⁾ as it should be. */
export function rightDelta({ network, layer }: Pick<FormulaContext, 'network' | 'layer'>): string {
  if (layer === network.layers.length && hasLossWithLogits(network))
    return `${at('δ', layer)} = ${errorTimes(network, `${at('a', layer)} − y`)}`;
  const g = symbolOf(network, layer);
  if (g === 'softmax') return `${at('δ', layer)} = (∂a/∂z)ᵀ ${signalName({ network, layer })}`;
  return `${at('δ', layer)} = ${signalName({ network, layer })} ⊙ ${g}′(${at('z', layer)})`;
}

/** ∂J/∂θ⁽ˡ⁾ as it should be, for the data's part. */
export function rightGradient(
  place: Pick<FormulaContext, 'network' | 'layer' | 'rows'>,
  part: FormulaContext['part'] = 'all',
): string {
  const { network, layer } = place;
  const input = biasInputOf(network, layer);
  const times = input === 1 ? '' : ` · (${String(input).replace('-', '−')})`;
  if (part === 'biases') return `∂J/∂${at('θ₀', layer)} = ${sumOver(place)} ${at('δ', layer + 1)}${times}`;
  return `∂J/∂${at('θ', layer)} = ${sumOver(place)} ${at('δ', layer + 1)} (${at('a', layer)})ᵀ`;
}

/** What is done over the samples, in a formula: (1/m) Σₛ, of weighted ones (1/Σw) Σₛ wₛ, of a sum nothing before Σ. */
export function sumOver({ network, rows }: Pick<FormulaContext, 'network' | 'rows'>): string {
  return `${meanOf({ network, rows })}Σₛ${rows.weights ? ' wₛ' : ''}`;
}

/** What the sum is divided by, in a formula: (1/m). */
export function meanOf({ network, rows }: Pick<FormulaContext, 'network' | 'rows'>): string {
  return network.loss.samples === 'sum' ? '' : rows.weights ? '(1/Σw) ' : '(1/m) ';
}

/** The number that code counts hidden layers by: Z1 is z⁽²⁾, W1 is θ⁽¹⁾. */
export function codeNumber(place: Pick<FormulaContext, 'layer'>, of: 'units' | 'theta'): string {
  return String(of === 'units' ? place.layer - 1 : place.layer);
}

/** g′(z) in NumPy's words, by the names of z and a. */
export function slopeInCode(g: Activation, z: string, a: string): string {
  const row = ACTIVATIONS[g.type];
  return row.vector ? `${g.type}_jacobian(${a})` : row.numpy(z, a, g);
}

/** dZ of layer l in NumPy's words, as it should be. */
export function rightDeltaInCode({ network, layer }: Pick<FormulaContext, 'network' | 'layer'>): string {
  const n = codeNumber({ layer }, 'units');
  if (layer === network.layers.length && hasLossWithLogits(network))
    return `dZ${n} = ${errorTimes(network, `A${n} - Y`, true)}`;
  const g = layerAt(network, layer).activation;
  if (g.type === 'identity') return `dZ${n} = dA${n}`;
  if (g.type === 'softmax') return `dZ${n} = A${n} * (dA${n} - (dA${n} * A${n}).sum(axis=1, keepdims=True))`;
  return `dZ${n} = dA${n} * ${slopeInCode(g, `Z${n}`, `A${n}`)}`;
}

/** g′ as a function of a, which many write; given z it is wrong. */
export function formOf(g: Activation): ((a: number) => number) | undefined {
  const row = ACTIVATIONS[g.type];
  if (row.vector) return undefined;
  if (row.byOutput) return (a) => row.byOutput?.value(a, g) ?? NaN;
  return row.fromOutput && ((a) => row.fromOutput?.(a, g) ?? NaN);
}

/** g of the place's layer. */
export function ownOf({ network, layer }: FormulaContext): Activation {
  return network.layers[layer - 1]?.activation ?? { type: 'identity' };
}

/** g′(z) of the place's layer in NumPy's words. */
export function slopeInCodeOf(place: FormulaContext): string {
  return slopeInCode(ownOf(place), `Z${codeNumber(place, 'units')}`, `A${codeNumber(place, 'units')}`);
}

/** g′ as it is written by a, with another name in its place. */
export function formInCode(g: Activation, name: string): string {
  const row = ACTIVATIONS[g.type];
  if (row.vector) return slopeInCode(g, name, name);
  return row.byOutput?.numpy(name, g) ?? row.numpy(name, name, g);
}
