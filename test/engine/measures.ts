/** Errors as the project states them. */

/** max |x_k| */
export function largest(values: Iterable<number>): number {
  let max = 0;
  for (const value of values) max = Math.max(max, Math.abs(value));
  return max;
}

/** max |x_k − y_k|, where both are NaN 0 */
export function largestDifference(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let max = 0;
  for (let k = 0; k < Math.max(x.length, y.length); k++) {
    const [a = 0, b = 0] = [x[k], y[k]];
    if (!Object.is(a, b) && a !== b) max = Math.max(max, Math.abs(a - b));
  }
  return max;
}
