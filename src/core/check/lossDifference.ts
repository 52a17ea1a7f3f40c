/** What a loss gains between two outputs, without the cancellation of subtracting two losses that are nearly the same. */

import { LOSSES, type LossName, mergedPair, sigmoid, softplus } from '../functions';
import type { Loss, Network } from '../network';

/** z and a of the output layer, one stretch of a longer array. */
export interface Outputs {
  readonly z: Float64Array;
  readonly a: Float64Array;
  readonly offset: number;
}

/** E_s at `after` less E_s at `before`, for the targets that begin at `targets[offset]`. */
export type LossDifference = (before: Outputs, after: Outputs, targets: Float64Array, offset: number) => number;

/** One output unit's E(q) − E(p). */
type Term = (p: number, q: number, y: number, loss: Loss) => number;

/** The difference of each row of THE table's losses in a form of its own. */
const FORMS: Readonly<Record<LossName, Term>> = {
  // ½(q − y)² − ½(p − y)² = ½(q − p)(q + p − 2y)
  mse: (p, q, y) => 0.5 * (q - p) * (q - y + (p - y)),
  mae: (p, q, y, loss) => straight('mae', p, q, y, loss),
  huber: (p, q, y, loss) => {
    // Where ∂E/∂a is the residual itself, E is ½r².
    const square = LOSSES.huber.derivative(p, y, loss) === p - y && LOSSES.huber.derivative(q, y, loss) === q - y;
    return square ? 0.5 * (q - p) * (q - y + (p - y)) : straight('huber', p, q, y, loss);
  },
  // −y ln(q/p) − (1 − y) ln((1 − q)/(1 − p))
  binaryCrossEntropy: (p, q, y) => -(weighted(y, logOfRatio(p, q - p)) + weighted(1 - y, logOfRatio(1 - p, p - q))),
  crossEntropy: (p, q, y) => -weighted(y, logOfRatio(p, q - p)),
};

/** The difference form of the network's loss; of the merged pairs it is taken from z, as the loss itself is. */
export function lossDifference(network: Pick<Network, 'layers' | 'loss'>): LossDifference {
  const units = network.layers.at(-1)?.units ?? 0;
  const pair = mergedPair(network);
  if (pair?.activation === 'sigmoid') return sigmoidDifference(units);
  if (pair?.activation === 'softmax') return softmaxDifference(units);
  const { loss } = network;
  const term = FORMS[loss.type];
  return (before, after, targets, offset) => {
    let sum = 0;
    for (let k = 0; k < units; k++) {
      const p = before.a[before.offset + k] ?? NaN;
      const q = after.a[after.offset + k] ?? NaN;
      sum += term(p, q, targets[offset + k] ?? NaN, loss);
    }
    return sum;
  };
}

/** softplus(z + d) − softplus(z) = ln(1 + σ(z)(e^d − 1)), weighted by y for −z and by 1 − y for z. */
function sigmoidDifference(units: number): LossDifference {
  return (before, after, targets, offset) => {
    let sum = 0;
    for (let k = 0; k < units; k++) {
      const z = before.z[before.offset + k] ?? NaN;
      const d = (after.z[after.offset + k] ?? NaN) - z;
      const y = targets[offset + k] ?? NaN;
      if (d === 0) continue;
      if (y !== 0) sum += y * softplusGain(-z, -d);
      if (y !== 1) sum += (1 - y) * softplusGain(z, d);
    }
    return sum;
  };
}

/** −ln a_k gains ln Σ_i a_i e^(d_i − d_k) = ln(1 + Σ_i a_i (e^(d_i − d_k) − 1)), which loses nothing where a_k is nearly 1. */
function softmaxDifference(units: number): LossDifference {
  return (before, after, targets, offset) => {
    const change = (k: number): number => (after.z[after.offset + k] ?? NaN) - (before.z[before.offset + k] ?? NaN);
    let sum = 0;
    for (let k = 0; k < units; k++) {
      const y = targets[offset + k] ?? NaN;
      if (y === 0) continue;
      const own = change(k);
      let growth = 0;
      for (let i = 0; i < units; i++) growth += (before.a[before.offset + i] ?? NaN) * Math.expm1(change(i) - own);
      sum += y * (isLossless(growth) ? Math.log1p(growth) : logSum(after, units) - logSum(before, units) - own);
    }
    return sum;
  };
}

/** False where ln(1 + x) loses digits, x near −1, or has lost them all: there a plain difference is large and loses none. */
function isLossless(x: number): boolean {
  return x > -0.5 && x < Infinity;
}

/** ln((p + d) / p) */
function logOfRatio(p: number, d: number): number {
  return isLossless(d / p) ? Math.log1p(d / p) : Math.log((p + d) / p);
}

/** softplus(z + d) − softplus(z) */
function softplusGain(z: number, d: number): number {
  const growth = sigmoid(z) * Math.expm1(d);
  return isLossless(growth) ? Math.log1p(growth) : softplus(z + d) - softplus(z);
}

/** ln Σ_i e^(z_i) */
function logSum({ z, offset }: Outputs, units: number): number {
  const row = z.subarray(offset, offset + units);
  const top = row.reduce((most, value) => Math.max(most, value), -Infinity);
  return top + Math.log(row.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

/** Where both lie on one straight piece of E, its slope times the difference. */
function straight(name: LossName, p: number, q: number, y: number, loss: Loss): number {
  const row = LOSSES[name];
  const slope = row.derivative(p, y, loss);
  return slope === row.derivative(q, y, loss) ? slope * (q - p) : row.value(q, y, loss) - row.value(p, y, loss);
}

/** w·x with 0·∞ = 0: a term that the loss leaves out must not spoil the sum. */
function weighted(w: number, x: number): number {
  return w === 0 ? 0 : w * x;
}
