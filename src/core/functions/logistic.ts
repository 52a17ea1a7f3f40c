/** The logistic function and its integral, which activations and losses share. */

/** σ(z) = 1 / (1 + e^(−z)); the exponential never overflows, and small values keep all their digits. */
export function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/** ln(1 + e^z) = max(0, z) + ln(1 + e^(−|z|)). */
export function softplus(z: number): number {
  return Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));
}
