/** Claimed ÷ right of every parameter, in few cells a layer. */

import type { LayerLayout, ParameterId } from '../../src/core/network';
import type { JudgedEntries } from '../../src/protocol';

export interface RatioCell {
  readonly row: number;
  readonly column: number;
  /** The one with the worst ratio of those that the cell stands for. */
  readonly parameter: ParameterId;
  readonly claimed: number;
  readonly gradient: number;
  readonly wrong: boolean;
  /** claimed ÷ right; 1 where both are 0. */
  readonly ratio: number;
}

export interface RatioMap {
  readonly layer: number;
  readonly part: 'weights' | 'biases';
  readonly rows: number;
  readonly columns: number;
  /** From left to right, row by row. */
  readonly cells: readonly RatioCell[];
}

/** Cells a block at most: more would be too small to hit. */
const MOST = { rows: 24, columns: 48 };

/** The weights and the biases of each layer; a block without claims is left out. */
export function ratioMaps(layers: readonly LayerLayout[], entries: JudgedEntries): RatioMap[] {
  return layers.flatMap(({ rows, columns, weights, biases }, index) => {
    const layer = index + 1;
    const own = mapOf(entries, rows, columns, weights, (to, from) => ({ layer, to, from }));
    const bias = biases < 0 ? [] : mapOf(entries, rows, 1, biases, (to) => ({ layer, to, from: 0 }));
    return [
      {
        layer,
        part: 'weights' as const,
        rows: Math.min(rows, MOST.rows),
        columns: Math.min(columns, MOST.columns),
        cells: own,
      },
      { layer, part: 'biases' as const, rows: Math.min(rows, MOST.rows), columns: 1, cells: bias },
    ].filter(({ cells }) => cells.length > 0);
  });
}

function mapOf(
  { claimed, gradient, wrong }: JudgedEntries,
  rows: number,
  columns: number,
  first: number,
  parameterAt: (to: number, from: number) => ParameterId,
): RatioCell[] {
  const tall = Math.min(rows, MOST.rows);
  const wide = Math.min(columns, MOST.columns);
  const cells = new Map<number, RatioCell>();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const k = first + i * columns + j;
      const own = claimed[k] ?? NaN;
      if (Number.isNaN(own)) continue;
      const right = gradient[k] ?? NaN;
      const row = Math.floor((i * tall) / rows);
      const column = Math.floor((j * wide) / columns);
      const isWrong = wrong[k] === 1;
      // Rounding of what is right is no color.
      const ratio = isWrong ? own / right : 1;
      const before = cells.get(row * wide + column);
      if (before && before.wrong >= isWrong && distance(before.ratio) >= distance(ratio)) continue;
      const parameter = parameterAt(i + 1, j + 1);
      cells.set(row * wide + column, { row, column, parameter, claimed: own, gradient: right, wrong: isWrong, ratio });
    }
  }
  return [...cells].sort(([a], [b]) => a - b).map(([, cell]) => cell);
}

/** How far a ratio is from 1, 0…1: 1 from a factor of 10 on, and for the wrong sign, 0 and ∞. */
export function distance(ratio: number): number {
  return ratio > 0 && Number.isFinite(ratio) ? Math.min(1, Math.abs(Math.log10(ratio))) : 1;
}

/** What a ratio says: right, too small, too large, missing, or of the wrong sign. */
export function kindOf(ratio: number): 'one' | 'below' | 'above' | 'zero' | 'negative' {
  if (ratio === 1) return 'one';
  if (ratio === 0) return 'zero';
  if (ratio < 0) return 'negative';
  return ratio < 1 ? 'below' : 'above';
}
