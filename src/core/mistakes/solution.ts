/** What the search finds: mistakes with their places, and what they leave unexplained. */

import type { Network } from '../network';
import { type EntryKind, type LayerClaims, onlyKind } from './claimSet';
import { type Interval, simplest } from './match';
import type { Detail, MistakeRow, Part, SummedRows } from './row';

/** A mistake with its placement. */
export interface Chosen {
  readonly row: MistakeRow;
  readonly detail: Detail;
  readonly part: Part;
  /** Descending while the search goes down. */
  readonly layers: readonly number[];
  /** Of the row's constant, where it has one. */
  readonly interval: Interval;
  /** How many the row's choices come before this one. */
  readonly rank: number;
}

/** What explains every claim but the missed ones. */
export interface Solution {
  readonly chosen: readonly Chosen[];
  /** Indices in the parameter vector of the wrong claims that it does not explain. */
  readonly missed: readonly number[];
}

export function isSame(
  a: Pick<Chosen, 'row' | 'detail' | 'part'>,
  b: Pick<Chosen, 'row' | 'detail' | 'part'>,
): boolean {
  if (a.row !== b.row || a.part !== b.part) return false;
  const keys = Object.keys(a.detail);
  return keys.length === Object.keys(b.detail).length && keys.every((key) => a.detail[key] === b.detail[key]);
}

/** Equal for two solutions with the same codes in the same layers: one of them is enough. */
export function signature({ chosen }: Solution): string {
  return chosen
    .map(({ row, layers }) => `${row.code} ${layers.join()}`)
    .sort()
    .join('; ');
}

/** The solution in which nothing acts on more kinds than are claimed in its layers. */
export function narrowed({ chosen, missed }: Solution, claims: readonly LayerClaims[]): Solution {
  const kindIn = (layers: readonly number[]): EntryKind | undefined =>
    onlyKind(layers.flatMap((l) => claims[l - 1] ?? []));
  return {
    missed,
    chosen: chosen.map((one) =>
      one.row.block && one.part === 'all' ? { ...one, part: kindIn(one.layers) ?? one.part } : one,
    ),
  };
}

/** The constant of a row: a likely one if there is one in the interval, else the simplest. */
export function constantOf(
  row: MistakeRow,
  interval: Interval,
  network: Network,
  rows: SummedRows,
): { readonly value: number; readonly reason?: string; readonly likely: boolean } {
  const found = row.constant
    ?.likely(network, rows)
    .find(({ value }) => value >= interval.low * (1 - 1e-15) && value <= interval.high * (1 + 1e-15));
  return found ? { ...found, likely: true } : { value: simplest(interval), likely: false };
}
