/** ∂E_s/∂z_i^(l) by difference quotients that choose their own step and say how far they may be off. */

import type { Break, Downstream } from './downstream';

export interface Slope {
  /** The derivative; midway between the two where left and right differ. */
  readonly value: number;
  /** What the last level of extrapolation changed, with its sign: an upper estimate of the truncation error. */
  readonly truncation: number;
  /** An upper bound of the rounding error. */
  readonly rounding: number;
  /** The one-sided derivatives' range; both equal `value` where E_s is smooth. */
  readonly low: number;
  readonly high: number;
  /** Where E_s has no derivative, or a break lies so near that only one side of it could be used. */
  readonly break?: Break & { readonly distance: number };
}

/** The first step, in z; where z is large, as large a part of it as keeps its digits. A power of two. */
const STEP = 2 ** -6;
const PART = 2 ** -15;
/** Steps below this are left to one-sided differences: rounding would grow past 1e-7 of the derivative. */
const SMALLEST = 2 ** -20;
const ONE_SIDED_STEP = 2 ** -11;
/** Where several kinks meet, no derivative up to so many times the larger side is excluded. */
const SEVERAL = 4;
/** Truncation beyond this part of the derivative asks for a smaller step. */
const ENOUGH = 1e-9;

/**
 * Three-level Richardson extrapolation of central differences, D(h) = (E(z + h) − E(z − h)) / 2h:
 * (D(h) − 20 D(h/2) + 64 D(h/4)) / 45. The step shrinks where a break lies within it or truncation shows; where a break is
 * too near, one-sided differences take over. `noise` is the rounding error of one value of E_s that comes from behind z;
 * sample and unit count from 0.
 */
export function slope(loss: Downstream, sample: number, layer: number, unit: number, noise: number): Slope {
  const z = Math.abs(loss.z(sample, layer, unit));
  let step = firstStep(z);
  let best: Slope | undefined;
  for (;;) {
    const right = loss.gain(sample, layer, unit, step);
    const rightBreak = distance(loss, step);
    const left = loss.gain(sample, layer, unit, -step);
    const nearest = Math.min(rightBreak, distance(loss, step));
    if (nearest < step) {
      if (nearest < 2 * SMALLEST) return oneSided(loss, sample, layer, unit, noise);
      step = nearest / 2;
      continue;
    }
    const d2 = central(loss, sample, layer, unit, step / 2);
    const d4 = central(loss, sample, layer, unit, step / 4);
    const found = extrapolated({ right, left, d2, d4, step, z, noise });
    if (!best || bound(found) < bound(best) || Number.isNaN(bound(best))) best = found;
    if (isGood(found) || step / 4 < SMALLEST) return best;
    step /= 4;
  }
}

/** What three central differences are made of. */
export interface Differences {
  /** E(z ± step) − E(z). */
  readonly right: number;
  readonly left: number;
  /** D(step/2) and D(step/4). */
  readonly d2: number;
  readonly d4: number;
  readonly step: number;
  /** |z| */
  readonly z: number;
  /** The rounding error of one value of E_s that comes from behind z. */
  readonly noise: number;
}

/** (D(h) − 20 D(h/2) + 64 D(h/4)) / 45, with bounds of its errors. */
export function extrapolated({ right, left, d2, d4, step, z, noise }: Differences): Slope {
  const d1 = (right - left) / (2 * step);
  const value = (d1 - 20 * d2 + 64 * d4) / 45;
  // What the last level changed; or a share of the one before, lest that be small by chance where its error changes sign.
  const lastChange = value - (4 * d4 - d2) / 3;
  const oneBefore = (value - (4 * d2 - d1) / 3) / 32;
  const truncation = Math.abs(oneBefore) > Math.abs(lastChange) ? oneBefore : lastChange;
  // The quotients' rounding errors are noise · (1, 2, 4) / h, weighted as the extrapolation weighs them.
  const rounding = (6.6 * ownNoise(noise, value, z, Math.abs(right) + Math.abs(left))) / step;
  return { value, truncation, rounding, low: value, high: value };
}

/** Whether a smaller step is not called for. */
export function isGood({ value, truncation, rounding }: Slope): boolean {
  return Math.abs(truncation) <= ENOUGH * Math.abs(value) + rounding;
}

/** The step at which three differences of a smooth E_s are first taken, for this |z|. */
export function firstStep(z: number): number {
  return z * PART > STEP && Number.isFinite(z) ? 2 ** Math.ceil(Math.log2(z * PART)) : STEP;
}

/** z ± step is rounded too, by half a unit in the last place, and so is what E gains. */
function ownNoise(noise: number, value: number, z: number, gains: number): number {
  return noise + Number.EPSILON * (Math.abs(value) * (z + STEP) + 2 * gains);
}

function bound({ truncation, rounding }: Slope): number {
  return Math.abs(truncation) + rounding;
}

/** How far off the nearest break is that the last `gain` met; the whole step where it met none. */
function distance(loss: Downstream, step: number): number {
  return loss.startsOnBreak > 0 ? 0 : loss.passedAt * step;
}

function central(loss: Downstream, sample: number, layer: number, unit: number, step: number): number {
  return (loss.gain(sample, layer, unit, step) - loss.gain(sample, layer, unit, -step)) / (2 * step);
}

interface Side {
  readonly value: number;
  readonly truncation: number;
  readonly rounding: number;
  /** A break that the side begins on, or passes at once, and how many there are. */
  readonly corner: (Break & { readonly distance: number }) | undefined;
  readonly corners: number;
  /** Which part of the quotients lies before a break that is passed at once. */
  readonly blur: number;
}

/** Where a break is at hand: the side without it if there is one, else both. */
function oneSided(loss: Downstream, sample: number, layer: number, unit: number, noise: number): Slope {
  const right = side(loss, sample, layer, unit, noise, 1);
  const left = side(loss, sample, layer, unit, noise, -1);
  const corner = right.corner ?? left.corner;
  for (const clear of [right, left]) {
    const { value, truncation, rounding, corners } = clear;
    if (corners === 0)
      return { value, truncation, rounding, low: value, high: value, ...(corner && { break: corner }) };
  }
  const values = [right.value, left.value];
  // A quotient that passes a break at hand is part of the slope before it, part of that behind.
  const blur = Math.max(right.blur, left.blur) * Math.max(Math.abs(right.value), Math.abs(left.value));
  // Several units that leave their kinks at once may each count on either side of its own, in combinations that neither step shows.
  const several = right.corners + left.corners > 2;
  const most = SEVERAL * Math.max(Math.abs(right.value), Math.abs(left.value));
  if (several) values.push(-most, most);
  return {
    value: (right.value + left.value) / 2,
    truncation: Math.abs(right.truncation) + Math.abs(left.truncation),
    rounding: Math.max(right.rounding, left.rounding),
    low: Math.min(...values) - blur,
    high: Math.max(...values) + blur,
    ...(corner && { break: corner }),
  };
}

/** (D(h) − 6 D(h/2) + 8 D(h/4)) / 3 of forward differences D(h) = (E(z ± h) − E(z)) / ±h. */
function side(loss: Downstream, sample: number, layer: number, unit: number, noise: number, sign: 1 | -1): Side {
  let step = ONE_SIDED_STEP;
  let passed: Side['corner'];
  let gain = loss.gain(sample, layer, unit, sign * step);
  while (loss.passed && loss.passedAt < 1) {
    const away = loss.passedAt * step;
    if (away < SMALLEST) {
      passed = { ...loss.passed, distance: away };
      break;
    }
    step = away / 2;
    gain = loss.gain(sample, layer, unit, sign * step);
  }
  const corners = loss.startsOnBreak + (passed ? 1 : 0);
  const corner = loss.startedOn ? { ...loss.startedOn, distance: 0 } : passed;
  const quotient = (h: number): number => loss.gain(sample, layer, unit, sign * h) / (sign * h);
  const d1 = gain / (sign * step);
  const d2 = quotient(step / 2);
  const d4 = quotient(step / 4);
  const value = (d1 - 6 * d2 + 8 * d4) / 3;
  const rounding = (15 * ownNoise(noise, value, Math.abs(loss.z(sample, layer, unit)), Math.abs(gain))) / step;
  // The extrapolation weighs the quotient of the smallest step, h/4, by 8/3.
  const blur = passed ? (16 * passed.distance) / step : 0;
  return { value, truncation: value - (2 * d4 - d2), rounding, corner, corners, blur };
}
