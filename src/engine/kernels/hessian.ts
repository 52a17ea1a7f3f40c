/**
 * H·v of core/hessian by kernels: the same passes, over chunks of samples in panels (wasm/products.ts) where core takes one sample after
 * the other. The products with matrices are the kernels'; what is left, a few numbers a unit, is done here.
 */

import type { Pausing } from '../../core/check/steps';
import type { Multiply } from '../../core/eigen';
import { ACTIVATIONS, lossWithLogits } from '../../core/functions';
import { closeProduct, hessianProducts, through } from '../../core/hessian';
import { keptPasses, type KeptLayer } from '../../core/hessian/passes';
import { type LayerLayout, type Objective, parameterLayout } from '../../core/network';
import type { Address, Kernels } from './simdKernels';
import { MemoryPlan, startKernels } from './simdMemory';
import { PACKED_COLUMNS, panelsOf, panelStride, toPanels } from './simdOperations';

/** Samples of a chunk at most, and multiply-adds of one product with a chunk: some milliseconds lie between two pauses. */
const MOST_SAMPLES = 64;
const CHUNK_WORK = 2 ** 23;
/** What is kept of every unit and sample may take so many bytes. */
const MOST_BYTES = 2 ** 30;

/** `hessianProducts` of core/hessian, fast; and that itself where the network, or the platform, has no kernels for it. */
export function* kernelProducts(objective: Objective): Pausing<Multiply> {
  const room = makeRoom(objective);
  if (!room) return yield* hessianProducts(objective);
  let sample = 0;
  for (const { layers } of keptPasses(objective)) {
    for (const [l, layer] of layers.entries()) keep(room, l, layer, sample);
    sample++;
    yield;
  }
  return (v) => productOf(room, objective, v);
}

/** Blocks of a layer, in bytes: of all samples, chunk after chunk, and of one chunk. */
interface LayerRoom {
  readonly units: number;
  /** From one panel to the next, and from one chunk to the next. */
  readonly stride: number;
  readonly step: number;
  readonly kept: Readonly<Record<keyof KeptLayer, Address>>;
  readonly dz: Address;
  readonly da: Address;
  readonly ddelta: Address;
  /** ∂²E/∂z² of each sample, where it couples the outputs of this layer: in place of `curved`. */
  readonly coupled: Float64Array[];
}

/** Where everything stands. */
interface Room {
  readonly kernels: Kernels;
  readonly numbers: Float64Array;
  /** Samples of a chunk, in fours. */
  readonly chunk: number;
  readonly inputs: number;
  readonly x: Address;
  readonly blocks: readonly { readonly block: LayerLayout; readonly layer: LayerRoom }[];
  readonly theta: Address;
  readonly v: Address;
  readonly product: Address;
  /** A block of the widest layer, one the other way round, and what the kernels pack. */
  readonly other: Address;
  readonly turned: Address;
  readonly packed: Address;
}

/** Undefined where units are coupled that are not the outputs of a loss with logits, or there is no room. */
function makeRoom({ network, theta, samples }: Objective): Room | undefined {
  const layout = parameterLayout(network.layers).layers;
  const couples = network.layers.slice(1).map(({ activation }) => ACTIVATIONS[activation.type].vector);
  if (lossWithLogits(network)) couples.pop();
  const units = layout.reduce((sum, { rows }) => sum + rows, 0);
  if (couples.some(Boolean) || 32 * units * samples.count > MOST_BYTES) return undefined;
  const affordable = Math.floor(CHUNK_WORK / theta.length / 4) * 4;
  const chunk = Math.max(4, Math.min(MOST_SAMPLES, affordable, 4 * panelsOf(samples.count)));
  const panels = chunk / 4;
  const plan = new MemoryPlan();
  const chunks = Math.ceil(samples.count / chunk);
  const inputs = layout[0]?.columns ?? 0;
  const widest = Math.max(inputs, ...layout.map(({ rows }) => rows));
  const row = (): Address => plan.reserve(8 * theta.length);
  const blocks = layout.map((block) => {
    const stride = panelStride(block.rows);
    const step = panels * stride;
    const [all, one] = [() => plan.reserve(chunks * step), () => plan.reserve(step)];
    const kept = { a: all(), delta: all(), first: all(), curved: all() };
    const moved = { dz: one(), da: one(), ddelta: one() };
    return { block, layer: { units: block.rows, stride, step, kept, ...moved, coupled: [] } };
  });
  const places = {
    x: plan.reserve(panels * panelStride(inputs)),
    theta: row(),
    v: row(),
    product: row(),
    other: plan.reserve(panels * panelStride(widest)),
    turned: plan.reserve(8 * chunk * (3 + widest)),
    packed: plan.reserve(4 * 8 * Math.max(PACKED_COLUMNS, chunk)),
  };
  const started = startKernels(plan);
  if (!started) return undefined;
  const numbers = new Float64Array(started.memory.buffer);
  numbers.set(theta, places.theta / 8);
  return { ...places, kernels: started.kernels, numbers, chunk, inputs, blocks };
}

function keep({ blocks, numbers, chunk }: Room, l: number, values: KeptLayer, sample: number): void {
  const layer = blocks[l]?.layer;
  if (!layer) return;
  const { units, kept, step, stride, coupled } = layer;
  if (values.curved.length > units) coupled.push(values.curved);
  const s = sample % chunk;
  const offset = Math.floor(sample / chunk) * step + (s >> 2) * stride;
  for (const name of ['a', 'delta', 'first', 'curved'] as const) {
    const at = (kept[name] + offset) / 8 + (s & 3);
    if (values[name].length !== units) continue;
    for (let i = 0; i < units; i++) numbers[at + 4 * i] = values[name][i] ?? NaN;
  }
}

/** H·v, with a pause after each chunk. */
function* productOf(room: Room, objective: Objective, v: Float64Array): Pausing<Float64Array> {
  const { numbers, chunk } = room;
  const { count } = objective.samples;
  numbers.set(v, room.v / 8);
  scaleBiases(room, room.v);
  for (let first = 0; first < count; first += chunk) {
    const n = Math.min(chunk, count - first);
    const { inputs, x } = room;
    toPanels(objective.samples.inputs.subarray(first * inputs, (first + n) * inputs), inputs, numbers, x);
    forward(room, first / chunk, n);
    outputs(room, first, n);
    backward(room, first / chunk, n);
    yield;
  }
  scaleBiases(room, room.product);
  const product = numbers.slice(room.product / 8, room.product / 8 + v.length);
  closeProduct(objective, v, product);
  return product;
}

/** The kernels take every bias for one of an input of 1. */
function scaleBiases({ blocks, numbers }: Room, at: Address): void {
  for (const { block } of blocks) {
    if (block.biases < 0 || block.biasInput === 1) continue;
    const first = at / 8 + block.biases;
    for (let k = first; k < first + block.rows; k++) numbers[k] = (numbers[k] ?? NaN) * block.biasInput;
  }
}

/** ż^(l+1) = v^(l) a^(l) + θ^(l) ȧ^(l) and ȧ = g′ ż */
function forward(room: Room, at: number, n: number): void {
  const { kernels, numbers, packed } = room;
  const panels = panelsOf(n);
  let below: LayerRoom | undefined;
  for (const { block, layer } of room.blocks) {
    const { rows, columns, weights, biases } = block;
    const { dz, da, stride, kept } = layer;
    const [x, xStride] = inputOf(room, below, at);
    const to = [stride, panels, 0, rows, packed] as const;
    const constants = biases < 0 ? 0 : room.v + 8 * biases;
    kernels.multiply(room.v + 8 * weights, 8 * columns, 8, columns, constants, x, xStride, dz, ...to);
    if (below) {
      const theta = room.theta + 8 * weights;
      kernels.multiply(theta, 8 * columns, 8, columns, 0, below.da, below.stride, room.other, ...to);
      for (const [z, end, other] of eachPanel(layer, panels, dz, room.other)) {
        for (let k = 0; z + k < end; k++) numbers[z + k] = (numbers[z + k] ?? NaN) + (numbers[other + k] ?? NaN);
      }
    }
    for (const [a, end, z, g] of eachPanel(layer, panels, da, dz, kept.first + at * layer.step)) {
      for (let k = 0; a + k < end; k++) numbers[a + k] = (numbers[z + k] ?? NaN) * (numbers[g + k] ?? NaN);
    }
    below = layer;
  }
}

/** δ̇^(L) = ∂²E/∂z² ż^(L) */
function outputs({ blocks, numbers, chunk }: Room, first: number, n: number): void {
  const layer = blocks.at(-1)?.layer;
  if (!layer) return;
  const { units, stride, dz, ddelta, kept, coupled } = layer;
  const moved = new Float64Array(units);
  for (let s = 0; s < n && coupled.length > 0; s++) {
    const place = ((s >> 2) * stride) / 8 + (s & 3);
    for (let k = 0; k < units; k++) moved[k] = numbers[dz / 8 + place + 4 * k] ?? NaN;
    const bent = through(coupled[first + s] ?? moved, moved);
    for (let k = 0; k < units; k++) numbers[ddelta / 8 + place + 4 * k] = bent[k] ?? NaN;
  }
  if (coupled.length > 0) return;
  const curved = kept.curved + (first / chunk) * layer.step;
  for (const [delta, end, z, second] of eachPanel(layer, panelsOf(n), ddelta, dz, curved)) {
    for (let k = 0; delta + k < end; k++) numbers[delta + k] = (numbers[z + k] ?? NaN) * (numbers[second + k] ?? NaN);
  }
}

function backward(room: Room, at: number, n: number): void {
  const { kernels, numbers, packed, turned, other } = room;
  const panels = panelsOf(n);
  for (let l = room.blocks.length - 1; l >= 0; l--) {
    const { block, layer } = room.blocks[l] ?? {};
    if (!block || !layer) return;
    const { rows, columns, weights, biases } = block;
    const { ddelta, stride } = layer;
    const below = room.blocks[l - 1]?.layer;
    const [x, xStride] = inputOf(room, below, at);
    const [gradient, add] = [room.product + 8 * weights, at > 0];
    // ∂/∂θ_ij = δ_i a_j moves by δ̇_i a_j + δ_i ȧ_j
    kernels.transpose(x, xStride, n, columns, turned);
    kernels.outerProduct(gradient, columns, ddelta, stride, turned, n, 0, rows, add, packed);
    if (biases >= 0) kernels.rowSums(room.product + 8 * biases, ddelta, stride, n, 0, rows, add);
    if (!below) return;
    const delta = layer.kept.delta + at * layer.step;
    kernels.transpose(below.da, below.stride, n, columns, turned);
    kernels.outerProduct(gradient, columns, delta, stride, turned, n, 0, rows, true, packed);
    // ∂E/∂a = θᵀδ moves by θᵀδ̇ + vᵀδ, and δ = g′ ∂E/∂a by g′ times that and g″ ∂E/∂a ż
    const to = [below.stride, panels, 0, columns, packed] as const;
    kernels.multiply(room.theta + 8 * weights, 8, 8 * columns, rows, 0, ddelta, stride, below.ddelta, ...to);
    kernels.multiply(room.v + 8 * weights, 8, 8 * columns, rows, 0, delta, stride, other, ...to);
    const [first, curved] = [below.kept.first + at * below.step, below.kept.curved + at * below.step];
    for (const [u, end, more, g, bend, z] of eachPanel(below, panels, below.ddelta, other, first, curved, below.dz)) {
      for (let k = 0; u + k < end; k++) {
        const byA = (numbers[u + k] ?? NaN) + (numbers[more + k] ?? NaN);
        numbers[u + k] = (numbers[g + k] ?? NaN) * byA + (numbers[bend + k] ?? NaN) * (numbers[z + k] ?? NaN);
      }
    }
  }
}

/** a^(l) of the chunk and its stride: x, or what is kept of the layer below. */
function inputOf({ x, inputs }: Room, below: LayerRoom | undefined, chunk: number): readonly [Address, number] {
  return below ? [below.kept.a + chunk * below.step, below.stride] : [x, panelStride(inputs)];
}

/** Of each panel: where the first block's numbers begin and end, and where those of the others begin. */
function eachPanel({ units, stride }: LayerRoom, panels: number, ...blocks: readonly Address[]): Place[] {
  return Array.from({ length: panels }, (_, p) => {
    const [first = 0, ...others] = blocks.map((block) => (block + p * stride) / 8);
    return [first, first + 4 * units, ...others] as unknown as Place;
  });
}

type Place = readonly [number, number, number, number, number, number];
