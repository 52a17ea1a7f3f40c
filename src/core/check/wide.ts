/** Numbers without the limits of float64's range, each with a bound of its error: what products of extreme factors need. */

/** value = m · 2^(512 e), with |m| from 2^−256 up to 2^256, or 0, ±∞, NaN. */
interface Wide {
  readonly m: number;
  readonly e: number;
}

/** A number and how far it may be off. */
export interface Bounded {
  readonly value: Wide;
  readonly error: Wide;
}

const [DOWN, UP] = [2 ** -512, 2 ** 512];
const [LEAST, MOST] = [2 ** -256, 2 ** 256];
/** What a product and a sum are rounded by, with room to spare. */
const ROUNDING: Wide = { m: 4 * Number.EPSILON, e: 0 };

const ZERO: Wide = { m: 0, e: 0 };

/** `value` off by at most `error`. */
export function bounded(value: number, error = 0): Bounded {
  return { value: wide(value, 0), error: wide(error, 0) };
}

export function product(x: Bounded, y: Bounded): Bounded {
  const value = times(x.value, y.value);
  const [a, b] = [size(x.value), size(y.value)];
  const carried = plus(plus(times(a, y.error), times(b, x.error)), times(x.error, y.error));
  return { value, error: plus(carried, times(size(value), ROUNDING)) };
}

export function sum(x: Bounded, y: Bounded): Bounded {
  const value = plus(x.value, y.value);
  return { value, error: plus(plus(x.error, y.error), times(size(value), ROUNDING)) };
}

/** The same value, off by |x| · `part` more. */
export function widened(value: Bounded, x: Bounded, part: number): Bounded {
  const more = times(plus(size(x.value), x.error), wide(part, 0));
  return { value: value.value, error: plus(value.error, more) };
}

export function isZero({ value, error }: Bounded): boolean {
  return value.m === 0 && error.m === 0;
}

/** The value and its error as float64 has them: beyond its range ±∞ and 0. */
export function toFloat64({ value, error }: Bounded): { readonly value: number; readonly error: number } {
  return { value: toNumber(value), error: toNumber(error) };
}

function wide(m: number, e: number): Wide {
  if (m === 0) return ZERO;
  if (!Number.isFinite(m)) return { m, e: 0 };
  while (Math.abs(m) >= MOST) [m, e] = [m * DOWN, e + 1];
  while (Math.abs(m) < LEAST) [m, e] = [m * UP, e - 1];
  return { m, e };
}

function times(x: Wide, y: Wide): Wide {
  return wide(x.m * y.m, x.e + y.e);
}

function plus(x: Wide, y: Wide): Wide {
  if (x.m === 0) return y;
  if (y.m === 0) return x;
  if (!Number.isFinite(x.m + y.m)) return { m: x.m + y.m, e: 0 };
  const [large, small] = x.e >= y.e ? [x, y] : [y, x];
  const apart = large.e - small.e;
  // Two powers apart the smaller is beyond every digit of the larger.
  if (apart >= 2) return large;
  return wide(large.m + (apart === 1 ? small.m * DOWN : small.m), large.e);
}

function size({ m, e }: Wide): Wide {
  return { m: Math.abs(m), e };
}

function toNumber({ m, e }: Wide): number {
  let value = m;
  for (let k = Math.min(Math.abs(e), 4); k > 0; k--) value *= e < 0 ? DOWN : UP;
  return value;
}
