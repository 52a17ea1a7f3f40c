/** How messages name the pieces of a derivation. */

import { ACTIVATIONS } from '../functions';
import { type Network, type ParameterId, layerAt } from '../network';
import { factorSymbol, formatNumber, parameterName, quantityName, subscript, superscript } from '../notation';
import { countPaths, derivativesAlong, nodesOf, stagesOf } from '../stages';

/** A number in a message. */
export function numeral(value: number): string {
  return formatNumber(value, 4);
}

/** ∂J/∂θ₁₁⁽¹⁾ */
export function derivativeName(network: Network, parameter: ParameterId): string {
  return `∂J/∂${parameterName(network, parameter)}`;
}

/** z, a and g′ of a unit, or, without a unit, of a layer. */
export interface UnitNames {
  readonly z: string;
  /** x in the input layer. */
  readonly a: string;
  readonly prime: string;
}

export function unitNames(network: Network, layer: number, unit?: number): UnitNames {
  const { activation } = layerAt(network, layer);
  const prime = `${ACTIVATIONS[activation.type].symbol.unicode}′`;
  if (unit === undefined) {
    const level = superscript(`(${String(layer)})`);
    return { z: `z${level}`, a: `a${level}`, prime };
  }
  const a = layer === 1 ? `x${subscript(String(unit))}` : quantityName({ kind: 'a', layer, unit });
  return { z: quantityName({ kind: 'z', layer, unit }), a, prime };
}

/** The product of the factors that are left without `symbol`, where there is but one path; undefined where there are more. */
export function productWithout(network: Network, parameter: ParameterId, symbol: string): string | undefined {
  const stages = stagesOf(network, parameter);
  if (countPaths(stages) > 1n) return undefined;
  const units: number[] = [];
  for (const { spread } of stages) units.push(units.length === 0 ? parameter.to - 1 : spread ? 0 : (units.at(-1) ?? 0));
  const symbols = derivativesAlong(nodesOf(stages, units), parameter).map((factor) => factorSymbol(factor, network));
  return symbols.includes(symbol) ? symbols.filter((one) => one !== symbol).join(' · ') : undefined;
}
