// What E gains where the outputs change (gains.ts).

import { value } from './activations';
import { LayerPlan, Plan, changeOfTop, layerOf, leave, safe, watch } from './gains';
import {
  BINARY_CROSS_ENTROPY,
  CROSS_ENTROPY,
  HUBER,
  MAE,
  MSE,
  SIGMOID,
  SIGMOID_BINARY_CROSS_ENTROPY,
  SOFTMAX_CROSS_ENTROPY,
} from './kinds';
import { multiplyAdd, one, signBit, absolute, splat } from './math';
import { expm1Small, log1pSmall } from './nearZero';

/**
 * To `into`: what E gains, 64 numbers for each step; NaN for a sample that is left to others. The outputs' changes are those of
 * a, or of z where the loss is computed from z.
 */
export function lossGains(plan: usize, layer: i32, first: i32, panels: i32, into: usize): void {
  const common = changetype<Plan>(plan);
  const output = layerOf(plan, layer);
  const factor = splat(common.factor);
  let changes = output.changes;
  let left = common.left;
  for (let n = 0; n < common.steps; n++, into += 512) {
    for (let p = 0; p < panels; p++, changes += output.stride) {
      for (let half: usize = 0; half < 32; half += 16, left += 16) {
        const at = <usize>(first + p) * output.stride + half;
        const gain = gainOf(common, output, at, changes + half, left);
        v128.store(into + (<usize>p << 5) + half, f64x2.mul(factor, gain));
      }
    }
  }
  into -= <usize>common.steps << 9;
  leaveOut(common, panels, into);
}

/** NaN to the samples that are left to others, and all of them are watched anew. */
function leaveOut(common: Plan, panels: i32, into: usize): void {
  let left = common.left;
  for (let n = 0; n < common.steps; n++, into += 512) {
    for (let k: usize = 0, bytes = <usize>panels << 5; k < bytes; k += 16, left += 16) {
      v128.store(into + k, v128.or(v128.load(into + k), v128.load(left)));
      v128.store(left, splat(0));
    }
  }
}

/** Of two samples; `at` is their place in the output's blocks. */
function gainOf(common: Plan, output: LayerPlan, at: usize, changes: usize, left: usize): v128 {
  const bytes = <usize>output.rows << 5;
  const y = common.targets + at;
  const z = output.z + at;
  const a = output.a + at;
  const kind = common.loss;
  if (kind == SOFTMAX_CROSS_ENTROPY) return softmaxGain(a, changes, y, bytes, left);
  const threshold = splat(common.constant);
  let sum = splat(0);
  for (let k: usize = 0; k < bytes; k += 32) {
    const d = v128.load(changes + k);
    const t = v128.load(y + k);
    if (kind == SIGMOID_BINARY_CROSS_ENTROPY) {
      const before = v128.load(z + k);
      const below = softplusGain(f64x2.neg(before), f64x2.neg(d), t, left);
      const above = softplusGain(before, d, f64x2.sub(one(), t), left);
      sum = f64x2.add(sum, f64x2.add(below, above));
      continue;
    }
    const p = v128.load(a + k);
    const r = f64x2.sub(p, t);
    watch(common.breaks, common.breakCount, r, d, left);
    sum = f64x2.add(sum, gainByOutput(kind, p, t, r, d, threshold, left));
  }
  return sum;
}

/** What one output adds, on one side of the loss's breaks. */
// @ts-ignore: decorator
@inline
function gainByOutput(kind: i32, p: v128, y: v128, r: v128, d: v128, threshold: v128, left: usize): v128 {
  // ½(r + d)² − ½r² = d (r + ½d)
  const square = f64x2.mul(d, multiplyAdd(splat(0.5), d, r));
  if (kind == MSE) return square;
  const line = v128.xor(d, signBit(r));
  if (kind == MAE) return line;
  if (kind == HUBER) return v128.bitselect(square, f64x2.mul(threshold, line), f64x2.le(absolute(r), threshold));
  // −y ln((p + d) / p)
  const above = weighted(y, f64x2.div(d, p), splat(0), left);
  if (kind == CROSS_ENTROPY) return f64x2.neg(above);
  if (kind != BINARY_CROSS_ENTROPY) unreachable();
  const below = weighted(f64x2.sub(one(), y), f64x2.neg(f64x2.div(d, f64x2.sub(one(), p))), splat(0), left);
  return f64x2.neg(f64x2.add(above, below));
}

/** w (softplus(z + d) − softplus(z)) = w ln(1 + σ(z)(e^d − 1)). */
// @ts-ignore: decorator
@inline
function softplusGain(z: v128, d: v128, w: v128, left: usize): v128 {
  return weighted(w, f64x2.mul(value(SIGMOID, z, one()), expm1Small(d)), absolute(d), left);
}

/**
 * With a_top the largest, −Σ_k y_k ln a_k gains (Σ_k y_k) ln(1 + Σ_i a_i (e^(d_i − d_top) − 1)) + Σ_k y_k (d_top − d_k), which
 * loses nothing where a_top is nearly 1.
 */
function softmaxGain(a: usize, changes: usize, y: usize, bytes: usize, left: usize): v128 {
  const top = changeOfTop(a, changes, bytes);
  let growth = splat(0);
  let largest = splat(0);
  let total = splat(0);
  let apart = splat(0);
  for (let i: usize = 0; i < bytes; i += 32) {
    const d = f64x2.sub(v128.load(changes + i), top);
    const t = v128.load(y + i);
    growth = multiplyAdd(v128.load(a + i), expm1Small(d), growth);
    largest = f64x2.max(largest, absolute(d));
    total = f64x2.add(total, t);
    apart = multiplyAdd(t, d, apart);
  }
  return f64x2.sub(weighted(total, growth, largest, left), apart);
}

/** w ln(1 + x), where w is not 0; what may lose digits on that way, or is not a number, is left to others. */
// @ts-ignore: decorator
@inline
function weighted(w: v128, x: v128, exponent: v128, left: usize): v128 {
  const used = f64x2.ne(w, splat(0));
  leave(left, v128.or(v128.not(used), safe(x, exponent)));
  return v128.and(f64x2.mul(w, log1pSmall(x)), used);
}
