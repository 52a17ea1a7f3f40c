/** A chain as LaTeX: one display that compiles as it is in an article with amsmath. */

import type { Chain, ChainShape } from '../index';
import type { Network } from '../../network';
import { latexNumber } from '../../notation';
import { type DerivationPath, type WriteOptions, derivation } from './derivation';

/** What fits into a line of an article: factors in symbols, digits of numbers, terms of a sum. */
const FACTORS = 5;
const DIGITS = 65;
const TERMS = 10;

/** The derivation of one parameter, in which p_n is what path n adds to its gradient; ends with a line break. */
export function chainLatex(network: Network, chain: Chain | ChainShape, options: WriteOptions): string {
  const { parameter, gradient, paths, unlisted, numbers, several } = derivation(network, chain, options);
  const penalty = numbers && numbers.penalty !== 0 ? `\\frac{\\partial R}{\\partial ${parameter.latex}}` : undefined;
  const terms = paths.map((_, n) => `p_{${String(n + 1)}}`);
  if (unlisted > 0n) terms.push(`\\underbrace{\\cdots}_{\\text{${String(unlisted)} more}}`);
  if (penalty) terms.push(penalty);

  const rows = equation(gradient.latex, inLines(terms, ' + ', TERMS));
  if (numbers) rows.push(`&= ${latexNumber(numbers.gradient, options.digits)}`);
  for (const [n, path] of paths.entries()) rows.push(...pathRows(path, n + 1, several, options));
  if (numbers && penalty) rows.push(`${penalty} &= ${latexNumber(numbers.penalty, options.digits)}`);
  return `\\begingroup\\allowdisplaybreaks\n\\begin{align*}\n  ${rows.join(' \\\\\n  ')}\n\\end{align*}\n\\endgroup\n`;
}

function pathRows(
  { factors, numbers }: DerivationPath,
  n: number,
  several: boolean,
  { digits }: WriteOptions,
): string[] {
  const mean = numbers?.share ? [numbers.share.latex] : [];
  const product = (of: readonly string[], most = FACTORS): string[] => inLines([...mean, ...of], ' \\cdot ', most);
  const rows = [
    ...equation(`p_{${String(n)}}`, product(factors.map(({ symbol }) => symbol.latex))),
    ...equation('', product(factors.map(({ form }) => form.latex))),
  ];
  if (!numbers) return rows;
  const values = factors.map(({ value = NaN }) =>
    value < 0 ? `(${latexNumber(value, digits)})` : latexNumber(value, digits),
  );
  const sample = several ? ` \\qquad \\text{(sample ${String(numbers.sample)})}` : '';
  // A number takes its digits, a sign with brackets or a power of ten, and the dot.
  const most = Math.min(FACTORS, Math.floor(DIGITS / (digits + 6)));
  return [...rows, ...equation('', product(values, most)), `&= ${latexNumber(numbers.contribution, digits)}${sample}`];
}

/** The rows of left = right, where right may take several. */
function equation(left: string, [first = '0', ...more]: readonly string[]): string[] {
  return [`${left} &= ${first}`.trimStart(), ...more.map((line) => `&\\quad {}${line}`)];
}

/** `items` joined, at most `most` in a line; a line that goes on begins with the joining sign. */
function inLines(items: readonly string[], joint: string, most: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < items.length; at += most) {
    lines.push((at === 0 ? '' : joint.trimStart()) + items.slice(at, at + most).join(joint));
  }
  return lines;
}
