// Both passes of a small network over one chunk in one call: there, calls from outside would take longer than the work.

import { activate, activateBackward, softmax, softmaxBackward } from './activations';
import { countHits, lossBackward, lossSum } from './losses';
import { multiply, outerProduct, rowSums, transpose } from './products';

/**
 * θ^(l) and the layer it leads to, as ../simdWholePass.ts writes it for each l in turn: places and sizes; `kind` −1 is
 * softmax. Before the first stands what is common to all.
 */
@unmanaged
class Plan {
  layers: i32;
  loss: i32;
  ofLogits: i32;
  targets: usize;
  packed: usize;
  transposed: usize;
  behind: usize;
  hits: i32;
  lossConstant: f64;
}

@unmanaged
class LayerPlan {
  weights: usize;
  biases: usize;
  weightGradient: usize;
  biasGradient: usize;
  rows: i32;
  columns: i32;
  x: usize;
  xStride: usize;
  z: usize;
  a: usize;
  delta: usize;
  stride: usize;
  kind: i32;
  constant: f64;
}

/** Σ E_s of the n samples that are packed; with `backward` also the gradient, of scale · Σ E_s, added to what is there or not. */
export function wholePass(plan: usize, n: i32, scale: f64, backward: bool, add: bool): f64 {
  const common = changetype<Plan>(plan);
  const panels = (n + 3) >> 2;
  const first = plan + offsetof<Plan>();
  const last = first + <usize>(common.layers - 1) * offsetof<LayerPlan>();
  for (let at = first; at <= last; at += offsetof<LayerPlan>()) {
    const l = changetype<LayerPlan>(at);
    const rowStep = <usize>l.columns << 3;
    const packed = common.packed;
    multiply(l.weights, rowStep, 8, l.columns, l.biases, l.x, l.xStride, l.z, l.stride, panels, 0, l.rows, packed);
    if (l.kind < 0) softmax(l.z, l.a, l.stride, panels, l.rows);
    else activate(l.kind, l.constant, l.z, l.a, l.stride, panels, 0, l.rows);
  }
  const output = changetype<LayerPlan>(last);
  const constant = common.lossConstant;
  const targets = common.targets;
  const stride = output.stride;
  const loss = lossSum(common.loss, constant, output.z, output.a, stride, targets, n, output.rows);
  common.hits = countHits(output.a, targets, stride, n, output.rows);
  if (!backward) return loss;
  const delta = output.delta;
  lossBackward(common.loss, constant, scale, output.z, output.a, delta, stride, targets, panels, output.rows);
  if (!common.ofLogits) throughActivation(output, panels, common.behind);
  for (let at = last; at >= first; at -= offsetof<LayerPlan>()) {
    const l = changetype<LayerPlan>(at);
    const turned = common.transposed;
    transpose(l.x, l.xStride, n, l.columns, turned);
    outerProduct(l.weightGradient, l.columns, l.delta, l.stride, turned, n, 0, l.rows, add, common.packed);
    if (l.biases != 0) rowSums(l.biasGradient, l.delta, l.stride, n, 0, l.rows, add);
    if (at == first) break;
    const below = changetype<LayerPlan>(at - offsetof<LayerPlan>());
    const step = <usize>l.columns << 3;
    const into = below.delta;
    multiply(l.weights, 8, step, l.rows, 0, l.delta, l.stride, into, below.stride, panels, 0, l.columns, common.packed);
    throughActivation(below, panels, common.behind);
  }
  return loss;
}

function throughActivation(l: LayerPlan, panels: i32, behind: usize): void {
  if (l.kind < 0) softmaxBackward(l.a, l.delta, l.stride, panels, l.rows, behind);
  else activateBackward(l.kind, l.constant, l.z, l.a, l.delta, l.stride, panels, 0, l.rows);
}
