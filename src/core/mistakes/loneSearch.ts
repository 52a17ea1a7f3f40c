/** The search for the simplest mistake behind one claim, and the limit that keeps chance matches out of it. */

import type { Pausing } from '../check/steps';
import { type Network, type Objective, parameterLayout } from '../network';
import type { Claim, ClaimDiagnosis } from './claims';
import type { Location } from './location';
import type { Parts } from './block';
import { Lone, type LoneValue, type Turn } from './lone';
import { derivativeName, numeral } from './names';
import { Passes } from './passes';
import { type Precision, matches, precisionOf } from './precision';
import { MISTAKES } from './rows';
import { HAND_ROWS } from './rows/hand';
import { NEAR_WIDTH } from './evidence';

/** Why a claim is not right, in full and as a hint, and where that lies. */
export interface Explained {
  readonly diagnosis: ClaimDiagnosis;
  readonly hint: string;
  readonly location: Location | null;
}

interface Explanation {
  readonly first: LoneValue;
  /** A second mistake, made before `first`: only both together yield the value. */
  readonly and?: LoneValue;
  /** Another mistake that yields the value as well, and is less simple. */
  readonly or?: LoneValue;
}

/**
 * How many values that mean nothing may be expected to match a claim by chance before a match is no explanation: the
 * candidates near the claim, times the width of a claim of that many digits, over the width of what is near.
 */
const CHANCE = 0.015;
/** The same for what is unusual in a hand: it needs a claim of more digits. */
const CHANCE_OF_UNUSUAL = 0.005;
/** The same where two mistakes together are tried, of which there are many. */
const CHANCE_OF_TWO = 0.004;
/** Near a claim c is c/2 … 2c, with either sign. */
const NEAR = 2;
/** Claims with fewer digits are searched for single mistakes as far as one with so many, or most would not be at all. */
const DIGITS = 4;
/** A nearest one that explains nothing is named only where it is as near as this. */
const NEAREST = 0.01;

export class LoneSearch {
  private readonly network: Network;
  private readonly passes: Passes;

  constructor(
    objective: Objective,
    gradient: Float64Array,
    /** False for numbers that a program found, which does not round on the way. */
    private readonly rounds: boolean,
  ) {
    this.network = objective.network;
    this.passes = new Passes(objective, gradient);
  }

  /** Explains a wrong claim by the simplest mistake that yields its value, if there is one that chance does not yield as well. */
  *explain({ parameter, value, text }: Claim, index: number): Pausing<Explained> {
    const name = derivativeName(this.network, parameter);
    const precision = precisionOf(text);
    if (precision.digits === 0 || !Number.isFinite(value)) {
      const zero = value === 0;
      const why =
        zero && parameter.from === 0 ? ': ∂z/∂θ₀ is 1, whatever the bias is, so that it is the mean of δ' : '';
      const diagnosis = { code: zero ? 'zeros' : 'unexplained', message: `${name} is not ${text}${why}`, detail: {} };
      return { diagnosis, hint: `${name} is not ${text}`, location: null };
    }
    const block = parameterLayout(this.network.layers).layers[parameter.layer - 1];
    const lone = new Lone(this.passes, parameter, index - (block?.weights ?? 0));
    return explanationOf(name, text, yield* this.search(lone, value, precision), value);
  }

  private *search(lone: Lone, value: number, precision: Precision): Pausing<Explanation | readonly LoneValue[]> {
    const turns = lone.turns();
    const budget = new Budget(value, precision);
    const tried: (readonly LoneValue[])[] = [];
    // What is unusual comes near any number.
    const near: (readonly LoneValue[])[] = [];
    const found: LoneValue[] = [];
    const finished = turns.map((turn): readonly LoneValue[] => [turned(turn, lone.exact)]);
    const parts: readonly [Iterable<readonly LoneValue[]>, number][] = [
      [finished, CHANCE],
      [usual(lone, this.rounds), CHANCE],
      [unusual(lone), CHANCE_OF_UNUSUAL],
    ];
    for (const [families, chance] of parts) {
      // Beside what is usual, nothing unusual is told.
      if (found.length > 0 && chance < CHANCE) break;
      for (const family of families) {
        yield;
        if (found.length === 2) break;
        tried.push(family);
        if (chance === CHANCE) near.push(family);
        const hit = budget.affordable(family, chance).find((one) => matches(value, valueOf(one), precision, one.reach));
        if (hit && !found.some(({ code }) => code === hit.code)) found.push(hit);
      }
    }
    const [first, or] = found;
    if (first) return { first, ...(or && { or }) };
    for (const family of tried) {
      const both = twoMistakes(family, turns, value, precision, budget);
      if (both) return both;
    }
    return near.flat();
  }
}

/** A mistake of the family and what is done with its value, which together yield the claim; as far as chance allows. */
function twoMistakes(
  family: readonly LoneValue[],
  turns: readonly Turn[],
  value: number,
  precision: Precision,
  budget: Budget,
): Explanation | undefined {
  for (const and of family) {
    for (const turn of turns) {
      if (turn.code === and.code) continue;
      const parts = turn.turn(and);
      if (!budget.affords(valueOf(parts), 0, CHANCE_OF_TWO, false)) return undefined;
      if (matches(value, valueOf(parts), precision)) return { first: turned(turn, and), and };
    }
  }
  return undefined;
}

function turned(turn: Turn, parts: Parts): LoneValue {
  return { code: turn.code, words: turn.words, ...turn.turn(parts) };
}

/**
 * What a single mistake gives, in the fixed order that makes the simpler one win: what is usual, then what only a hand does.
 * A family is only worked out when it is asked for.
 */
function* usual(lone: Lone, rounds: boolean): Generator<readonly LoneValue[]> {
  for (const row of MISTAKES) if (row.block && !row.perSample) yield lone.sums(row);
  for (const row of MISTAKES) if (row.usual) yield lone.ofPass(row);
  yield* byHand(lone, false);
  for (const row of MISTAKES) if (row.perSample) yield lone.sums(row);
  if (rounds) yield* byHand(lone, true);
}

/** All else that a program does. */
function* unusual(lone: Lone): Generator<readonly LoneValue[]> {
  if (!lone.passes.isSmall) return;
  for (const row of MISTAKES) if (!row.block && !row.usual && !row.forward) yield lone.ofPass(row);
  yield lone.ofForward();
}

function* byHand(lone: Lone, rounds: boolean): Generator<readonly LoneValue[]> {
  for (const { values, code, hint, ...row } of HAND_ROWS) {
    if ((row.rounds === true) !== rounds) continue;
    for (const family of values(lone))
      yield family.map((one) => ({ ...one, code, words: () => ({ hint, ...one.words() }) }));
  }
}

/** Counts what could match by chance. */
class Budget {
  private readonly seen = new Set<number>();
  /** What mistakes that reach wide count for, in claims of this precision. */
  private wide = 0;

  constructor(
    private readonly claim: number,
    private readonly precision: Precision,
  ) {}

  /** The first of the family's candidates, as many as may be tried on top of all that were; they count. */
  affordable(family: readonly LoneValue[], chance: number): readonly LoneValue[] {
    const end = family.findIndex((one) => !this.affords(valueOf(one), one.reach ?? 0, chance, true));
    return end < 0 ? family : family.slice(0, end);
  }

  /** True where one more may be tried on top of all that were, and counts; `lenient` takes a claim of few digits for one of four. */
  affords(value: number, reach: number, chance: number, lenient: boolean): boolean {
    const { half, digits } = this.precision;
    const size = Math.abs(value / this.claim);
    if (!(size >= 1 / NEAR && size <= NEAR)) return true;
    const width = 2 * half * (lenient ? 10 ** Math.min(0, digits - DIGITS) : 1);
    const each = width / (NEAR_WIDTH * Math.abs(this.claim));
    // Values that no claim of this precision tells apart count once.
    const key = Math.round(value / (2 * half));
    const wide = this.wide + reach / half;
    const more = this.seen.has(key) ? 0 : 1;
    if ((this.seen.size + more + wide) * each > chance) return false;
    this.seen.add(key);
    this.wide = wide;
    return true;
  }
}

function valueOf({ data, penalty }: Parts): number {
  return data + penalty;
}

/** What explains the claim, or the usual mistakes that do not. */
function explanationOf(
  name: string,
  text: string,
  found: Explanation | readonly LoneValue[],
  value: number,
): Explained {
  if (!('first' in found)) {
    const away = (one: LoneValue): number => Math.abs(valueOf(one) - value);
    const nearest = found.reduce<LoneValue | undefined>((p, q) => (p && away(p) <= away(q) ? p : q), undefined);
    const near = nearest && away(nearest) <= NEAREST * Math.abs(value) ? nearest : undefined;
    const what = near ? `; the nearest is ${numeral(valueOf(near))}: ${near.words().fault}` : '';
    const words = 'no known mistake explains it';
    return {
      diagnosis: {
        code: 'unexplained',
        message: `${text} is not ${name}, and ${words}${what}`,
        detail: near ? { nearest: valueOf(near), code: near.code } : {},
      },
      hint: `${text} is not ${name}: ${words}`,
      location: null,
    };
  }
  const { code } = found.first;
  const first = found.first.words();
  const and = found.and?.words();
  const or = found.or?.words();
  const location = first.location ?? and?.location ?? null;
  const hint = and ? `there are two mistakes: ${first.hint}, and ${and.hint}` : first.hint;
  const what = and ? `is ${name} with two mistakes` : first.form ? `is ${first.form}` : `is not ${name}`;
  const why = and ? `${first.fault}, and ${and.fault}` : first.fault;
  const other = or ? `. Another mistake yields it, too: ${or.fault}` : '';
  return {
    diagnosis: {
      code,
      message: `${text} ${what}: ${why}${other}`,
      detail: {
        ...and?.detail,
        ...first.detail,
        ...(found.and && { and: found.and.code }),
        ...(found.or && { or: found.or.code }),
      },
    },
    hint: `${text} is not ${name}: ${hint}`,
    location,
  };
}
