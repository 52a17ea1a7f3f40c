// What E gains where one z is moved, for many samples at once: only what lies downstream of the unit is computed again, as
// core/downstream.ts does for one sample. Blocks are those of products.ts, and hold all samples.

import { activate, sigmoid, value } from './activations';
import { MSE, SIGMOID_BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY } from './kinds';
import { expm1, log1p, size, splat } from './math';
import { multiply } from './products';

/** As ../gains.ts writes it; the layers from the second on follow. `loss` is the squared one or that of a loss with logits. */
@unmanaged
class Plan {
  layers: i32;
  loss: i32;
  targets: usize;
  packed: usize;
  /** A mask for each pair of a chunk's samples: those that are left to others. */
  broken: usize;
}

/** θ leads to the layer; `moved` and `movedA` have room for a chunk; `breaks` says that g breaks at z = 0. */
@unmanaged
class LayerPlan {
  weights: usize;
  rows: i32;
  columns: i32;
  z: usize;
  a: usize;
  stride: usize;
  moved: usize;
  movedA: usize;
  kind: i32;
  breaks: i32;
  constant: f64;
}

/** |d| above which e^d is left to others. */
const MOST: f64 = 40;

/**
 * To `into`, for the samples of some panels (64 at most): E with z of the unit moved by ±`step`, less E; then the same by a half
 * and by a quarter of the step. NaN for a sample whose way passes a break, or whose E asks for another form; `layer` 0 is
 * the second of the network.
 */
export function gains(plan: usize, layer: i32, unit: i32, step: f64, firstPanel: i32, panels: i32, into: usize): void {
  for (let k = 0; k < 3; k++, step *= 0.5, into += 1024) {
    gainsOf(plan, layer, unit, step, firstPanel, panels, into);
    gainsOf(plan, layer, unit, -step, firstPanel, panels, into + 512);
  }
}

function gainsOf(plan: usize, layer: i32, unit: i32, step: f64, firstPanel: i32, panels: i32, into: usize): void {
  const common = changetype<Plan>(plan);
  const last = common.layers - 1;
  for (let k: usize = 0, end = <usize>panels << 5; k < end; k += 16) v128.store(common.broken + k, splat(0));
  if (layer == last) moveOutput(layerOf(plan, last), unit, step, firstPanel, panels);
  else {
    moveHidden(common, layerOf(plan, layer), layerOf(plan, layer + 1), unit, step, firstPanel, panels);
    for (let m = layer + 1; m < last; m++) pass(common, layerOf(plan, m), layerOf(plan, m + 1), firstPanel, panels);
  }
  const output = layerOf(plan, last);
  if (common.loss == MSE) activateMoved(common, output, firstPanel, panels);
  for (let p = 0; p < panels; p++) {
    for (let half: usize = 0; half < 32; half += 16) {
      const own = <usize>p * output.stride + half;
      const at = <usize>(firstPanel + p) * output.stride + half;
      const mask = common.broken + (<usize>p << 5) + half;
      const gain = differenceOf(common, output, at, own, mask);
      v128.store(into + (<usize>p << 5) + half, v128.bitselect(splat(NaN), gain, v128.load(mask)));
    }
  }
}

// @ts-ignore: decorator
@inline
function layerOf(plan: usize, layer: i32): LayerPlan {
  return changetype<LayerPlan>(plan + offsetof<Plan>() + <usize>layer * offsetof<LayerPlan>());
}

/** Marks samples whose z comes from one side of 0, or from 0, to the other. */
// @ts-ignore: decorator
@inline
function watch(mask: usize, z: v128, moved: v128): void {
  const crossed = v128.and(f64x2.ne(z, moved), f64x2.le(f64x2.mul(z, moved), splat(0)));
  v128.store(mask, v128.or(v128.load(mask), crossed));
}

function moveOutput(output: LayerPlan, unit: i32, step: f64, firstPanel: i32, panels: i32): void {
  const bytes = <usize>output.rows << 5;
  for (let p = 0; p < panels; p++) {
    const from = output.z + <usize>(firstPanel + p) * output.stride;
    const to = output.moved + <usize>p * output.stride;
    for (let k: usize = 0; k < bytes; k += 16) v128.store(to + k, v128.load(from + k));
    for (let half: usize = 0; half < 32; half += 16) {
      const at = to + (<usize>unit << 5) + half;
      v128.store(at, f64x2.add(v128.load(at), splat(step)));
    }
  }
}

/** z_k + θ_ki Δa_i of the next layer, where unit i has moved. */
function moveHidden(
  common: Plan,
  layer: LayerPlan,
  next: LayerPlan,
  unit: i32,
  step: f64,
  firstPanel: i32,
  panels: i32,
): void {
  const parameter = splat(layer.constant);
  const weights = next.weights + (<usize>unit << 3);
  for (let p = 0; p < panels; p++) {
    const panel = <usize>(firstPanel + p);
    for (let half: usize = 0; half < 32; half += 16) {
      const at = panel * layer.stride + (<usize>unit << 5) + half;
      const z = v128.load(layer.z + at);
      const moved = f64x2.add(z, splat(step));
      if (layer.breaks) watch(common.broken + (<usize>p << 5) + half, z, moved);
      const change = f64x2.sub(value(layer.kind, moved, parameter), v128.load(layer.a + at));
      const from = next.z + panel * next.stride + half;
      const to = next.moved + <usize>p * next.stride + half;
      for (let k = 0; k < next.rows; k++) {
        const weight = v128.load64_splat(weights + ((<usize>k * <usize>next.columns) << 3));
        const row = <usize>k << 5;
        v128.store(to + row, f64x2.add(v128.load(from + row), f64x2.mul(weight, change)));
      }
    }
  }
}

/** The next layer's z where this layer's has moved: by the changes, so that what has not changed adds no rounding. */
function pass(common: Plan, layer: LayerPlan, next: LayerPlan, firstPanel: i32, panels: i32): void {
  activateMoved(common, layer, firstPanel, panels);
  const bytes = <usize>layer.rows << 5;
  for (let p = 0; p < panels; p++) {
    const a = layer.a + <usize>(firstPanel + p) * layer.stride;
    const moved = layer.movedA + <usize>p * layer.stride;
    for (let k: usize = 0; k < bytes; k += 16) v128.store(moved + k, f64x2.sub(v128.load(moved + k), v128.load(a + k)));
  }
  const step = <usize>next.columns << 3;
  multiply(next.weights, step, 8, next.columns, 0, layer.movedA, layer.stride, next.moved, next.stride, panels, 0, next.rows, common.packed);
  const nextBytes = <usize>next.rows << 5;
  for (let p = 0; p < panels; p++) {
    const z = next.z + <usize>(firstPanel + p) * next.stride;
    const moved = next.moved + <usize>p * next.stride;
    for (let k: usize = 0; k < nextBytes; k += 16) v128.store(moved + k, f64x2.add(v128.load(moved + k), v128.load(z + k)));
  }
}

function activateMoved(common: Plan, layer: LayerPlan, firstPanel: i32, panels: i32): void {
  activate(layer.kind, layer.constant, layer.moved, layer.movedA, layer.stride, panels, 0, layer.rows);
  if (!layer.breaks) return;
  const bytes = <usize>layer.rows << 5;
  for (let p = 0; p < panels; p++) {
    const z = layer.z + <usize>(firstPanel + p) * layer.stride;
    const moved = layer.moved + <usize>p * layer.stride;
    const mask = common.broken + (<usize>p << 5);
    for (let k: usize = 0; k < bytes; k += 16) watch(mask + (k & 16), v128.load(z + k), v128.load(moved + k));
  }
}

/** Of two samples; `at` is their place in the output's blocks, `own` that in what has moved. */
function differenceOf(common: Plan, output: LayerPlan, at: usize, own: usize, mask: usize): v128 {
  const bytes = <usize>output.rows << 5;
  const y = common.targets + at;
  const z = output.z + at;
  const moved = output.moved + own;
  let sum = splat(0);
  if (common.loss == MSE) {
    // ½(q − y)² − ½(p − y)² = ½(q − p)(q − y + p − y)
    for (let k: usize = 0; k < bytes; k += 32) {
      const p = v128.load(output.a + at + k);
      const q = v128.load(output.movedA + own + k);
      const t = v128.load(y + k);
      const residuals = f64x2.add(f64x2.sub(q, t), f64x2.sub(p, t));
      sum = f64x2.add(sum, f64x2.mul(f64x2.mul(splat(0.5), f64x2.sub(q, p)), residuals));
    }
  } else if (common.loss == SIGMOID_BINARY_CROSS_ENTROPY) {
    for (let k: usize = 0; k < bytes; k += 32) {
      const before = v128.load(z + k);
      const d = f64x2.sub(v128.load(moved + k), before);
      const t = v128.load(y + k);
      const below = softplusGain(f64x2.neg(before), f64x2.neg(d), t, mask);
      const above = softplusGain(before, d, f64x2.sub(splat(1), t), mask);
      sum = f64x2.add(sum, f64x2.add(below, above));
    }
  } else {
    if (common.loss != SOFTMAX_CROSS_ENTROPY) unreachable();
    sum = softmaxGain(output.a + at, z, moved, y, bytes, mask);
  }
  return sum;
}

/** w (softplus(z + d) − softplus(z)) = w ln(1 + σ(z)(e^d − 1)). */
// @ts-ignore: decorator
@inline
function softplusGain(z: v128, d: v128, w: v128, mask: usize): v128 {
  return weighted(w, f64x2.mul(sigmoid(z), expm1(d)), size(d), mask);
}

/**
 * With a_top the largest, −Σ_k y_k ln a_k gains (Σ_k y_k) ln(1 + Σ_i a_i (e^(d_i − d_top) − 1)) + Σ_k y_k (d_top − d_k), which
 * loses nothing where a_top is nearly 1.
 */
function softmaxGain(a: usize, z: usize, moved: usize, y: usize, bytes: usize, mask: usize): v128 {
  let most = splat(-1);
  let top = splat(0);
  for (let i: usize = 0; i < bytes; i += 32) {
    const value = v128.load(a + i);
    const larger = f64x2.gt(value, most);
    most = v128.bitselect(value, most, larger);
    top = v128.bitselect(f64x2.sub(v128.load(moved + i), v128.load(z + i)), top, larger);
  }
  let growth = splat(0);
  let largest = splat(0);
  let total = splat(0);
  let apart = splat(0);
  for (let i: usize = 0; i < bytes; i += 32) {
    const d = f64x2.sub(f64x2.sub(v128.load(moved + i), v128.load(z + i)), top);
    const t = v128.load(y + i);
    growth = f64x2.add(growth, f64x2.mul(v128.load(a + i), expm1(d)));
    largest = f64x2.max(largest, size(d));
    total = f64x2.add(total, t);
    apart = f64x2.add(apart, f64x2.mul(t, d));
  }
  return f64x2.sub(weighted(total, growth, largest, mask), apart);
}

/** w ln(1 + x), where w is not 0; what may lose digits on that way, or is not a number, is marked. */
// @ts-ignore: decorator
@inline
function weighted(w: v128, x: v128, exponent: v128, mask: usize): v128 {
  const used = f64x2.ne(w, splat(0));
  const safe = v128.and(f64x2.gt(x, splat(-0.5)), f64x2.lt(exponent, splat(MOST)));
  v128.store(mask, v128.or(v128.load(mask), v128.andnot(used, safe)));
  return v128.and(f64x2.mul(w, log1p(x)), used);
}
