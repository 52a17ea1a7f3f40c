/** Half-open ranges of the flat parameter vector or of a layer's units, for work that is taken in pieces. */

import { parameterLayout, type Network } from '../core/network';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** from…to in pieces of `longest`. */
export function cut(from: number, to: number, longest: number): Range[] {
  const pieces: Range[] = [];
  for (let start = from; start < to; start += longest) pieces.push({ from: start, to: Math.min(to, start + longest) });
  return pieces;
}

/** Whether no value is NaN or infinite. */
export function allFinite(values: Float64Array): boolean {
  let zero = 0;
  // 0 times anything finite is 0, times anything else NaN.
  for (let k = 0; k < values.length; k++) zero += 0 * (values[k] ?? NaN);
  return zero === 0;
}

/** The parameters that are not frozen, in rising order, neighbours merged: one range for a network without frozen parts. */
export function trainableRanges({ layers }: Pick<Network, 'layers'>): Range[] {
  const merged: { from: number; to: number }[] = [];
  const add = (from: number, to: number): void => {
    const last = merged.at(-1);
    if (last?.to === from) last.to = to;
    else merged.push({ from, to });
  };
  for (const [l, { weights, biases, rows, columns }] of parameterLayout(layers).layers.entries()) {
    const layer = layers[l + 1];
    if (!layer?.frozenWeights) add(weights, weights + rows * columns);
    if (!layer?.frozenBiases && biases >= 0) add(biases, biases + rows);
  }
  return merged;
}
