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

/** What a sample's product is multiplied by, ω/D, as it is written behind it: nothing, `/3`, ` · 2/4.5`. */
export function shareText(weight: number, divisor: number): string {
  const times = weight === 1 ? '' : ` · ${shortly(weight)}`;
  return divisor === 1 ? times : `${times}/${shortly(divisor)}`;
}

/** J = …: what is done with the losses E of the samples, as it is written before them. */
export function sumText({ loss }: Pick<Network, 'loss'>, weighted: boolean): string {
  if (loss.samples === 'sum') return weighted ? 'Σ wE' : 'Σ E';
  return weighted ? '(1/Σw) Σ wE' : '(1/m) Σ E';
}

/** The terms of R as they are written; none where the file has no penalty. */
export function penaltyTerms({ regularization }: Pick<Network, 'regularization'>): string[] {
  const { l1, l2, half, perSample, biases } = regularization;
  const over = biases ? ', biases too' : '';
  const [first, second] = perSample
    ? ['(λ₁/m)', half === false ? '(λ₂/m)' : '(λ₂/2m)']
    : ['λ₁', half === false ? 'λ₂' : '(λ₂/2)'];
  const terms = [l1 === 0 ? '' : `${first} Σ|θ|`, l2 === 0 ? '' : `${second} Σθ²`].filter((term) => term !== '');
  return terms.map((term, at) => (at === terms.length - 1 && over !== '' ? `${term} (${over.slice(2)})` : term));
}

function shortly(value: number): string {
  return String(Number(value.toPrecision(6)));
}
