/** What rows list for a joint, each with the row that it is of. */

import type { Detail, MistakeRow, Part } from './row';
import { MISTAKES } from './rows';
import { isSame } from './solution';
import type { State } from './state';

export type Listed<T> = T & { readonly row: MistakeRow; readonly rank: number; readonly part: Part };

/** What all rows list, and what each does. */
export class Listing<T extends { readonly detail: Detail }> {
  readonly all: readonly Listed<T>[];
  private readonly byRow = new Map<MistakeRow, readonly Listed<T>[]>();

  constructor(of: (row: MistakeRow) => readonly T[] | undefined) {
    this.all = MISTAKES.flatMap((row, rank) => {
      const own = (of(row) ?? []).map((one): Listed<T> => ({ ...one, row, rank, part: 'all' }));
      this.byRow.set(row, own);
      return own;
    });
  }

  /** Those that may be done, for the first time or once more. */
  possible({ left, chosen }: State): readonly Listed<T>[] {
    if (left > 0) return this.all;
    return chosen.flatMap((one) => this.byRow.get(one.row)?.find((own) => isSame(own, one)) ?? []);
  }
}
