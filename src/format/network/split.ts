/** Which rows are held out for validation. */

import { permutation, randomStream, SPLIT_STREAM } from './random';

export interface Split {
  /** Row numbers from 0, each list in the file's order. */
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Holds out ⌊f·m⌋ of `rows` rows, drawn with `seed`: the first of a Fisher–Yates permutation. At least one row is left
 * to train on, since f < 1.
 */
export function splitRows(rows: number, fraction: number, seed: number): Split {
  // 0.29 · 100 is 28.999999999999996 in doubles; a person means 29.
  const held = Math.min(rows - 1, Math.floor(fraction * rows + 1e-9));
  const order =
    held > 0
      ? permutation(randomStream(seed, SPLIT_STREAM), rows)
      : Uint32Array.from({ length: rows }, (_, row) => row);
  return { validation: order.slice(0, held).sort(), training: order.slice(held).sort() };
}
