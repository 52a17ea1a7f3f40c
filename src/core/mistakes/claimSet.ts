/** The claims of one set by layers, in the layout of the parameter vector, with what each may be off. */

import type { LayerLayout } from '../network';

/** The claims of θ^(l): arrays by local index k, weights row by row and then biases. */
export interface LayerClaims {
  readonly layout: LayerLayout;
  /** NaN where nothing is claimed. */
  readonly claimed: Float64Array;
  /** How far a claim may be from the number that its program means. */
  readonly tolerance: Float64Array;
  /** The k that are claimed: those first that tell mistakes apart best. */
  readonly order: Int32Array;
  /** Whether the claim at k is wrong. */
  readonly wrong: Uint8Array;
}

/** What a claim may be off: half a unit of its last digit, and rounding as a part of the layer's largest number. */
export function layerClaims(
  layout: LayerLayout,
  gradient: Float64Array,
  claimed: Float64Array,
  half: Float64Array,
  wrong: Uint8Array,
  rounding: number,
): LayerClaims {
  const end = layout.weights + layout.rows * (layout.columns + (layout.biases < 0 ? 0 : 1));
  const part = <T extends Float64Array | Uint8Array>(values: T): T => values.subarray(layout.weights, end) as T;
  const own = part(claimed);
  const right = part(gradient);
  let largest = 0;
  for (const [k, value] of own.entries()) {
    largest = Math.max(largest, Math.abs(right[k] ?? 0), Number.isFinite(value) ? Math.abs(value) : 0);
  }
  const tolerance = part(half).map((value) => value * (1 + 1e-6) + rounding * largest);
  const wrongs = part(wrong);
  const distance = (k: number): number => Math.abs((own[k] ?? 0) - (right[k] ?? 0)) * (wrongs[k] ? 1 : 0);
  const claims = [...own.keys()].filter((k) => !Number.isNaN(own[k]));
  // The clearest first; the rest as it comes, so that a large layer needs no sorting.
  const first = [...claims].sort((p, q) => distance(q) - distance(p)).slice(0, FIRST);
  const taken = new Set(first);
  const order = Int32Array.from([...first, ...claims.filter((k) => !taken.has(k))]);
  return { layout, claimed: own, tolerance, order, wrong: wrongs };
}

const FIRST = 32;
