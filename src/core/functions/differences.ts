/** What a loss gains between two outputs, without the cancellation of subtracting two losses that are nearly the same. */

import { sigmoid, softplus } from './logistic';
import type { LossRow, Constants, LossWithLogits, Outputs } from './rows';

/** w·x with 0·∞ = 0: a term that the loss leaves out must not spoil the sum. */
export function weighted(w: number, x: number): number {
  return w === 0 ? 0 : w * x;
}

/** Where both lie on one straight piece of E, its slope times the difference. */
export function straight(row: LossRow, p: number, q: number, y: number, loss: Constants): number {
  const slope = row.derivative(p, y, loss);
  return slope === row.derivative(q, y, loss) ? slope * (q - p) : row.value(q, y, loss) - row.value(p, y, loss);
}

/** ln((p + d) / p) */
export function logOfRatio(p: number, d: number): number {
  return isLossless(d / p) ? Math.log1p(d / p) : Math.log((p + d) / p);
}

/** softplus(z + d) − softplus(z) = ln(1 + σ(z)(e^d − 1)), weighted by y for −z and by 1 − y for z. */
export const sigmoidDifference: LossWithLogits['difference'] = (before, after, targets, offset, units) => {
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

/** −ln a_k gains ln Σ_i a_i e^(d_i − d_k) = ln(1 + Σ_i a_i (e^(d_i − d_k) − 1)), which loses nothing where a_k is nearly 1. */
export const softmaxDifference: LossWithLogits['difference'] = (before, after, targets, offset, units) => {
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

/** False where ln(1 + x) loses digits, x near −1, or has lost them all: there a plain difference is large and loses none. */
function isLossless(x: number): boolean {
  return x > -0.5 && x < Infinity;
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
