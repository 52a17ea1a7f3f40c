/** Moving from cell to cell of a matrix in which some cells may be missing. */

export interface CellPosition {
  readonly row: number;
  readonly column: number;
}

/**
 * The cell that a key leads to: left and right to the neighbor in reading order, up and down to the nearest cell of the
 * nearest row, Home and End to the first and the last. Undefined where the key leads nowhere. `cells` are in reading order.
 */
export function nextCell(cells: readonly CellPosition[], from: number, key: string): number | undefined {
  const at = cells[from];
  if (!at) return undefined;
  const target = {
    ArrowLeft: from - 1,
    ArrowRight: from + 1,
    ArrowUp: nearest(cells, at, -1),
    ArrowDown: nearest(cells, at, 1),
    Home: 0,
    End: cells.length - 1,
  }[key];
  return target !== undefined && target >= 0 && target < cells.length ? target : undefined;
}

function nearest(cells: readonly CellPosition[], { row, column }: CellPosition, way: 1 | -1): number | undefined {
  let best: number | undefined;
  let least = Infinity;
  for (const [index, cell] of cells.entries()) {
    const rows = way * (cell.row - row);
    // A row weighs more than any number of columns.
    const distance = rows * 1e6 + Math.abs(cell.column - column);
    if (rows <= 0 || distance >= least) continue;
    best = index;
    least = distance;
  }
  return best;
}
