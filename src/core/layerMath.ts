/**
 * The three products that both passes are made of, over one block θ^(l) of the parameter vector: Θx, Θᵀδ and δxᵀ. Here i and j
 * count from 0, and θ_ij is at `weights + i·columns + j`. Each adds to what its result holds, one term after the other.
 *
 * Where the vectors of many samples stand in one row-major matrix, `…At` says where that of one sample begins.
 */

import type { LayerLayout } from './network';

/**
 * Θx, without the biases: result_i += Σ_j θ_ij x_j, for x of s_l and a result of s_(l+1) numbers. Only the j of `active` are
 * visited where it is given: the places at which x is not 0.
 */
export function addProduct(
  theta: Float64Array,
  block: LayerLayout,
  x: Float64Array,
  result: Float64Array,
  xAt = 0,
  resultAt = 0,
  active?: Uint32Array,
): void {
  if (!active) {
    addProducts(theta, block, x, result, 1, xAt, resultAt);
    return;
  }
  const { rows, columns, weights } = block;
  for (let i = 0; i < rows; i++) {
    const row = weights + i * columns;
    let sum = result[resultAt + i] ?? NaN;
    for (const j of active) sum += (theta[row + j] ?? NaN) * (x[xAt + j] ?? NaN);
    result[resultAt + i] = sum;
  }
}

/** `addProduct` of `samples` vectors x that stand one behind the other, as their results do. */
export function addProducts(
  theta: Float64Array,
  { rows, columns, weights }: LayerLayout,
  x: Float64Array,
  result: Float64Array,
  samples: number,
  xAt = 0,
  resultAt = 0,
): void {
  let i = 0;
  // Four rows at a time: their sums do not wait for one another, and each is added up in its own order.
  for (; i + 4 <= rows; i += 4) {
    const first = weights + i * columns;
    const [second, third, fourth] = [first + columns, first + 2 * columns, first + 3 * columns];
    for (let s = 0; s < samples; s++) {
      const [from, to] = [xAt + s * columns, resultAt + s * rows + i];
      let a = result[to] ?? NaN;
      let b = result[to + 1] ?? NaN;
      let c = result[to + 2] ?? NaN;
      let d = result[to + 3] ?? NaN;
      for (let j = 0; j < columns; j++) {
        const value = x[from + j] ?? NaN;
        a += (theta[first + j] ?? NaN) * value;
        b += (theta[second + j] ?? NaN) * value;
        c += (theta[third + j] ?? NaN) * value;
        d += (theta[fourth + j] ?? NaN) * value;
      }
      result[to] = a;
      result[to + 1] = b;
      result[to + 2] = c;
      result[to + 3] = d;
    }
  }
  for (; i < rows; i++) {
    const row = weights + i * columns;
    for (let s = 0; s < samples; s++) {
      const [from, to] = [xAt + s * columns, resultAt + s * rows + i];
      let sum = result[to] ?? NaN;
      for (let j = 0; j < columns; j++) sum += (theta[row + j] ?? NaN) * (x[from + j] ?? NaN);
      result[to] = sum;
    }
  }
}

/** Θᵀδ: result_j += Σ_i θ_ij δ_i, for δ of s_(l+1) and a result of s_l numbers. */
export function addTransposedProduct(
  theta: Float64Array,
  { rows, columns, weights }: LayerLayout,
  delta: Float64Array,
  result: Float64Array,
  deltaAt = 0,
  resultAt = 0,
): void {
  for (let i = 0; i < rows; i++) {
    const row = weights + i * columns;
    const d = delta[deltaAt + i] ?? NaN;
    for (let j = 0; j < columns; j++) {
      result[resultAt + j] = (result[resultAt + j] ?? NaN) + (theta[row + j] ?? NaN) * d;
    }
  }
}

/**
 * δxᵀ, and δ a_0 for the biases: gradient_ij += δ_i x_j, gradient_i0 += δ_i a_0, in the layout of θ. Where `active` is
 * given, only the j at which x is not 0 and the i at which δ is not 0 are visited.
 */
export function addOuterProduct(
  gradient: Float64Array,
  { rows, columns, weights, biases, biasInput }: LayerLayout,
  delta: Float64Array,
  x: Float64Array,
  deltaAt = 0,
  xAt = 0,
  active?: Uint32Array,
): void {
  for (let i = 0; i < rows; i++) {
    const row = weights + i * columns;
    const d = delta[deltaAt + i] ?? NaN;
    if (biases >= 0) gradient[biases + i] = (gradient[biases + i] ?? NaN) + d * biasInput;
    if (!active) {
      for (let j = 0; j < columns; j++) gradient[row + j] = (gradient[row + j] ?? NaN) + d * (x[xAt + j] ?? NaN);
    } else if (d !== 0) {
      for (const j of active) gradient[row + j] = (gradient[row + j] ?? NaN) + d * (x[xAt + j] ?? NaN);
    }
  }
}

/**
 * `addOuterProduct` of `samples` vectors δ and x that stand one behind the other, in their order. Each entry of the gradient is read
 * once for four samples.
 */
export function addOuterProducts(
  gradient: Float64Array,
  block: LayerLayout,
  delta: Float64Array,
  x: Float64Array,
  samples: number,
  xAt = 0,
): void {
  const { rows, columns, weights, biases, biasInput } = block;
  const whole = samples - (samples % 4);
  for (let i = 0; i < rows; i++) {
    const row = weights + i * columns;
    for (let s = 0; s < whole; s += 4) {
      const a = delta[s * rows + i] ?? NaN;
      const b = delta[(s + 1) * rows + i] ?? NaN;
      const c = delta[(s + 2) * rows + i] ?? NaN;
      const d = delta[(s + 3) * rows + i] ?? NaN;
      const first = xAt + s * columns;
      const [second, third, fourth] = [first + columns, first + 2 * columns, first + 3 * columns];
      for (let j = 0; j < columns; j++) {
        gradient[row + j] =
          (gradient[row + j] ?? NaN) +
          a * (x[first + j] ?? NaN) +
          b * (x[second + j] ?? NaN) +
          c * (x[third + j] ?? NaN) +
          d * (x[fourth + j] ?? NaN);
      }
      if (biases >= 0) {
        gradient[biases + i] =
          (gradient[biases + i] ?? NaN) + a * biasInput + b * biasInput + c * biasInput + d * biasInput;
      }
    }
  }
  for (let s = whole; s < samples; s++) addOuterProduct(gradient, block, delta, x, s * rows, xAt + s * columns);
}

/** θ_i0 a_0, or 0 where the layer has no biases: what a z begins with. Written into `z` from `at` on. */
export function startWithBiases(
  theta: Float64Array,
  { rows, biases, biasInput }: LayerLayout,
  z: Float64Array,
  at = 0,
): void {
  for (let i = 0; i < rows; i++) z[at + i] = biases < 0 ? 0 : biasInput * (theta[biases + i] ?? NaN);
}

/** `values` times `factor`, itself where that is 1: δ of a sample that counts more or less than others. */
export function scaled(values: Float64Array, factor: number): Float64Array {
  return factor === 1 ? values : values.map((value) => factor * value);
}

/** rows × columns → columns × rows. */
export function transposed(values: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j] ?? NaN;
  }
  return result;
}
