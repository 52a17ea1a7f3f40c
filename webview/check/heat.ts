/** The verdicts of each θ^(l) as a picture of few cells, each the worst of what it stands for. */

import type { ParameterCheck } from '../../src/core/check';
import type { ParameterLayout } from '../../src/core/network';

export interface HeatCell {
  readonly row: number;
  readonly column: number;
  /** The worst of the cell. */
  readonly check: ParameterCheck;
}

/** θ^(l): rows for the units it leads to, columns for those it comes from, biases first. */
export interface HeatMap {
  /** l */
  readonly layer: number;
  readonly rows: number;
  readonly columns: number;
  /** From left to right, row by row. */
  readonly cells: readonly HeatCell[];
  readonly worst: ParameterCheck;
}

/** Cells of all layers together: more would be slow to draw and too small to hit. */
const CELLS = 3000;

/** `checks` are in the report's order, the worst first. A layer without any is left out. */
export function heatMaps({ layers }: ParameterLayout, checks: readonly ParameterCheck[]): HeatMap[] {
  const share = CELLS / Math.max(1, layers.length);
  const most = { rows: Math.max(1, Math.floor(Math.sqrt(share / 2))), columns: Math.floor(Math.sqrt(share * 2)) };
  const grids = layers.map(({ rows, columns, biases }) => {
    const all = { rows, columns: columns + (biases >= 0 ? 1 : 0), firstColumn: biases >= 0 ? 0 : 1 };
    return {
      ...all,
      tall: Math.min(rows, most.rows),
      wide: Math.min(all.columns, most.columns),
      cells: new Map<number, HeatCell>(),
    };
  });
  for (const check of checks) {
    const { layer, to, from } = check.parameter;
    const grid = grids[layer - 1];
    if (!grid) continue;
    const row = Math.floor(((to - 1) * grid.tall) / grid.rows);
    const column = Math.floor(((from - grid.firstColumn) * grid.wide) / grid.columns);
    const key = row * grid.wide + column;
    if (!grid.cells.has(key)) grid.cells.set(key, { row, column, check });
  }
  return grids.flatMap(({ tall, wide, cells }, at): HeatMap[] => {
    const [worst] = cells.values();
    const list = [...cells].sort(([a], [b]) => a - b).map(([, cell]) => cell);
    return worst ? [{ layer: at + 1, rows: tall, columns: wide, cells: list, worst: worst.check }] : [];
  });
}

/** How strongly a cell that passes is drawn, 0.15…1: by the size of its relative error, from 1e-16 to 1e-7. */
export function strength({ verdict, relativeError }: ParameterCheck): number {
  if (verdict !== 'pass') return 1;
  const decades = (Math.log10(Math.max(relativeError, 1e-16)) + 16) / 9;
  return 0.15 + 0.85 * Math.min(1, decades);
}
