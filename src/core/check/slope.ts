/** The derivative along a line, as ∂E_s/∂z_i^(l), by difference quotients that choose their own step and say how far they may be off. */

import type { Break, Gain, Line } from './line';

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

/** How far what is computed may be off. */
export interface Noise {
  /** One value of E_s, by all that lies behind z. */
  readonly ofLoss: number;
  /** The outputs, as the length of a vector. */
  readonly ofOutputs: number;
}

/** The first step, in z; where z is large, as large a part of it as keeps its digits. A power of two. */
const STEP = 2 ** -6;
const PART = 2 ** -15;
/** Steps below this are left to one-sided differences: rounding would grow past 1e-7 of the derivative. */
const SMALLEST = 2 ** -20;
/** Where E turns within less than that, as a smooth unit behind huge weights does, central differences go on down to here. */
const FINEST = 2 ** -48;
/** But not further than this part of z. */
const FINEST_PART = 2 ** -36;
/** What the two sides must be apart, as a part of the derivative, to say that E turns. */
const TELLING = 1e-7;
const ONE_SIDED_STEP = 2 ** -11;
/** Where several kinks meet, no derivative up to so many times the larger side is excluded. */
const SEVERAL = 4;
/** Truncation beyond this part of the derivative asks for a smaller step. */
const ENOUGH = 1e-9;

/**
 * Three-level Richardson extrapolation of central differences, D(h) = (E(z + h) − E(z − h)) / 2h:
 * (D(h) − 20 D(h/2) + 64 D(h/4)) / 45. The step shrinks where a break lies within it or truncation shows; where a break is
 * too near, one-sided differences take over.
 */
export function slope(line: Line, noise: Noise): Slope {
  const { z, scale } = line;
  let step = firstStep(z, scale);
  let best: Slope | undefined;
  const least = smallestStep(line);
  let smallest = least;
  const found = Object.assign(new Extrapolation(), { z, ...noise });
  const gains = new Float64Array(SHARES.length);
  for (;;) {
    const right = line.gain(step);
    const left = line.gain(-step);
    const nearest = Math.min(distance(right), distance(left));
    if (nearest < step) {
      if (nearest < 2 * least) return oneSided(line, noise);
      step = nearest / 2;
      continue;
    }
    gains[0] = right.value;
    gains[1] = left.value;
    for (let k = 2; k < SHARES.length; k++) gains[k] = line.gain(step * (SHARES[k] ?? NaN)).value;
    found.step = step;
    found.of(gains, 0, 1);
    if (!best || bound(found) < bound(best) || Number.isNaN(bound(best))) best = found.slope();
    if (!found.isResolved) smallest = Math.max(FINEST * scale, FINEST_PART * z);
    if (found.isGood || step / 4 < smallest) return best;
    step /= 4;
  }
}

/** The steps of three central differences, as parts of the first. */
export const SHARES = [1, -1, 1 / 2, -1 / 2, 1 / 4, -1 / 4] as const;

/** What three central differences make of a derivative, with bounds of its errors: written over by the next three. */
export class Extrapolation {
  value = NaN;
  truncation = NaN;
  rounding = NaN;
  /** A smaller step is not called for. */
  isGood = false;
  /** False where E turns within less than the step, so that all three may agree on a wrong derivative. */
  isResolved = false;

  /** h, |z| and the noise that the next gains are of. */
  step = NaN;
  z = NaN;
  ofLoss = NaN;
  ofOutputs = NaN;

  /** (D(h) − 20 D(h/2) + 64 D(h/4)) / 45, of what E gains by SHARES of the step: in `gains` from `at` on, every `apart`. */
  of(gains: Float64Array, at: number, apart: number): void {
    const { step: h, z, ofLoss, ofOutputs } = this;
    const right = gains[at] ?? NaN;
    const left = gains[at + apart] ?? NaN;
    const right2 = gains[at + 2 * apart] ?? NaN;
    const left2 = gains[at + 3 * apart] ?? NaN;
    const right4 = gains[at + 4 * apart] ?? NaN;
    const left4 = gains[at + 5 * apart] ?? NaN;
    const d1 = (right - left) / (2 * h);
    const d2 = (right2 - left2) / h;
    const d4 = (right4 - left4) / (h / 2);
    const value = (d1 - 20 * d2 + 64 * d4) / 45;
    // What the last level changed; or a share of the one before, lest that be small by chance where its error changes sign.
    const lastChange = value - (4 * d4 - d2) / 3;
    const oneBefore = (value - (4 * d2 - d1) / 3) / 32;
    const change = Math.abs(oneBefore) > Math.abs(lastChange) ? oneBefore : lastChange;
    // The quotients' rounding errors are noise · (1, 2, 4) / h, weighted as the extrapolation weighs them.
    const own = 6.6 * ownNoise(ofLoss, value, z + h, Math.abs(right) + Math.abs(left));
    const rounding = (own + 2 * curvedNoise(ofOutputs, right + left)) / h;
    // How far the slopes of the two sides are apart: of a smooth E in proportion to the step.
    const bend = Math.abs(right + left) / h;
    const bend4 = Math.abs(right4 + left4) / (h / 4);
    const isResolved = !(bend4 > bend / 2 && bend4 > TELLING * Math.abs(value) + 2 * rounding);
    this.value = value;
    this.truncation = isResolved ? change : Math.abs(change) + bend4;
    this.rounding = rounding;
    this.isResolved = isResolved;
    this.isGood = Math.abs(this.truncation) <= ENOUGH * Math.abs(value) + rounding;
  }

  /** As it stands, of a smooth E. */
  slope(): Slope {
    const { value, truncation, rounding } = this;
    return { value, truncation, rounding, low: value, high: value };
  }
}

/** The step at which three differences of a smooth E_s are first taken, for this |z|. */
export function firstStep(z: number, scale = 1): number {
  const usual = STEP * scale;
  return z * PART > usual && Number.isFinite(z) ? 2 ** Math.ceil(Math.log2(z * PART)) : usual;
}

/** Below this a step is not worth its rounding. */
function smallestStep({ z, scale }: Line): number {
  return Number.isFinite(z) ? Math.max(SMALLEST * scale, FINEST_PART * z) : SMALLEST;
}

/** z ± step, `reach` in size, is rounded too, by half a unit in the last place, and so is what E gains. */
function ownNoise(ofLoss: number, value: number, reach: number, gains: number): number {
  return ofLoss + Number.EPSILON * (Math.abs(value) * reach + 2 * gains);
}

/**
 * What the outputs' error makes of E where a step changes ∂E/∂a: by the length of Δa, for E″ is at most about 1, and
 * `square`, E(z + h) + E(z − h) − 2 E(z), is E″ |Δa|².
 */
function curvedNoise(ofOutputs: number, square: number): number {
  return ofOutputs * Math.sqrt(Math.max(0, square));
}

function bound({ truncation, rounding }: Pick<Slope, 'truncation' | 'rounding'>): number {
  return Math.abs(truncation) + rounding;
}

/** How far off the nearest break is; the whole step where there is none. */
function distance({ starts, clear }: Gain): number {
  return starts > 0 ? 0 : clear;
}

interface Side {
  readonly value: number;
  readonly truncation: number;
  readonly rounding: number;
  /** A break that the side begins on, or passes at once, and how many there are. */
  readonly corner: (Break & { readonly distance: number }) | undefined;
  readonly corners: number;
  /** How many of them are passed: those lie on this side alone. */
  readonly passes: number;
  /** Which part of the quotients lies before a break that is passed at once. */
  readonly blur: number;
}

/** Where a break is at hand: the side without it if there is one, else both. */
function oneSided(line: Line, noise: Noise): Slope {
  const right = side(line, noise, 1);
  const left = side(line, noise, -1);
  const corner = right.corner ?? left.corner;
  for (const clear of [right, left]) {
    const { value, truncation, rounding, corners } = clear;
    if (corners === 0)
      return { value, truncation, rounding, low: value, high: value, ...(corner && { break: corner }) };
  }
  const values = [right.value, left.value];
  // A quotient that passes a break at hand is part of the slope before it, part of that behind.
  const blur = Math.max(right.blur, left.blur) * Math.max(Math.abs(right.value), Math.abs(left.value));
  // Several units that leave their kinks at once, or one to the right and another to the left, may each count on either
  // side of its own, in combinations that neither step shows.
  const several = right.corners + left.passes > 1;
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
function side(line: Line, noise: Noise, sign: 1 | -1): Side {
  const least = smallestStep(line);
  const usual = ONE_SIDED_STEP * line.scale;
  let step = Number.isFinite(line.z) ? Math.max(usual, PART * line.z) : usual;
  let first = line.gain(sign * step);
  while (first.passed && first.clear < step && first.clear >= least) {
    step = first.clear / 2;
    first = line.gain(sign * step);
  }
  const passed = first.passed && first.clear < step ? { ...first.passed, distance: first.clear } : undefined;
  const passes = passed ? 1 : 0;
  const corners = first.starts + passes;
  const corner = first.startedOn ? { ...first.startedOn, distance: 0 } : passed;
  const quotient = (h: number): number => line.gain(sign * h).value / (sign * h);
  let best: Pick<Side, 'value' | 'truncation' | 'rounding'> | undefined;
  for (let h = step; ; h /= 4) {
    const d1 = quotient(h);
    const d2 = quotient(h / 2);
    const d4 = quotient(h / 4);
    const value = (d1 - 6 * d2 + 8 * d4) / 3;
    const own = 15 * ownNoise(noise.ofLoss, value, line.z + h, Math.abs(d1 * h));
    const rounding = (own + 5 * curvedNoise(noise.ofOutputs, 2 * Math.abs(d1 * h))) / h;
    const found = { value, truncation: value - (2 * d4 - d2), rounding };
    if (!best || bound(found) < bound(best)) best = found;
    const good = Math.abs(found.truncation) <= ENOUGH * Math.abs(value) + rounding;
    // Nearer to a break that is passed at once there is nothing to gain.
    if (good || passed || h / 4 < least) break;
  }
  // The extrapolation weighs the quotient of the smallest step, h/4, by 8/3.
  const blur = passed ? (16 * passed.distance) / step : 0;
  return { ...best, corner, corners, passes, blur };
}
