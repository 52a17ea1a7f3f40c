/** The loss of a chunk of samples and its derivative by the output layer, read from the table of core/functions. */

import { LOSSES, mergedPair, type LossRow, type MergedPair } from '../../core/functions';
import type { Loss, Network } from '../../core/network';

/** The output layer's values of one chunk, feature-major, and the targets, row-major with `rows[s]` the row of sample s. */
export interface OutputChunk {
  n: number;
  targets: Float64Array;
  readonly rows: Uint32Array;
  readonly z: Float64Array;
  readonly a: Float64Array;
}

export interface OutputLoss {
  /** True where `derivative` gives ∂E/∂z at once (the merged pairs), false where it gives ∂E/∂a. */
  readonly ofLogits: boolean;
  /** Σ_s E_s over the chunk. */
  value(chunk: Readonly<OutputChunk>): number;
  /** Writes scale · ∂E_s/∂a_k (∂E_s/∂z_k) of every output unit and sample into `delta`. */
  derivative(chunk: Readonly<OutputChunk>, scale: number, delta: Float64Array): void;
}

/** Samples of the chunk whose class (core/classes.ts) is that of their target. */
export function countHits({ n, a, targets, rows }: Readonly<OutputChunk>, units: number): number {
  let hits = 0;
  for (let s = 0; s < n; s++) {
    const y = (rows[s] ?? 0) * units;
    if (units === 1) {
      if ((a[s] ?? NaN) > 0.5 === (targets[y] ?? NaN) > 0.5) hits++;
      continue;
    }
    let best = 0;
    for (let k = 1; k < units; k++) if ((a[k * n + s] ?? NaN) > (a[best * n + s] ?? NaN)) best = k;
    if (targets[y + best] === 1) hits++;
  }
  return hits;
}

export function outputLoss(network: Pick<Network, 'layers' | 'loss'>): OutputLoss {
  const units = network.layers.at(-1)?.units ?? 0;
  const pair = mergedPair(network);
  return pair ? merged(pair, units) : unitByUnit(LOSSES[network.loss.type], network.loss, units);
}

function unitByUnit(row: LossRow, loss: Loss, units: number): OutputLoss {
  return {
    ofLogits: false,
    value: ({ n, a, targets, rows }) => {
      let sum = 0;
      for (let s = 0; s < n; s++) {
        const y = (rows[s] ?? 0) * units;
        for (let k = 0; k < units; k++) sum += row.value(a[k * n + s] ?? NaN, targets[y + k] ?? NaN, loss);
      }
      return sum;
    },
    derivative: ({ n, a, targets, rows }, scale, delta) => {
      for (let s = 0; s < n; s++) {
        const y = (rows[s] ?? 0) * units;
        for (let k = 0; k < units; k++) {
          delta[k * n + s] = scale * row.derivative(a[k * n + s] ?? NaN, targets[y + k] ?? NaN, loss);
        }
      }
    },
  };
}

function merged(pair: MergedPair, units: number): OutputLoss {
  const z = new Float64Array(units);
  const a = new Float64Array(units);
  const delta = new Float64Array(units);
  const y = new Float64Array(units);
  const gather = (chunk: Readonly<OutputChunk>, s: number): void => {
    const row = (chunk.rows[s] ?? 0) * units;
    for (let k = 0; k < units; k++) {
      z[k] = chunk.z[k * chunk.n + s] ?? NaN;
      a[k] = chunk.a[k * chunk.n + s] ?? NaN;
      y[k] = chunk.targets[row + k] ?? NaN;
    }
  };
  return {
    ofLogits: true,
    value: (chunk) => {
      let sum = 0;
      for (let s = 0; s < chunk.n; s++) {
        gather(chunk, s);
        sum += pair.value(z, y);
      }
      return sum;
    },
    derivative: (chunk, scale, into) => {
      for (let s = 0; s < chunk.n; s++) {
        gather(chunk, s);
        pair.derivative(z, a, y, delta);
        for (let k = 0; k < units; k++) into[k * chunk.n + s] = scale * (delta[k] ?? NaN);
      }
    },
  };
}
