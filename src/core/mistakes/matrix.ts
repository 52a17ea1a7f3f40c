/** What the search asks of matrices of values by samples and units. */

/** True for a finite matrix that is another than the right one. */
export function isOther(made: Float64Array | undefined, right: Float64Array): made is Float64Array {
  if (made?.length !== right.length) return false;
  let size = 0;
  let away = 0;
  for (let k = 0; k < made.length; k++) {
    const value = made[k] ?? NaN;
    if (!Number.isFinite(value)) return false;
    size = Math.max(size, Math.abs(value), Math.abs(right[k] ?? 0));
    away = Math.max(away, Math.abs(value - (right[k] ?? NaN)));
  }
  return away > 1e-13 * size;
}

/** What was worked out of a matrix at a layer, kept as long as the matrix. */
export class ByLayer<T> {
  private readonly known: WeakMap<Float64Array, T>[] = [];

  of(l: number, values: Float64Array, make: () => T): T {
    const layer = (this.known[l] ??= new WeakMap<Float64Array, T>());
    const known = layer.get(values) ?? make();
    layer.set(values, known);
    return known;
  }
}
