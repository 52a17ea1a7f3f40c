/** ∂E_s/∂z of one unit for a block of samples: what the derivatives of all parameters that enter the unit are made of. */

import { weightOf } from '../cost';
import type { Downstream } from './downstream';
import type { Samples } from '../network';
import type { Noises } from './noise';
import { type Slope, slope } from './slope';

/** Samples whose slopes are asked for at a time. */
export const BLOCK = 64;

/** Samples that are added in one go. */
export const TOGETHER = 4;

/** ∂E_s/∂z of one unit for up to BLOCK samples, written over by those of the next. */
export class Slopes {
  readonly value = new Float64Array(BLOCK);
  readonly truncation = new Float64Array(BLOCK);
  readonly rounding = new Float64Array(BLOCK);
  /** Those that are more than a derivative: with a break, or another one on each side. */
  readonly broken = new Map<number, Slope>();

  set(k: number, found: Slope): void {
    this.value[k] = found.value;
    this.truncation[k] = found.truncation;
    this.rounding[k] = found.rounding;
    if (found.low !== found.high || found.break) this.broken.set(k, found);
  }

  /** True where there are four from `k` on that are all finite and no more than a derivative: of an a that is 0 they add 0. */
  isPlain(k: number, end: number): boolean {
    if (end - k < TOGETHER) return false;
    let sum = 0;
    for (let n = k; n < end; n++) {
      if (this.broken.size > 0 && this.broken.has(n)) return false;
      sum += 0 * (this.value[n] ?? NaN) + 0 * (this.truncation[n] ?? NaN) + 0 * (this.rounding[n] ?? NaN);
    }
    return sum === 0;
  }

  /** Makes each of sample `first` on ω times itself. */
  weigh(samples: Samples, first: number, count: number): void {
    if (!samples.weights) return;
    for (let k = 0; k < count; k++) {
      const weight = weightOf(samples, first + k + 1);
      for (const values of [this.value, this.truncation, this.rounding]) values[k] = weight * (values[k] ?? NaN);
      const found = this.broken.get(k);
      if (found) this.broken.set(k, weighted(found, weight));
    }
  }
}

/** Finds ∂E_s/∂z of one unit for `count` samples from `first` on, with the noise of each; all count from 0. */
export type FindSlopes = (
  layer: number,
  unit: number,
  first: number,
  count: number,
  noise: Noises,
  into: Slopes,
) => void;

/** How slopes are found, once `loss` is prepared. */
export type SlopeFinder = (loss: Downstream) => FindSlopes;

/** By the difference quotients of each sample alone. */
export const oneByOne: SlopeFinder = (loss) => (layer, unit, first, count, noise, into) => {
  for (let k = 0; k < count; k++) into.set(k, slope(loss.line(first + k, layer, unit), noise.of(k)));
};

/** Of a slope; truncation may cancel between samples, so a share of it counts whatever its sign; and the sum is rounded too. */
export function errorOf({ value, truncation, rounding }: Slopes, k: number): number {
  return (rounding[k] ?? NaN) + 0.05 * Math.abs(truncation[k] ?? NaN) + 2 * Number.EPSILON * Math.abs(value[k] ?? NaN);
}

/** ω times a slope. */
function weighted(found: Slope, weight: number): Slope {
  const { value, truncation, rounding, low, high, ...rest } = found;
  const of = { value: weight * value, truncation: weight * truncation, rounding: weight * rounding };
  return { ...(weight === 0 ? {} : rest), ...of, low: weight * low, high: weight * high };
}
