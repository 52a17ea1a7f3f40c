/** Columns of text under one another. */

import { widthOf } from '../core/notation';

/** Every row as a line: the first column set to the left, the others to the right. */
export function alignRight(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, n) => (widths[n] = Math.max(widths[n] ?? 0, widthOf(cell))));
  return rows.map((row) => {
    const cells = row.map((cell, n) => {
      const space = ' '.repeat((widths[n] ?? 0) - widthOf(cell));
      return n === 0 ? cell + space : space + cell;
    });
    return `  ${cells.join('  ')}`.trimEnd();
  });
}
