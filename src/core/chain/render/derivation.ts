/** A chain laid out for writing: what each line says, before it is known in which language it is said. */

import type { Chain, ChainFactor, ChainPath, ChainShape, LocalDerivative, PathShape } from '../index';
import { shareText } from '../../cost';
import type { Formula } from '../../functions';
import type { Network } from '../../network';
import {
  factorForm,
  factorLatex,
  factorSymbol,
  parameterLatex,
  parameterName,
  quantityLatex,
  quantityName,
} from '../../notation';
import { causeOf } from '../why';

export interface WriteOptions {
  /** Significant digits of every number, 3…17. */
  readonly digits: number;
  /** The m of J = (1/m) Σ E_s + R: all samples, whether or not one of them is chosen. */
  readonly samples: number;
  /** The row, from 1, where the chain is of E_N alone. */
  readonly sample?: number;
}

export interface Derivation {
  readonly parameter: Formula;
  /** ∂J/∂θ or ∂E/∂θ */
  readonly gradient: Formula;
  readonly paths: readonly DerivationPath[];
  /** Paths that are not listed, over all samples. */
  readonly unlisted: bigint;
  /** Undefined where there are no data. */
  readonly numbers?: Pick<Chain, 'value' | 'gradient' | 'penalty' | 'remainder'>;
  /** Of more than one sample: each path says which. */
  readonly several: boolean;
}

export interface DerivationPath {
  /** From the parameter to E. */
  readonly route: readonly Formula[];
  readonly factors: readonly DerivationFactor[];
  readonly numbers?: {
    readonly sample: number;
    readonly product: number;
    readonly contribution: number;
    /** contribution = product · share; none where both are the same. */
    readonly share?: Formula;
    /** Why the product is 0 or not finite, where it is. */
    readonly reason?: string;
  };
}

export interface DerivationFactor {
  /** ∂a₁⁽³⁾/∂z₁⁽³⁾ */
  readonly symbol: Formula;
  /** σ′(z₁⁽³⁾), in brackets where it is a sum that the product must not tear apart. */
  readonly form: Formula;
  readonly value?: number;
}

/** The lines of a chain, or of a chain's shape where there are no data. */
export function derivation(
  network: Network,
  chain: Chain | ChainShape,
  { digits, samples, sample }: WriteOptions,
): Derivation {
  const { parameter, pathCount, paths } = chain;
  const name = { unicode: parameterName(network, parameter), latex: parameterLatex(network, parameter) };
  const numbers = 'gradient' in chain ? chain : undefined;
  const rows = sample === undefined ? samples : 1;
  const e = sample === undefined ? 'J' : 'E';
  return {
    parameter: name,
    gradient: { unicode: `∂${e}/∂${name.unicode}`, latex: `\\frac{\\partial ${e}}{\\partial ${name.latex}}` },
    paths: paths.map((path) => pathLines(network, path, name, { digits, divisor: numbers?.divisor ?? 1 })),
    unlisted: pathCount * BigInt(numbers ? rows : 1) - BigInt(paths.length),
    ...(numbers && { numbers }),
    several: rows > 1,
  };
}

function pathLines(
  network: Network,
  path: ChainPath | PathShape,
  parameter: Formula,
  of: NumberOptions,
): DerivationPath {
  const nodes = path.nodes.map((node) => ({ unicode: quantityName(node), latex: quantityLatex(node) }));
  return {
    route: [parameter, ...nodes, { unicode: 'E', latex: 'E' }],
    factors: path.factors.map((factor) => factorLine(network, factor)),
    ...('product' in path && { numbers: pathNumbers(network, path, of) }),
  };
}

function pathNumbers(network: Network, path: ChainPath, { digits, divisor }: NumberOptions): DerivationPath['numbers'] {
  const { sample, product, contribution, weight = 1 } = path;
  const share =
    weight === 1 && divisor === 1
      ? {}
      : { share: { unicode: shareText(weight, divisor), latex: shareLatex(weight, divisor) } };
  const cause = product === 0 || !Number.isFinite(product) ? causeOf(network, path, digits) : undefined;
  return { sample, product, contribution, ...share, ...(cause && { reason: cause.text }) };
}

interface NumberOptions {
  readonly digits: number;
  readonly divisor: number;
}

/** ω/D */
function shareLatex(weight: number, divisor: number): string {
  const [above, below] = [weight, divisor].map((value) => String(Number(value.toPrecision(6))));
  return divisor === 1 ? (above ?? '') : `\\tfrac{${above ?? ''}}{${below ?? ''}}`;
}

function factorLine(network: Network, factor: LocalDerivative | ChainFactor): DerivationFactor {
  const form = factorForm(network, factor);
  return {
    symbol: { unicode: factorSymbol(factor, network), latex: factorLatex(factor, network) },
    form: isSum(form.unicode) ? { unicode: `(${form.unicode})`, latex: `\\bigl(${form.latex}\\bigr)` } : form,
    ...('value' in factor && { value: factor.value }),
  };
}

/** True where a minus or plus stands outside every bracket. */
function isSum(term: string): boolean {
  let depth = 0;
  for (const char of term) {
    if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    else if (depth === 0 && (char === '−' || char === '+')) return true;
  }
  return false;
}
