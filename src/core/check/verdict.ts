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

export interface Judgement {
  readonly absoluteError: number;
  readonly relativeError: number;
  readonly verdict: CheckVerdict;
  readonly reason: string;
}

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

/** The verdict on one parameter with the criterion that decided. */
export function judge(evidence: Evidence): Judgement {
  const { analytic, numeric } = evidence;
  const absoluteError = analytic === numeric ? 0 : Math.abs(analytic - numeric);
  return { absoluteError, relativeError: relativeError(analytic, numeric), ...decide(evidence, absoluteError) };
}

function decide(evidence: Evidence, error: number): Pick<Judgement, 'verdict' | 'reason'> {
  const { analytic, numeric, bound, low, high, lossSize } = evidence;
  if (![numeric, bound, lossSize].every(Number.isFinite)) {
    return {
      verdict: 'noise',
      reason: 'the loss or a slope of it is not finite here: there is no difference quotient to hold against',
    };
  }
  if (!Number.isFinite(analytic)) {
    return { verdict: 'fail', reason: `the gradient is ${text(analytic)} where the loss has a finite derivative` };
  }
  if (high - low > 2 * bound) return atKink(evidence);
  if (analytic === 0 && numeric === 0) return { verdict: 'pass', reason: 'both are exactly 0' };
  const largest = Math.max(Math.abs(analytic), Math.abs(numeric));
  if (error <= bound) {
    const within = `|a − n| = ${text(error)} is within the error bound ${text(bound)}`;
    if (bound <= TELLING * largest || bound <= SHARP * evidence.scale) return { verdict: 'pass', reason: within };
    if (largest <= bound && bound <= ZERO * lossSize) {
      return { verdict: 'pass', reason: `both are 0 to within the rounding of the loss, ${text(bound)}` };
    }
    return { verdict: 'noise', reason: `${within}, but that bound is too wide to tell: rounding dominates` };
  }
  const relative = relativeError(analytic, numeric);
  if (relative <= RELATIVE) {
    return { verdict: 'pass', reason: `the relative error ${text(relative)} is at most ${text(RELATIVE)}` };
  }
  return {
    verdict: 'fail',
    reason:
      `the relative error ${text(relative)} is above ${text(RELATIVE)}, ` +
      `and |a − n| = ${text(error)} above the error bound ${text(bound)}`,
  };
}

function atKink(evidence: Evidence): Pick<Judgement, 'verdict' | 'reason'> {
  const { analytic, bound, low, high } = evidence;
  const sides = `the derivative jumps there between ${text(low)} and ${text(high)}`;
  const where = `${evidence.kink()} stands on a kink, and even one-sided steps do not agree: ${sides}`;
  if (analytic >= low - bound && analytic <= high + bound) return { verdict: 'kink', reason: where };
  return { verdict: 'fail', reason: `${where}, and the gradient ${text(analytic)} lies outside` };
}

function text(value: number): string {
  return formatNumber(value, 3);
}
