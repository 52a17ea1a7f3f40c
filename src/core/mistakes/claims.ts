/** The judge of somebody's gradients: each right at its precision or wrong, and what mistakes explain the wrong ones. */

import { togetherInWords } from './phrases';
import { differentiating } from '../backprop';
import { gradientRounding } from '../check/gradientRounding';
import { type Network, type ParameterId, type Samples, parameterIndex, parameterLayout } from '../network';
import { type Pausing, runToEnd } from '../check/steps';
import { type LayerClaims, layerClaims } from './claimSet';
import { type ClaimedBlock, type Diagnosis, type FoundMistake, blocksOf, inWords, placeOf } from './diagnosis';
import { evidenceOf, needed } from './evidence';
import { type Explained, HandSearch } from './hand';
import { JointSearch, type Solution } from './joint';
import type { Mark } from './mark';
import { derivativeName } from './names';
import {
  type Arithmetic,
  type Precision,
  ROUNDING_OF,
  areFloat32,
  halfOfComputed,
  isComputed,
  judgeByHand,
  precisionOf,
} from './precision';

export type { ClaimedBlock, Diagnosis, FoundMistake } from './diagnosis';
export type { Mark } from './mark';

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
  readonly verdict: 'correct' | 'wrong' | 'too-coarse';
  /** Null for a claim that is correct. */
  readonly diagnosis: ClaimDiagnosis | null;
  /** The kind of mistake, in words that do not give ∂J/∂θ away; null for a claim that is correct. */
  readonly hint: string | null;
  /** Where in the derivation the mistake lies; null where it lies in no factor or path, or there is none. */
  readonly mark: Mark | null;
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

/** How many claims are read between two pauses. */
const OFTEN = 4096;
/** Claims times parameters times samples, beyond which no claim is looked at by itself. */
const HAND_WORK = 4e7;
/** Nor more claims than these; of what a program computed, not more than somebody copies. */
const HAND_CLAIMS = { hand: 200, computed: 3 };

/**
 * Compares each claim with ∂J/∂θ, and searches for the mistakes that explain the wrong ones: first for one or two that
 * explain all, then for each claim by itself, in so far as chance does not explain it as well. Yields often how many
 * claims are judged. Throws a RangeError for a parameter that there is not.
 */
export function* judging(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  claims: readonly Claim[],
  options: JudgingOptions = {},
): Generator<number, Judgment> {
  if (claims.length === 0) return { claims: [], diagnosis: null, arithmetic: 'hand' };
  const { gradient } = yield* counting(differentiating(network, theta, samples), 0);
  const layout = parameterLayout(network.layers);
  const indices: number[] = [];
  const precisions: Precision[] = [];
  for (const { parameter, text } of claims) {
    const index = parameterIndex(layout, parameter);
    if (index < 0) throw new RangeError('the network has no such parameter');
    indices.push(index);
    precisions.push(precisionOf(text));
    if (indices.length % OFTEN === 0) yield 0;
  }
  const computed = options.computed === true || isComputed(precisions);

  const largest = new Float64Array(layout.count);
  for (const { weights, rows, columns, biases } of layout.layers) {
    const end = weights + rows * (columns + (biases < 0 ? 0 : 1));
    let most = 0;
    for (let k = weights; k < end; k++) most = Math.max(most, Math.abs(gradient[k] ?? 0));
    largest.fill(most, weights, end);
  }
  const half = claims.map(({ text }, n) => {
    const precision = precisions[n] ?? precisionOf(text);
    return computed ? halfOfComputed(text, precision) : precision.half;
  });
  const offBy = (n: number): number => Math.abs((claims[n]?.value ?? NaN) - (gradient[indices[n] ?? 0] ?? NaN));
  const within = (n: number, rounding: number): boolean =>
    offBy(n) <= (half[n] ?? 0) * (1 + 1e-6) + rounding * (largest[indices[n] ?? 0] ?? 0);

  let arithmetic: Arithmetic = 'hand';
  let verdicts: JudgedClaim['verdict'][];
  if (computed) {
    const all = claims.map((_, n) => n);
    const only32 = all.filter((n) => !within(n, ROUNDING_OF.float64) && within(n, ROUNDING_OF.float32)).length;
    const values = claims.map(({ value }) => value);
    const single = 2 * only32 > claims.length || areFloat32(values, precisions);
    arithmetic = single ? 'float32' : 'float64';
    yield 0;
    const rounding = ROUNDING_OF[arithmetic];
    verdicts = all.map((n) => (within(n, rounding) ? 'correct' : 'wrong'));
  } else {
    const between = yield* counting(roundingByHand(network, theta, samples, gradient), 0);
    verdicts = claims.map(({ value, text }, n) =>
      judgeByHand(
        value,
        precisions[n] ?? precisionOf(text),
        gradient[indices[n] ?? 0] ?? NaN,
        between(indices[n] ?? 0),
      ),
    );
  }
  const rounding = arithmetic === 'hand' ? HAND_ROUNDING : ROUNDING_OF[arithmetic];
  yield 0;
  const layers = byLayers(network, gradient, claims, indices, half, verdicts, rounding);
  yield 0;
  const wrong = verdicts.filter((verdict) => verdict === 'wrong').length;

  let found: readonly FoundMistake[] = [];
  if (wrong > 0) {
    found = yield* counting(searching(network, theta, samples, gradient, layers, arithmetic === 'hand'), 0);
  }
  const whole = found.length > 0;
  // What is known of all together needs no search of each, but one claim alone is told more about by itself.
  const alone = wrong === 1 && arithmetic === 'hand';
  const most = arithmetic === 'hand' ? HAND_CLAIMS.hand : options.computed === true ? 0 : HAND_CLAIMS.computed;
  const byHand = (!whole || alone) && wrong <= most && wrong * theta.length * samples.count <= HAND_WORK;
  const hand = byHand ? new HandSearch(network, theta, samples, gradient, arithmetic === 'hand') : undefined;
  const judged: JudgedClaim[] = [];
  const shared = whole ? sharedDiagnosis(found) : undefined;
  for (const [n, claim] of claims.entries()) {
    const verdict = verdicts[n] ?? 'wrong';
    const index = indices[n] ?? 0;
    const basics = { parameter: claim.parameter, claimed: claim.value, gradient: gradient[index] ?? NaN, verdict };
    const name = derivativeName(network, claim.parameter);
    let reason: Explained | undefined;
    if (verdict === 'too-coarse') reason = tooCoarse(name, claim.text);
    else if (verdict === 'wrong') {
      reason = hand ? yield* counting(hand.explain(claim, index), judged.length) : undefined;
      if (!reason || (reason.diagnosis.code === 'unexplained' && shared)) {
        reason = shared ? { ...shared, mark: null } : unexplained(name, claim.text);
      }
    }
    judged.push({ ...basics, ...(reason ?? { diagnosis: null, hint: null, mark: null }) });
    if (hand ? verdict === 'wrong' : n % 256 === 0) yield judged.length;
  }
  if (wrong === 0) return { claims: judged, diagnosis: null, arithmetic };
  const blocks = blocksOf(layers);
  if (!whole && hand) found = grouped(judged);
  return { claims: judged, diagnosis: diagnosisOf(found, blocks, wrong, arithmetic, judged), arithmetic };
}

/** What two right ways of computing by hand may be apart, as a part of the network's largest derivative. */
const HAND_ROUNDING = 1e-12;
/** But never of this one's digits. */
const DIGITS = 1e-6;

function* roundingByHand(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  gradient: Float64Array,
): Pausing<(index: number) => number> {
  const bound = yield* gradientRounding(network, theta, samples);
  let scale = 0;
  for (const g of gradient) scale = Math.max(scale, Math.abs(g));
  // A derivative that is 0 but for the rounding of its sums has no digits to keep.
  return (index) =>
    Math.max(Math.min(HAND_ROUNDING * scale, DIGITS * Math.abs(gradient[index] ?? NaN)), bound[index] ?? 0);
}

function byLayers(
  network: Network,
  gradient: Float64Array,
  claims: readonly Claim[],
  indices: readonly number[],
  half: readonly number[],
  verdicts: readonly JudgedClaim['verdict'][],
  rounding: number,
): LayerClaims[] {
  const { layers, count } = parameterLayout(network.layers);
  const claimed = new Float64Array(count).fill(NaN);
  const halves = new Float64Array(count);
  const wrong = new Uint8Array(count);
  for (const [n, { value }] of claims.entries()) {
    const index = indices[n] ?? 0;
    claimed[index] = value;
    halves[index] = half[n] ?? 0;
    wrong[index] = verdicts[n] === 'wrong' ? 1 : 0;
  }
  return layers.map((layout) => layerClaims(layout, gradient, claimed, halves, wrong, rounding));
}

/** One mistake, or two, that make every claim, where there are claims enough to tell. */
function* searching(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  gradient: Float64Array,
  claims: readonly LayerClaims[],
  byHand: boolean,
): Pausing<FoundMistake[]> {
  const search = new JointSearch({ network, theta, samples, gradient, claims });
  for (const count of [1, 2]) {
    const solutions = yield* search.solutions(count);
    const enough = solutions.filter(
      (solution) => evidenceOf(solution, claims, network, samples.count) >= needed(count, samples.count, byHand),
    );
    const [best, ...others] = sorted(enough);
    if (best) return inWords(best, others, network, samples.count, claims);
  }
  return [];
}

/** The simplest first: by the order of the table, and then the fewest layers. */
function sorted(solutions: readonly Solution[]): Solution[] {
  const rank = (solution: Solution): number => solution.reduce((sum, one) => sum + one.rank, 0);
  const size = (solution: Solution): number => solution.reduce((sum, one) => sum + one.layers.length, 0);
  return [...solutions].sort((p, q) => rank(p) - rank(q) || size(p) - size(q));
}

function sharedDiagnosis(found: readonly FoundMistake[]): Omit<Explained, 'mark'> {
  const [first] = found;
  const message = togetherInWords(found);
  const hint = found.map(({ hint: text }) => text).join(', and ');
  const intro = found.length > 1 ? 'two mistakes explain all wrong claims' : 'one mistake explains all wrong claims';
  return {
    diagnosis: { code: first?.code ?? 'unexplained', message, detail: first?.detail ?? {} },
    hint: `${intro}: ${hint}`,
  };
}

function unexplained(name: string, text: string): Explained {
  const message = `${text} is not ${name}, and no known mistake explains it`;
  return {
    diagnosis: { code: 'unexplained', message, detail: {} },
    hint: `${text} is not ${name}: no known mistake explains it`,
    mark: null,
  };
}

function tooCoarse(name: string, text: string): Explained {
  const message = `${text} may be ${name}, but it is too coarse to tell: write one more digit. A claim is right where ${name} rounds to it and it is within a twentieth of it`;
  return { diagnosis: { code: 'too-coarse', message, detail: {} }, hint: message, mark: null };
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
    const form = first?.diagnosis?.message ?? '';
    const nothing = { right: '', yours: '' };
    return {
      code,
      layers: [...layers].sort((p, q) => p - q),
      part: 'all',
      detail: claims.length === 1 ? (first?.diagnosis?.detail ?? {}) : {},
      stage: 'pass',
      explains: claims.length,
      message: form,
      ...nothing,
      lines: { numpy: nothing, pytorch: nothing },
      hint: first?.hint ?? '',
      or: [],
    };
  });
}

function diagnosisOf(
  mistakes: readonly FoundMistake[],
  blocks: readonly ClaimedBlock[],
  wrong: number,
  arithmetic: Arithmetic,
  judged: readonly JudgedClaim[],
): Diagnosis {
  const explained = judged.filter(
    ({ verdict, diagnosis }) => verdict === 'wrong' && diagnosis?.code !== 'unexplained',
  ).length;
  return {
    wrong,
    explained: mistakes.length > 0 ? explained : 0,
    mistakes,
    blocks,
    place: placeOf(blocks),
    arithmetic,
  };
}

/** Says at each pause how many claims are judged. */
function* counting<T>(work: Pausing<T>, judged: number): Generator<number, T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield judged;
  }
}
