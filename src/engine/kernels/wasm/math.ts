// exp, expm1, tanh, ln and log1p of two float64 at a time, within 2 units in the last place everywhere.
//
// eˣ: x = n ln 2 + r with |r| ≤ ½ ln 2, and eʳ − 1 = r + r² Q(r) with Q a Chebyshev fit of degree 10 (error 1.4e-18).
// ln x: x = 2ᵏ m with m in [√½, √2), f = m − 1, s = f / (2 + f), and ln m = 2 s + s³ L(s²) with L of degree 6 (error 3e-16
// where it is multiplied by s³ ≤ 0.005). ln 2 is taken in two parts, of which n times the first is exact.

// Constants are loaded: V8 puts one that is written into the code together from immediates at every use.
const Q: usize = memory.data<f64>([
  0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326112, 0.001388888888888373, 0.0001984126987490126,
  2.4801587325605324e-5, 2.7557255297969643e-6, 2.755727357010214e-7, 2.5105259538448494e-8, 2.0914717341716378e-9,
]);
const L: usize = memory.data<f64>([
  0.666666666666667, 0.3999999999989889, 0.28571428626253836, 0.22222211089379496, 0.1818289243253687,
  0.15331611722055008, 0.14617807153417325,
]);
const C: usize = memory.data<f64>([
  1.4426950408889634, 6755399441055744.0, 0.6931471803691238, 1.9082149292705877e-10, 6755399441056767.0, -0.0, 0.5, 1.0,
  2.0, -44.0, -746.0, 710.0,
]);
const INVERSE_LN2: usize = 0;
/** 1.5 · 2⁵²: what is added to it is rounded to an integer, which stands in the low bits. */
const ROUND: usize = 8;
const LN2_HIGH: usize = 16;
const LN2_LOW: usize = 24;
/** ROUND + 1023, the bias of the exponent. */
const ROUND_BIASED: usize = 32;
const SIGN: usize = 40;
const HALF: usize = 48;
const ONE: usize = 56;
const TWO: usize = 64;
const LEAST_OF_EXPM1: usize = 72;
const LEAST_OF_EXP: usize = 80;
const MOST_OF_EXP: usize = 88;

// @ts-ignore: decorator
@inline
export function splat(x: f64): v128 {
  return f64x2.splat(x);
}

// @ts-ignore: decorator
@inline
function c(offset: usize): v128 {
  return v128.load64_splat(C + offset);
}

// @ts-ignore: decorator
@inline
export function one(): v128 {
  return c(ONE);
}

// @ts-ignore: decorator
@inline
export function two(): v128 {
  return c(TWO);
}

/** The sign bit of x alone. */
// @ts-ignore: decorator
@inline
export function signBit(x: v128): v128 {
  return v128.and(x, c(SIGN));
}

/** |x|. */
// @ts-ignore: decorator
@inline
export function absolute(x: v128): v128 {
  return v128.andnot(x, c(SIGN));
}

/** −|x|. */
// @ts-ignore: decorator
@inline
export function minusAbsolute(x: v128): v128 {
  return v128.or(x, c(SIGN));
}

// @ts-ignore: decorator
@inline
function q(k: usize): v128 {
  return v128.load64_splat(Q + (k << 3));
}

// @ts-ignore: decorator
@inline
function l(k: usize): v128 {
  return v128.load64_splat(L + (k << 3));
}

// @ts-ignore: decorator
@inline
export function multiplyAdd(x: v128, y: v128, z: v128): v128 {
  return f64x2.add(f64x2.mul(x, y), z);
}

/** The integer nearest to x / ln 2. */
// @ts-ignore: decorator
@inline
function exponentOf(x: v128): v128 {
  return f64x2.sub(multiplyAdd(x, c(INVERSE_LN2), c(ROUND)), c(ROUND));
}

/** eʳ − 1 for r = x − n ln 2. */
// @ts-ignore: decorator
@inline
function reduced(x: v128, n: v128): v128 {
  const high = f64x2.sub(x, f64x2.mul(n, c(LN2_HIGH)));
  const low = f64x2.mul(n, c(LN2_LOW));
  const r = f64x2.sub(high, low);
  return f64x2.add(r, beyond(r, f64x2.sub(f64x2.sub(high, r), low)));
}

/** eʳ − 1 − r, and what r has lost. */
// @ts-ignore: decorator
@inline
export function beyond(r: v128, lost: v128): v128 {
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const r8 = f64x2.mul(r4, r4);
  const q03 = multiplyAdd(multiplyAdd(q(3), r, q(2)), r2, multiplyAdd(q(1), r, q(0)));
  const q47 = multiplyAdd(multiplyAdd(q(7), r, q(6)), r2, multiplyAdd(q(5), r, q(4)));
  const q8 = multiplyAdd(q(10), r2, multiplyAdd(q(9), r, q(8)));
  const fit = multiplyAdd(q8, r8, multiplyAdd(q47, r4, q03));
  return multiplyAdd(r2, fit, lost);
}

/** 2ⁿ for −1022 ≤ n ≤ 1023. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i64x2.shl(f64x2.add(n, c(ROUND_BIASED)), 52);
}

/** eˣ. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  // pmin and pmax keep NaN where it stands in the first place. Beyond the bounds eˣ is 0 or ∞.
  const inside = f64x2.pmin(f64x2.pmax(x, c(LEAST_OF_EXP)), c(MOST_OF_EXP));
  const n = exponentOf(inside);
  // 2ⁿ in two factors, as n may be out of the range of one; the last product alone rounds to a denormal.
  const half = f64x2.nearest(f64x2.mul(n, c(HALF)));
  const first = powerOfTwo(half);
  const significand = multiplyAdd(reduced(inside, n), first, first);
  return f64x2.mul(significand, powerOfTwo(f64x2.sub(n, half)));
}

/** eˣ − 1 for x ≤ 0. */
// @ts-ignore: decorator
@inline
export function expm1(x: v128): v128 {
  const inside = f64x2.pmax(x, c(LEAST_OF_EXPM1));
  const n = exponentOf(inside);
  const power = powerOfTwo(n);
  return multiplyAdd(power, reduced(inside, n), f64x2.sub(power, one()));
}

/**
 * With t = e^(2|x|) − 1, tanh |x| = t / (t + 2); beyond |x| = 22 that is 1. Below 0.35 the roundings of t and of t + 2 would
 * add up to more than 2 units in the last place: (t + e) / (t + 2 + d) = q + (e − q (d + e)) / (t + 2) takes them back, with
 * 1 / (t + 2) = (1 − q) / 2.
 */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const y = f64x2.pmin(absolute(f64x2.add(x, x)), absolute(c(LEAST_OF_EXPM1)));
  const n = exponentOf(y);
  const high = f64x2.sub(y, f64x2.mul(n, c(LN2_HIGH)));
  const low = f64x2.mul(n, c(LN2_LOW));
  const r = f64x2.sub(high, low);
  const more = beyond(r, f64x2.sub(f64x2.sub(high, r), low));
  const fraction = f64x2.add(r, more);
  const power = powerOfTwo(n);
  const t = multiplyAdd(power, fraction, f64x2.sub(power, one()));
  const e = f64x2.mul(f64x2.sub(more, f64x2.sub(fraction, r)), power);
  const denominator = f64x2.add(t, two());
  const q = f64x2.div(t, denominator);
  const d = f64x2.sub(t, f64x2.sub(denominator, two()));
  const inverse = f64x2.sub(c(HALF), f64x2.mul(c(HALF), q));
  const value = multiplyAdd(f64x2.sub(e, f64x2.mul(q, f64x2.add(d, e))), inverse, q);
  return v128.or(value, signBit(x));
}

/** ln u + lost, for u > 0 that is not denormal; k is added to the power of two in u. */
// @ts-ignore: decorator
@inline
function lnOf(u: v128, k: v128, lost: v128): v128 {
  // As integers: adding what √½ lacks to 1 carries into the exponent exactly where the significand is √2 or more.
  const moved = i64x2.add(u, i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e667f3bcd));
  const exponent = i64x2.shr_u(moved, 52);
  const m = i64x2.add(
    v128.and(moved, i64x2.splat(0x000fffffffffffff)),
    i64x2.splat(0x3fe6a09e667f3bcd),
  );
  // An integer below 2⁵² in the low bits of 2⁵² is that float64.
  const biased = v128.or(exponent, i64x2.splat(0x4330000000000000));
  const n = f64x2.add(f64x2.sub(biased, splat(4503599627370496.0 + 1023.0)), k);
  const f = f64x2.sub(m, splat(1));
  const s = f64x2.div(f, f64x2.add(splat(2), f));
  const fit = oddPowers(f64x2.mul(s, s));
  // 2 s = f − s f, and f²/2 is larger than what is taken off it: the sum loses least in this order.
  const halfSquare = f64x2.mul(splat(0.5), f64x2.mul(f, f));
  const small = f64x2.add(f64x2.mul(s, f64x2.add(halfSquare, fit)), multiplyAdd(n, c(LN2_LOW), lost));
  const rest = f64x2.sub(f64x2.sub(halfSquare, small), f);
  return f64x2.sub(f64x2.mul(n, c(LN2_HIGH)), rest);
}

/** The odd powers of ln m = 2 s + s³ L(s²), by w = s². */
// @ts-ignore: decorator
@inline
export function oddPowers(w: v128): v128 {
  const w2 = f64x2.mul(w, w);
  const l03 = multiplyAdd(multiplyAdd(l(3), w, l(2)), w2, multiplyAdd(l(1), w, l(0)));
  const l46 = multiplyAdd(l(6), w2, multiplyAdd(l(5), w, l(4)));
  return f64x2.mul(w, multiplyAdd(l46, f64x2.mul(w2, w2), l03));
}

/** What ln gives where x is not positive and finite: −∞ at 0, ∞ at ∞, else NaN; elsewhere `value`. */
// @ts-ignore: decorator
@inline
function lnEdges(x: v128, value: v128): v128 {
  const finite = v128.and(f64x2.gt(x, splat(0)), f64x2.lt(x, splat(Infinity)));
  const infinite = v128.bitselect(splat(-Infinity), splat(Infinity), f64x2.eq(x, splat(0)));
  const edge = v128.bitselect(splat(NaN), infinite, f64x2.lt(x, splat(0)));
  // x − x is 0 at 0 and below it, NaN where x is NaN; Infinity alone is left to keep.
  const kept = v128.bitselect(edge, f64x2.add(x, x), v128.or(f64x2.le(x, splat(0)), f64x2.eq(x, splat(Infinity))));
  return v128.bitselect(value, kept, finite);
}

/** ln x. */
// @ts-ignore: decorator
@inline
export function ln(x: v128): v128 {
  // Denormals are lifted by 2⁵⁴.
  const denormal = f64x2.lt(x, splat(2.2250738585072014e-308));
  const lifted = v128.bitselect(f64x2.mul(x, splat(18014398509481984.0)), x, denormal);
  return lnEdges(x, lnOf(lifted, v128.and(denormal, splat(-54)), splat(0)));
}

/** ln(1 + x). */
// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  const u = f64x2.add(splat(1), x);
  // What 1 + x lost by rounding, which is exact in whichever order the larger comes first; it adds lost / u to ln u.
  const large = f64x2.gt(x, splat(1));
  const ofLarge = f64x2.sub(splat(1), f64x2.sub(u, x));
  const ofSmall = f64x2.sub(x, f64x2.sub(u, splat(1)));
  const lost = v128.bitselect(ofLarge, ofSmall, large);
  return lnEdges(u, lnOf(u, splat(0), f64x2.div(lost, u)));
}
