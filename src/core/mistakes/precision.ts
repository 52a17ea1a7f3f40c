/** The precision that a number was written with. */

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
