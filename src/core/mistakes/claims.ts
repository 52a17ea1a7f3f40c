/** The judge of somebody's gradients: each right at its precision or wrong, and what mistakes explain the wrong ones. */

import { differentiating } from '../backprop';
import { runToEnd } from '../check/steps';
import type { Network, ParameterId, Samples } from '../network';
import type { LayerClaims } from './claimSet';
import { type Diagnosis, type FoundMistake, claimedBlocks, solutionInWords, firstWrongPlace } from './diagnosis';
import { evidenceOf, isHopeless, needed } from './evidence';
import { JointSearch } from './joint';
import type { Location } from './location';
import { type Explained, LoneSearch } from './loneSearch';
import { derivativeName } from './names';
import { togetherInWords } from './phrases';
import type { Arithmetic } from './precision';
import type { Solution } from './solution';
import { type Verdict, verdictsOn } from './verdicts';

export type { Diagnosis, FoundMistake } from './diagnosis';
export type { Location } from './location';

/** Somebody's own ∂J/∂θ. */
export interface Claim {
  readonly parameter: ParameterId;
  readonly value: number;
  /** As it was written, which says how precise it means to be. */
  readonly text: string;
}

/** Why a claim is not right. */
export interface ClaimDiagnosis {
  readonly code: string;
  /** `0.118 is ∂E/∂a₁⁽³⁾ · ∂z₁⁽³⁾/∂θ₁₁⁽²⁾: the factor ∂a₁⁽³⁾/∂z₁⁽³⁾ = 0.187 is missing` */
  readonly message: string;
  /** What the mistake is about; `and`, a second one that was made too; `or`, another that would explain the value as well. */
  readonly detail: Readonly<Record<string, number | string | boolean>>;
}

export interface JudgedClaim {
  readonly parameter: ParameterId;
  readonly claimed: number;
  /** ∂J/∂θ */
  readonly gradient: number;
  readonly verdict: Verdict;
  /** Null for a claim that is correct. */
  readonly diagnosis: ClaimDiagnosis | null;
  /** The kind of mistake, in words that do not give ∂J/∂θ away; null for a claim that is correct. */
  readonly hint: string | null;
  /** Where in the derivation the mistake lies; null where it lies in no factor or path, or there is none. */
  readonly location: Location | null;
}

export interface Judgment {
  readonly claims: readonly JudgedClaim[];
  /** Of all claims together; null where none is wrong. */
  readonly diagnosis: Diagnosis | null;
  readonly arithmetic: Arithmetic;
}

export interface JudgingOptions {
  /** True where the claims were computed, however few digits they have: they come from a file of gradients. */
  readonly computed?: boolean;
}

/** Runs `judging` to its end. */
export function judgeClaims(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  claims: readonly Claim[],
  options: JudgingOptions = {},
): Judgment {
  return runToEnd(judging(network, theta, samples, claims, options));
}

/** Claims times parameters times samples, beyond which no claim is looked at by itself. */
const HAND_WORK = 4e7;
/** Nor more claims than these; of what a program computed, not more than somebody copies. */
const HAND_CLAIMS = { hand: 200, computed: 3 };
/** How much of the work is done before the search for mistakes, and at its end. */
const SEARCH = { from: 0.1, to: 0.9 };
/** How many claims are put together between two pauses. */
const OFTEN = 1024;

/**
 * Compares each claim with ∂J/∂θ, and searches for the mistakes that explain the wrong ones: first for one or two that
 * explain all, or all but a few, then for each claim by itself, in so far as chance does not explain it as well. Yields
 * often what part of the work is done. Throws a RangeError for a parameter that there is not.
 */
export function* judging(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  claims: readonly Claim[],
  options: JudgingOptions = {},
): Generator<number, Judgment> {
  if (claims.length === 0) return { claims: [], diagnosis: null, arithmetic: 'hand' };
  const fromFile = options.computed === true;
  const { gradient } = yield* progressing(differentiating({ network, theta, samples }), 0, SEARCH.from);
  const judge = verdictsOn(network, theta, samples, gradient, claims, fromFile);
  const { arithmetic, verdicts, indices, layers } = yield* progressing(judge, SEARCH.from, SEARCH.from);
  const byHand = arithmetic === 'hand';
  const wrong = verdicts.filter((verdict) => verdict === 'wrong').length;

  const search = searching(network, theta, samples, gradient, layers, wrong, byHand);
  const whole = wrong > 0 ? yield* progressing(search, SEARCH.from, SEARCH.to) : NOTHING;
  const missed = new Set(whole.missed);
  const left = whole.mistakes.length > 0 ? missed.size : wrong;
  // What is known of all together needs no search of each, but one claim alone is told more about by itself.
  const alone = wrong === 1 && byHand;
  const most = byHand ? HAND_CLAIMS.hand : fromFile ? 0 : HAND_CLAIMS.computed;
  const searched = (left > 0 || alone) && left <= most && left * theta.length * samples.count <= HAND_WORK;
  const hand = searched ? new LoneSearch({ network, theta, samples }, gradient, byHand) : undefined;
  const shared = whole.mistakes.length > 0 ? sharedDiagnosis(whole.mistakes, left) : undefined;
  const judged: JudgedClaim[] = [];
  for (const [n, claim] of claims.entries()) {
    const verdict = verdicts[n] ?? 'wrong';
    const index = indices[n] ?? 0;
    const done = SEARCH.to + ((1 - SEARCH.to) * n) / claims.length;
    let reason: Explained | undefined;
    if (verdict === 'too-coarse') reason = tooCoarse(derivativeName(network, claim.parameter), claim.text);
    else if (verdict === 'wrong') {
      const own = missed.has(index) ? undefined : shared;
      if (hand && (!own || alone)) reason = yield* progressing(hand.explain(claim, index), done, done);
      if (!reason || (own && reason.diagnosis.code === 'unexplained'))
        reason = own ?? unexplained(derivativeName(network, claim.parameter), claim.text);
    }
    judged.push({
      parameter: claim.parameter,
      claimed: claim.value,
      gradient: gradient[index] ?? NaN,
      verdict,
      diagnosis: reason?.diagnosis ?? null,
      hint: reason?.hint ?? null,
      location: reason?.location ?? null,
    });
    if ((hand && verdict === 'wrong') || n % OFTEN === 0) yield done;
  }
  if (wrong === 0) return { claims: judged, diagnosis: null, arithmetic };
  const mistakes = shared || !hand ? whole.mistakes : grouped(judged);
  const explained = shared ? wrong - missed.size : mistakes.length > 0 ? judged.filter(isExplained).length : 0;
  const blocks = claimedBlocks(layers);
  const [last] = missed.size === 1 ? missed : [];
  const missing = last === undefined ? undefined : claims[indices.indexOf(last)];
  const but = missing && shared && { but: derivativeName(network, missing.parameter) };
  const diagnosis = { wrong, explained, ...but, mistakes, blocks, place: firstWrongPlace(blocks), arithmetic };
  return { claims: judged, diagnosis, arithmetic };
}

function isExplained({ verdict, diagnosis }: JudgedClaim): boolean {
  return verdict === 'wrong' && diagnosis?.code !== 'unexplained';
}

/** Mistakes, and the indices of the wrong claims that they do not explain. */
interface Whole {
  readonly mistakes: readonly FoundMistake[];
  readonly missed: readonly number[];
}

const NOTHING: Whole = { mistakes: [], missed: [] };
/** One wrong claim of so many may have nothing to do with the mistake, but no more than the most; one of a few may, too. */
const UNEXPLAINED = { of: 5, most: 4 };

/** One mistake, or two, that make every claim, or one that makes all but a few, where there are claims enough to tell. */
function* searching(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  gradient: Float64Array,
  claims: readonly LayerClaims[],
  wrong: number,
  byHand: boolean,
): Generator<number, Whole> {
  if (isHopeless(claims, 1, samples.count, byHand)) return NOTHING;
  const search = new JointSearch({ network, theta, samples, gradient, claims });
  const few = wrong < 2 ? 0 : Math.min(UNEXPLAINED.most, Math.max(1, Math.floor(wrong / UNEXPLAINED.of)));
  const best = (solutions: readonly Solution[]): Whole | undefined => {
    const enough = solutions.filter(
      (one) => evidenceOf(one, claims, network, samples) >= needed(one, wrong, samples.count, byHand),
    );
    const [first, ...others] = sorted(enough);
    return first && { mistakes: solutionInWords(first, others, network, samples, claims), missed: first.missed };
  };
  const single = best(yield* progressing(search.solutions(1, few), 0, 0.4));
  if (single?.missed.length === 0 || isHopeless(claims, 2, samples.count, byHand)) return single ?? NOTHING;
  return best(yield* progressing(search.solutions(2, 0), 0.4, 1)) ?? single ?? NOTHING;
}

/** The simplest first: what leaves the fewest claims, then by the order of the table, and then the fewest layers. */
function sorted(solutions: readonly Solution[]): Solution[] {
  const rank = ({ chosen }: Solution): number => chosen.reduce((sum, one) => sum + one.rank, 0);
  const size = ({ chosen }: Solution): number => chosen.reduce((sum, one) => sum + one.layers.length, 0);
  return [...solutions].sort((p, q) => p.missed.length - q.missed.length || rank(p) - rank(q) || size(p) - size(q));
}

function sharedDiagnosis(
  found: readonly FoundMistake[],
  left: number,
): Omit<Explained, 'location'> & { location: null } {
  const [first] = found;
  const message = togetherInWords(found);
  const hint = found.map(({ hint: text }) => text).join(', and ');
  const what = left > 0 ? `all wrong claims but ${String(left)}` : 'all wrong claims';
  const intro = found.length > 1 ? `two mistakes explain ${what}` : `one mistake explains ${what}`;
  return {
    diagnosis: { code: first?.code ?? 'unexplained', message, detail: first?.detail ?? {} },
    hint: `${intro}: ${hint}`,
    location: null,
  };
}

function unexplained(name: string, text: string): Explained {
  const message = `${text} is not ${name}, and no known mistake explains it`;
  return {
    diagnosis: { code: 'unexplained', message, detail: {} },
    hint: `${text} is not ${name}: no known mistake explains it`,
    location: null,
  };
}

function tooCoarse(name: string, text: string): Explained {
  const message = `${text} may be ${name}, but it is too coarse to tell: write one more digit. A claim is right where ${name} rounds to it and it is within a twentieth of it`;
  return { diagnosis: { code: 'too-coarse', message, detail: {} }, hint: message, location: null };
}

/** What was found claim by claim, where it is one thing or two. */
function grouped(judged: readonly JudgedClaim[]): FoundMistake[] {
  const groups = new Map<string, JudgedClaim[]>();
  for (const claim of judged) {
    if (claim.verdict !== 'wrong' || !claim.diagnosis || claim.diagnosis.code === 'unexplained') continue;
    groups.set(claim.diagnosis.code, [...(groups.get(claim.diagnosis.code) ?? []), claim]);
  }
  if (groups.size > 2) return [];
  return [...groups].map(([code, claims]): FoundMistake => {
    const [first] = claims;
    const layers = new Set(
      claims.map(({ parameter, diagnosis }) =>
        typeof diagnosis?.detail.layer === 'number' ? diagnosis.detail.layer : parameter.layer,
      ),
    );
    const nothing = { right: '', yours: '' };
    return {
      code,
      layers: [...layers].sort((p, q) => p - q),
      part: 'all',
      detail: claims.length === 1 ? (first?.diagnosis?.detail ?? {}) : {},
      stage: 'pass',
      explains: claims.length,
      message: first?.diagnosis?.message ?? '',
      ...nothing,
      lines: { numpy: nothing, pytorch: nothing },
      hint: first?.hint ?? '',
      or: [],
    };
  });
}

/** Says at each pause what part of the work is done; `work` is the part between the two, and may say how far it is itself. */
function* progressing<T>(work: Generator<number | undefined, T>, from: number, to: number): Generator<number, T> {
  for (let done = from; ;) {
    const step = work.next();
    if (step.done) return step.value;
    if (step.value !== undefined) done = from + (to - from) * step.value;
    yield done;
  }
}
