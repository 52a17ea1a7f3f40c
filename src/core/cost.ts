/**
 * How J is made of the losses of the samples, by the conventions of the file; R is in penalty.ts:
 * J = (1/D) Σ_s ω_s E_s + R, and E_s = c Σ_i of what the loss's row gives for output i. As a rule D = m and ω = c = 1.
 */

import type { Network, Samples } from './network';

/** c: 2 where the ½ is left out, divided by the number of output units where E is their mean. */
export function lossFactor({ layers, loss }: Pick<Network, 'layers' | 'loss'>): number {
  const whole = loss.half === false ? 2 : 1;
  return loss.outputs === 'mean' ? whole / (layers.at(-1)?.units ?? 1) : whole;
}

/** ω_s of row `sample` (from 1). */
export function weightOf({ weights }: Pick<Samples, 'weights'>, sample: number): number {
  return weights ? (weights[sample - 1] ?? NaN) : 1;
}

/** D: m, or Σ ω_s where rows have weights (1 where they are all 0); 1 where J is the sum over the samples. */
export function divisorOf(
  { loss }: Pick<Network, 'loss'>,
  { count, weights }: Pick<Samples, 'count' | 'weights'>,
): number {
  if (loss.samples === 'sum') return 1;
  return weights ? weights.reduce((sum, weight) => sum + weight, 0) || 1 : count;
}

/** True where every row counts the same, z = θ_i0 + …, and J is as the lecture has it: what the fast kernels compute. */
export function isUsual({ layers, loss, regularization }: Network, weighted: boolean): boolean {
  return (
    !weighted &&
    loss.half === undefined &&
    loss.outputs === undefined &&
    loss.samples === undefined &&
    regularization.half === undefined &&
    regularization.perSample === undefined &&
    regularization.biases === undefined &&
    layers.every(({ biasInput }) => biasInput === undefined)
  );
}
