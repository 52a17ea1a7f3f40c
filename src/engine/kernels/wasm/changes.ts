// By how much a = g(z) changes where z does (gains.ts). Where tanh z is known, tanh(z + d) takes no exponential: the theorems of
// addition give what it gains.

import { value } from './activations';
import { LayerPlan, Plan, changeOfTop, layerOf, leave, safe, watch } from './gains';
import {
  ELU,
  GELU_CHANGE,
  IDENTITY,
  LEAKY_RELU,
  RELU,
  SIGMOID,
  SILU,
  SOFTMAX,
  SOFTPLUS,
  SOFTSIGN,
  TANH,
} from './kinds';
import { exp, multiplyAdd, one, absolute, splat } from './math';
import { expm1Near, expm1Reach, expm1Small, tanhNear, tanhReach } from './nearZero';

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
  if (kind == TANH && !v128.any_true(f64x2.gt(absolute(d), tanhReach()))) {
    const t = tanhNear(d);
    return f64x2.div(f64x2.mul(t, f64x2.sub(one(), f64x2.mul(a, a))), multiplyAdd(a, t, one()));
  }
  if (kind == SIGMOID && !v128.any_true(f64x2.gt(absolute(d), expm1Reach()))) {
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
      const half = f64x2.lt(absolute(z), splat(1e-290));
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
      const reach = f64x2.add(absolute(z), one());
      let left = common.left + (<usize>p << 5) + (k & 16);
      for (let n = common.steps, at = changes + k; n > 0; n--, at += apart, left += <usize>panels << 5) {
        const d = v128.load(at);
        const r = f64x2.mul(reach, absolute(d));
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
          largest = f64x2.max(largest, absolute(d));
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
