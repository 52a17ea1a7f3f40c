/** What two derivatives that should be the same say about each other. */

import { formatNumber } from '../numbers';

export type CheckVerdict = 'pass' | 'kink' | 'noise' | 'fail';

/** Evidence about one parameter. */
export interface Evidence {
  readonly analytic: number;
  readonly numeric: number;
  /** How far `numeric` may be off. */
  readonly bound: number;
  /** The range of the one-sided derivatives. */
  readonly low: number;
  readonly high: number;
  /** The size of a derivative that counts in this network: a bound far below it is sharp, however small the derivative. */
  readonly scale: number;
  /** The mean of E_s, or of what it would be without a perfect fit; its rounding hides derivatives that are 0. */
  readonly lossSize: number;
  /** What stands on its kink, in words. */
  kink(): string;
}

/** What a derivative passes by: its words are made where somebody asks, for there may be a hundred thousand. */
export const PASS_CRITERIA = ['exact', 'bound', 'rounding', 'relative'] as const;
export type PassCriterion = (typeof PASS_CRITERIA)[number];

/** A verdict with the criterion that decided, in words where the derivative does not pass. */
export type Judgement =
  | { readonly verdict: 'pass'; readonly criterion: PassCriterion }
  | { readonly verdict: Exclude<CheckVerdict, 'pass'>; readonly reason: string };

/** A relative error up to this passes. */
const RELATIVE = 1e-7;
/** A bound proves something where it is below this part of the derivative, or below SHARP of the scale. */
const TELLING = 1e-6;
const SHARP = 1e-9;
/** Numbers this near to 0 have no digits left to differ by. */
const VANISHING = 64 * Number.MIN_VALUE;
/** Derivatives below the bound are 0 as far as E can tell where the bound is below this part of E. */
const ZERO = 1e-12;

/** |a − n| / max(|a|, |n|); 0 when both are 0. */
export function relativeError(a: number, n: number): number {
  return a === n ? 0 : Math.abs(a - n) / Math.max(Math.abs(a), Math.abs(n));
}

/** True where a and n differ by no more than the bound, or than rounding alone. */
export function agrees(a: number, n: number, bound: number): boolean {
  return a === n || Math.abs(a - n) <= Math.max(bound, VANISHING) || relativeError(a, n) <= RELATIVE;
}

/** |a − n| */
export function absoluteError(a: number, n: number): number {
  return a === n ? 0 : Math.abs(a - n);
}

/** Why a derivative passes, in words. */
export function passReason(criterion: PassCriterion, analytic: number, numeric: number, bound: number): string {
  switch (criterion) {
    case 'exact':
      return 'both are exactly 0';
    case 'bound':
      return withinBound(absoluteError(analytic, numeric), bound);
    case 'rounding':
      return `both are 0 to within the rounding of the loss, ${text(bound)}`;
    case 'relative':
      return `the relative error ${text(relativeError(analytic, numeric))} is at most ${text(RELATIVE)}`;
  }
}

function withinBound(error: number, bound: number): string {
  return `|a − n| = ${text(error)} is within the error bound ${text(bound)}`;
}

/** The verdict on one parameter. */
export function judge(evidence: Evidence): Judgement {
  const { analytic, numeric, bound, low, high, lossSize } = evidence;
  const error = absoluteError(analytic, numeric);
  if (!Number.isFinite(numeric) || !Number.isFinite(bound) || !Number.isFinite(lossSize)) {
    return {
      verdict: 'noise',
      reason: 'the loss or a slope of it is not finite here: there is no difference quotient to compare with',
    };
  }
  if (!Number.isFinite(analytic)) {
    return { verdict: 'fail', reason: `the gradient is ${text(analytic)} where the loss has a finite derivative` };
  }
  if (high - low > 2 * bound) return atKink(evidence);
  if (analytic === 0 && numeric === 0) return { verdict: 'pass', criterion: 'exact' };
  const largest = Math.max(Math.abs(analytic), Math.abs(numeric));
  if (error <= bound) {
    if (bound <= TELLING * largest || bound <= SHARP * evidence.scale) return { verdict: 'pass', criterion: 'bound' };
    if (largest <= bound && bound <= ZERO * lossSize) return { verdict: 'pass', criterion: 'rounding' };
    const within = withinBound(error, bound);
    return { verdict: 'noise', reason: `${within}, but that bound is too wide to tell: rounding dominates` };
  }
  const relative = relativeError(analytic, numeric);
  if (relative <= RELATIVE) return { verdict: 'pass', criterion: 'relative' };
  return {
    verdict: 'fail',
    reason:
      `the relative error ${text(relative)} is above ${text(RELATIVE)}, ` +
      `and |a − n| = ${text(error)} above the error bound ${text(bound)}`,
  };
}

function atKink(evidence: Evidence): Judgement {
  const { analytic, bound, low, high } = evidence;
  const sides = `the derivative jumps there between ${text(low)} and ${text(high)}`;
  const where = `${evidence.kink()} is at a kink, and even one-sided steps do not agree: ${sides}`;
  if (analytic >= low - bound && analytic <= high + bound) return { verdict: 'kink', reason: where };
  return { verdict: 'fail', reason: `${where}, and the gradient ${text(analytic)} lies outside` };
}

function text(value: number): string {
  return formatNumber(value, 3);
}
