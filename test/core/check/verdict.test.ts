import { expect, test } from 'vitest';
import { type Evidence, judge } from '../../../src/core/check/verdict';

const smooth: Evidence = {
  ...{ analytic: 0.5, numeric: 0.5, bound: 1e-12, low: 0.5, high: 0.5, scale: 1, lossSize: 1 },
  kink: () => 'z₁⁽²⁾',
};

test.each<readonly [string, Partial<Evidence>]>([
  ['exact', { analytic: 0, numeric: 0 }],
  ['bound', { numeric: 0.5 + 5e-13 }],
  // Both are 0 as far as a loss of 1 can tell.
  ['rounding', { analytic: 1e-14, numeric: 0, bound: 1e-13, low: 0, high: 0, scale: 1e-13 }],
  ['relative', { numeric: 0.5 + 1e-8 }],
])('passes by %s', (criterion, evidence) => {
  expect(judge({ ...smooth, ...evidence })).toEqual({ verdict: 'pass', criterion });
});

test.each<readonly [string, Partial<Evidence>, RegExp]>([
  ['fail', { numeric: 0.25 }, /^the relative error .* is above \S+, and \|a − n\| = 0\.25 above the error bound \S+$/],
  ['fail', { analytic: NaN }, /^the gradient is NaN where the loss has a finite derivative$/],
  ['noise', { bound: Infinity }, /not finite here/],
  ['noise', { analytic: 1, numeric: 1.5, bound: 2 }, /too wide to tell/],
  ['kink', { low: 0, high: 1 }, /^z₁⁽²⁾ is at a kink, .*: the derivative jumps there between 0 and 1$/],
  ['fail', { analytic: 2, low: 0, high: 1 }, /^z₁⁽²⁾ is at a kink, .*, and the gradient 2 lies outside$/],
])('%s: %o', (verdict, evidence, reason) => {
  const judgement = judge({ ...smooth, ...evidence });
  expect(judgement).toMatchObject({ verdict, reason: expect.stringMatching(reason) as string });
});
