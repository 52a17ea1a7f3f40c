/** Half-open ranges of the flat parameter vector or of a layer's units, for work that is taken in pieces. */

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
