/** Why a path adds little or much: the one factor that decides, named in words. */

import type { ChainFactor, ChainPath } from './index';
import { ACTIVATIONS } from '../functions';
import { factorForm, formatNumber } from '../notation';
import { type Network, layerAt } from '../network';

export interface FactorCause {
  /** The factor's place in `path.factors`. */
  readonly factor: number;
  readonly effect: 'notFinite' | 'zero' | 'small' | 'large';
  /** `σ′(z₁⁽²⁾) = 4.5e−5: the unit is saturated at z = 10` */
  readonly text: string;
}

/**
 * The factor that decides the size of a path's product: the first that is not finite, else the first that is 0, else the one
 * that loses most, or, where the product is above 1, gains most. Numbers in the text have `digits` significant digits.
 */
export function causeOf(network: Network, { factors, product }: ChainPath, digits: number): FactorCause | undefined {
  const at = decisive(
    factors.map(({ value }) => Math.abs(value)),
    Math.abs(product),
  );
  const factor = factors[at];
  if (!factor) return undefined;
  const size = Math.abs(factor.value);
  const effect = !Number.isFinite(size) ? 'notFinite' : size === 0 ? 'zero' : size < 1 ? 'small' : 'large';
  const value = `${factorForm(network, factor).unicode} = ${formatNumber(factor.value, digits)}`;
  return { factor: at, effect, text: `${value}: ${reason(network, factor, effect, digits)}` };
}

function decisive(sizes: readonly number[], product: number): number {
  const notFinite = sizes.findIndex((size) => !Number.isFinite(size));
  if (notFinite >= 0) return notFinite;
  const zero = sizes.indexOf(0);
  if (zero >= 0) return zero;
  return sizes.indexOf(product > 1 ? Math.max(...sizes) : Math.min(...sizes));
}

function reason(network: Network, factor: ChainFactor, effect: FactorCause['effect'], digits: number): string {
  if (effect === 'notFinite') return 'the factor overflowed';
  switch (factor.kind) {
    case 'loss':
    case 'lossOfLogit':
      if (effect === 'zero') return 'the output meets its target';
      if (effect === 'large') return 'the output is far from its target';
      return isTiny(factor) ? 'the output is close to its target' : 'the output’s error is below 1';
    case 'weight':
      return `the weight is ${extent(factor)}`;
    case 'input':
      return inputReason(factor);
    case 'activation':
      return activationReason(network, factor, effect, digits);
  }
}

function inputReason(factor: ChainFactor): string {
  return `${inputName(factor)} is ${extent(factor)}`;
}

function inputName({ by }: ChainFactor): string {
  if (by.kind !== 'theta') return 'the unit that it comes from';
  const { layer, from } = by.parameter;
  if (from === 0) return 'the bias’s input';
  return layer === 1 ? 'the input' : 'the unit that it comes from';
}

/** How large a factor is, in a word or two. Only what is a tenth, or ten times, of 1 is called small or large. */
function extent(factor: ChainFactor): string {
  const size = Math.abs(factor.value);
  if (size === 0 || size === 1) return formatNumber(factor.value, 1);
  if (isTiny(factor)) return 'small';
  if (size >= 10) return 'large';
  return `${size < 1 ? 'below' : 'above'} 1${factor.value < 0 ? ' in size' : ''}`;
}

function isTiny({ value }: ChainFactor): boolean {
  return Math.abs(value) < 0.1;
}

function activationReason(
  network: Network,
  { of, at = NaN, value }: ChainFactor,
  effect: FactorCause['effect'],
  digits: number,
): string {
  const { activation } = layerAt(network, of.kind === 'a' ? of.layer : NaN);
  const row = ACTIVATIONS[activation.type];
  const z = `z = ${formatNumber(at, digits)}`;
  if (row.vector)
    return effect === 'zero' ? `${row.label} is saturated at ${z}` : `${row.label} passes little on at ${z}`;
  // A slope is called flat where it is far below what the function has in its middle: σ′ = 0.25 is as steep as σ gets.
  const middle = Math.max(row.derivative(0, activation), row.derivative(1, activation));
  return Math.abs(value) < middle / 4 ? `${row.flat} at ${z}` : `the slope of ${row.symbol.unicode} at ${z}`;
}
