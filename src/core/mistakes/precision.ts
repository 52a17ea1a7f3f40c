/** How precise a claim is, and whether it is right. */

import type { Pausing } from '../check/steps';

export interface Precision {
  /** Half a unit of the last digit written. */
  readonly half: number;
  /** Significant digits: those from the first that is not 0. None in 0, 0.00. */
  readonly digits: number;
}

/** Of a number in JSON's notation: -0.0822, 12, 1.50e-3. */
export function precisionOf(text: string): Precision {
  let digits = 0;
  let decimals = 0;
  let pointed = false;
  let at = 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === POINT) pointed = true;
    else if (code >= ZERO && code <= NINE) {
      if (code !== ZERO || digits > 0) digits++;
      if (pointed) decimals++;
    } else if (code === SMALL_E || code === LARGE_E) break;
  }
  const exponent = at < text.length ? Number(text.slice(at + 1)) : 0;
  // A bare 0 says "exactly 0"; 0.00 says "0 to two decimals".
  const exact = digits === 0 && !pointed;
  return { half: exact ? 0 : 0.5 * 10 ** (exponent - decimals), digits };
}

const [POINT, ZERO, NINE, LARGE_E, SMALL_E] = [0x2e, 0x30, 0x39, 0x45, 0x65];

/** How far two right programs may differ, as a part of the value. */
const ROUNDING = 1e-12;

/** True where `exact`, give or take `reach`, is what somebody could have written as `claimed`. */
export function matches(claimed: number, exact: number, { half }: Precision, reach = 0): boolean {
  return Math.abs(claimed - exact) <= half * (1 + 1e-6) + reach + ROUNDING * Math.abs(exact);
}

/** Worked out by hand, or by a program in float64 or float32. */
export type Arithmetic = 'hand' | 'float64' | 'float32';

/** What a right program may be off by, as a part of the layer's largest derivative. */
export const ROUNDING_OF: Readonly<Record<Exclude<Arithmetic, 'hand'>, number>> = { float64: 1e-10, float32: 2e-6 };

/** With so many digits in any claim, the set was computed. */
const COMPUTED_DIGITS = 9;
/** A float32 needs no more digits than this to be told from its neighbors; fewer say nothing. */
const FLOAT32_DIGITS = 7;

/** True where any of the claims has as many digits as nobody writes by hand. */
export function isComputed(precisions: readonly Precision[]): boolean {
  return precisions.some(({ digits }) => digits >= COMPUTED_DIGITS);
}

/** A program that rounds at all keeps at least so many digits. */
const FEWEST_DIGITS = 6;

/**
 * Half a unit of the last digit of a computed number, in a set whose numbers have up to `digits`: 0.0 is exact, and 1.0 and 1
 * are as precise as the rest of the set, whose trailing zeros are not written.
 */
export function halfOfComputed(text: string, { half }: Precision, digits: number): number {
  if (!/^[-+]?\d+(\.0)?$/.test(text.trim())) return half;
  const size = Math.abs(Number(text));
  return size === 0 ? 0 : 0.5 * 10 ** (Math.floor(Math.log10(size)) + 1 - Math.max(FEWEST_DIGITS, digits));
}

/** True where the numbers with digits enough to tell are float32 but for a few, which may be slips. */
export function* areFloat32(
  claims: readonly { readonly value: number }[],
  precisions: readonly Precision[],
): Pausing<boolean> {
  let telling = 0;
  let single = 0;
  for (const [n, { value }] of claims.entries()) {
    const digits = precisions[n]?.digits ?? 0;
    if (digits > FLOAT32_DIGITS) {
      telling++;
      if (isFloat32(value, digits)) single++;
    }
    if (n % OFTEN === OFTEN - 1) yield;
  }
  return telling > 0 && single >= MOSTLY * telling;
}

/** This part of the numbers. */
const MOSTLY = 0.8;
/** How many numbers are looked at between two pauses. */
const OFTEN = 4096;

/** A float32 itself, or the shortest decimal that reads back as one. */
function isFloat32(value: number, digits: number): boolean {
  const near = Math.fround(value);
  if (near === value) return true;
  if (digits > LONGEST_FLOAT32) return false;
  for (let fewer = SHORT_FLOAT32; fewer <= LONGEST_FLOAT32; fewer++) {
    const short = Number(near.toPrecision(fewer));
    if (Math.fround(short) === near) return short === value;
  }
  return false;
}

/** The shortest decimal of a float32 seldom has fewer digits than the first, and never more than the second. */
const SHORT_FLOAT32 = 6;
const LONGEST_FLOAT32 = 9;

/** A claim worked out by hand must be so near, as a part of the derivative, or a digit more is asked for. */
const NEAR = 1 / 20;

/**
 * Of a claim worked out by hand: right where ∂J/∂θ rounds to it and it is within a twentieth of it; too coarse where it only
 * rounds to it. `between` is how far two right ways of computing may be apart.
 */
export function judgeByHand(
  value: number,
  precision: Precision,
  right: number,
  between: number,
): 'correct' | 'too-coarse' | 'wrong' {
  if (!matches(value, right, precision, between)) return 'wrong';
  const off = Math.abs(value - right);
  return off <= NEAR * Math.abs(right) + between ? 'correct' : 'too-coarse';
}
