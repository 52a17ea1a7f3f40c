/** How precise a claim is, and whether it is right. */

export interface Precision {
  /** Half a unit of the last digit written. */
  readonly half: number;
  /** Significant digits: those from the first that is not 0. None in 0, 0.00. */
  readonly digits: number;
}

/** Of a number in JSON's notation: -0.0822, 12, 1.50e-3. */
export function precisionOf(text: string): Precision {
  const [mantissa = '', exponent = '0'] = text.trim().toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[-+]/, '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '').length;
  // A bare 0 says "exactly 0"; 0.00 says "0 to two decimals".
  const exact = digits === 0 && fraction === '';
  return { half: exact ? 0 : 0.5 * 10 ** (Number(exponent) - fraction.length), digits };
}

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

/** Half a unit of the last digit of a computed number: 0.0 and 1.0 and 1 are exact. */
export function halfOfComputed(text: string, { half }: Precision): number {
  return /^[-+]?\d+(\.0)?$/.test(text.trim()) ? 0 : half;
}

/** True where every number is a float32, and some has the digits to show it. */
export function areFloat32(values: readonly number[], precisions: readonly Precision[]): boolean {
  return precisions.some(({ digits }) => digits > FLOAT32_DIGITS) && values.every(isFloat32);
}

/** A float32 itself, or the shortest decimal that reads back as one. */
function isFloat32(value: number): boolean {
  const near = Math.fround(value);
  if (near === value) return true;
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(near.toPrecision(digits));
    if (Math.fround(short) === near) return short === value;
  }
  return false;
}

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
