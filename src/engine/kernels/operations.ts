/**
 * What is done with one chunk of samples, as operations of a bounded amount of work each: a whole layer where it is small,
 * some of its units where it is large. `l` is an index of the arrays here: layers count from 0.
 */

import { layerAt, type Layer, type LayerLayout, type Network } from '../../core/network';
import type { UnitMeans } from '../engine';
import { multiply, outerProduct, rowSums, type Matrix } from './kernels';
import { layerFunction } from './layerFunctions';
import { countHits, outputLoss, type OutputChunk } from './outputLoss';
import type { Operation, PassState } from './program';
import { cut, type Range } from '../ranges';

/** Multiply-adds of one operation at most: about a millisecond. */
const OPERATION = 2 ** 21;

/** z, a and δ of one layer for the samples of a chunk, feature-major (kernels.ts); the input layer has only `a`. */
export interface Blocks {
  readonly z: Float64Array;
  readonly a: Float64Array;
  readonly delta: Float64Array;
}

/** What the operations of a pass work on. */
export interface Pass extends PassState {
  readonly theta: Float64Array;
  readonly gradient: Float64Array;
  readonly blocks: readonly Blocks[];
}

/** a^(1) = x. Where rows are in the data's own order, a chunk that is there already is not packed again. */
export function packInputs(pass: Pass, inputs: number): Operation {
  const { a } = blocksOf(pass, 0);
  let packed: Float64Array | undefined;
  let packedFirst = 0;
  let packedCount = 0;
  return {
    work: inputs,
    run: () => {
      const { rows, n, rowOf } = pass;
      const x = rows.samples.inputs;
      const first = rows.first + pass.done;
      if (!rows.order && packed === x && packedFirst === first && packedCount === n) return;
      for (let s = 0; s < n; s++) {
        const row = (rowOf[s] ?? 0) * inputs;
        for (let j = 0; j < inputs; j++) a[j * n + s] = x[row + j] ?? NaN;
      }
      packed = rows.order ? undefined : x;
      packedFirst = first;
      packedCount = n;
    },
  };
}

/** z^(l+1) = θ^(l) a^(l) + θ₀^(l) and a^(l+1) = g(z^(l+1)). */
export function forwardLayer(pass: Pass, block: LayerLayout, { activation }: Layer, l: number): Operation[] {
  const { theta } = pass;
  const { rows, columns, weights, biases } = block;
  const input = blocksOf(pass, l).a;
  const { z, a } = blocksOf(pass, l + 1);
  const matrix: Matrix = { start: weights, rowStep: columns, columnStep: 1, columns, constants: biases };
  const { each, coupled } = layerFunction(activation, rows);
  const operations = unitRanges(pass, rows, columns).map(({ from, to }) => ({
    work: (to - from) * (columns + 8),
    run: () => {
      const { n } = pass;
      multiply(theta, matrix, input, z, n, from, to);
      each?.forward(z, a, from * n, to * n);
    },
  }));
  if (!coupled) return operations;
  return [...operations, { work: 8 * rows, run: () => coupled.forward(z, a, pass.n) }];
}

/** Σ E_s, and δ^(L), divided by the number of rows, so that every sum over samples is the mean that J asks for. */
export function outputLayer(pass: Pass, network: Network): { readonly loss: Operation; readonly delta: Operation } {
  const last = network.layers.length;
  const { activation, units } = layerAt(network, last);
  const { z, a, delta } = blocksOf(pass, last - 1);
  const loss = outputLoss(network);
  const { each, coupled } = layerFunction(activation, units);
  const chunk: OutputChunk = { n: 0, targets: pass.rows.samples.targets, rows: pass.rowOf, z, a };
  const work = 8 * units;
  return {
    loss: {
      work,
      run: () => {
        chunk.n = pass.n;
        chunk.targets = pass.rows.samples.targets;
        pass.lossSum += loss.value(chunk);
        pass.hits += countHits(chunk, units);
      },
    },
    delta: {
      work,
      run: () => {
        const { n } = pass;
        loss.derivative(chunk, 1 / pass.rows.count, delta);
        if (loss.ofLogits) return;
        each?.backward(z, a, delta, 0, units * n);
        coupled?.backward(a, delta, n);
      },
    },
  };
}

/** ∂J/∂θ^(l) += δ^(l+1) a^(l) over the chunk's samples. */
export function gradientOfLayer(pass: Pass, block: LayerLayout, l: number): Operation[] {
  const { gradient } = pass;
  const { rows, columns, weights, biases } = block;
  const { a } = blocksOf(pass, l);
  const { delta } = blocksOf(pass, l + 1);
  return unitRanges(pass, rows, columns).map(({ from, to }) => ({
    work: (to - from) * (columns + 1),
    run: () => {
      const { n } = pass;
      const add = pass.done > 0;
      outerProduct(gradient, weights, columns, delta, a, n, from, to, add);
      if (biases >= 0) rowSums(gradient, biases, delta, n, from, to, add);
    },
  }));
}

/** δ^(l) = g′(z^(l)) (θ^(l))ᵀ δ^(l+1), of a hidden layer. */
export function deltaOfLayer(pass: Pass, block: LayerLayout, { activation }: Layer, l: number): Operation[] {
  const { theta } = pass;
  const { rows, columns, weights } = block;
  const { z, a, delta } = blocksOf(pass, l);
  const next = blocksOf(pass, l + 1).delta;
  const transposed: Matrix = { start: weights, rowStep: 1, columnStep: columns, columns: rows, constants: -1 };
  const { each, coupled } = layerFunction(activation, columns);
  const operations = unitRanges(pass, columns, rows).map(({ from, to }) => ({
    work: (to - from) * (rows + 8),
    run: () => {
      const { n } = pass;
      multiply(theta, transposed, next, delta, n, from, to);
      each?.backward(z, a, delta, from * n, to * n);
    },
  }));
  if (!coupled) return operations;
  return [...operations, { work: 4 * columns, run: () => coupled.backward(a, delta, pass.n) }];
}

/** Adds z, a and δ of every unit over the chunk's samples to `sums`. */
export function sumUnits(pass: Pass, sums: UnitMeans): Operation {
  return {
    work: 3 * sums.a.reduce((total, { length }) => total + length, 0),
    run: () => {
      for (const kind of ['z', 'a', 'delta'] as const) {
        for (const [l, sum] of sums[kind].entries()) {
          rowSums(sum, 0, blocksOf(pass, l)[kind], pass.n, 0, sum.length, pass.done > 0);
        }
      }
    },
  };
}

/** R = λ₁ Σ|θ| + (λ₂/2) Σ θ² and, where a gradient is wanted, ∂J/∂θ += λ₁ sign θ + λ₂ θ over a layer's weights. */
export function penalize(pass: Pass, block: LayerLayout, l1: number, l2: number): Operation[] {
  if (l1 === 0 && l2 === 0) return [];
  const { theta, gradient } = pass;
  return cut(block.weights, block.weights + block.rows * block.columns, OPERATION).map(({ from, to }) => ({
    work: to - from,
    run: () => {
      let absolute = 0;
      let squares = 0;
      for (let k = from; k < to; k++) {
        const w = theta[k] ?? NaN;
        absolute += Math.abs(w);
        squares += w * w;
      }
      pass.penalty += l1 * absolute + 0.5 * l2 * squares;
      if (pass.wanted === 'loss') return;
      for (let k = from; k < to; k++) {
        const w = theta[k] ?? NaN;
        gradient[k] = (gradient[k] ?? NaN) + l1 * Math.sign(w) + l2 * w;
      }
    },
  }));
}

function blocksOf({ blocks }: Pass, l: number): Blocks {
  const found = blocks[l];
  if (!found) throw new RangeError(`there is no layer ${String(l + 1)}`);
  return found;
}

/** A layer's units in ranges whose work over a whole chunk is one operation's, in fours as the kernels like them. */
function unitRanges({ chunkSize }: Pass, units: number, workOfUnit: number): Range[] {
  const atOnce = Math.floor(OPERATION / (workOfUnit * chunkSize));
  return cut(0, units, Math.max(4, atOnce - (atOnce % 4)));
}
