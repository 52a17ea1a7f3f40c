/** What rows list for a joint, each with the row that it is of. */

import type { Detail, MistakeRow, Part } from './row';
import { MISTAKES } from './rows';
import { isSame } from './solution';
import type { State } from './state';

export type Listed<T> = T & { readonly row: MistakeRow; readonly rank: number; readonly part: Part };

/** What all rows list, and what each does; a row is asked when it is needed. */
export class Listing<T extends { readonly detail: Detail }> {
  private readonly byRow = new Map<MistakeRow, readonly Listed<T>[]>();
  private known: readonly Listed<T>[] | undefined;

  constructor(private readonly of: (row: MistakeRow) => readonly T[] | undefined) {}

  get all(): readonly Listed<T>[] {
    return (this.known ??= MISTAKES.flatMap((row, rank) => this.ofRow(row, rank)));
  }

  /** Those that may be done, for the first time or once more. */
  possible({ left, chosen }: State): readonly Listed<T>[] {
    if (left > 0) return this.all;
    return chosen.flatMap((one) => this.ofRow(one.row, one.rank).find((own) => isSame(own, one)) ?? []);
  }

  private ofRow(row: MistakeRow, rank: number): readonly Listed<T>[] {
    const known =
      this.byRow.get(row) ?? (this.of(row) ?? []).map((one) => ({ ...one, row, rank, part: 'all' as const }));
    this.byRow.set(row, known);
    return known;
  }
}
