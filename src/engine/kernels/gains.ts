/**
 * What the gradient check asks for, by kernels: the same differences of E_s as core/check/downstream.ts gives for one sample and one
 * step, of 64 samples and several steps in a call (wasm/gains.ts). A function without a kernel is computed as its row says.
 * What is left to others is NaN.
 */

import { lossFactor } from '../../core/cost';
import type { Downstream } from '../../core/check/downstream';
import { BLOCK } from '../../core/check/slopes';
import { ACTIVATIONS, activationBreaks, lossBreaks, lossDifference, lossWithLogits } from '../../core/functions';
import { layerAt, parameterLayout, type Activation } from '../../core/network';
import { activationKind, changeKind, unscaledLossKind } from './simdFunctions';
import type { Address } from './simdKernels';
import { MemoryPlan, startKernels } from './simdMemory';
import { PACKED_COLUMNS, panelsOf, panelStride, toPanels } from './simdOperations';

const PANELS = panelsOf(BLOCK);

/** Bytes of wasm/gains.ts's Plan and LayerPlan, and where their float64 stand. */
const [COMMON, FACTOR] = [48, 32];
const [LAYER, CONSTANT] = [48, 40];
/** z and a of every unit and sample may take so many bytes. */
const MOST_BYTES = 2 ** 30;

/** What E_s gains by steps of z, for the samples from 64 · `block` on: 64 numbers for each of the shares in turn. */
export interface Gains {
  readonly values: Float64Array;
  /** Brings the values of a unit up to date, for each share of this step. */
  take(layer: number, unit: number, step: number, block: number): void;
}

/** A layer from the second on. */
interface LayerBlocks {
  readonly layer: number;
  readonly activation: Activation;
  /** Undefined where the row computes it. */
  readonly kernel: ReturnType<typeof changeKind>;
  readonly rows: number;
  readonly stride: number;
  readonly z: Address;
  readonly a: Address;
  readonly changes: Address;
}

/**
 * For the network, θ and samples of `loss`, which is prepared, and steps that are these parts of one. Undefined where the
 * platform has no kernels, or there are too many units and samples.
 */
export function kernelGains(loss: Downstream, shares: readonly number[]): Gains | undefined {
  const { network, theta, samples } = loss;
  const layout = parameterLayout(network.layers).layers;
  const units = layout.reduce((sum, { rows }) => sum + rows, 0);
  if (16 * units * samples.count > MOST_BYTES) return undefined;

  const plan = new MemoryPlan();
  const panels = panelsOf(samples.count);
  const layers = layout.map(({ rows }, l): LayerBlocks => {
    const { activation } = layerAt(network, l + 2);
    const stride = panelStride(rows);
    const all = (): Address => plan.reserve(panels * stride);
    const changes = plan.reserve(shares.length * PANELS * stride);
    const kernel = changeKind(activation);
    return { layer: l + 2, activation, kernel, rows, stride, z: all(), a: all(), changes };
  });
  const numbersOf = (values: readonly number[]): Address => plan.reserve(8 * values.length);
  const breaks = layers.map(({ activation }) => activationBreaks(activation));
  const { kinks, bends } = lossBreaks(network);
  const residuals = [...kinks, ...bends];
  const lists = [shares, residuals, ...breaks].map((values) => ({ values, at: numbersOf(values) }));
  const outputs = layers.at(-1)?.rows ?? 0;
  const targets = plan.reserve(panels * panelStride(outputs));
  const thetaAt = plan.reserve(8 * theta.length);
  const packed = plan.reserve(4 * 8 * PACKED_COLUMNS);
  const left = plan.reserve(8 * BLOCK * shares.length);
  const results = plan.reserve(8 * BLOCK * shares.length);
  const planAt = plan.reserve(COMMON + LAYER * layers.length);
  const started = startKernels(plan);
  if (!started) return undefined;
  const { kernels, memory } = started;
  const numbers = new Float64Array(memory.buffer);
  const view = new DataView(memory.buffer, planAt);
  const words = (offset: number, values: readonly number[]): void => {
    for (const [k, value] of values.entries()) view.setUint32(offset + 4 * k, value, true);
  };

  numbers.set(theta, thetaAt / 8);
  for (const { values, at } of lists) numbers.set(values, at / 8);
  toPanels(samples.targets, outputs, numbers, targets);
  // The kernels' E is that of the loss's row.
  const lossOf = unscaledLossKind(network);
  const [shareList, residualList, ...breakLists] = lists.map(({ at }) => at);
  words(0, [
    lossOf?.kind ?? 0,
    shares.length,
    shareList ?? 0,
    targets,
    packed,
    left,
    residualList ?? 0,
    residuals.length,
  ]);
  view.setFloat64(FACTOR, lossFactor(network), true);
  view.setFloat64(FACTOR + 8, lossOf?.constant ?? 0, true);
  for (const [l, block] of layers.entries()) {
    const { activation, kernel, rows, stride, z, a, changes } = block;
    toPanels(loss.zOfAll(l + 2), rows, numbers, z);
    const g = activationKind(activation);
    if (!g) toPanels(loss.aOfAll(l + 2), rows, numbers, a);
    else if (ACTIVATIONS[activation.type].vector) kernels.softmax(z, a, stride, panels, rows);
    else kernels.activate(g.kind, g.constant, z, a, stride, panels, 0, rows);
    const { weights, columns } = layout[l] ?? { weights: 0, columns: 0 };
    words(COMMON + LAYER * l, [
      ...[thetaAt + 8 * weights, rows, columns, z, a, stride, changes],
      ...[kernel?.kind ?? 0, breakLists[l] ?? 0, breaks[l]?.length ?? 0],
    ]);
    view.setFloat64(COMMON + LAYER * l + CONSTANT, kernel?.constant ?? 0, true);
  }

  const byRow: ByRow = { loss, steps: shares.length, numbers, left: left / 8, results: results / 8 };
  const activateChanges = layers.map((block, l) =>
    block.kernel
      ? (first: number, count: number, from: number, to: number): void => {
          kernels.activateChanges(planAt, l, first, count, from, to);
        }
      : changesByRow(byRow, block),
  );
  const couples = layers.map(({ activation }) => ACTIVATIONS[activation.type].vector);
  const last = layers.length - 1;
  const output = layers[last];
  const lossGains =
    lossOf || !output
      ? (first: number, count: number): void => {
          kernels.lossGains(planAt, last, first, count, results);
        }
      : gainsByRow(byRow, output);
  const withLogits = lossWithLogits(network) !== undefined;
  return {
    values: new Float64Array(memory.buffer, results, shares.length * BLOCK),
    take: (layer, unit, step, block) => {
      const first = block * PANELS;
      const count = Math.min(PANELS, panels - first);
      let l = layer - 2;
      const alone = l < last && !couples[l];
      kernels.moveUnit(planAt, l, unit, step, count, !alone);
      if (alone) {
        activateChanges[l]?.(first, count, unit, unit + 1);
        kernels.spreadChange(planAt, l++, unit, count);
      }
      for (; l < last; l++) {
        activateChanges[l]?.(first, count, 0, layers[l]?.rows ?? 0);
        kernels.carryChanges(planAt, l, count);
      }
      // Of a loss with logits E is computed from z: its activation is not asked for.
      if (!withLogits) activateChanges[last]?.(first, count, 0, outputs);
      lossGains(first, count);
    },
  };
}

/** What a row works on: float64 of the kernels' memory, by their places in it. */
interface ByRow {
  readonly loss: Downstream;
  readonly steps: number;
  readonly numbers: Float64Array;
  readonly left: number;
  readonly results: number;
}

/** Δa in the place of Δz for some units of a layer, as the row of its activation says. */
function changesByRow(
  { loss, steps, numbers, left }: ByRow,
  { activation: g, rows, stride, layer, changes }: LayerBlocks,
): (first: number, count: number, begin: number, end: number) => void {
  const [zOfAll, aOfAll] = [loss.zOfAll(layer), loss.aOfAll(layer)];
  const breaks = activationBreaks(g);
  const [z, a] = [new Float64Array(rows), new Float64Array(rows)];
  const row = ACTIVATIONS[g.type];
  return (first, count, begin, end) => {
    for (let n = 0; n < steps; n++) {
      for (let s = 0; s < 4 * count; s++) {
        const at = (changes + (n * count + (s >> 2)) * stride) / 8 + (s & 3);
        const from = (4 * first + s) * rows;
        for (let k = begin; k < end; k++) {
          const here = zOfAll[from + k] ?? NaN;
          const change = numbers[at + 4 * k] ?? NaN;
          if (breaks.length > 0 && crosses(breaks, here, change)) numbers[left + 4 * n * count + s] = NaN;
          if (row.vector) z[k] = here + change;
          else numbers[at + 4 * k] = row.value(here + change, g) - (aOfAll[from + k] ?? NaN);
        }
        if (!row.vector) continue;
        row.value(z, a);
        for (let k = 0; k < rows; k++) numbers[at + 4 * k] = (a[k] ?? NaN) - (aOfAll[from + k] ?? NaN);
      }
    }
  };
}

/** What E gains, as the row of the loss says. */
function gainsByRow(
  { loss, steps, numbers, left, results }: ByRow,
  output: LayerBlocks,
): (first: number, count: number) => void {
  const { rows, stride, layer } = output;
  const { targets } = loss.samples;
  const difference = lossDifference(loss.network);
  const withLogits = lossWithLogits(loss.network) !== undefined;
  const { kinks, bends } = lossBreaks(loss.network);
  const breaks = [...kinks, ...bends];
  const before = { z: loss.zOfAll(layer), a: loss.aOfAll(layer), offset: 0 };
  const moved = new Float64Array(rows);
  const after = { z: moved, a: moved, offset: 0 };
  const from = withLogits ? before.z : before.a;
  return (first, count) => {
    for (let n = 0; n < steps; n++) {
      for (let s = 0; s < 4 * count; s++) {
        const mark = left + 4 * n * count + s;
        const at = (output.changes + (n * count + (s >> 2)) * stride) / 8 + (s & 3);
        before.offset = (4 * first + s) * rows;
        for (let k = 0; k < rows; k++) {
          const here = from[before.offset + k] ?? NaN;
          const change = numbers[at + 4 * k] ?? NaN;
          moved[k] = here + change;
          if (breaks.length > 0 && crosses(breaks, here - (targets[before.offset + k] ?? NaN), change)) {
            numbers[mark] = NaN;
          }
        }
        const gain = difference(before, after, targets, before.offset);
        numbers[results + BLOCK * n + s] = gain + (numbers[mark] ?? NaN);
        numbers[mark] = 0;
      }
    }
  };
}

/** True where a quantity comes from one side of a break, or from it, to the other. */
function crosses(breaks: readonly number[], from: number, change: number): boolean {
  for (const at of breaks) {
    const [before, after] = [from - at, from + change - at];
    if (before !== after && before * after <= 0) return true;
  }
  return false;
}
