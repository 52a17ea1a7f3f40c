import { expect, test } from 'vitest';
import {
  absoluteError,
  agrees,
  type Evidence,
  judge,
  passReason,
  relativeError,
} from '../../../src/core/check/verdict';

const smooth: Evidence = {
  ...{ analytic: 0.5, numeric: 0.5, bound: 1e-12, low: 0.5, high: 0.5, scale: 1, lossSize: 1 },
  kink: () => 'z₁⁽²⁾',
};
/** Of derivatives of 1e-14 in a network where those that count are no larger. */
const tiny = { analytic: 1e-14, numeric: 0, bound: 1e-13, low: 0, high: 0, scale: 1e-13 };

test.each<readonly [string, Partial<Evidence>]>([
  ['exact', { analytic: 0, numeric: 0 }],
  // Exactly 0 whatever the bound is.
  ['exact', { analytic: 0, numeric: 0, bound: 1 }],
  ['bound', { numeric: 0.5 + 5e-13 }],
  // A bound tells something up to a millionth of the derivative, or a billionth of those that count.
  ['bound', { bound: 5e-7 }],
  ['bound', { analytic: 0, numeric: 1e-9, bound: 1e-9 }],
  // Both are 0 as far as a loss of 1 can tell.
  ['rounding', tiny],
  ['rounding', { ...tiny, bound: 1e-12 }],
  ['relative', { numeric: 0.5 + 1e-8 }],
  ['relative', { analytic: 1, numeric: 1 + 0.9e-7 }],
  // The sides differ by no more than twice the bound: no kink.
  ['bound', { bound: 1e-12, low: 0.5 - 1e-12, high: 0.5 + 1e-12 - 1e-15 }],
])('passes by %s: %o', (criterion, evidence) => {
  expect(judge({ ...smooth, ...evidence })).toEqual({ verdict: 'pass', criterion });
});

const KINK = 'z₁⁽²⁾ is at a kink, and even one-sided steps do not agree: the derivative jumps there between 0 and 1';
const NOT_FINITE = 'the loss or a slope of it is not finite here: there is no difference quotient to compare with';

test.each<readonly [string, Partial<Evidence>, string]>([
  ['fail', { numeric: 0.25 }, 'the relative error 0.5 is above 1e−7, and |a − n| = 0.25 above the error bound 1e−12'],
  [
    'fail',
    { analytic: 1, numeric: 1 + 1.1e-7 },
    'the relative error 1.1e−7 is above 1e−7, and |a − n| = 1.1e−7 above the error bound 1e−12',
  ],
  ['fail', { analytic: NaN }, 'the gradient is NaN where the loss has a finite derivative'],
  ['fail', { analytic: -Infinity }, 'the gradient is −∞ where the loss has a finite derivative'],
  ['noise', { bound: Infinity }, NOT_FINITE],
  ['noise', { numeric: NaN }, NOT_FINITE],
  ['noise', { lossSize: Infinity }, NOT_FINITE],
  // Nothing is compared with, whatever the gradient is.
  ['noise', { analytic: NaN, numeric: NaN }, NOT_FINITE],
  [
    'noise',
    { analytic: 1, numeric: 1.5, bound: 2 },
    '|a − n| = 0.5 is within the error bound 2, but that bound is too wide to tell: rounding dominates',
  ],
  [
    'noise',
    { bound: 6e-7 },
    '|a − n| = 0 is within the error bound 6e−7, but that bound is too wide to tell: rounding dominates',
  ],
  [
    'noise',
    { ...tiny, lossSize: 0.05 },
    '|a − n| = 1e−14 is within the error bound 1e−13, but that bound is too wide to tell: rounding dominates',
  ],
  [
    'noise',
    { ...tiny, analytic: 2e-13, numeric: 1.5e-13 },
    '|a − n| = 5e−14 is within the error bound 1e−13, but that bound is too wide to tell: rounding dominates',
  ],
  ['kink', { low: 0, high: 1 }, KINK],
  // On either side, up to the bound.
  ['kink', { analytic: 1.1, low: 0, high: 1, bound: 0.125 }, KINK],
  ['kink', { analytic: -0.1, low: 0, high: 1, bound: 0.125 }, KINK],
  ['fail', { analytic: 2, low: 0, high: 1 }, `${KINK}, and the gradient 2 lies outside`],
  ['fail', { analytic: -0.2, low: 0, high: 1, bound: 0.125 }, `${KINK}, and the gradient −0.2 lies outside`],
])('%s: %o', (verdict, evidence, reason) => {
  expect(judge({ ...smooth, ...evidence })).toEqual({ verdict, reason });
});

test('what a derivative passes by, in words', () => {
  expect(passReason('exact', 0, 0, 1e-12)).toBe('both are exactly 0');
  expect(passReason('bound', 0.5, 0.25, 0.3)).toBe('|a − n| = 0.25 is within the error bound 0.3');
  expect(passReason('rounding', 1e-14, 0, 1e-13)).toBe('both are 0 to within the rounding of the loss, 1e−13');
  expect(passReason('relative', 1, 1 + 5e-8, 1e-12)).toBe('the relative error 5e−8 is at most 1e−7');
});

test('how far two derivatives are apart', () => {
  expect([relativeError(0, 0), relativeError(-2, 1), relativeError(1, -4), relativeError(Infinity, Infinity)]).toEqual([
    0, 1.5, 1.25, 0,
  ]);
  expect([absoluteError(-2, 1), absoluteError(Infinity, Infinity)]).toEqual([3, 0]);
  expect(agrees(Infinity, Infinity, NaN)).toBe(true);
  expect([agrees(1, 1.5, 0.5), agrees(1, 1.5, 0.49)]).toEqual([true, false]);
  expect([agrees(1, 1 + 9e-8, 0), agrees(1, 1 + 1.1e-7, 0)]).toEqual([true, false]);
  // No digits are left to differ by.
  expect([agrees(0, 64 * Number.MIN_VALUE, 0), agrees(0, 65 * Number.MIN_VALUE, 0)]).toEqual([true, false]);
});
