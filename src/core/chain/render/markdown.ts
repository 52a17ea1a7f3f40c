/** A chain as Markdown: a heading, a table for each path, and the sum. */

import type { Chain, ChainShape } from '../index';
import type { Network } from '../../network';
import { formatNumber } from '../../notation';
import { type DerivationPath, type WriteOptions, derivation } from './derivation';

/** The derivation of one parameter, ending with a line break. */
export function chainMarkdown(network: Network, chain: Chain | ChainShape, options: WriteOptions): string {
  const { parameter, gradient, paths, unlisted, numbers, several } = derivation(network, chain, options);
  const number = (value: number): string => formatNumber(value, options.digits);
  const title = escape(gradient.unicode);
  const count = `${String(chain.pathCount)} ${chain.pathCount === 1n ? 'path' : 'paths'} for each sample`;
  const blocks = numbers
    ? [
        `## ${title} = ${number(numbers.gradient)}`,
        `${escape(parameter.unicode)} = ${number(numbers.value)}; ${count}.`,
      ]
    : [
        `## ${title}`,
        `${count}. ${options.samples === 0 ? 'The file has no data, so there are no numbers.' : 'In symbols.'}`,
      ];
  for (const [n, path] of paths.entries()) blocks.push(...pathBlocks(path, n + 1, several, options));
  if (!numbers) return `${[...blocks, ...(unlisted > 0n ? [`And ${String(unlisted)} more.`] : [])].join('\n\n')}\n`;

  const terms = paths.map((path, n) => [`path ${String(n + 1)}`, number(path.numbers?.contribution ?? NaN)]);
  if (unlisted > 0n) terms.push([`${String(unlisted)} more`, number(numbers.remainder)]);
  if (numbers.penalty !== 0) terms.push(['penalty', number(numbers.penalty)]);
  terms.push([`**${title}**`, `**${number(numbers.gradient)}**`]);
  return `${[...blocks, '### Sum', table(['term', 'value'], terms)].join('\n\n')}\n`;
}

function pathBlocks(
  { route, factors, numbers }: DerivationPath,
  n: number,
  several: boolean,
  { digits }: WriteOptions,
): string[] {
  const number = (value: number): string => formatNumber(value, digits);
  const sample = numbers && several ? `, sample ${String(numbers.sample)}` : '';
  const rows = factors.map(({ symbol, form, value }) => [
    escape(symbol.unicode),
    escape(form.unicode),
    ...(value === undefined ? [] : [number(value)]),
  ]);
  if (numbers) {
    rows.push(['**product**', '', `**${number(numbers.product)}**`]);
    if (numbers.share) {
      const share = `product${numbers.share.unicode.replace('/', ' / ')}`;
      rows.push(['**contribution**', share, `**${number(numbers.contribution)}**`]);
    }
  }
  const reason = numbers?.reason === undefined ? [] : [`${escape(numbers.reason)}.`];
  return [
    `### Path ${String(n)}${sample}`,
    route.map(({ unicode }) => escape(unicode)).join(' → '),
    table(numbers ? ['factor', 'is', 'value'] : ['factor', 'is'], rows),
    ...reason,
  ];
}

/** A table whose column of values, where there is one, is set to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((title) => (title === 'value' ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** A file may name its parameters as it likes; what Markdown would read as markup stays what it is. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~$&]/g, '\\$&');
}
