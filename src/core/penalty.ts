/** R, the penalty in J: what it goes over, its value, its first and second derivatives, and what it gains by a step. */

import { type Network, type ParameterId, parameterIndex, parameterLayout } from './network';

/** R = λ₁ Σ|θ| + (λ₂/2) Σ θ² with the conventions in λ₁ and λ₂. */
export interface PenaltyRates {
  readonly l1: number;
  readonly l2: number;
  /** R goes over the biases, too. */
  readonly biases: boolean;
}

/** λ₁ and λ₂ as they count in J over `rows` rows: λ₂ twice where R has no ½, both divided by the rows where R is. */
export function penaltyRates({ regularization }: Pick<Network, 'regularization'>, rows: number): PenaltyRates {
  const { l1, l2, half, perSample, biases = false } = regularization;
  const divisor = perSample ? rows : 1;
  return { l1: l1 / divisor, l2: (half === false ? 2 * l2 : l2) / divisor, biases };
}

/** λ₁ and λ₂ for one parameter: none for a bias that R does not go over. `from` is its j. */
export function ratesOf(network: Pick<Network, 'regularization'>, from: number, rows: number): PenaltyRates {
  const rates = penaltyRates(network, rows);
  return from > 0 || rates.biases ? rates : { l1: 0, l2: 0, biases: false };
}

/** R(θ) = λ₁ Σ|θ| + (λ₂/2) Σ θ² of J over `rows` rows, over the weights, and over the biases where the file says so. */
export function penalty(network: Network, theta: Float64Array, rows: number): number {
  const { l1, l2 } = penaltyRates(network, rows);
  if (l1 === 0 && l2 === 0) return 0;
  let absolute = 0;
  let squares = 0;
  for (const { from, to } of penalizedRanges(network)) {
    for (let k = from; k < to; k++) {
      const w = theta[k] ?? NaN;
      absolute += Math.abs(w);
      squares += w * w;
    }
  }
  return l1 * absolute + 0.5 * l2 * squares;
}

/** Where the parameters lie that R goes over, from ≤ k < to; one range a layer: its weights, and its biases where they count. */
export function penalizedRanges({ layers, regularization }: Network): { readonly from: number; readonly to: number }[] {
  return parameterLayout(layers).layers.map(({ weights, rows, columns, biases }) => {
    const end = weights + rows * columns;
    return { from: weights, to: regularization.biases && biases >= 0 ? end + rows : end };
  });
}

/**
 * ∂R/∂θ = λ₁ sign θ + λ₂ θ of J over `rows` rows; 0 for a bias, unless R goes over them. Throws a RangeError where there is no
 * such parameter.
 */
export function penaltyDerivative(network: Network, theta: Float64Array, parameter: ParameterId, rows: number): number {
  const index = parameterIndex(parameterLayout(network.layers), parameter);
  if (index < 0) throw new RangeError('the network has no such parameter');
  return slopeOfPenalty(ratesOf(network, parameter.from, rows), theta[index] ?? NaN);
}

/** λ₁ sign θ + λ₂ θ */
export function slopeOfPenalty({ l1, l2 }: Pick<PenaltyRates, 'l1' | 'l2'>, theta: number): number {
  return l1 === 0 && l2 === 0 ? 0 : l1 * Math.sign(theta) + l2 * theta;
}

/** How far ∂R/∂θ jumps to either side of `slopeOfPenalty`: λ₁ at the kink of |θ|, else 0. ∂²R/∂θ² is λ₂. */
export function penaltyJump({ l1 }: Pick<PenaltyRates, 'l1'>, theta: number): number {
  return theta === 0 ? l1 : 0;
}

/** Adds ∂R/∂θ of J over `rows` rows to a gradient in the layout of θ. */
export function addPenaltyGradient(network: Network, theta: Float64Array, gradient: Float64Array, rows: number): void {
  const rates = penaltyRates(network, rows);
  if (rates.l1 === 0 && rates.l2 === 0) return;
  for (const { from, to } of penalizedRanges(network)) {
    for (let k = from; k < to; k++) gradient[k] = (gradient[k] ?? NaN) + slopeOfPenalty(rates, theta[k] ?? NaN);
  }
}

/** What R = λ₁ Σ|θ| + (λ₂/2) Σ θ² gains where a weight w moves by Δ: λ₁ (|w + Δ| − |w|) + λ₂ Δ (w + Δ/2). */
export function penaltyGain({ l1, l2 }: Pick<PenaltyRates, 'l1' | 'l2'>, w: number, step: number): number {
  const moved = w + step;
  // On one side of 0, |w| moves by Δ itself; only across it is there a difference to take.
  const absolute = w * moved > 0 ? Math.sign(w) * step : Math.abs(moved) - Math.abs(w);
  return l1 * absolute + l2 * step * (w + step / 2);
}

/**
 * The central difference of R(w) = λ₁|w| + (λ₂/2) w² for a step of half of |w|, which is exact; 0 at w = 0. It is taken of
 * u = w/|w|, R = λ₁|w| |u| + (λ₂/2) |w|² u², and divided by |w| once more: no square of w leaves the range of numbers.
 */
export function penaltyQuotient({ l1, l2 }: Pick<PenaltyRates, 'l1' | 'l2'>, w: number): number {
  if (w === 0) return 0;
  const u = Math.sign(w);
  const r = (v: number): number => l1 * Math.abs(v) + 0.5 * l2 * Math.abs(w) * v * v;
  return r(u + 0.5) - r(u - 0.5);
}
