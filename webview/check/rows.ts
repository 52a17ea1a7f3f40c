/** The rows of a check's report as the table shows them: in which order, and which of them. */

import type { ParameterCheck } from '../../src/core/check';
import type { Network } from '../../src/core/network';
import { parameterMeaning, parameterName } from '../names';
import type { Sort } from '../table/virtualTable';
import { searchable } from '../table/search';

const NUMBERS = ['analytic', 'numeric', 'absoluteError', 'relativeError', 'errorBound'] as const;

/** By a number, NaN last; by anything else as the report has them, the worst first. */
export function sorted(rows: readonly ParameterCheck[], { column, descending }: Sort): readonly ParameterCheck[] {
  const key = NUMBERS.find((one) => one === column);
  if (!key) return descending ? rows : [...rows].reverse();
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [a[key], b[key]];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return x === y ? 0 : sign * (x - y);
  });
}

/** The rows in whose verdict, name, meaning or reason every word of `wanted` occurs. */
export function filtered(network: Network, rows: readonly ParameterCheck[], wanted: string): readonly ParameterCheck[] {
  const terms = searchable(wanted).split(/\s+/).filter(Boolean);
  if (terms.length === 0) return rows;
  return rows.filter(({ parameter, verdict, reason }) => {
    const name = `${parameterName(network, parameter)} ${parameterMeaning(parameter)} layer${String(parameter.layer)}`;
    const text = searchable(`${verdict} ${name} ${reason}`);
    return terms.every((term) => text.includes(term));
  });
}

export interface Band {
  readonly word: string;
  readonly meaning: string;
}

/** The rule of thumb of Stanford's CS231n, whose bands students know: it looks at the relative error alone. */
export function band(relativeError: number): Band {
  if (relativeError <= 1e-7) return { word: '≤ 1e−7', meaning: 'CS231n: 1e−7 and less, you should be happy' };
  if (relativeError <= 1e-4) return { word: '≤ 1e−4', meaning: 'CS231n: usually okay where the loss has kinks' };
  if (relativeError <= 1e-2) return { word: '≤ 1e−2', meaning: 'CS231n: this should make you feel uncomfortable' };
  return { word: '> 1e−2', meaning: 'CS231n: the gradient is probably wrong' };
}
