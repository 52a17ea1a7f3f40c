/**
 * What the gradient check asks for, by kernels: the same differences of E_s as core/downstream.ts gives for one sample, of
 * 64 samples in a call (wasm/gains.ts). What a kernel leaves to others is NaN.
 */

import { lossFactor } from '../../core/cost';
import type { Downstream } from '../../core/check/downstream';
import { ACTIVATIONS, activationBreaks, lossWithLogits } from '../../core/functions';
import { layerAt, parameterLayout } from '../../core/network';
import { activationKind, lossKind, type LossKernel } from './simdFunctions';
import type { Address } from './simdKernels';
import { MemoryPlan, startKernels } from './simdMemory';
import { PACKED_COLUMNS, panelsOf, panelStride, toPanels } from './simdOperations';

/** Samples of a call. */
export const SAMPLES = 64;
const PANELS = panelsOf(SAMPLES);

/** Bytes of wasm/gains.ts's Plan and LayerPlan, and where the float64 at the end of the latter stands. */
const [COMMON, LAYER] = [20, 48];
const CONSTANT = 40;
/** The losses whose differences wasm/gains.ts has. */
const LOSSES_HERE: ReadonlySet<LossKernel> = new Set(['mse', 'sigmoidBinaryCrossEntropy', 'softmaxCrossEntropy']);
/** z and a of every unit and sample may take so many bytes. */
const MOST_BYTES = 2 ** 30;

/** What E_s gains by steps of z, for the samples from 64 · `block` on: by ±h, ±h/2 and ±h/4, 64 numbers each in turn. */
export interface Gains {
  readonly values: Float64Array;
  /** Brings the values of a unit up to date. */
  take(layer: number, unit: number, step: number, block: number): void;
}

/**
 * For the network, θ and samples of `loss`, which is prepared. Undefined where the platform has no kernels, or the network
 * has a loss or an activation without one, or too many units and samples.
 */
export function kernelGains(loss: Downstream): Gains | undefined {
  const { network, theta, samples } = loss;
  const lossOf = lossKind(network);
  const layout = parameterLayout(network.layers).layers;
  const withLogits = lossWithLogits(network) !== undefined;
  const layers = layout.map((block, l) => {
    const { activation } = layerAt(network, l + 2);
    // Of a loss with logits E is computed from z: its activation is not asked for.
    const own = ACTIVATIONS[activation.type].vector ? undefined : activationKind(activation);
    const kind = withLogits && l === layout.length - 1 ? { kind: 0, constant: 0 } : own;
    return { ...block, activation, kind, stride: panelStride(block.rows) };
  });
  const units = layers.reduce((sum, { rows }) => sum + rows, 0);
  // The kernels watch for breaks at 0 alone.
  if (layers.some(({ activation }) => activationBreaks(activation).some((at) => at !== 0))) return undefined;
  if (!lossOf || !LOSSES_HERE.has(lossOf.kernel) || layers.some(({ kind }) => !kind)) return undefined;
  // The kernels' E is that of the loss's row.
  if (lossFactor(network) !== 1 || 16 * units * samples.count > MOST_BYTES) return undefined;

  const plan = new MemoryPlan();
  const panels = panelsOf(samples.count);
  const all = (stride: number): Address => plan.reserve(panels * stride);
  const chunk = (stride: number): Address => plan.reserve(PANELS * stride);
  const places = layers.map(({ stride }) => ({
    z: all(stride),
    a: all(stride),
    moved: chunk(stride),
    movedA: chunk(stride),
  }));
  const outputs = layers.at(-1)?.rows ?? 0;
  const targets = all(panelStride(outputs));
  const thetaAt = plan.reserve(8 * theta.length);
  const packed = plan.reserve(4 * 8 * PACKED_COLUMNS);
  const broken = plan.reserve(32 * PANELS);
  const results = plan.reserve(6 * 8 * SAMPLES);
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
  toPanels(samples.targets, outputs, numbers, targets);
  words(0, [layers.length, lossOf.kind, targets, packed, broken]);
  for (const [l, { weights, rows, columns, stride, kind, activation }] of layers.entries()) {
    const { z = 0, a = 0, moved = 0, movedA = 0 } = places[l] ?? {};
    toPanels(loss.zOfAll(l + 2), rows, numbers, z);
    const row = ACTIVATIONS[activation.type];
    if (row.vector) kernels.softmax(z, a, stride, panels, rows);
    else if (kind) kernels.activate(kind.kind, kind.constant, z, a, stride, panels, 0, rows);
    const breaks = activationBreaks(activation).length > 0;
    words(COMMON + LAYER * l, [
      ...[thetaAt + 8 * weights, rows, columns, z, a, stride, moved, movedA],
      ...[kind?.kind ?? 0, Number(breaks && !(withLogits && l === layers.length - 1))],
    ]);
    view.setFloat64(COMMON + LAYER * l + CONSTANT, kind?.constant ?? 0, true);
  }
  return {
    values: new Float64Array(memory.buffer, results, 6 * SAMPLES),
    take: (layer, unit, step, block) => {
      const first = block * PANELS;
      kernels.gains(planAt, layer - 2, unit, step, first, Math.min(PANELS, panels - first), results);
    },
  };
}
