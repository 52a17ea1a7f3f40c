/** The error of a plain difference quotient at every step, on logarithmic axes. */

import type { StepCurve } from '../../src/core/check/stepCurve';

export interface ErrorPoint {
  readonly step: number;
  /** |central − gradient|, where it is not 0 and finite. */
  readonly error: number;
}

/** The points that have a place on logarithmic axes. */
export function errorPoints({ points }: StepCurve, gradient: number): ErrorPoint[] {
  return points
    .map(({ step, central }) => ({ step, error: Math.abs(central - gradient) }))
    .filter(({ error }) => error > 0 && Number.isFinite(error));
}

/** What the Taylor remainder's order says about the gradient. */
export function orderInWords(order: number | null): string {
  if (order === null) return 'J is linear here, to within rounding error: the Taylor remainder has no order';
  const text = order.toFixed(2);
  return order > 1.5
    ? `Taylor remainder of order ${text}: consistent (about 2 is expected; a wrong gradient gives about 1)`
    : `Taylor remainder of order ${text}: inconsistent (about 2 is expected; a wrong gradient gives about 1)`;
}
