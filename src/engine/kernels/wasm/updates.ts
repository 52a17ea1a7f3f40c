// The optimizers of ../optimizers.ts and the penalty, over `count` values from the given addresses on.

import { multiplyAdd, splat } from './math';

/** θ := θ − η g. */
export function gradientDescent(theta: usize, gradient: usize, count: i32, rate: f64): void {
  const eta = splat(rate);
  let k = 0;
  for (; k + 2 <= count; k += 2, theta += 16, gradient += 16) {
    v128.store(theta, f64x2.sub(v128.load(theta), f64x2.mul(eta, v128.load(gradient))));
  }
  if (k < count) store<f64>(theta, load<f64>(theta) - rate * load<f64>(gradient));
}

/** v := μ v + g, θ := θ − η v, or with Nesterov's look-ahead θ := θ − η (g + μ v). */
export function momentum(
  theta: usize,
  gradient: usize,
  velocity: usize,
  count: i32,
  rate: f64,
  mu: f64,
  nesterov: bool,
): void {
  for (let k = 0; k < count; k += 2, theta += 16, gradient += 16, velocity += 16) {
    const two = k + 1 < count;
    const g = get(gradient, two);
    const v = multiplyAdd(splat(mu), get(velocity, two), g);
    put(velocity, v, two);
    const direction = nesterov ? multiplyAdd(splat(mu), v, g) : v;
    put(theta, f64x2.sub(get(theta, two), f64x2.mul(splat(rate), direction)), two);
  }
}

/** s := ρ s + (1 − ρ) g², θ := θ − η g / (√s + ε). */
export function rmsprop(
  theta: usize,
  gradient: usize,
  square: usize,
  count: i32,
  rate: f64,
  decay: f64,
  epsilon: f64,
): void {
  for (let k = 0; k < count; k += 2, theta += 16, gradient += 16, square += 16) {
    const two = k + 1 < count;
    const g = get(gradient, two);
    const added = f64x2.mul(f64x2.mul(splat(1 - decay), g), g);
    const s = multiplyAdd(splat(decay), get(square, two), added);
    put(square, s, two);
    const step = f64x2.div(f64x2.mul(splat(rate), g), f64x2.add(f64x2.sqrt(s), splat(epsilon)));
    put(theta, f64x2.sub(get(theta, two), step), two);
  }
}

/** m := β₁ m + (1 − β₁) g, v := β₂ v + (1 − β₂) g², θ := kept θ − rate m / (√v / root + ε). */
export function adam(
  theta: usize,
  gradient: usize,
  first: usize,
  second: usize,
  count: i32,
  rate: f64,
  root: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  kept: f64,
): void {
  for (let k = 0; k < count; k += 2, theta += 16, gradient += 16, first += 16, second += 16) {
    const two = k + 1 < count;
    const g = get(gradient, two);
    const m = multiplyAdd(splat(beta1), get(first, two), f64x2.mul(splat(1 - beta1), g));
    const added = f64x2.mul(f64x2.mul(splat(1 - beta2), g), g);
    const v = multiplyAdd(splat(beta2), get(second, two), added);
    put(first, m, two);
    put(second, v, two);
    const below = f64x2.add(f64x2.div(f64x2.sqrt(v), splat(root)), splat(epsilon));
    const step = f64x2.div(f64x2.mul(splat(rate), m), below);
    put(theta, f64x2.sub(f64x2.mul(splat(kept), get(theta, two)), step), two);
  }
}

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
