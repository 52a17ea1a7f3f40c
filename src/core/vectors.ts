/** Vectors of the size of θ, and the random ones among them. */

/** xᵀy */
export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (x[k] ?? NaN) * (y[k] ?? NaN);
  return sum;
}

/** ‖x‖₂ */
export function lengthOf(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

/** to += factor · x */
export function addTimes(to: Float64Array, factor: number, x: Float64Array): void {
  for (let k = 0; k < to.length; k++) to[k] = (to[k] ?? NaN) + factor * (x[k] ?? NaN);
}

/** Numbers from 0 to 1, the same for the same seed (Park and Miller's generator): results repeat. */
export function pseudoRandom(seed: number): () => number {
  let state = 1 + (seed % 2_147_483_646);
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
