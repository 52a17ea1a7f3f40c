/** What the clearest claims of a block say of δ before all of it is worked out: each needs one unit's values alone. */

import type { Batch } from './batch';
import type { LayerClaims } from './claimSet';
import type { Elementwise } from './row';
import { areLost } from './screen';

/** One value a sample, all of them that the claim at k depends on. */
interface SampleColumn {
  /** ω a / D, so that the data's part of the entry is Σ_s input_s δ_s. */
  readonly input: Float64Array;
  readonly signal: Float64Array;
  readonly z: Float64Array;
  readonly a: Float64Array;
}

/** ∂J/∂θ^(l−1) of the clearest claims for any δ^(l) that is made of `signal` value by value. */
export class Projection {
  private readonly columns = new Map<number, SampleColumn>();

  constructor(
    private readonly batch: Batch,
    private readonly l: number,
    private readonly signal: Float64Array,
    private readonly claims: LayerClaims,
    private readonly allowed: number,
  ) {}

  /** False where that δ does not make what is claimed, but for the wrong claims that are allowed. */
  admits({ of, f, timesSignal }: Elementwise): boolean {
    return !areLost(this.claims, this.allowed, (k) => {
      const { input, signal, [of]: values } = this.column(k);
      let sum = 0;
      if (timesSignal)
        for (let s = 0; s < input.length; s++) sum += (input[s] ?? NaN) * ((signal[s] ?? NaN) * f(values[s] ?? NaN));
      else for (let s = 0; s < input.length; s++) sum += (input[s] ?? NaN) * f(values[s] ?? NaN);
      return sum;
    });
  }

  private column(k: number): SampleColumn {
    const known = this.columns.get(k);
    if (known) return known;
    const { batch, l, signal } = this;
    const { rows, columns, biasInput } = this.claims.layout;
    const size = rows * columns;
    const i = k < size ? Math.floor(k / columns) : k - size;
    const before = batch.a[l - 2] ?? signal;
    const of = (values: Float64Array): Float64Array => columnOf(values, i, rows, batch.count);
    const input =
      k < size ? columnOf(before, k % columns, columns, batch.count) : new Float64Array(batch.count).fill(biasInput);
    for (let s = 0; s < input.length; s++) input[s] = ((batch.weights?.[s] ?? 1) * (input[s] ?? NaN)) / batch.divisor;
    const column = { input, signal: of(signal), z: of(batch.z[l - 1] ?? signal), a: of(batch.a[l - 1] ?? signal) };
    this.columns.set(k, column);
    return column;
  }
}

function columnOf(values: Float64Array, at: number, units: number, count: number): Float64Array {
  const column = new Float64Array(count);
  for (let s = 0; s < count; s++) column[s] = values[s * units + at] ?? NaN;
  return column;
}
