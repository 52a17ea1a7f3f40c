// Activations over blocks (products.ts), both ways; the formulas are those of core/functions. `kind` is a number of ./kinds,
// which generate.mjs makes from the rows; another one is an error.

import { ELU, IDENTITY, LEAKY_RELU, RELU, SIGMOID, SILU, SOFTPLUS, SOFTSIGN, TANH } from './kinds';
import { exp, expm1, log1p, minusAbsolute, multiplyAdd, one, absolute, splat, tanh } from './math';

// @ts-ignore: decorator
@inline
function positive(z: v128): v128 {
  return f64x2.gt(z, splat(0));
}

/** σ(z) = 1 / (1 + e^(−|z|)), or for z < 0 e^(−|z|) / (1 + e^(−|z|)). */
// @ts-ignore: decorator
@inline
export function sigmoid(z: v128): v128 {
  const e = exp(minusAbsolute(z));
  const above = v128.bitselect(one(), e, f64x2.ge(z, splat(0)));
  return f64x2.div(above, f64x2.add(one(), e));
}

/** max(0, z) + ln(1 + e^(−|z|)). */
// @ts-ignore: decorator
@inline
export function softplus(z: v128): v128 {
  return f64x2.add(f64x2.pmax(splat(0), z), log1p(exp(minusAbsolute(z))));
}

/** g(z); `constant` is the slope or α. */
// @ts-ignore: decorator
@inline
export function value(kind: i32, z: v128, constant: v128): v128 {
  if (kind == SIGMOID) return sigmoid(z);
  if (kind == TANH) return tanh(z);
  // Every comparison is so directed that NaN stays NaN.
  if (kind == RELU) return v128.andnot(z, f64x2.le(z, splat(0)));
  if (kind == LEAKY_RELU) return v128.bitselect(z, f64x2.mul(constant, z), positive(z));
  if (kind == ELU) return v128.bitselect(z, f64x2.mul(constant, expm1(f64x2.pmin(z, splat(0)))), positive(z));
  if (kind == SILU) return f64x2.mul(z, sigmoid(z));
  if (kind == SOFTPLUS) return softplus(z);
  if (kind == SOFTSIGN) return f64x2.div(z, f64x2.add(one(), absolute(z)));
  if (kind != IDENTITY) unreachable();
  return z;
}

/** g′(z), where a = g(z) is known. */
// @ts-ignore: decorator
@inline
export function derivative(kind: i32, z: v128, a: v128, constant: v128): v128 {
  if (kind == SIGMOID) return f64x2.mul(a, f64x2.sub(one(), a));
  if (kind == TANH) return f64x2.sub(one(), f64x2.mul(a, a));
  // 0 · z is 0, or NaN where z is NaN or infinite: where z > 0 the 1 stands.
  if (kind == RELU) return v128.bitselect(one(), v128.bitselect(splat(0), splat(NaN), f64x2.le(z, splat(0))), positive(z));
  if (kind == LEAKY_RELU) {
    return v128.bitselect(one(), v128.bitselect(constant, splat(NaN), f64x2.le(z, splat(0))), positive(z));
  }
  if (kind == ELU) return v128.bitselect(one(), f64x2.mul(constant, exp(z)), positive(z));
  if (kind == SILU) {
    const e = exp(minusAbsolute(z));
    const larger = f64x2.div(one(), f64x2.add(one(), e));
    const smaller = f64x2.div(e, f64x2.add(one(), e));
    const above = f64x2.ge(z, splat(0));
    const sigmoid = v128.bitselect(larger, smaller, above);
    return f64x2.mul(sigmoid, multiplyAdd(z, v128.bitselect(smaller, larger, above), one()));
  }
  if (kind == SOFTPLUS) return sigmoid(z);
  if (kind == SOFTSIGN) {
    const d = f64x2.add(one(), absolute(z));
    return f64x2.div(one(), f64x2.mul(d, d));
  }
  if (kind != IDENTITY) unreachable();
  return one();
}

// @ts-ignore: decorator
@inline
function forwardOf(kind: i32, z: usize, a: usize, stride: usize, panels: i32, bytes: usize, constant: f64): void {
  const parameter = splat(constant);
  for (let p = 0; p < panels; p++, z += stride, a += stride) {
    for (let k: usize = 0; k < bytes; k += 32) {
      v128.store(a + k, value(kind, v128.load(z + k), parameter));
      v128.store(a + k, value(kind, v128.load(z + k, 16), parameter), 16);
    }
  }
}

// @ts-ignore: decorator
@inline
function backwardOf(
  kind: i32,
  z: usize,
  a: usize,
  delta: usize,
  stride: usize,
  panels: i32,
  bytes: usize,
  constant: f64,
): void {
  const parameter = splat(constant);
  for (let p = 0; p < panels; p++, z += stride, a += stride, delta += stride) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const slope = derivative(kind, v128.load(z + k), v128.load(a + k), parameter);
      v128.store(delta + k, f64x2.mul(v128.load(delta + k), slope));
    }
  }
}

/** a := g(z) for the units from ≤ i < to. */
export function activate(
  kind: i32,
  constant: f64,
  z: usize,
  a: usize,
  stride: usize,
  panels: i32,
  from: i32,
  to: i32,
): void {
  const offset = <usize>from << 5;
  const bytes = <usize>(to - from) << 5;
  z += offset;
  a += offset;
  if (kind == SIGMOID) forwardOf(SIGMOID, z, a, stride, panels, bytes, constant);
  else if (kind == TANH) forwardOf(TANH, z, a, stride, panels, bytes, constant);
  else if (kind == RELU) forwardOf(RELU, z, a, stride, panels, bytes, constant);
  else if (kind == LEAKY_RELU) forwardOf(LEAKY_RELU, z, a, stride, panels, bytes, constant);
  else if (kind == ELU) forwardOf(ELU, z, a, stride, panels, bytes, constant);
  else if (kind == SILU) forwardOf(SILU, z, a, stride, panels, bytes, constant);
  else if (kind == SOFTPLUS) forwardOf(SOFTPLUS, z, a, stride, panels, bytes, constant);
  else if (kind == SOFTSIGN) forwardOf(SOFTSIGN, z, a, stride, panels, bytes, constant);
  else if (kind == IDENTITY) forwardOf(IDENTITY, z, a, stride, panels, bytes, constant);
  else unreachable();
}

/** δ := δ g′(z) for the units from ≤ i < to. */
export function activateBackward(
  kind: i32,
  constant: f64,
  z: usize,
  a: usize,
  delta: usize,
  stride: usize,
  panels: i32,
  from: i32,
  to: i32,
): void {
  const offset = <usize>from << 5;
  const bytes = <usize>(to - from) << 5;
  z += offset;
  a += offset;
  delta += offset;
  if (kind == SIGMOID) backwardOf(SIGMOID, z, a, delta, stride, panels, bytes, constant);
  else if (kind == TANH) backwardOf(TANH, z, a, delta, stride, panels, bytes, constant);
  else if (kind == RELU) backwardOf(RELU, z, a, delta, stride, panels, bytes, constant);
  else if (kind == LEAKY_RELU) backwardOf(LEAKY_RELU, z, a, delta, stride, panels, bytes, constant);
  else if (kind == ELU) backwardOf(ELU, z, a, delta, stride, panels, bytes, constant);
  else if (kind == SILU) backwardOf(SILU, z, a, delta, stride, panels, bytes, constant);
  else if (kind == SOFTPLUS) backwardOf(SOFTPLUS, z, a, delta, stride, panels, bytes, constant);
  else if (kind == SOFTSIGN) backwardOf(SOFTSIGN, z, a, delta, stride, panels, bytes, constant);
  else if (kind != IDENTITY) unreachable();
}

/** Softmax of each sample: e^(z_i − max z) / Σ_k e^(z_k − max z). */
export function softmax(z: usize, a: usize, stride: usize, panels: i32, units: i32): void {
  const bytes = <usize>units << 5;
  for (let p = 0; p < panels; p++, z += stride, a += stride) {
    for (let half: usize = 0; half < 32; half += 16) {
      let largest = splat(-Infinity);
      for (let k = half; k < bytes; k += 32) largest = f64x2.max(largest, v128.load(z + k));
      let sum = splat(0);
      for (let k = half; k < bytes; k += 32) {
        const e = exp(f64x2.sub(v128.load(z + k), largest));
        v128.store(a + k, e);
        sum = f64x2.add(sum, e);
      }
      for (let k = half; k < bytes; k += 32) v128.store(a + k, f64x2.div(v128.load(a + k), sum));
    }
  }
}

/**
 * δ_k := a_k ((1 − a_k) δ_k − Σ_(i≠k) a_i δ_i): the sum without k is that before k and that behind k, as taking a term off
 * the whole sum would lose digits. `behind` has room for units + 1 vectors.
 */
export function softmaxBackward(
  a: usize,
  delta: usize,
  stride: usize,
  panels: i32,
  units: i32,
  behind: usize,
): void {
  for (let p = 0; p < panels; p++, a += stride, delta += stride) {
    for (let half: usize = 0; half < 32; half += 16) {
      v128.store(behind + (<usize>units << 4), splat(0));
      for (let i = units - 1; i >= 0; i--) {
        const k = (<usize>i << 5) + half;
        const after = v128.load(behind + (<usize>i << 4), 16);
        v128.store(behind + (<usize>i << 4), multiplyAdd(v128.load(a + k), v128.load(delta + k), after));
      }
      let before = splat(0);
      for (let i = 0; i < units; i++) {
        const k = (<usize>i << 5) + half;
        const output = v128.load(a + k);
        const upstream = v128.load(delta + k);
        const others = f64x2.add(before, v128.load(behind + (<usize>i << 4), 16));
        const own = f64x2.mul(f64x2.sub(one(), output), upstream);
        v128.store(delta + k, f64x2.mul(output, f64x2.sub(own, others)));
        before = multiplyAdd(output, upstream, before);
      }
    }
  }
}
