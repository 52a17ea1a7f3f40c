/** Rows of data are large, read by several threads and never written to again. */

/**
 * `length` zeros in memory that a worker sees without a copy of its own, where the platform has such memory: 60,000 rows of
 * 784 numbers take 376 MB, and are held once.
 */
export function sharedNumbers(length: number): Float64Array {
  if (typeof SharedArrayBuffer === 'undefined') return new Float64Array(length);
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

/** The same numbers in such memory. */
export function sharedCopy(values: Float64Array): Float64Array {
  const copy = sharedNumbers(values.length);
  copy.set(values);
  return copy;
}
