// What E gains where one z is moved by several steps, for many samples at once: only what lies downstream of the unit is computed
// again, as core/check/downstream.ts does for one sample. What is computed is by how much each number changes, never the
// changed number: nothing cancels, and where tanh z is known, tanh(z + d) takes no exponential.
//
// Blocks are those of products.ts. z and a hold all samples; `changes` holds a chunk of panels for the first step, then as many
// for each of the others, one behind the other.

import { value } from './activations';
import {
  BINARY_CROSS_ENTROPY,
  CROSS_ENTROPY,
  ELU,
  GELU_CHANGE,
  HUBER,
  IDENTITY,
  LEAKY_RELU,
  MAE,
  MSE,
  RELU,
  SIGMOID,
  SIGMOID_BINARY_CROSS_ENTROPY,
  SILU,
  SOFTMAX,
  SOFTMAX_CROSS_ENTROPY,
  SOFTPLUS,
  SOFTSIGN,
  TANH,
} from './kinds';
import { exp, expm1Near, expm1Reach, expm1Small, log1pSmall, multiplyAdd, one, signBit, size, splat, tanhNear, tanhReach } from './math';
import { multiply } from './products';

/** As ../gains.ts writes it; the layers from the second on follow. */
@unmanaged
class Plan {
  loss: i32;
  /** Of `at`, as parts of the step. */
  steps: i32;
  shares: usize;
  targets: usize;
  packed: usize;
  /** For each step and sample of a chunk 0, or NaN where the sample is left to others. */
  left: usize;
  /** The residuals at which the loss breaks. */
  breaks: usize;
  breakCount: i32;
  /** What E is multiplied by, and the loss's own constant. */
  factor: f64;
  constant: f64;
}

/** θ leads to the layer. */
@unmanaged
class LayerPlan {
  weights: usize;
  rows: i32;
  columns: i32;
  z: usize;
  a: usize;
  stride: usize;
  changes: usize;
  kind: i32;
  /** The z at which g breaks. */
  breaks: usize;
  breakCount: i32;
  constant: f64;
}

/** |d| above which e^d is left to others. */
const MOST: f64 = 40;

// @ts-ignore: decorator
@inline
function layerOf(plan: usize, layer: i32): LayerPlan {
  return changetype<LayerPlan>(plan + offsetof<Plan>() + <usize>layer * offsetof<LayerPlan>());
}

/** Leaves two samples to others whose value comes from one side of a break, or from it, to the other. */
// @ts-ignore: decorator
@inline
function watch(breaks: usize, count: i32, from: v128, change: v128, left: usize): void {
  for (let k = 0; k < count; k++) {
    const at = v128.load64_splat(breaks + (<usize>k << 3));
    const before = f64x2.sub(from, at);
    const after = f64x2.sub(f64x2.add(from, change), at);
    const crossed = v128.and(f64x2.ne(before, after), f64x2.le(f64x2.mul(before, after), splat(0)));
    v128.store(left, v128.or(v128.load(left), crossed));
  }
}

/** Δz of the unit, and where all of the layer is asked for, 0 for the others. */
export function moveUnit(plan: usize, layer: i32, unit: i32, step: f64, panels: i32, all: bool): void {
  const common = changetype<Plan>(plan);
  const moved = layerOf(plan, layer);
  let to = moved.changes;
  for (let n = 0; n < common.steps; n++) {
    const own = splat(step * load<f64>(common.shares + (<usize>n << 3)));
    for (let p = 0; p < panels; p++, to += moved.stride) {
      if (all) for (let k: usize = 0, end = <usize>moved.rows << 5; k < end; k += 16) v128.store(to + k, splat(0));
      v128.store(to + (<usize>unit << 5), own);
      v128.store(to + (<usize>unit << 5), own, 16);
    }
  }
}

/** Δz_k = θ_ki Δa_i of the next layer, where unit i alone has changed. */
export function spreadChange(plan: usize, layer: i32, unit: i32, panels: i32): void {
  const common = changetype<Plan>(plan);
  const moved = layerOf(plan, layer);
  const next = layerOf(plan, layer + 1);
  const bytes = <usize>next.rows << 5;
  let from = moved.changes + (<usize>unit << 5);
  let to = next.changes;
  for (let p = common.steps * panels; p > 0; p--, from += moved.stride, to += next.stride) {
    const first = v128.load(from);
    const second = v128.load(from, 16);
    let at = next.weights + (<usize>unit << 3);
    for (let k: usize = 0; k < bytes; k += 32, at += <usize>next.columns << 3) {
      const weight = v128.load64_splat(at);
      v128.store(to + k, f64x2.mul(weight, first));
      v128.store(to + k, f64x2.mul(weight, second), 16);
    }
  }
}

/** Δz of the next layer from this one's Δa: Θ Δa. */
export function carryChanges(plan: usize, layer: i32, panels: i32): void {
  const common = changetype<Plan>(plan);
  const from = layerOf(plan, layer);
  const next = layerOf(plan, layer + 1);
  const all = common.steps * panels;
  multiply(
    next.weights,
    <usize>next.columns << 3,
    8,
    next.columns,
    0,
    from.changes,
    from.stride,
    next.changes,
    next.stride,
    all,
    0,
    next.rows,
    common.packed,
  );
}

/** Δa in the place of Δz for the units `begin` ≤ i < `end` of a layer; a layer whose units are coupled is taken whole. */
export function activateChanges(plan: usize, layer: i32, first: i32, panels: i32, begin: i32, end: i32): void {
  const common = changetype<Plan>(plan);
  const moved = layerOf(plan, layer);
  const from = <usize>begin << 5;
  const to = <usize>end << 5;
  if (moved.breakCount > 0) watchLayer(common, moved, first, panels, from, to);
  const kind = moved.kind;
  if (kind == TANH) changesOf(TANH, common, moved, first, panels, from, to);
  else if (kind == SIGMOID) changesOf(SIGMOID, common, moved, first, panels, from, to);
  else if (kind == RELU) changesOf(RELU, common, moved, first, panels, from, to);
  else if (kind == LEAKY_RELU) changesOf(LEAKY_RELU, common, moved, first, panels, from, to);
  else if (kind == ELU) changesOf(ELU, common, moved, first, panels, from, to);
  else if (kind == SILU) changesOf(SILU, common, moved, first, panels, from, to);
  else if (kind == SOFTPLUS) changesOf(SOFTPLUS, common, moved, first, panels, from, to);
  else if (kind == SOFTSIGN) changesOf(SOFTSIGN, common, moved, first, panels, from, to);
  else if (kind == GELU_CHANGE) geluChanges(common, moved, first, panels, from, to);
  else if (kind == SOFTMAX) softmaxChanges(common, moved, first, panels);
  else if (kind != IDENTITY) unreachable();
}

function watchLayer(common: Plan, layer: LayerPlan, first: i32, panels: i32, from: usize, to: usize): void {
  let changes = layer.changes;
  let left = common.left;
  for (let n = 0; n < common.steps; n++) {
    for (let p = 0; p < panels; p++, changes += layer.stride, left += 32) {
      const z = layer.z + <usize>(first + p) * layer.stride;
      for (let k = from; k < to; k += 16) {
        watch(layer.breaks, layer.breakCount, v128.load(z + k), v128.load(changes + k), left + (k & 16));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function changesOf(kind: i32, common: Plan, layer: LayerPlan, first: i32, panels: i32, from: usize, to: usize): void {
  const constant = splat(layer.constant);
  const apart = <usize>panels * layer.stride;
  for (let p = 0; p < panels; p++) {
    const before = <usize>(first + p) * layer.stride;
    const changes = layer.changes + <usize>p * layer.stride;
    for (let k = from; k < to; k += 16) {
      const z = v128.load(layer.z + before + k);
      const a = v128.load(layer.a + before + k);
      for (let n = common.steps, at = changes + k; n > 0; n--, at += apart) {
        v128.store(at, changeOf(kind, z, a, v128.load(at), constant));
      }
    }
  }
}

/**
 * g(z + d) − g(z), where a = g(z) is known: tanh gains t (1 − a²) / (1 + a t) with t = tanh d, and σ gains e a (1 − a) / (1 + a e)
 * with e = e^d − 1.
 */
// @ts-ignore: decorator
@inline
function changeOf(kind: i32, z: v128, a: v128, d: v128, constant: v128): v128 {
  if (kind == IDENTITY) return d;
  if (kind == TANH && !v128.any_true(f64x2.gt(size(d), tanhReach()))) {
    const t = tanhNear(d);
    return f64x2.div(f64x2.mul(t, f64x2.sub(one(), f64x2.mul(a, a))), multiplyAdd(a, t, one()));
  }
  if (kind == SIGMOID && !v128.any_true(f64x2.gt(size(d), expm1Reach()))) {
    const e = expm1Near(d);
    return f64x2.div(f64x2.mul(e, f64x2.mul(a, f64x2.sub(one(), a))), multiplyAdd(a, e, one()));
  }
  return f64x2.sub(value(kind, f64x2.add(z, d), constant), a);
}

/**
 * z Φ(z) gains d Φ(z) + (z + d) (Φ(z + d) − Φ(z)), and Φ gains d φ(z) Σ_n b_n dⁿ by the integral of φ(z + t) = φ(z) e^(−z t − t²/2),
 * with b_0 = 1, b_1 = −z/2 and b_(n+1) = −(z b_n + n b_(n−1) / (n + 1)) / (n + 2). Where (|z| + 1) |d| is up to ⅛, 10 terms leave
 * 2e-17 of the first, and 15 where it is up to ½; what is beyond is left to others.
 */
function geluChanges(common: Plan, layer: LayerPlan, first: i32, panels: i32, from: usize, to: usize): void {
  const terms = common.packed;
  const apart = <usize>panels * layer.stride;
  for (let p = 0; p < panels; p++) {
    const before = <usize>(first + p) * layer.stride;
    const changes = layer.changes + <usize>p * layer.stride;
    for (let k = from; k < to; k += 16) {
      const z = v128.load(layer.z + before + k);
      const density = f64x2.mul(splat(0.3989422804014327), exp(f64x2.mul(f64x2.mul(splat(-0.5), z), z)));
      const half = f64x2.lt(size(z), splat(1e-290));
      const below = v128.bitselect(splat(0.5), f64x2.div(v128.load(layer.a + before + k), z), half);
      let previous = splat(0);
      let term = density;
      for (let n = 0; n < 15; n++) {
        v128.store(terms + (<usize>n << 4), term);
        const share = f64x2.mul(splat(<f64>n / <f64>(n + 1)), previous);
        const next = f64x2.mul(splat(-1 / <f64>(n + 2)), multiplyAdd(z, term, share));
        previous = term;
        term = next;
      }
      const reach = f64x2.add(size(z), one());
      let left = common.left + (<usize>p << 5) + (k & 16);
      for (let n = common.steps, at = changes + k; n > 0; n--, at += apart, left += <usize>panels << 5) {
        const d = v128.load(at);
        const r = f64x2.mul(reach, size(d));
        let top: usize = 9 << 4;
        if (v128.any_true(f64x2.gt(r, splat(0.125)))) {
          top = 14 << 4;
          leave(left, f64x2.le(r, splat(0.5)));
        }
        let sum = v128.load(terms + top);
        while (top > 0) {
          top -= 16;
          sum = multiplyAdd(sum, d, v128.load(terms + top));
        }
        const gain = f64x2.mul(f64x2.mul(f64x2.add(z, d), d), sum);
        v128.store(at, multiplyAdd(d, below, gain));
      }
    }
  }
}

/** softmax(z + d)_i gains a_i (e_i − s) / (1 + s) with e_i = e^(d_i − d_top) − 1 and s = Σ_k a_k e_k; a_top is the largest. */
function softmaxChanges(common: Plan, layer: LayerPlan, first: i32, panels: i32): void {
  const bytes = <usize>layer.rows << 5;
  let changes = layer.changes;
  let left = common.left;
  for (let n = 0; n < common.steps; n++) {
    for (let p = 0; p < panels; p++, changes += layer.stride) {
      for (let half: usize = 0; half < 32; half += 16, left += 16) {
        const a = layer.a + <usize>(first + p) * layer.stride + half;
        const to = changes + half;
        const top = changeOfTop(a, to, bytes);
        let largest = splat(0);
        let s = splat(0);
        for (let k: usize = 0; k < bytes; k += 32) {
          const d = f64x2.sub(v128.load(to + k), top);
          const e = expm1Small(d);
          largest = f64x2.max(largest, size(d));
          s = multiplyAdd(v128.load(a + k), e, s);
          v128.store(to + k, e);
        }
        const inverse = f64x2.div(one(), f64x2.add(one(), s));
        for (let k: usize = 0; k < bytes; k += 32) {
          const gain = f64x2.mul(v128.load(a + k), f64x2.sub(v128.load(to + k), s));
          v128.store(to + k, f64x2.mul(gain, inverse));
        }
        leave(left, safe(s, largest));
      }
    }
  }
}

/** d of the largest a; of equal ones the first. */
// @ts-ignore: decorator
@inline
function changeOfTop(a: usize, changes: usize, bytes: usize): v128 {
  let most = splat(-1);
  let top = splat(0);
  for (let k: usize = 0; k < bytes; k += 32) {
    const value = v128.load(a + k);
    const larger = f64x2.gt(value, most);
    most = v128.bitselect(value, most, larger);
    top = v128.bitselect(v128.load(changes + k), top, larger);
  }
  return top;
}

/** False where 1 + x loses digits, or e to this exponent may, or is not a number. */
// @ts-ignore: decorator
@inline
function safe(x: v128, exponent: v128): v128 {
  return v128.and(f64x2.gt(x, splat(-0.5)), f64x2.lt(exponent, splat(MOST)));
}

/** Leaves two samples to others where this is false. */
// @ts-ignore: decorator
@inline
function leave(left: usize, unless: v128): void {
  v128.store(left, v128.or(v128.load(left), v128.not(unless)));
}

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
  if (kind == HUBER) return v128.bitselect(square, f64x2.mul(threshold, line), f64x2.le(size(r), threshold));
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
  return weighted(w, f64x2.mul(value(SIGMOID, z, one()), expm1Small(d)), size(d), left);
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
    largest = f64x2.max(largest, size(d));
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
