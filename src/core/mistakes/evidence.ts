/** Whether claims are enough to tell a mistake from chance. */

import type { LayerClaims } from './claimSet';
import { type Solution, constantOf } from './solution';
import type { Network } from '../network';
import type { SummedRows } from './row';

/** Near a claim c is c/2 … 2c, with either sign: 3|c| wide. */
export const NEAR_WIDTH = 3;
/** The most that one claim can say, in decades. */
const MOST = 10;

/** How improbable it is that numbers that mean nothing match the wrong claims, in decades; a solved constant takes one claim. */
export function evidenceOf(
  solution: Solution,
  claims: readonly LayerClaims[],
  network: Network,
  rows: SummedRows,
): number {
  const decades = decadesOf(claims, solution.missed);
  const solved = solution.chosen.filter(
    ({ row, interval }) => row.constant && !constantOf(row, interval, network, rows).likely,
  );
  for (const { interval } of solved) {
    if (interval.claims < 2) return 0;
  }
  decades.sort((p, q) => p - q);
  return decades.slice(0, decades.length - solved.length).reduce((sum, one) => sum + one, 0);
}

/** What `mistakes` mistakes need at least is more than all claims can say: no search for them finds any that is believed. */
export function isHopeless(
  claims: readonly LayerClaims[],
  mistakes: number,
  samples: number,
  byHand: boolean,
): boolean {
  return decadesOf(claims, []).reduce((sum, one) => sum + one, 0) < base(mistakes, samples, byHand);
}

/** What each wrong claim can say, in decades. */
function decadesOf(claims: readonly LayerClaims[], left: readonly number[]): number[] {
  const decades: number[] = [];
  const missed = new Set(left);
  for (const { layout, order, claimed, right, tolerance, wrong } of claims) {
    for (const k of order) {
      if (wrong[k] !== 1 || missed.has(layout.weights + k)) continue;
      // Numbers that mean nothing are as large as the right one, or as what was claimed.
      const size = Math.max(Math.abs(claimed[k] ?? 0), Math.abs(right[k] ?? 0));
      const chance = (2 * (tolerance[k] ?? 0)) / (NEAR_WIDTH * (size || 1));
      decades.push(Math.min(MOST, Math.max(0, -Math.log10(Math.max(chance, Number.MIN_VALUE)))));
    }
  }
  return decades;
}

/** So many decades must there be, by how many changes were tried, and with which of the wrong claims left unexplained. */
export function needed({ chosen, missed }: Solution, wrong: number, samples: number, byHand: boolean): number {
  return base(chosen.length, samples, byHand) + missed.length * Math.log10(wrong);
}

function base(mistakes: number, samples: number, byHand: boolean): number {
  return (byHand ? 2 : 0.5) + mistakes * Math.log10(300 + 16 * samples);
}
