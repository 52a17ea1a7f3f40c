// tanh, expm1 and log1p of arguments near 0, as the differences of the gradient check have them (gains.ts), without reduction; within
// 2 units in the last place.

import { beyond, expm1, log1p, multiplyAdd, oddPowers, absolute, splat, two } from './math';

/** Of the series of tanh x = x + x³ (−⅓ + x² (2/15 − …)): as far as 1/16 what follows is 2e-17 of it. */
const T: usize = memory.data<f64>([
  -0.3333333333333333, 0.13333333333333333, -0.05396825396825397, 0.021869488536155203, -0.008863235529902197,
]);
/** The |x| that tanh, expm1 and log1p are good for here. */
const REACH: usize = memory.data<f64>([0.0625, 0.34, 0.28]);

// @ts-ignore: decorator
@inline
function t(k: usize): v128 {
  return v128.load64_splat(T + (k << 3));
}

/** The |x| that `expm1Near` is good for: ½ ln 2. */
// @ts-ignore: decorator
@inline
export function expm1Reach(): v128 {
  return v128.load64_splat(REACH + 8);
}

/** eˣ − 1 near 0. */
// @ts-ignore: decorator
@inline
export function expm1Near(x: v128): v128 {
  return f64x2.add(x, beyond(x, splat(0)));
}

/** eˣ − 1 where |x| is not large: near 0 without reduction. */
// @ts-ignore: decorator
@inline
export function expm1Small(x: v128): v128 {
  return v128.any_true(f64x2.gt(absolute(x), expm1Reach())) ? expm1(x) : expm1Near(x);
}

/** The |x| that `tanhNear` is good for. */
// @ts-ignore: decorator
@inline
export function tanhReach(): v128 {
  return v128.load64_splat(REACH);
}

/** tanh x near 0. */
// @ts-ignore: decorator
@inline
export function tanhNear(x: v128): v128 {
  const w = f64x2.mul(x, x);
  const w2 = f64x2.mul(w, w);
  const t01 = multiplyAdd(t(1), w, t(0));
  const t23 = multiplyAdd(t(3), w, t(2));
  const fit = multiplyAdd(multiplyAdd(t(4), w2, t23), w2, t01);
  return multiplyAdd(f64x2.mul(x, w), fit, x);
}

/** ln(1 + x) near 0 as `log1p` gives it, elsewhere `log1p` itself. */
// @ts-ignore: decorator
@inline
export function log1pSmall(x: v128): v128 {
  // 1 + x must lie in [√½, √2).
  if (v128.any_true(f64x2.gt(absolute(x), v128.load64_splat(REACH + 16)))) return log1p(x);
  const s = f64x2.div(x, f64x2.add(two(), x));
  const halfSquare = f64x2.mul(splat(0.5), f64x2.mul(x, x));
  const small = f64x2.mul(s, f64x2.add(halfSquare, oddPowers(f64x2.mul(s, s))));
  return f64x2.sub(x, f64x2.sub(halfSquare, small));
}
