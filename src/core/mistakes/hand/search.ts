/** The search for the simplest slip that yields a claimed value, and the limit that keeps chance matches out of it. */

import { otherSamples, swappedUnits, transposed, updatedWeights } from './elsewhere';
import type { Pausing } from '../../check/steps';
import {
  type Subject,
  derivativesAtActivation,
  extraDerivatives,
  missingDerivatives,
  missingInput,
  missingWeights,
} from './factors';
import { missingPaths } from './paths';
import { type Precision, matches } from '../precision';
import { roundedEarly } from './rounded';
import { type Slip, type Turn, valueOf } from './slip';
import { turns } from './turns';
import type { WholeSlips } from './whole';

export interface Explanation {
  readonly slip: Slip;
  /** A second slip, made before `slip`: only both together yield the value. */
  readonly and?: Slip;
  /** Another slip that yields the value as well, and is less simple. */
  readonly or?: Slip;
}

export interface Findings {
  readonly explanation?: Explanation;
  /** The slip that comes nearest to the value. */
  readonly nearest?: Slip;
}

/**
 * How many values that mean nothing may be expected to match a claim by chance before a match is no explanation: the
 * candidates near the claim, times the width of a claim of that many digits, over the width of what is near.
 */
const CHANCE = 0.015;
/** The same where two slips together are tried, of which there are many. */
const CHANCE_OF_TWO = 0.004;
/** Near a claim c is c/2 … 2c, with either sign: 3|c| wide. */
const NEAR = 2;
const NEAR_WIDTH = 3;
/** Claims with fewer digits are searched for single slips as far as one with so many, or most would not be at all. */
const DIGITS = 4;

/**
 * Every single slip in the fixed order that makes the simpler one win: first what is done with the finished derivative,
 * then factors, paths, other derivatives, and rounding; a family at a time, as a family is only computed when asked for,
 * with pauses (undefined) in between.
 */
function* families(subject: Subject, whole: WholeSlips): Generator<readonly Slip[] | undefined> {
  const { theta, samples } = whole;
  yield missingInput(subject);
  yield missingDerivatives(subject);
  yield derivativesAtActivation(subject);
  yield extraDerivatives(subject);
  yield missingWeights(subject);
  yield missingPaths(subject, theta, samples);
  yield yield* transposed(subject, whole);
  yield swappedUnits(subject, whole);
  yield otherSamples(subject);
  yield yield* updatedWeights(subject, whole);
  yield* roundedEarly(subject, whole);
}

/** `value` is the claim, `theta` the parameter's own value. */
export function* search(
  subject: Subject,
  whole: WholeSlips,
  theta: number,
  value: number,
  precision: Precision,
): Pausing<Findings> {
  const { network, parameter, pieces, penalty } = subject;
  const turned = turns(network, whole.samples, parameter, theta, penalty);
  const exact = { data: pieces.data, penalty };
  const budget = new Budget(value, precision);
  const found: Slip[] = [];
  const tried: (readonly Slip[])[] = [];

  const finished = turned.map((turn): Slip[] => [{ ...turn, ...turn.turn(exact) }]);
  for (const family of chained(finished, families(subject, whole))) {
    yield;
    if (!family) continue;
    tried.push(family);
    if (found.length === 2) break;
    const hit = budget
      .affordable(family, CHANCE, true)
      .find((slip) => matches(value, valueOf(slip), precision, slip.reach));
    if (hit && !found.some(({ code }) => code === hit.code)) found.push(hit);
  }
  const [slip, or] = found;
  if (slip) return { explanation: { slip, ...(or && { or }) } };
  const explanation = pairs(turned, tried, budget, value, precision);
  const nearest = nearestOf(tried.flat(), value);
  return { ...(explanation && { explanation }), ...(nearest && { nearest }) };
}

/** Two slips at once, the second of them done with the finished derivative. */
function pairs(
  turned: readonly Turn[],
  singles: readonly (readonly Slip[])[],
  budget: Budget,
  value: number,
  precision: Precision,
): Explanation | undefined {
  for (const family of singles) {
    const both = family.flatMap((and) =>
      turned
        .filter((turn) => turn.code !== and.code)
        .map((turn) => ({ and, slip: { ...turn, ...turn.turn(and), reach: 0 } })),
    );
    const slips = budget.affordable(
      both.map(({ slip }) => slip),
      CHANCE_OF_TWO,
      false,
    );
    const hit = both.slice(0, slips.length).find(({ slip }) => matches(value, valueOf(slip), precision));
    if (hit) return hit;
  }
  return undefined;
}

/** Counts what could match by chance. */
class Budget {
  private readonly seen = new Set<number>();
  /** What slips that reach wide count for, in claims of this precision. */
  private wide = 0;

  constructor(
    private readonly claim: number,
    private readonly precision: Precision,
  ) {}

  /**
   * The first of the family's candidates, as many as may be tried on top of all that were; they count. `lenient` takes a
   * claim of few digits for one of four.
   */
  affordable(family: readonly Slip[], chance: number, lenient: boolean): readonly Slip[] {
    const { half, digits } = this.precision;
    const width = 2 * half * (lenient ? 10 ** Math.min(0, digits - DIGITS) : 1);
    const each = width / (NEAR_WIDTH * Math.abs(this.claim));
    for (const [n, slip] of family.entries()) {
      const value = valueOf(slip);
      const size = Math.abs(value / this.claim);
      if (!(size >= 1 / NEAR && size <= NEAR)) continue;
      // Values that no claim of this precision tells apart count once.
      const key = Math.round(value / (2 * half));
      const wide = this.wide + (slip.reach ?? 0) / half;
      const more = this.seen.has(key) ? 0 : 1;
      if ((this.seen.size + more + wide) * each > chance) return family.slice(0, n);
      this.seen.add(key);
      this.wide = wide;
    }
    return family;
  }
}

function* chained(...parts: readonly Iterable<readonly Slip[] | undefined>[]): Generator<readonly Slip[] | undefined> {
  for (const part of parts) yield* part;
}

function nearestOf(slips: readonly Slip[], value: number): Slip | undefined {
  let nearest: Slip | undefined;
  let distance = Infinity;
  for (const slip of slips) {
    const away = Math.abs(valueOf(slip) - value);
    if (away < distance) [nearest, distance] = [slip, away];
  }
  return nearest;
}
