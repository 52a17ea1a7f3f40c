// The penalty, over `count` values from the given addresses on.

import { multiplyAdd, splat } from './math';

/**
 * λ₁ Σ|θ| + (λ₂/2) Σ θ², and unless gradient = 0, gradient += λ₁ sign θ + λ₂ θ.
 */
export function penalize(theta: usize, gradient: usize, count: i32, l1: f64, l2: f64): f64 {
  let absolute = splat(0);
  let squares = splat(0);
  for (let k = 0; k < count; k += 2, theta += 16) {
    const two = k + 1 < count;
    const w = get(theta, two);
    absolute = f64x2.add(absolute, f64x2.abs(w));
    squares = multiplyAdd(w, w, squares);
    if (gradient == 0) continue;
    const sign = v128.or(v128.and(w, i64x2.splat(0x8000000000000000)), splat(l1));
    // At ±0 the sign is ±0, and NaN stays.
    const ofAbsolute = v128.bitselect(f64x2.mul(splat(l1), w), sign, v128.not(f64x2.gt(f64x2.abs(w), splat(0))));
    put(gradient, f64x2.add(f64x2.add(get(gradient, two), ofAbsolute), f64x2.mul(splat(l2), w)), two);
    gradient += 16;
  }
  const sum1 = f64x2.extract_lane(absolute, 0) + f64x2.extract_lane(absolute, 1);
  const sum2 = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  return l1 * sum1 + 0.5 * l2 * sum2;
}

/** Two values, or the last one beside 0. */
// @ts-ignore: decorator
@inline
function get(at: usize, two: bool): v128 {
  return two ? v128.load(at) : v128.load64_zero(at);
}

// @ts-ignore: decorator
@inline
function put(at: usize, values: v128, two: bool): void {
  if (two) v128.store(at, values);
  else store<f64>(at, f64x2.extract_lane(values, 0));
}
