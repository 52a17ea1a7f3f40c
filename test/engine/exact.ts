/** Elementary functions to some 60 digits, by integers: a number is n / 2²⁰⁰. */

const BITS = 200n;
const ONE = 1n << BITS;

/** A float64 as a multiple of 2⁻²⁰⁰; what is smaller is cut off. */
function fixed(x: number): bigint {
  const exponent = Math.max(-1074, Math.floor(Math.log2(Math.abs(x) || 1)) - 60);
  const shift = BITS + BigInt(exponent);
  const significand = BigInt(Math.round(x / 2 ** Math.max(exponent, -1000) / 2 ** Math.min(0, exponent + 1000)));
  return shift >= 0n ? significand << shift : significand >> -shift;
}

const times = (x: bigint, y: bigint): bigint => (x * y) >> BITS;

/** ln 2 = Σ 1 / (k 2ᵏ) */
const LN2 = (() => {
  let sum = 0n;
  for (let k = 1n; k <= BITS; k++) sum += (ONE >> k) / k;
  return sum;
})();

/** eˣ = 2ⁿ (1 + more): n, and more with 200 bits behind the point. */
function exponential(x: bigint): { n: bigint; more: bigint } {
  const n = x / LN2;
  const r = x - n * LN2;
  let [more, term] = [0n, ONE];
  for (let k = 1n; term !== 0n; k++) {
    term = times(term, r) / k;
    more += term;
    if (k > 200n) break;
  }
  return { n, more };
}

/** How far `value` is from x / 2^(200 + shift), in units of `value`'s last place (at least 5e-324). */
function ulps(value: number, x: bigint, shift = 0): number {
  // Both as multiples of 2⁻¹²⁷⁴, where nothing is lost.
  const exact = x << BigInt(1074 - shift);
  const bits = new BigUint64Array(Float64Array.of(Math.abs(value)).buffer)[0] ?? 0n;
  const exponent = bits >> 52n;
  const significand = exponent === 0n ? bits : (bits & 0xfffffffffffffn) | (1n << 52n);
  const unit = 1n << (BITS + (exponent === 0n ? 0n : exponent - 1n));
  const difference = BigInt(Math.sign(value)) * significand * unit - exact;
  return Number((difference * 1000n) / unit) / 1000;
}

/** The error of `value` as eˣ, in units in the last place, for −745 < x ≤ 0. */
export function errorOfExp(value: number, x: number): number {
  const { n, more } = exponential(fixed(x));
  return ulps(value, ONE + more, Number(-n));
}

/** The error of `value` as eˣ − 1, for |x| > 1e-30. */
export function errorOfExpm1(value: number, x: number): number {
  return ulps(value, expm1(fixed(x)));
}

/** The error of `value` as tanh x, for |x| > 1e-30. */
export function errorOfTanh(value: number, x: number): number {
  const t = expm1(fixed(2 * x));
  return ulps(value, (t << BITS) / (t + 2n * ONE));
}

/** The error of `value` as ln x, by one step of Newton's from Math.log, which is right to 1e-15. */
export function errorOfLn(value: number, x: number): number {
  const y = Math.log(x);
  // x e^(−y) = 1 + t, and ln x = y + ln(1 + t)
  const { n, more } = exponential(fixed(-y));
  const k = BigInt(Math.floor(Math.log2(x)));
  const significand = fixed(x / 2 ** Math.ceil(Number(k) / 2) / 2 ** Math.floor(Number(k) / 2));
  const product = times(significand, ONE + more);
  const t = (n + k >= 0n ? product << (n + k) : product >> -(n + k)) - ONE;
  return ulps(value, fixed(y) + t - times(t, t) / 2n);
}

/** The error of `value` as ln(1 + x), for |x| > 1e-16. */
export function errorOfLog1p(value: number, x: number): number {
  const y = Math.log1p(x);
  const { n, more } = exponential(fixed(-y));
  const product = times(ONE + fixed(x), ONE + more);
  const t = (n >= 0n ? product << n : product >> -n) - ONE;
  return ulps(value, fixed(y) + t - times(t, t) / 2n);
}

function expm1(x: bigint): bigint {
  const { n, more } = exponential(x);
  return (n >= 0n ? (ONE + more) << n : (ONE + more) >> -n) - ONE;
}
