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
  { rows, columns, weights }: LayerLayout,
  x: Float64Array,
  result: Float64Array,
  xAt = 0,
  resultAt = 0,
  active?: Uint32Array,
): void {
  for (let i = 0; i < rows; i++) {
    const row = weights + i * columns;
    let sum = result[resultAt + i] ?? NaN;
    if (active) for (const j of active) sum += (theta[row + j] ?? NaN) * (x[xAt + j] ?? NaN);
    else for (let j = 0; j < columns; j++) sum += (theta[row + j] ?? NaN) * (x[xAt + j] ?? NaN);
    result[resultAt + i] = sum;
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
