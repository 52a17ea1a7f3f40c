/** The diverging colour scale of edges and units: negative, neutral, positive. */
export interface ColorScale {
  /** The largest magnitude: either end of the scale. */
  readonly max: number;
  /** −1…1; the square root of the magnitude, so that small values can still be told from nothing. */
  readonly at: (value: number) => number;
}

/** The scale that reaches to the largest finite |value|. */
export function scaleOf(...arrays: readonly Float64Array[]): ColorScale {
  let max = 0;
  for (const values of arrays) {
    for (const value of values) {
      const magnitude = Math.abs(value);
      if (magnitude > max && magnitude < Infinity) max = magnitude;
    }
  }
  return {
    max,
    at: (value) => {
      if (max === 0 || Number.isNaN(value)) return 0;
      return Math.sign(value) * Math.sqrt(Math.min(1, Math.abs(value) / max));
    },
  };
}
