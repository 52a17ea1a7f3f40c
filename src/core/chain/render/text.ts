/** A chain as plain text, each factor's symbol, form and number under one another. */

import type { Chain, ChainShape } from '../index';
import type { Network } from '../../network';
import { formatNumber, widthOf } from '../../notation';
import { type DerivationFactor, type DerivationPath, type WriteOptions, derivation } from './derivation';

/** Columns beyond which a product goes on in a new line. */
const WIDTH = 110;

/** The derivation of one parameter in Unicode, ending with a line break. */
export function chainText(network: Network, chain: Chain | ChainShape, options: WriteOptions): string {
  const { parameter, gradient, paths, unlisted, numbers, several } = derivation(network, chain, options);
  const number = (value: number): string => formatNumber(value, options.digits);
  const lines: string[] = [];
  if (numbers) {
    lines.push(`${parameter.unicode} = ${number(numbers.value)}`, `${gradient.unicode} = ${number(numbers.gradient)}`);
  } else lines.push(gradient.unicode);
  lines.push(scope(chain.pathCount, network, options, numbers !== undefined));
  for (const [n, path] of paths.entries()) lines.push('', ...pathText(path, n + 1, several, options));
  if (numbers) {
    const listed = paths.map((path, n): [string, number] => [
      `path ${String(n + 1)}`,
      path.numbers?.contribution ?? NaN,
    ]);
    const rest: [string, number][] = unlisted > 0n ? [[`${String(unlisted)} more`, numbers.remainder]] : [];
    const penalty: [string, number][] = numbers.penalty === 0 ? [] : [['penalty', numbers.penalty]];
    const terms = [...listed, ...rest, ...penalty];
    if (terms.length > 1) lines.push('', ...sumText(terms, [gradient.unicode, numbers.gradient], options.digits));
  } else if (unlisted > 0n) lines.push('', `and ${String(unlisted)} more`);
  return `${lines.join('\n')}\n`;
}

function scope(pathCount: bigint, { loss }: Network, { samples, sample }: WriteOptions, hasNumbers: boolean): string {
  const paths = pathCount === 1n ? '1 path' : `${String(pathCount)} paths`;
  if (!hasNumbers) {
    return `${paths} for each sample; ${samples === 0 ? 'the file has no data, so there are no numbers' : 'in symbols'}`;
  }
  if (sample !== undefined) return `sample ${String(sample)} of ${String(samples)}, without the penalty; ${paths}`;
  return samples === 1
    ? `1 sample; ${paths}`
    : `the ${loss.samples ?? 'mean'} over ${String(samples)} samples; ${paths} for each`;
}

function pathText(path: DerivationPath, n: number, several: boolean, { digits }: WriteOptions): string[] {
  const { route, factors, numbers } = path;
  const sample = numbers && several ? `, sample ${String(numbers.sample)}` : '';
  const [first = [], ...more] = wrap(route.map(({ unicode }) => [unicode])).map((part) => part.flat());
  const lines = [
    `path ${String(n)}${sample}: ${first.join(' → ')}`,
    ...more.map((part) => `    → ${part.join(' → ')}`),
  ];
  for (const [row, part] of wrap(factors.map((factor) => cells(factor, digits))).entries()) {
    // The rows go on below as they began: what is symbol stays symbol.
    const lead = row === 0 ? ['    ', '  = ', '  = '] : ['    · ', '    · ', '    · '];
    const rows = numbers ? 3 : 2;
    for (let k = 0; k < rows; k++)
      lines.push(
        (lead[k] ?? '') +
          part
            .map((cell) => cell[k] ?? '')
            .join(' · ')
            .trimEnd(),
      );
  }
  if (!numbers) return lines;
  const share = numbers.share?.unicode.replace('/', ' / ');
  const mean = share === undefined ? '' : `${share} = ${formatNumber(numbers.contribution, digits)}`;
  const dead = numbers.reason === undefined ? '' : `, because ${numbers.reason}`;
  return [...lines, `  = ${formatNumber(numbers.product, digits)}${mean}${dead}`];
}

/** Symbol, form and number of a factor, padded to one width. */
function cells({ symbol, form, value }: DerivationFactor, digits: number): string[] {
  const rows = [symbol.unicode, form.unicode];
  if (value !== undefined) rows.push(value < 0 ? `(${formatNumber(value, digits)})` : formatNumber(value, digits));
  const width = Math.max(...rows.map(widthOf));
  return rows.map((text) => pad(text, width));
}

/** Cuts columns that are joined by signs of three characters into parts that fit into a line. */
function wrap(columns: readonly string[][]): string[][][] {
  const parts: string[][][] = [];
  let part: string[][] = [];
  let width = 0;
  for (const column of columns) {
    const more = widthOf(column[0] ?? '') + 3;
    if (part.length > 0 && width + more > WIDTH) {
      parts.push(part);
      part = [];
      width = 0;
    }
    part.push(column);
    width += more;
  }
  return [...parts, part];
}

/** The terms under one another, signs in their own column, and their sum below. */
function sumText(
  terms: readonly (readonly [string, number])[],
  [name, sum]: readonly [string, number],
  digits: number,
): string[] {
  const sized = terms.map(
    ([label, value]) => [label, formatNumber(Math.abs(value), digits), value < 0 ? '−' : '+'] as const,
  );
  const total = formatNumber(sum, digits);
  const width = Math.max(total.length, ...sized.map(([, size]) => size.length));
  const lines = sized.map(([label, size, sign], n) => {
    const shown = n === 0 && sign === '+' ? ' ' : sign;
    return `  ${shown} ${pad(size, width)}  ${label}`;
  });
  return [...lines, `  = ${pad(total, width)}  ${name}`];
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}
