// The losses of core/functions over blocks (products.ts). `kind` is a number of ./kinds, where the losses with logits stand behind
// the others; another one is an error.

import { sigmoid } from './activations';
import {
  BINARY_CROSS_ENTROPY,
  CROSS_ENTROPY,
  HUBER,
  MAE,
  MSE,
  SIGMOID_BINARY_CROSS_ENTROPY,
  SOFTMAX_CROSS_ENTROPY,
} from './kinds';
import { exp, ln, log1p, minusAbsolute, signBit, absolute, splat } from './math';

/** w·x with 0·∞ = 0: a term that the loss leaves out must not spoil the sum. */
// @ts-ignore: decorator
@inline
function weighted(w: v128, x: v128): v128 {
  return v128.andnot(f64x2.mul(w, x), f64x2.eq(w, splat(0)));
}

/** sign x, 0 at 0, NaN at NaN. */
// @ts-ignore: decorator
@inline
function sign(x: v128): v128 {
  const one = v128.or(splat(1), signBit(x));
  return v128.bitselect(one, x, f64x2.gt(absolute(x), splat(0)));
}

/** What one output unit adds to E, by its a and, of a loss with logits, its z. */
// @ts-ignore: decorator
@inline
export function term(kind: i32, z: v128, a: v128, y: v128, d: v128): v128 {
  const half = splat(0.5);
  const one = splat(1);
  const r = f64x2.sub(a, y);
  if (kind == MSE) return f64x2.mul(f64x2.mul(half, r), r);
  const size = absolute(r);
  if (kind == MAE) return size;
  if (kind == HUBER) {
    const square = f64x2.mul(f64x2.mul(half, size), size);
    const line = f64x2.mul(d, f64x2.sub(size, f64x2.mul(half, d)));
    return v128.bitselect(square, line, f64x2.le(size, d));
  }
  if (kind == BINARY_CROSS_ENTROPY) {
    const other = weighted(f64x2.sub(one, y), log1p(f64x2.neg(a)));
    return f64x2.neg(f64x2.add(weighted(y, ln(a)), other));
  }
  if (kind == CROSS_ENTROPY) return f64x2.neg(weighted(y, ln(a)));
  if (kind != SIGMOID_BINARY_CROSS_ENTROPY) unreachable();
  // softplus(∓z) = max(0, ∓z) + ln(1 + e^(−|z|))
  const log = log1p(exp(minusAbsolute(z)));
  const below = f64x2.add(f64x2.pmax(splat(0), f64x2.neg(z)), log);
  const above = f64x2.add(f64x2.pmax(splat(0), z), log);
  return f64x2.add(weighted(y, below), weighted(f64x2.sub(one, y), above));
}

/** ∂E/∂a of one output unit, or of σ with binary cross-entropy ∂E/∂z. */
// @ts-ignore: decorator
@inline
export function lossSlope(kind: i32, z: v128, a: v128, y: v128, d: v128): v128 {
  const one = splat(1);
  const r = f64x2.sub(a, y);
  if (kind == MSE) return r;
  if (kind == MAE) return sign(r);
  if (kind == HUBER) return v128.bitselect(r, f64x2.mul(d, sign(r)), f64x2.le(absolute(r), d));
  if (kind == BINARY_CROSS_ENTROPY) {
    const other = weighted(f64x2.sub(one, y), f64x2.div(one, f64x2.sub(one, a)));
    return f64x2.sub(other, weighted(y, f64x2.div(one, a)));
  }
  if (kind == CROSS_ENTROPY) return f64x2.neg(weighted(y, f64x2.div(one, a)));
  if (kind != SIGMOID_BINARY_CROSS_ENTROPY) unreachable();
  // At y = 1, a − y = −σ(−z) keeps its digits where a has been rounded to 1.
  return v128.bitselect(f64x2.neg(sigmoid(f64x2.neg(z))), r, f64x2.eq(y, one));
}

/** E of softmax with cross-entropy, for two samples: Σ_i y_i ((z_top − z_i) + ln(1 + Σ_(k≠top) e^(z_k − z_top))). */
function ofSoftmax(z: usize, y: usize, bytes: usize): v128 {
  let top = splat(-Infinity);
  for (let k: usize = 0; k < bytes; k += 32) top = f64x2.max(top, v128.load(z + k));
  let rest = splat(0);
  let passed = splat(0);
  for (let k: usize = 0; k < bytes; k += 32) {
    const value = v128.load(z + k);
    // Of equal ones the first is the top.
    const isTop = v128.andnot(f64x2.eq(value, top), passed);
    passed = v128.or(passed, isTop);
    rest = f64x2.add(rest, v128.andnot(exp(f64x2.sub(value, top)), isTop));
  }
  const logRest = log1p(rest);
  let e = splat(0);
  for (let k: usize = 0; k < bytes; k += 32) {
    const gap = f64x2.add(f64x2.sub(top, v128.load(z + k)), logRest);
    e = f64x2.add(e, weighted(v128.load(y + k), gap));
  }
  return e;
}

// @ts-ignore: decorator
@inline
function sumOf(kind: i32, z: usize, a: usize, y: usize, bytes: usize, d: v128): v128 {
  let e = splat(0);
  for (let k: usize = 0; k < bytes; k += 32) {
    e = f64x2.add(e, term(kind, v128.load(z + k), v128.load(a + k), v128.load(y + k), d));
  }
  return e;
}

/** E of two samples. */
function lossOf(kind: i32, z: usize, a: usize, y: usize, bytes: usize, d: v128): v128 {
  if (kind == MSE) return sumOf(MSE, z, a, y, bytes, d);
  if (kind == MAE) return sumOf(MAE, z, a, y, bytes, d);
  if (kind == HUBER) return sumOf(HUBER, z, a, y, bytes, d);
  if (kind == BINARY_CROSS_ENTROPY) return sumOf(BINARY_CROSS_ENTROPY, z, a, y, bytes, d);
  if (kind == CROSS_ENTROPY) return sumOf(CROSS_ENTROPY, z, a, y, bytes, d);
  if (kind == SIGMOID_BINARY_CROSS_ENTROPY) return sumOf(SIGMOID_BINARY_CROSS_ENTROPY, z, a, y, bytes, d);
  if (kind != SOFTMAX_CROSS_ENTROPY) unreachable();
  return ofSoftmax(z, y, bytes);
}

/** Σ_s E_s over n samples; `constant` is huber's threshold. */
export function lossSum(
  kind: i32,
  constant: f64,
  z: usize,
  a: usize,
  stride: usize,
  y: usize,
  n: i32,
  units: i32,
): f64 {
  const bytes = <usize>units << 5;
  const d = splat(constant);
  let sum = splat(0);
  let s = 0;
  for (; s + 4 <= n; s += 4, z += stride, a += stride, y += stride) {
    const first = lossOf(kind, z, a, y, bytes, d);
    sum = f64x2.add(sum, f64x2.add(first, lossOf(kind, z + 16, a + 16, y + 16, bytes, d)));
  }
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  for (let half: usize = 0; s < n; s += 2, half += 16) {
    const last = lossOf(kind, z + half, a + half, y + half, bytes, d);
    total += f64x2.extract_lane(last, 0);
    if (s + 1 < n) total += f64x2.extract_lane(last, 1);
  }
  return total;
}

/** ∂E/∂z_k of softmax with cross-entropy, for two samples, times scale: (Σy) a_k − y_k. */
function ofSoftmaxBackward(a: usize, y: usize, delta: usize, bytes: usize, scale: v128): void {
  let total = splat(0);
  for (let k: usize = 0; k < bytes; k += 32) total = f64x2.add(total, v128.load(y + k));
  // Where one y_k is all of it, 1 − a_k as the sum of the others keeps its digits where a_k has been rounded to 1.
  let others = splat(0);
  for (let k: usize = 0; k < bytes; k += 32) {
    others = f64x2.add(others, v128.andnot(v128.load(a + k), f64x2.eq(v128.load(y + k), total)));
  }
  for (let k: usize = 0; k < bytes; k += 32) {
    const target = v128.load(y + k);
    const whole = f64x2.neg(f64x2.mul(target, others));
    const part = f64x2.sub(f64x2.mul(total, v128.load(a + k)), target);
    v128.store(delta + k, f64x2.mul(scale, v128.bitselect(whole, part, f64x2.eq(target, total))));
  }
}

// @ts-ignore: decorator
@inline
function slopesOf(
  kind: i32,
  z: usize,
  a: usize,
  y: usize,
  delta: usize,
  stride: usize,
  panels: i32,
  bytes: usize,
  d: v128,
  scale: v128,
): void {
  for (let p = 0; p < panels; p++, z += stride, a += stride, y += stride, delta += stride) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const value = lossSlope(kind, v128.load(z + k), v128.load(a + k), v128.load(y + k), d);
      v128.store(delta + k, f64x2.mul(scale, value));
    }
  }
}

/** Writes scale · ∂E_s/∂a_k, or of a loss with logits scale · ∂E_s/∂z_k, into `delta`. */
export function lossBackward(
  kind: i32,
  constant: f64,
  scale: f64,
  z: usize,
  a: usize,
  delta: usize,
  stride: usize,
  y: usize,
  panels: i32,
  units: i32,
): void {
  const bytes = <usize>units << 5;
  const d = splat(constant);
  const factor = splat(scale);
  if (kind == MSE) slopesOf(MSE, z, a, y, delta, stride, panels, bytes, d, factor);
  else if (kind == MAE) slopesOf(MAE, z, a, y, delta, stride, panels, bytes, d, factor);
  else if (kind == HUBER) slopesOf(HUBER, z, a, y, delta, stride, panels, bytes, d, factor);
  else if (kind == BINARY_CROSS_ENTROPY) {
    slopesOf(BINARY_CROSS_ENTROPY, z, a, y, delta, stride, panels, bytes, d, factor);
  } else if (kind == CROSS_ENTROPY) slopesOf(CROSS_ENTROPY, z, a, y, delta, stride, panels, bytes, d, factor);
  else if (kind == SIGMOID_BINARY_CROSS_ENTROPY) slopesOf(SIGMOID_BINARY_CROSS_ENTROPY, z, a, y, delta, stride, panels, bytes, d, factor);
  else {
    if (kind != SOFTMAX_CROSS_ENTROPY) unreachable();
    for (let p = 0; p < panels; p++, a += stride, y += stride, delta += stride) {
      ofSoftmaxBackward(a, y, delta, bytes, factor);
      ofSoftmaxBackward(a + 16, y + 16, delta + 16, bytes, factor);
    }
  }
}

/** Of n samples, those whose class is that of their target: both above ½, or of several outputs the largest at target 1. */
export function countHits(a: usize, y: usize, stride: usize, n: i32, units: i32): i32 {
  const bytes = <usize>units << 5;
  let hits = 0;
  for (let s = 0; s < n; s++) {
    const at = <usize>(s >> 2) * stride + (<usize>(s & 3) << 3);
    if (units == 1) {
      hits += i32(load<f64>(a + at) > 0.5 == load<f64>(y + at) > 0.5);
      continue;
    }
    let best: usize = 0;
    let largest = load<f64>(a + at);
    for (let k: usize = 32; k < bytes; k += 32) {
      const value = load<f64>(a + at + k);
      if (value > largest) {
        best = k;
        largest = value;
      }
    }
    hits += i32(load<f64>(y + at + best) == 1);
  }
  return hits;
}
