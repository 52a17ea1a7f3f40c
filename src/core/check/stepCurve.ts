/** What a plain difference quotient makes of one parameter at every step: too large truncates, too small rounds. */

import { divisorOf, weightOf } from '../cost';
import { requireSample } from '../backprop';
import { requireParameter } from '../chain';
import { Downstream } from './downstream';
import { type Objective, type ParameterId, biasInputOf } from '../network';
import { penaltyGain, ratesOf } from '../penalty';

export interface StepPoint {
  /** h */
  readonly step: number;
  /** [J(θ + h) − J(θ − h)] / 2h */
  readonly central: number;
  /** |J(θ + h) − J(θ) − h g|, g the gradient under check: O(h²) where g is right, O(h) where it is wrong. */
  readonly remainder: number;
}

export interface StepCurve {
  /** From the largest step to the smallest. */
  readonly points: readonly StepPoint[];
  /**
   * The remainder's order, log₂ r(h)/r(h/2) at the smallest step where it still stands clear of rounding: 2 (or more) where
   * the gradient is right, 1 where it is wrong; null where J is a straight line and the remainder nothing but rounding.
   */
  readonly order: number | null;
}

const LARGEST = 2;
const POINTS = 40;
/** Steps this small leave nothing of J's curvature, so 2[J(θ + h/2) − J(θ)] − [J(θ + h) − J(θ)] is rounding alone. */
const ROUNDING_ONLY = 8;
/** How far a remainder must stand above the rounding error to be told from it. */
const CLEAR = 64;
/** How far the gains of the samples may be off, as a part of their sizes. */
const RELATIVE = 8 * Number.EPSILON;

/**
 * The curve of one parameter, over J or, for row `sample` from 1, over E_N without the penalty. `gradient` is the value to
 * be judged. Steps are halved from one that moves z by ¼. Yields while the samples are passed forward and after each step.
 * Throws a RangeError for a parameter or sample that there is not.
 */
export function* curving(
  objective: Objective,
  parameter: ParameterId,
  gradient: number,
  sample?: number,
): Generator<0, StepCurve> {
  const { network, theta, samples } = objective;
  const index = requireParameter(network, parameter);
  if (sample !== undefined) requireSample(samples, sample);
  const gain = yield* gainOf(objective, parameter, theta[index] ?? NaN, sample);
  const points: StepPoint[] = [];
  const sizes: number[] = [];
  let floor = 0;
  let before = 0;
  let step = 2 ** -LARGEST / gain.reach;
  for (let k = 0; k < POINTS; k++, step /= 2) {
    const [right, left] = [gain.at(step), gain.at(-step)];
    points.push({ step, central: (right - left) / (2 * step), remainder: Math.abs(right - step * gradient) });
    sizes.push(gain.size);
    if (k >= POINTS - ROUNDING_ONLY) floor = Math.max(floor, Math.abs(2 * right - before));
    before = right;
    yield 0;
  }
  return {
    points,
    order: orderOf(
      points,
      sizes.map((size) => Math.max(floor, RELATIVE * size)),
    ),
  };
}

interface Gain {
  /** J(θ + h) − J(θ) */
  at(h: number): number;
  /** The largest change of z that a step of 1 makes. */
  readonly reach: number;
  /** Of the last `at`: the same with every sample's gain taken as positive. */
  readonly size: number;
}

function* gainOf(
  objective: Objective,
  { layer, to, from }: ParameterId,
  value: number,
  sample: number | undefined,
): Generator<0, Gain> {
  const { network, samples } = objective;
  const loss = new Downstream(objective);
  yield* loss.prepare();
  const rows = sample === undefined ? Array.from({ length: samples.count }, (_, s) => s) : [sample - 1];
  const input = (s: number): number => (from === 0 ? biasInputOf(network, layer) : loss.a(s, layer, from - 1));
  const divisor = sample === undefined ? divisorOf(network, samples) : 1;
  const weight = (s: number): number => (sample === undefined ? weightOf(samples, s + 1) : 1);
  const reach = rows.reduce((largest, s) => Math.max(largest, Math.abs(input(s))), 0) || 1;
  const rates = ratesOf(network, from, samples.count);
  const gain = {
    reach,
    size: 0,
    at: (h: number): number => {
      const gains = [
        ...rows.map((s) => (weight(s) * loss.gain(s, layer + 1, to - 1, h * input(s)).value) / divisor),
        sample === undefined ? penaltyGain(rates, value, h) : 0,
      ];
      gain.size = gains.reduce((sum, one) => sum + Math.abs(one), 0);
      return gains.reduce((sum, one) => sum + one, 0);
    },
  };
  return gain;
}

function orderOf(points: readonly StepPoint[], rounding: readonly number[]): number | null {
  for (let k = points.length - 1; k > 0; k--) {
    const [whole, half] = [points[k - 1]?.remainder ?? NaN, points[k]?.remainder ?? NaN];
    if (half > CLEAR * (rounding[k - 1] ?? NaN)) return Math.log2(whole / half);
  }
  return null;
}
