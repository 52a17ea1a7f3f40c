// What E gains where one z is moved by several steps, for many samples at once: only what lies downstream of the unit is computed
// again, as core/check/downstream.ts does for one sample. What is computed is by how much each number changes, never the
// changed number, so that nothing cancels. Activations are in changes.ts, losses in lossGains.ts.
//
// Blocks are those of products.ts. z and a hold all samples; `changes` holds a chunk of panels for the first step, then as many
// for each of the others, one behind the other.

import { splat } from './math';
import { multiply } from './products';

/** As ../gains.ts writes it; the layers from the second on follow. */
@unmanaged
export class Plan {
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
export class LayerPlan {
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
export function layerOf(plan: usize, layer: i32): LayerPlan {
  return changetype<LayerPlan>(plan + offsetof<Plan>() + <usize>layer * offsetof<LayerPlan>());
}

/** Leaves two samples to others whose value comes from one side of a break, or from it, to the other. */
// @ts-ignore: decorator
@inline
export function watch(breaks: usize, count: i32, from: v128, change: v128, left: usize): void {
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

/** d of the largest a; of equal ones the first. */
// @ts-ignore: decorator
@inline
export function changeOfTop(a: usize, changes: usize, bytes: usize): v128 {
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
export function safe(x: v128, exponent: v128): v128 {
  return v128.and(f64x2.gt(x, splat(-0.5)), f64x2.lt(exponent, splat(MOST)));
}

/** Leaves two samples to others where this is false. */
// @ts-ignore: decorator
@inline
export function leave(left: usize, unless: v128): void {
  v128.store(left, v128.or(v128.load(left), v128.not(unless)));
}
