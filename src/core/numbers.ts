/** Numbers for people: so many significant digits, no zeros that say nothing. */

/** Exponents below and from which a power of ten is split off. */
const SMALLEST_PLAIN = -4;
const LARGEST_PLAIN = 7;

interface Digits {
  readonly mantissa: string;
  /** Undefined where the mantissa is the number itself. */
  readonly exponent?: number;
}

/**
 * `value` to `digits` significant digits (1…17; more than it takes to name the double are never written), with a minus sign
 * U+2212: 0.00016658, −0.4, 4.5e−17, ∞.
 */
export function formatNumber(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 ? '−' : '';
  if (!Number.isFinite(value)) return `${sign}∞`;
  const { mantissa, exponent } = split(Math.abs(value), digits);
  if (exponent === undefined) return `${sign}${mantissa}`;
  return `${sign}${mantissa}e${exponent < 0 ? '−' : ''}${String(Math.abs(exponent))}`;
}

/** The same number in LaTeX's mathematics: 4.5 \times 10^{-17}. */
export function latexNumber(value: number, digits: number): string {
  if (Number.isNaN(value)) return '\\mathrm{NaN}';
  const sign = value < 0 ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}\\infty`;
  const { mantissa, exponent } = split(Math.abs(value), digits);
  return exponent === undefined ? `${sign}${mantissa}` : `${sign}${mantissa} \\times 10^{${String(exponent)}}`;
}

function split(value: number, digits: number): Digits {
  const rounded = Number(value.toPrecision(digits));
  if (rounded === 0) return { mantissa: '0' };
  // toExponential without an argument gives the fewest digits that name this double.
  const [mantissa = '', power = '0'] = rounded.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= SMALLEST_PLAIN && exponent < LARGEST_PLAIN) return { mantissa: plain(mantissa, exponent) };
  return { mantissa, exponent };
}

/** mantissa × 10^exponent written out. */
function plain(mantissa: string, exponent: number): string {
  const digits = mantissa.replace('.', '');
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
