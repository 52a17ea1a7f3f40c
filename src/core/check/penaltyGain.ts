import type { PenaltyRates } from '../cost';

/** What R = λ₁ Σ|θ| + (λ₂/2) Σ θ² gains where a weight w moves by Δ: λ₁ (|w + Δ| − |w|) + λ₂ Δ (w + Δ/2). */
export function penaltyGain({ l1, l2 }: Pick<PenaltyRates, 'l1' | 'l2'>, w: number, step: number): number {
  const moved = w + step;
  // On one side of 0, |w| moves by Δ itself; only across it is there a difference to take.
  const absolute = w * moved > 0 ? Math.sign(w) * step : Math.abs(moved) - Math.abs(w);
  return l1 * absolute + l2 * step * (w + step / 2);
}
