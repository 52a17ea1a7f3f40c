/**
 * The three loops that nearly all the time goes into. A block of values is feature-major: `a[i·n + s]` is unit i (from 0)
 * of sample s of a chunk of n samples. Each keeps a tile of 4 × 2 sums in registers, and whatever range of units it is
 * called for, every sum is taken in the same order, so that cutting the work does not change a bit.
 */

/** A matrix inside the parameter vector: entry (r, c) is `values[start + r·rowStep + c·columnStep]`. */
export interface Matrix {
  readonly start: number;
  readonly rowStep: number;
  readonly columnStep: number;
  readonly columns: number;
  /** Where the constant term of row 0 stands, the others after it; −1 for none. */
  readonly constants: number;
}

/**
 * output_r = constant_r + Σ_c matrix_rc · input_c for from ≤ r < to: z = θ a + θ₀ with the rows of θ as rows,
 * ∂E/∂a = θᵀ δ with its columns as rows.
 */
export function multiply(
  values: Float64Array,
  { start, rowStep, columnStep, columns, constants }: Matrix,
  input: Float64Array,
  output: Float64Array,
  n: number,
  from: number,
  to: number,
): void {
  let r = from;
  for (; r + 4 <= to; r += 4) {
    const w0 = start + r * rowStep;
    const w1 = w0 + rowStep;
    const w2 = w1 + rowStep;
    const w3 = w2 + rowStep;
    const b0 = constants < 0 ? 0 : (values[constants + r] ?? NaN);
    const b1 = constants < 0 ? 0 : (values[constants + r + 1] ?? NaN);
    const b2 = constants < 0 ? 0 : (values[constants + r + 2] ?? NaN);
    const b3 = constants < 0 ? 0 : (values[constants + r + 3] ?? NaN);
    const out = r * n;
    let s = 0;
    for (; s + 2 <= n; s += 2) {
      let p0 = b0;
      let p1 = b1;
      let p2 = b2;
      let p3 = b3;
      let q0 = b0;
      let q1 = b1;
      let q2 = b2;
      let q3 = b3;
      for (let c = 0, w = 0, x = s; c < columns; c++, w += columnStep, x += n) {
        const p = input[x] ?? NaN;
        const q = input[x + 1] ?? NaN;
        const v0 = values[w0 + w] ?? NaN;
        const v1 = values[w1 + w] ?? NaN;
        const v2 = values[w2 + w] ?? NaN;
        const v3 = values[w3 + w] ?? NaN;
        p0 += v0 * p;
        q0 += v0 * q;
        p1 += v1 * p;
        q1 += v1 * q;
        p2 += v2 * p;
        q2 += v2 * q;
        p3 += v3 * p;
        q3 += v3 * q;
      }
      output[out + s] = p0;
      output[out + s + 1] = q0;
      output[out + n + s] = p1;
      output[out + n + s + 1] = q1;
      output[out + 2 * n + s] = p2;
      output[out + 2 * n + s + 1] = q2;
      output[out + 3 * n + s] = p3;
      output[out + 3 * n + s + 1] = q3;
    }
    if (s < n) {
      let p0 = b0;
      let p1 = b1;
      let p2 = b2;
      let p3 = b3;
      for (let c = 0, w = 0, x = s; c < columns; c++, w += columnStep, x += n) {
        const p = input[x] ?? NaN;
        p0 += (values[w0 + w] ?? NaN) * p;
        p1 += (values[w1 + w] ?? NaN) * p;
        p2 += (values[w2 + w] ?? NaN) * p;
        p3 += (values[w3 + w] ?? NaN) * p;
      }
      output[out + s] = p0;
      output[out + n + s] = p1;
      output[out + 2 * n + s] = p2;
      output[out + 3 * n + s] = p3;
    }
  }
  for (; r < to; r++) {
    const w0 = start + r * rowStep;
    const b = constants < 0 ? 0 : (values[constants + r] ?? NaN);
    const out = r * n;
    let s = 0;
    for (; s + 4 <= n; s += 4) {
      let p = b;
      let q = b;
      let u = b;
      let v = b;
      for (let c = 0, w = w0, x = s; c < columns; c++, w += columnStep, x += n) {
        const weight = values[w] ?? NaN;
        p += weight * (input[x] ?? NaN);
        q += weight * (input[x + 1] ?? NaN);
        u += weight * (input[x + 2] ?? NaN);
        v += weight * (input[x + 3] ?? NaN);
      }
      output[out + s] = p;
      output[out + s + 1] = q;
      output[out + s + 2] = u;
      output[out + s + 3] = v;
    }
    for (; s < n; s++) {
      let p = b;
      for (let c = 0, w = w0, x = s; c < columns; c++, w += columnStep, x += n) {
        p += (values[w] ?? NaN) * (input[x] ?? NaN);
      }
      output[out + s] = p;
    }
  }
}

/**
 * gradient_rc := (add ? gradient_rc : 0) + Σ_s δ_r a_c for from ≤ r < to, row by row from `start` on: ∂J/∂θ_ij = Σ_s δ_i a_j.
 */
export function outerProduct(
  gradient: Float64Array,
  start: number,
  columns: number,
  delta: Float64Array,
  a: Float64Array,
  n: number,
  from: number,
  to: number,
  add: boolean,
): void {
  let r = from;
  for (; r + 4 <= to; r += 4) {
    const d0 = r * n;
    const g0 = start + r * columns;
    const g1 = g0 + columns;
    const g2 = g1 + columns;
    const g3 = g2 + columns;
    let c = 0;
    for (; c + 2 <= columns; c += 2) {
      let p0 = add ? (gradient[g0 + c] ?? NaN) : 0;
      let p1 = add ? (gradient[g1 + c] ?? NaN) : 0;
      let p2 = add ? (gradient[g2 + c] ?? NaN) : 0;
      let p3 = add ? (gradient[g3 + c] ?? NaN) : 0;
      let q0 = add ? (gradient[g0 + c + 1] ?? NaN) : 0;
      let q1 = add ? (gradient[g1 + c + 1] ?? NaN) : 0;
      let q2 = add ? (gradient[g2 + c + 1] ?? NaN) : 0;
      let q3 = add ? (gradient[g3 + c + 1] ?? NaN) : 0;
      const x = c * n;
      for (let s = 0; s < n; s++) {
        const p = a[x + s] ?? NaN;
        const q = a[x + n + s] ?? NaN;
        const v0 = delta[d0 + s] ?? NaN;
        const v1 = delta[d0 + n + s] ?? NaN;
        const v2 = delta[d0 + 2 * n + s] ?? NaN;
        const v3 = delta[d0 + 3 * n + s] ?? NaN;
        p0 += v0 * p;
        q0 += v0 * q;
        p1 += v1 * p;
        q1 += v1 * q;
        p2 += v2 * p;
        q2 += v2 * q;
        p3 += v3 * p;
        q3 += v3 * q;
      }
      gradient[g0 + c] = p0;
      gradient[g0 + c + 1] = q0;
      gradient[g1 + c] = p1;
      gradient[g1 + c + 1] = q1;
      gradient[g2 + c] = p2;
      gradient[g2 + c + 1] = q2;
      gradient[g3 + c] = p3;
      gradient[g3 + c + 1] = q3;
    }
    if (c < columns) {
      const x = c * n;
      for (let k = 0; k < 4; k++) {
        const at = g0 + k * columns + c;
        gradient[at] = dot(delta, d0 + k * n, a, x, n, add ? (gradient[at] ?? NaN) : 0);
      }
    }
  }
  for (; r < to; r++) {
    const d0 = r * n;
    const g0 = start + r * columns;
    let c = 0;
    for (; c + 4 <= columns; c += 4) {
      let p = add ? (gradient[g0 + c] ?? NaN) : 0;
      let q = add ? (gradient[g0 + c + 1] ?? NaN) : 0;
      let u = add ? (gradient[g0 + c + 2] ?? NaN) : 0;
      let v = add ? (gradient[g0 + c + 3] ?? NaN) : 0;
      const x = c * n;
      for (let s = 0; s < n; s++) {
        const d = delta[d0 + s] ?? NaN;
        p += d * (a[x + s] ?? NaN);
        q += d * (a[x + n + s] ?? NaN);
        u += d * (a[x + 2 * n + s] ?? NaN);
        v += d * (a[x + 3 * n + s] ?? NaN);
      }
      gradient[g0 + c] = p;
      gradient[g0 + c + 1] = q;
      gradient[g0 + c + 2] = u;
      gradient[g0 + c + 3] = v;
    }
    for (; c < columns; c++) {
      gradient[g0 + c] = dot(delta, d0, a, c * n, n, add ? (gradient[g0 + c] ?? NaN) : 0);
    }
  }
}

/** sums_r := (add ? sums_r : 0) + Σ_s block_r for from ≤ r < to, row r standing at `sums[start + r]`. */
export function rowSums(
  sums: Float64Array,
  start: number,
  block: Float64Array,
  n: number,
  from: number,
  to: number,
  add: boolean,
): void {
  for (let r = from; r < to; r++) {
    let sum = add ? (sums[start + r] ?? NaN) : 0;
    for (let s = r * n; s < (r + 1) * n; s++) sum += block[s] ?? NaN;
    sums[start + r] = sum;
  }
}

/** initial + Σ_s x_s y_s */
function dot(x: Float64Array, xFrom: number, y: Float64Array, yFrom: number, n: number, initial: number): number {
  let sum = initial;
  for (let s = 0; s < n; s++) sum += (x[xFrom + s] ?? NaN) * (y[yFrom + s] ?? NaN);
  return sum;
}
