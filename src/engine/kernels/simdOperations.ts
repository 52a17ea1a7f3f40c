/**
 * What is done with one chunk of samples, as operations of a bounded amount of work each: a whole layer where it is small,
 * some of its units where it is large. The samples stand in panels of four (wasm/products.ts). `l` is an index of the arrays
 * here: layers count from 0.
 */

import { ACTIVATIONS, hasLossWithLogits } from '../../core/functions';
import { layerAt, type Activation, type Layer, type LayerLayout, type Network } from '../../core/network';
import type { UnitValues } from '../../core/backprop';
import { activationByRow, backwardByRow, lossByRow } from './byRows';
import type { Operation, PassState } from './program';
import { cut, type Range } from '../ranges';
import { activationKind, lossKind } from './simdFunctions';
import type { Address, Kernels } from './simdKernels';
import type { InputZeros } from './inputZeros';

/** Multiply-adds of one operation at most: less than a millisecond. */
const OPERATION = 2 ** 21;
/** A chunk of a network that takes no more than this is not taken in pieces. */
export const SMALL = OPERATION;

/** The blocks of one layer; those of the input layer are not used but for `a`. */
export interface SimdBlocks {
  readonly z: Address;
  readonly a: Address;
  readonly delta: Address;
  /** The layer's values, four units side by side; of no use on the output layer. */
  readonly transposed: Address;
  /** Bytes from one panel to the next. */
  readonly stride: number;
  readonly units: number;
}

/** Room of its own for every thread, one every `step` bytes; the first is that of the thread that trains. */
export interface Room {
  readonly at: Address;
  readonly step: number;
}

/** What the operations of a pass work on. */
export interface SimdPass extends PassState {
  readonly kernels: Kernels;
  /** The kernels' memory. */
  readonly memory: Float64Array;
  readonly theta: Address;
  readonly gradient: Address;
  readonly blocks: readonly SimdBlocks[];
  /** The targets' block, laid out as that of the output layer. */
  readonly targets: Address;
  /** The rows of a chunk as they stand in the data. */
  readonly rowsOfInputs: Address;
  readonly rowsOfTargets: Address;
  /** Four rows of a matrix side by side. */
  readonly packed: Room;
  readonly zeros: InputZeros;
  /** Sums of softmax's way back. */
  readonly behind: Room;
}

/** Columns that wasm/products.ts packs at a time, and of which wasm/sparse.ts makes a list. */
export const PACKED_COLUMNS = 256;

/** Bytes from one panel of a layer to the next: a cache line between them. */
export function panelStride(units: number): number {
  return 32 * units + 64;
}

export function panelsOf(samples: number): number {
  return Math.ceil(samples / 4);
}

/** Row-major values of every sample, `units` of each, to panels (wasm/products.ts). */
export function toPanels(values: Float64Array, units: number, numbers: Float64Array, to: Address): void {
  const stride = panelStride(units) / 8;
  for (let s = 0, at = 0; at < values.length; s++) {
    const place = to / 8 + (s >> 2) * stride + (s & 3);
    for (let k = 0; k < units; k++, at++) numbers[place + 4 * k] = values[at] ?? NaN;
  }
}

/** z^(l+1) = θ^(l) a^(l) + θ₀^(l) and a^(l+1) = g(z^(l+1)). */
export function forwardLayer(pass: SimdPass, block: LayerLayout, { activation }: Layer, l: number): Operation[] {
  const { kernels, zeros } = pass;
  const packed = pass.packed.at;
  const { rows, columns, weights, biases } = block;
  const { a: x, stride: xStride } = blocksOf(pass, l);
  const { z, a, stride } = blocksOf(pass, l + 1);
  const matrix = pass.theta + 8 * weights;
  const constants = biases < 0 ? 0 : pass.theta + 8 * biases;
  const g = activationKind(activation);
  const couples = ACTIVATIONS[activation.type].vector;
  const multiplications = unitRanges(pass, rows, columns).map(({ from, to }) => ({
    work: (to - from) * (columns + 8),
    run: () => {
      const panels = panelsOf(pass.n);
      if (l === 0 && zeros.listed) {
        const { lists, lengths } = zeros.ofColumns;
        const into = [z, stride, panels, 0, panels, from, to, packed, lists, lengths] as const;
        kernels.multiplyListed(matrix, columns, constants, x, xStride, ...into);
      } else {
        kernels.multiply(matrix, 8 * columns, 8, columns, constants, x, xStride, z, stride, panels, from, to, packed);
      }
      if (g && !couples) kernels.activate(g.kind, g.constant, z, a, stride, panels, from, to);
    },
  }));
  if (!g) return [...multiplications, activationByRow(pass, activation, l + 1)];
  if (!couples) return multiplications;
  const run = (): void => {
    kernels.softmax(z, a, stride, panelsOf(pass.n), rows);
  };
  return [...multiplications, { work: 16 * rows, run }];
}

/** Σ E_s, and δ^(L), divided by the number of rows, so that every sum over samples is the mean that J asks for. */
export function outputLayer(
  pass: SimdPass,
  network: Network,
): { readonly loss: Operation; readonly delta: Operation[] } {
  const { kernels, targets } = pass;
  const last = network.layers.length - 1;
  const { z, a, delta, stride, units } = blocksOf(pass, last);
  const known = lossKind(network);
  const work = 8 * units;
  const lossOf = (value: () => number): Operation => ({
    work,
    run: () => {
      pass.lossSum += value();
      pass.hits += kernels.countHits(a, targets, stride, pass.n, units);
    },
  });
  if (!known) {
    const byRow = lossByRow(pass, network);
    return { loss: lossOf(byRow.value), delta: [byRow.delta] };
  }
  const { kind, constant } = known;
  const byOutputs = {
    work,
    run: () => {
      const [scale, panels] = [1 / pass.rows.count, panelsOf(pass.n)];
      kernels.lossBackward(kind, constant, scale, z, a, delta, stride, targets, panels, units);
    },
  };
  const { activation } = layerAt(network, last + 1);
  const through = hasLossWithLogits(network) ? [] : throughActivation(pass, activation, last);
  return {
    loss: lossOf(() => kernels.lossSum(kind, constant, z, a, stride, targets, pass.n, units)),
    delta: [byOutputs, ...through],
  };
}

/** ∂J/∂θ^(l) += δ^(l+1) a^(l) over the chunk's samples. */
export function gradientOfLayer(pass: SimdPass, block: LayerLayout, l: number): Operation[] {
  const { kernels, zeros } = pass;
  const packed = pass.packed.at;
  const { rows, columns, weights, biases } = block;
  const { a, transposed, stride: aStride } = blocksOf(pass, l);
  const { delta, stride } = blocksOf(pass, l + 1);
  const [ofWeights, ofBiases] = [pass.gradient + 8 * weights, pass.gradient + 8 * biases];
  const turn = {
    work: 2 * columns,
    run: () => {
      kernels.transpose(a, aStride, pass.n, columns, transposed);
      if (l === 0 && zeros.listed) zeros.listSamples(pass);
    },
  };
  const sums = unitRanges(pass, rows, columns).map(({ from, to }) => ({
    work: (to - from) * (columns + 1),
    run: () => {
      const { n } = pass;
      const add = pass.done > 0;
      if (l === 0 && zeros.listed) {
        const { lists, lengths } = zeros.ofSamples;
        const over = [transposed, n, from, to, add, packed, lists, lengths] as const;
        kernels.outerProductListed(ofWeights, columns, delta, stride, ...over);
      } else kernels.outerProduct(ofWeights, columns, delta, stride, transposed, n, from, to, add, packed);
      if (biases >= 0) kernels.rowSums(ofBiases, delta, stride, n, from, to, add);
    },
  }));
  return [turn, ...sums];
}

/** δ^(l) = g′(z^(l)) (θ^(l))ᵀ δ^(l+1), of a hidden layer. */
export function deltaOfLayer(pass: SimdPass, block: LayerLayout, { activation }: Layer, l: number): Operation[] {
  const { kernels } = pass;
  const packed = pass.packed.at;
  const { rows, columns, weights } = block;
  const { delta, stride } = blocksOf(pass, l);
  const { delta: next, stride: nextStride } = blocksOf(pass, l + 1);
  const matrix = pass.theta + 8 * weights;
  const multiplications = unitRanges(pass, columns, rows).map(({ from, to }) => ({
    work: (to - from) * (rows + 8),
    run: () => {
      const panels = panelsOf(pass.n);
      kernels.multiply(matrix, 8, 8 * columns, rows, 0, next, nextStride, delta, stride, panels, from, to, packed);
    },
  }));
  return [...multiplications, ...throughActivation(pass, activation, l)];
}

/** δ := δ g′(z), or of softmax what it couples. */
function throughActivation(pass: SimdPass, activation: Activation, l: number): Operation[] {
  const { kernels } = pass;
  const { z, a, delta, stride, units } = blocksOf(pass, l);
  const g = activationKind(activation);
  if (!g) return [backwardByRow(pass, activation, l)];
  const run = ACTIVATIONS[activation.type].vector
    ? (): void => {
        kernels.softmaxBackward(a, delta, stride, panelsOf(pass.n), units, pass.behind.at);
      }
    : (): void => {
        kernels.activateBackward(g.kind, g.constant, z, a, delta, stride, panelsOf(pass.n), 0, units);
      };
  return [{ work: 8 * units, run }];
}

/** Adds z, a and δ of every unit over the chunk's samples to `sums`. */
export function sumUnits(pass: SimdPass, sums: UnitValues): Operation {
  const { memory } = pass;
  return {
    work: 3 * sums.a.reduce((total, { length }) => total + length, 0),
    run: () => {
      for (const kind of ['z', 'a', 'delta'] as const) {
        for (const [l, sum] of sums[kind].entries()) {
          const block = blocksOf(pass, l);
          for (let i = 0; i < sum.length; i++) {
            let total = pass.done > 0 ? (sum[i] ?? NaN) : 0;
            for (let s = 0; s < pass.n; s++) {
              total += memory[(block[kind] + block.stride * (s >> 2)) / 8 + 4 * i + (s & 3)] ?? NaN;
            }
            sum[i] = total;
          }
        }
      }
    },
  };
}

/** R = λ₁ Σ|θ| + (λ₂/2) Σ θ² and, where a gradient is wanted, ∂J/∂θ += λ₁ sign θ + λ₂ θ over a layer's weights. */
export function penaltyOperations(pass: SimdPass, block: LayerLayout, l1: number, l2: number): Operation[] {
  if (l1 === 0 && l2 === 0) return [];
  const { kernels, theta, gradient } = pass;
  return cut(block.weights, block.weights + block.rows * block.columns, OPERATION).map(({ from, to }) => ({
    work: to - from,
    run: () => {
      const into = pass.wanted === 'loss' ? 0 : gradient + 8 * from;
      pass.penalty += kernels.penalize(theta + 8 * from, into, to - from, l1, l2);
    },
  }));
}

export function blocksOf({ blocks }: SimdPass, l: number): SimdBlocks {
  const found = blocks[l];
  if (!found) throw new RangeError(`there is no layer ${String(l + 1)}`);
  return found;
}

/** A layer's units in ranges whose work over a whole chunk is one operation's, in fours as the kernels like them. */
function unitRanges({ chunkSize }: SimdPass, units: number, workOfUnit: number): Range[] {
  const atOnce = Math.floor(OPERATION / (workOfUnit * chunkSize));
  return cut(0, units, Math.max(4, atOnce - (atOnce % 4)));
}
