/** Where in a derivation a slip lies, so that the chain can show it: certain factors of its paths, or certain paths. */

import type { LocalDerivative, PathNode } from '../chain';

/** Factors of one kind: of a unit, of a layer, or all. */
export interface FactorLocation {
  readonly fault: 'missing' | 'wrong' | 'twice';
  readonly factor: LocalDerivative['kind'];
  /** The layer of the quantity that the factor is by: of ∂z_k^(l+1)/∂a_i^(l) it is l. Any, where left out. */
  readonly layer?: number;
  /** The unit of that quantity; of a weight's factor that of z_k, the unit that the weight leads to. */
  readonly unit?: number;
  /** Of a weight's factor alone: the unit that the weight comes from. */
  readonly from?: number;
}

/** The paths that were left out: those that pass all of `through`, but not all of `without` (where that is any node). */
export interface PathLocation {
  readonly fault: 'missing';
  readonly through: readonly PathNode[];
  readonly without: readonly PathNode[];
}

export type Location = FactorLocation | PathLocation;

/** True where the mistake lies in this factor. */
export function locatesFactor(location: Location, { kind, of, by }: LocalDerivative): boolean {
  if (!('factor' in location) || location.factor !== kind) return false;
  if (by.kind === 'theta') return true;
  if (by.kind === 'E') return false;
  const unit = kind === 'weight' && of.kind === 'z' ? of.unit : by.unit;
  return (
    (location.layer ?? by.layer) === by.layer &&
    (location.unit ?? unit) === unit &&
    (location.from === undefined || location.from === by.unit)
  );
}

/** True where the slip is that this path was left out. */
export function locatesPath(location: Location, nodes: readonly PathNode[]): boolean {
  if ('factor' in location) return false;
  const passes = (wanted: readonly PathNode[]): boolean =>
    wanted.every(({ kind, layer, unit }) =>
      nodes.some((node) => node.kind === kind && node.layer === layer && node.unit === unit),
    );
  return passes(location.through) && (location.without.length === 0 || !passes(location.without));
}
