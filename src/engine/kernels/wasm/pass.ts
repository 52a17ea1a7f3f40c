// Both passes of a network over one chunk, in one call or as the shares of several threads. Forward and back to δ, the panels
// of four samples are each other's strangers: every thread takes some of them. The gradient is a sum over all samples:
// there, every thread takes some rows of each θ. No sum is split, so that the bits do not depend on how many threads there are.

import { activate, activateBackward, softmax, softmaxBackward } from './activations';
import { SOFTMAX } from './kinds';
import { countHits, lossBackward, lossSum } from './losses';
import { multiply, outerProduct, rowSums, transposeGroup } from './products';
import { packRows } from './rows';
import { listColumns, listSamples, multiplyListed, outerProductListed } from './sparse';

/**
 * θ^(l) and the layer it leads to, as ../simdPasses.ts writes it for each l in turn: places and sizes and what is to be
 * computed. Before the first stands what is common to all. The lists are sparse.ts's, of the first layer's inputs.
 */
@unmanaged
class Plan {
  layers: i32;
  loss: i32;
  ofLogits: i32;
  targets: usize;
  rowsOfInputs: usize;
  rowsOfTargets: usize;
  packed: usize;
  packedStep: usize;
  behind: usize;
  behindStep: usize;
  hits: i32;
  listed: i32;
  columnLists: usize;
  columnLengths: usize;
  sampleLists: usize;
  sampleLengths: usize;
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
  transposed: usize;
  kind: i32;
  constant: f64;
}

/** Σ E_s of the n samples that are packed; with `backward` also the gradient, of scale · Σ E_s, added to what is there or not. */
export function wholePass(plan: usize, n: i32, scale: f64, backward: bool, add: bool): f64 {
  passPanels(plan, n, scale, backward, 0, 1);
  return passRows(plan, n, backward, add, 0, 1);
}

/** The part's share of the panels of inputs and targets, from their rows; where wanted, lists of what is not 0 in them. */
export function packPanels(plan: usize, n: i32, listing: bool, part: i32, parts: i32): void {
  const common = changetype<Plan>(plan);
  const panels = (n + 3) >> 2;
  const first = (panels * part) / parts;
  const end = (panels * (part + 1)) / parts;
  if (first == end) return;
  const sample = <usize>first << 2;
  const own = min(n, end << 2) - (first << 2);
  const input = changetype<LayerPlan>(plan + offsetof<Plan>());
  const output = changetype<LayerPlan>(plan + offsetof<Plan>() + <usize>(common.layers - 1) * offsetof<LayerPlan>());
  const inputs = common.rowsOfInputs + ((sample * <usize>input.columns) << 3);
  packRows(inputs, input.columns, own, input.x + <usize>first * input.xStride, input.xStride);
  const targets = common.rowsOfTargets + ((sample * <usize>output.rows) << 3);
  packRows(targets, output.rows, own, ownOf(common.targets, output, first), output.stride);
  if (!listing) return;
  listColumns(input.x, input.xStride, input.columns, panels, first, end, common.columnLists, common.columnLengths);
}

/** The part's share of the panels: z and a of every layer, and with `backward` δ and the transposed a. */
export function passPanels(plan: usize, n: i32, scale: f64, backward: bool, part: i32, parts: i32): void {
  const common = changetype<Plan>(plan);
  const panels = (n + 3) >> 2;
  const firstPanel = (panels * part) / parts;
  const own = (panels * (part + 1)) / parts - firstPanel;
  const first = plan + offsetof<Plan>();
  const last = first + <usize>(common.layers - 1) * offsetof<LayerPlan>();
  const packed = common.packed + <usize>part * common.packedStep;
  const behind = common.behind + <usize>part * common.behindStep;
  if (backward) turnInputs(common, changetype<LayerPlan>(first), n, part, parts);
  if (own == 0) return;
  for (let at = first; at <= last; at += offsetof<LayerPlan>()) {
    const l = changetype<LayerPlan>(at);
    const z = ownOf(l.z, l, firstPanel);
    const a = ownOf(l.a, l, firstPanel);
    if (at == first && common.listed) {
      const lists = common.columnLists;
      const lengths = common.columnLengths;
      const ends = firstPanel + own;
      multiplyListed(l.weights, l.columns, l.biases, l.x, l.xStride, l.z, l.stride, panels, firstPanel, ends, 0, l.rows, packed, lists, lengths);
    } else {
      const x = l.x + <usize>firstPanel * l.xStride;
      multiply(l.weights, <usize>l.columns << 3, 8, l.columns, l.biases, x, l.xStride, z, l.stride, own, 0, l.rows, packed);
    }
    if (l.kind == SOFTMAX) softmax(z, a, l.stride, own, l.rows);
    else activate(l.kind, l.constant, z, a, l.stride, own, 0, l.rows);
  }
  if (!backward) return;
  const output = changetype<LayerPlan>(last);
  const z = ownOf(output.z, output, firstPanel);
  const a = ownOf(output.a, output, firstPanel);
  const delta = ownOf(output.delta, output, firstPanel);
  const y = ownOf(common.targets, output, firstPanel);
  lossBackward(common.loss, common.lossConstant, scale, z, a, delta, output.stride, y, own, output.rows);
  if (!common.ofLogits) throughActivation(output, firstPanel, own, behind);
  for (let at = last; at > first; at -= offsetof<LayerPlan>()) {
    const l = changetype<LayerPlan>(at);
    const below = changetype<LayerPlan>(at - offsetof<LayerPlan>());
    const into = ownOf(below.delta, below, firstPanel);
    turn(l, n, firstPanel, own);
    multiply(l.weights, 8, <usize>l.columns << 3, l.rows, 0, ownOf(l.delta, l, firstPanel), l.stride, into, below.stride, own, 0, l.columns, packed);
    throughActivation(below, firstPanel, own, behind);
  }
}

/**
 * After all panels: the part's share of the rows of every ∂J/∂θ^(l), and with them those of the biases. Part 0 gives Σ E_s,
 * and counts the hits.
 */
export function passRows(plan: usize, n: i32, backward: bool, add: bool, part: i32, parts: i32): f64 {
  const common = changetype<Plan>(plan);
  const first = plan + offsetof<Plan>();
  const last = first + <usize>(common.layers - 1) * offsetof<LayerPlan>();
  const output = changetype<LayerPlan>(last);
  let loss: f64 = 0;
  if (part == 0) {
    loss = lossSum(common.loss, common.lossConstant, output.z, output.a, output.stride, common.targets, n, output.rows);
    common.hits = countHits(output.a, common.targets, output.stride, n, output.rows);
  }
  if (!backward) return loss;
  const packed = common.packed + <usize>part * common.packedStep;
  for (let at = last; at >= first; at -= offsetof<LayerPlan>()) {
    const l = changetype<LayerPlan>(at);
    // Rows in fours; those of narrow layers fall to the last parts, as the first has the loss.
    const fours = (l.rows + 3) >> 2;
    const from = ((fours * part) / parts) << 2;
    const to = min(l.rows, ((fours * (part + 1)) / parts) << 2);
    if (from >= to) continue;
    if (at == first && common.listed) {
      const lists = common.sampleLists;
      const lengths = common.sampleLengths;
      outerProductListed(l.weightGradient, l.columns, l.delta, l.stride, l.transposed, n, from, to, add, packed, lists, lengths);
    } else outerProduct(l.weightGradient, l.columns, l.delta, l.stride, l.transposed, n, from, to, add, packed);
    if (l.biases != 0) rowSums(l.biasGradient, l.delta, l.stride, n, from, to, add);
  }
  return loss;
}

/** Where the part's panels begin in a block that is laid out as the layer's z. */
// @ts-ignore: decorator
@inline
function ownOf(block: usize, l: LayerPlan, firstPanel: i32): usize {
  return block + <usize>firstPanel * l.stride;
}

/** The part's share of the columns of the inputs, transposed, and the lists of them. */
function turnInputs(common: Plan, l: LayerPlan, n: i32, part: i32, parts: i32): void {
  const groups = (l.columns + 3) >> 2;
  const from = (groups * part) / parts;
  const to = (groups * (part + 1)) / parts;
  const group = <usize>n << 5;
  for (let g = from; g < to; g++) {
    transposeGroup(l.x + (<usize>g << 7), l.xStride, n, min(4, l.columns - (g << 2)), l.transposed + <usize>g * group);
  }
  if (!common.listed || from == to) return;
  const columns = min(to << 2, l.columns) - (from << 2);
  const lists = common.sampleLists + <usize>from * (<usize>n << 1);
  listSamples(l.transposed + <usize>from * group, n, columns, lists, common.sampleLengths + (<usize>from << 2));
}

/** The part's panels of a hidden layer's a, transposed. */
function turn(l: LayerPlan, n: i32, firstPanel: i32, own: i32): void {
  const firstSample = firstPanel << 2;
  const count = min(n - firstSample, own << 2);
  let from = l.x + <usize>firstPanel * l.xStride;
  let to = l.transposed + (<usize>firstSample << 5);
  for (let c = 0; c < l.columns; c += 4, from += 128, to += <usize>n << 5) {
    transposeGroup(from, l.xStride, count, min(4, l.columns - c), to);
  }
}

function throughActivation(l: LayerPlan, firstPanel: i32, own: i32, behind: usize): void {
  const a = ownOf(l.a, l, firstPanel);
  const delta = ownOf(l.delta, l, firstPanel);
  if (l.kind == SOFTMAX) softmaxBackward(a, delta, l.stride, own, l.rows, behind);
  else activateBackward(l.kind, l.constant, ownOf(l.z, l, firstPanel), a, delta, l.stride, own, 0, l.rows);
}
