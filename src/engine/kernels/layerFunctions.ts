/**
 * Activations of a whole block of values (feature-major, kernels.ts), both ways. What each function is stands in the table of
 * core/functions alone: the four that matter most for speed have loops of their own, which tests hold against it bit for bit.
 */

import {
  ACTIVATIONS,
  sigmoid,
  type ActivationName,
  type ScalarActivationRow,
  type VectorActivationRow,
} from '../../core/functions';
import type { Activation } from '../../core/network';

/** Over the values from ≤ k < to of a block. */
export interface BlockFunction {
  /** a := g(z) */
  forward(z: Float64Array, a: Float64Array, from: number, to: number): void;
  /** Turns ∂E/∂a into ∂E/∂z in place: δ := δ g′(z), where a = g(z) is known. */
  backward(z: Float64Array, a: Float64Array, delta: Float64Array, from: number, to: number): void;
}

/** The same over all units of a layer, which the function couples, for a chunk of n samples. */
export interface CoupledFunction {
  forward(z: Float64Array, a: Float64Array, n: number): void;
  backward(a: Float64Array, delta: Float64Array, n: number): void;
}

/** The function of a layer of `units`: `each`, or `coupled` where its units cannot be taken apart. */
export function layerFunction(
  g: Activation,
  units: number,
): { readonly each?: BlockFunction; readonly coupled?: CoupledFunction } {
  const row = ACTIVATIONS[g.type];
  return row.vector ? { coupled: softmaxLike(row, units) } : { each: FAST[g.type] ?? fromTable(row, g) };
}

const FAST: Partial<Record<ActivationName, BlockFunction>> = {
  identity: {
    forward: (z, a, from, to) => {
      for (let k = from; k < to; k++) a[k] = z[k] ?? NaN;
    },
    backward: () => undefined,
  },
  sigmoid: {
    forward: (z, a, from, to) => {
      for (let k = from; k < to; k++) a[k] = sigmoid(z[k] ?? NaN);
    },
    backward: (_, a, delta, from, to) => {
      for (let k = from; k < to; k++) {
        const value = a[k] ?? NaN;
        delta[k] = (delta[k] ?? NaN) * (value * (1 - value));
      }
    },
  },
  tanh: {
    forward: (z, a, from, to) => {
      for (let k = from; k < to; k++) a[k] = Math.tanh(z[k] ?? NaN);
    },
    backward: (_, a, delta, from, to) => {
      for (let k = from; k < to; k++) {
        const value = a[k] ?? NaN;
        delta[k] = (delta[k] ?? NaN) * (1 - value * value);
      }
    },
  },
  relu: {
    forward: (z, a, from, to) => {
      for (let k = from; k < to; k++) {
        const value = z[k] ?? NaN;
        a[k] = value <= 0 ? 0 : value;
      }
    },
    backward: (z, _, delta, from, to) => {
      for (let k = from; k < to; k++) {
        const value = z[k] ?? NaN;
        delta[k] = (delta[k] ?? NaN) * (value > 0 ? 1 : value <= 0 ? 0 : NaN);
      }
    },
  },
};

function fromTable(row: ScalarActivationRow, g: Activation): BlockFunction {
  return {
    forward: (z, a, from, to) => {
      for (let k = from; k < to; k++) a[k] = row.value(z[k] ?? NaN, g);
    },
    backward: (z, _, delta, from, to) => {
      for (let k = from; k < to; k++) delta[k] = (delta[k] ?? NaN) * row.derivative(z[k] ?? NaN, g);
    },
  };
}

/**
 * ∂E/∂z_k = Σ_i (∂E/∂a_i) a_i ([i = k] − a_k) = a_k ((1 − a_k) ∂E/∂a_k − Σ_(i≠k) a_i ∂E/∂a_i): softmax is the table's one
 * coupled row. The sum without k is that before k and that behind k, as taking a term off the whole sum would lose digits.
 */
function softmaxLike(row: VectorActivationRow, units: number): CoupledFunction {
  const zOfSample = new Float64Array(units);
  const aOfSample = new Float64Array(units);
  const sumFrom = new Float64Array(units + 1);
  return {
    forward: (z, a, n) => {
      for (let s = 0; s < n; s++) {
        for (let i = 0; i < units; i++) zOfSample[i] = z[i * n + s] ?? NaN;
        row.value(zOfSample, aOfSample);
        for (let i = 0; i < units; i++) a[i * n + s] = aOfSample[i] ?? NaN;
      }
    },
    backward: (a, delta, n) => {
      for (let s = 0; s < n; s++) {
        for (let i = units - 1; i >= 0; i--) {
          sumFrom[i] = (sumFrom[i + 1] ?? NaN) + (a[i * n + s] ?? NaN) * (delta[i * n + s] ?? NaN);
        }
        let sumBefore = 0;
        for (let k = 0; k < units; k++) {
          const value = a[k * n + s] ?? NaN;
          const upstream = delta[k * n + s] ?? NaN;
          delta[k * n + s] = value * ((1 - value) * upstream - (sumBefore + (sumFrom[k + 1] ?? NaN)));
          sumBefore += value * upstream;
        }
      }
    },
  };
}
