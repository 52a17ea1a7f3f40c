/** The claims of one set by layers, in the layout of the parameter vector, with what each may be off. */

import type { LayerLayout } from '../network';

/** The claims of θ^(l): arrays by local index k, weights row by row and then biases. */
export interface LayerClaims {
  readonly layout: LayerLayout;
  /** NaN where nothing is claimed. */
  readonly claimed: Float64Array;
  /** ∂J/∂θ */
  readonly right: Float64Array;
  /** ∂R/∂θ */
  readonly penalty: Float64Array;
  /** How far a claim may be from the number that its program means. */
  readonly tolerance: Float64Array;
  /** The k that are claimed: those first that tell mistakes apart best. */
  readonly order: Int32Array;
  /** Whether the claim at k is wrong. */
  readonly wrong: Uint8Array;
}

/** The kind of entries that alone is claimed; undefined where both are, or nothing is. */
export type EntryKind = 'weights' | 'biases';

/** What a claim may be off: half a unit of its last digit, and rounding as a part of the layer's largest number. */
export function layerClaims(
  layout: LayerLayout,
  gradient: Float64Array,
  claimed: Float64Array,
  half: Float64Array,
  wrong: Uint8Array,
  penalty: Float64Array,
  rounding: number,
): LayerClaims {
  const end = layout.weights + layout.rows * (layout.columns + (layout.biases < 0 ? 0 : 1));
  const part = <T extends Float64Array | Uint8Array>(values: T): T => values.subarray(layout.weights, end) as T;
  const own = part(claimed);
  const right = part(gradient);
  const wrongs = part(wrong);
  const tolerance = part(half).slice();
  let largest = 0;
  let count = 0;
  for (let k = 0; k < own.length; k++) {
    const value = own[k] ?? NaN;
    if (!Number.isNaN(value)) count++;
    largest = Math.max(largest, Math.abs(right[k] ?? 0), Number.isFinite(value) ? Math.abs(value) : 0);
  }
  for (let k = 0; k < own.length; k++) tolerance[k] = (tolerance[k] ?? NaN) * (1 + 1e-6) + rounding * largest;
  const distance = (k: number): number => (wrongs[k] ? Math.abs((own[k] ?? 0) - (right[k] ?? 0)) : 0);
  // The clearest first; the rest as it comes, so that a large layer needs no sorting.
  const first = clearest(own, distance);
  const taken = new Set(first);
  const order = new Int32Array(count);
  order.set(first);
  let at = first.length;
  for (let k = 0; k < own.length; k++) if (!Number.isNaN(own[k]) && !taken.has(k)) order[at++] = k;
  return { layout, claimed: own, right, penalty: part(penalty), tolerance, order, wrong: wrongs };
}

/** So many claims are tried first. */
const FIRST = 32;

/** The claims that are farthest off. */
function clearest(claimed: Float64Array, distance: (k: number) => number): number[] {
  let first: number[] = [];
  let least = -1;
  const keep = (): void => {
    first = first.sort((p, q) => distance(q) - distance(p)).slice(0, FIRST);
  };
  for (let k = 0; k < claimed.length; k++) {
    if (Number.isNaN(claimed[k]) || (first.length >= FIRST && distance(k) <= least)) continue;
    first.push(k);
    if (first.length < 2 * FIRST) continue;
    keep();
    least = distance(first[FIRST - 1] ?? k);
  }
  keep();
  return first;
}

/** Whether only weights are claimed in these layers, or only biases. */
export function onlyKind(claims: readonly LayerClaims[]): EntryKind | undefined {
  const has = { weights: false, biases: false };
  for (const { order, layout } of claims) {
    for (const k of order) has[k < layout.rows * layout.columns ? 'weights' : 'biases'] = true;
  }
  if (has.weights === has.biases) return undefined;
  return has.weights ? 'weights' : 'biases';
}

/** The claims of one kind alone. */
export function ofKind(claims: LayerClaims, kind: EntryKind): LayerClaims {
  const size = claims.layout.rows * claims.layout.columns;
  return { ...claims, order: claims.order.filter((k) => k < size === (kind === 'weights')) };
}
