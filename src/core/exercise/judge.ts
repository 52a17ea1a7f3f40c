/** The judge of a whole sheet: every answer right, wrong, too coarse or still open, its points, and the mistakes that were made. */

import { type ClaimDiagnosis, type Judgment, judgeClaims } from '../mistakes/claims';
import { derivativeName } from '../mistakes/names';
import { judgeByHand, matches, precisionOf } from '../mistakes/precision';
import { type Network, type ParameterId, type Samples, parameterAt, parameterIndex, parameterLayout } from '../network';
import type { Asked, Exercise, ValueClaim, ValuePlace } from './exercise';
import { SlipContext, type ValueSlip, valueSlips } from './slips';
import { type SheetValues, placeKey, sheetValues, valueAt, valueName } from './values';

/** What a sheet may ask: a ∂J/∂θ, or another value. */
export type Question = { readonly quantity: 'gradient'; readonly parameter: ParameterId } | ValuePlace;

/** An answer as it was written; `Place` is where. */
export interface Given {
  readonly value: number;
  readonly text: string;
}

/** Everything that a text answers or leaves open. */
export interface SheetText {
  readonly gradients: readonly (Given & { readonly parameter: ParameterId })[];
  readonly openGradients: readonly { readonly parameter: ParameterId }[];
  readonly values: readonly ValueClaim[];
  readonly openValues: readonly { readonly place: ValuePlace }[];
}

/** The network and samples that the sheet is about, and what it asks. */
export interface Sheet {
  readonly network: Network;
  readonly samples: Samples;
  readonly exercise: Exercise;
  readonly questions: readonly Question[];
}

export type AnswerState = 'right' | 'wrong' | 'tooCoarse' | 'open';

/** A mistake behind an answer, or behind several. */
export interface AnswerMistake {
  readonly code: string;
  readonly layers: readonly number[];
  readonly hint: string;
}

export interface Answer {
  readonly question: Question;
  /** ∂J/∂θ₁₁⁽¹⁾, z₁⁽²⁾ */
  readonly name: string;
  readonly state: AnswerState;
  /** As it was written; undefined where it is open. */
  readonly given: Given | undefined;
  /** The right value. */
  readonly exact: number;
  readonly mistakes: readonly AnswerMistake[];
  /** What kind of mistake it is, without a value that was asked; null where it is right or open. */
  readonly hint: string | null;
  /** The same in full. */
  readonly message: string | null;
  readonly points: number;
  readonly maxPoints: number;
}

export interface SheetJudgment {
  readonly answers: readonly Answer[];
  /** Of all answers, each once for each set of layers. */
  readonly mistakes: readonly AnswerMistake[];
  readonly points: number;
  readonly maxPoints: number;
  /** True where every question has its right answer. */
  readonly solved: boolean;
}

/**
 * What the sheet asks: the ∂J/∂θ that `ask` names, or without it those that the text has a place for, and each other value that
 * it has a place for; a sheet that says nothing of the kind asks every ∂J/∂θ. In the order of the backward pass's reader: z, a, δ, J, ∂J/∂θ, θ after the step.
 */
export function questionsOf(
  network: Pick<Network, 'layers'>,
  exercise: Exercise | undefined,
  text: SheetText,
): Question[] {
  const own = [text.gradients, text.openGradients, text.values, text.openValues].some(({ length }) => length > 0);
  const ask = exercise?.ask ?? (exercise && !own ? ALL : undefined);
  const gradients = ask ? askedParameters(network, ask) : placesOfGradients(network, text);
  const places = new Map<string, ValuePlace>();
  for (const { place } of [...text.values, ...text.openValues]) places.set(placeKey(place), place);
  const values = [...places.values()].sort((p, q) => order(p) - order(q) || before(p, q));
  const steps = values.findIndex(({ quantity }) => quantity === 'step');
  const until = steps < 0 ? values.length : steps;
  return [
    ...values.slice(0, until),
    ...gradients.map((parameter) => ({ quantity: 'gradient' as const, parameter })),
    ...values.slice(until),
  ];
}

const ALL: readonly Asked[] = [{ kind: 'all' }];
const ORDER: readonly ValuePlace['quantity'][] = ['z', 'a', 'loss', 'delta', 'step'];

function order({ quantity }: ValuePlace): number {
  return ORDER.indexOf(quantity);
}

function before(p: ValuePlace, q: ValuePlace): number {
  if ('unit' in p && 'unit' in q) return p.sample - q.sample || p.layer - q.layer || p.unit - q.unit;
  if (p.quantity === 'step' && q.quantity === 'step') return inOrder(p.parameter, q.parameter);
  return 0;
}

/** Layer by layer, unit by unit, the bias last, as the text has them. */
function inOrder(p: ParameterId, q: ParameterId): number {
  return p.layer - q.layer || Number(p.from === 0) - Number(q.from === 0) || p.to - q.to || p.from - q.from;
}

function askedParameters({ layers }: Pick<Network, 'layers'>, ask: readonly Asked[]): ParameterId[] {
  const layout = parameterLayout(layers);
  const indices = new Set<number>();
  for (const one of ask) {
    if (one.kind === 'parameter') indices.add(parameterIndex(layout, one.parameter));
    for (const [index, { weights, biases, rows, columns }] of layout.layers.entries()) {
      if (one.kind === 'parameter' || (one.kind === 'layer' && one.layer !== index + 1)) continue;
      for (let k = 0; k < rows * columns + (biases < 0 ? 0 : rows); k++) indices.add(weights + k);
    }
  }
  return [...indices]
    .filter((k) => k >= 0)
    .map((k) => parameterAt(layout, k))
    .sort(inOrder);
}

function placesOfGradients(
  { layers }: Pick<Network, 'layers'>,
  { gradients, openGradients }: SheetText,
): ParameterId[] {
  const layout = parameterLayout(layers);
  const indices = new Set([...gradients, ...openGradients].map(({ parameter }) => parameterIndex(layout, parameter)));
  return [...indices]
    .filter((k) => k >= 0)
    .map((k) => parameterAt(layout, k))
    .sort(inOrder);
}

/** Judges what `text` answers to the sheet's questions. */
export function judgeSheet(sheet: Sheet, text: SheetText): SheetJudgment {
  const { network, samples, questions } = sheet;
  const values = sheetValues({ network, theta: network.theta, samples });
  const layout = parameterLayout(network.layers);
  const gradients = new Map(text.gradients.map((claim) => [parameterIndex(layout, claim.parameter), claim]));
  const others = new Map(text.values.map((claim) => [placeKey(claim.place), claim]));
  const slips = new SlipContext(network, samples, values);

  const claimed = questions.flatMap((question) => {
    const claim =
      question.quantity === 'gradient' ? gradients.get(parameterIndex(layout, question.parameter)) : undefined;
    return claim ? [claim] : [];
  });
  const judged = judgeGradients(sheet, values, claimed);
  const worth = pointsOf(sheet);
  const answers = questions.map((question, n): Answer => {
    const part =
      question.quantity === 'gradient'
        ? gradientAnswer(network, layout, question.parameter, values, gradients, judged)
        : valueAnswer(sheet, slips, question, others.get(placeKey(question)));
    const maxPoints = worth[n] ?? 0;
    return { question, ...part, maxPoints, points: part.state === 'right' ? maxPoints : 0 };
  });
  const total = (points: readonly number[]): number => round(points.reduce((sum, one) => sum + one, 0));
  return {
    answers,
    mistakes: distinct(answers),
    points: total(answers.map(({ points }) => points)),
    maxPoints: total(worth),
    solved: answers.length > 0 && answers.every(({ state }) => state === 'right'),
  };
}

/** Sums of shares are the whole again. */
function round(points: number): number {
  return Math.round(points * 1e9) / 1e9;
}

/** The points of each question. */
function pointsOf({ exercise: { points }, questions }: Sheet): number[] {
  if (typeof points === 'number') return questions.map(() => points / questions.length);
  return questions.map(({ quantity }) => points?.[quantity === 'gradient' ? 'gradients' : quantity] ?? 1);
}

function distinct(answers: readonly Answer[]): AnswerMistake[] {
  const found = new Map<string, AnswerMistake>();
  for (const { mistakes } of answers)
    for (const mistake of mistakes) found.set(`${mistake.code} ${mistake.layers.join()}`, mistake);
  return [...found.values()];
}

type Part = Omit<Answer, 'question' | 'points' | 'maxPoints'>;

interface JudgedGradients {
  /** By the index of the parameter; a claim that the tolerance accepts is in none. */
  readonly claims: ReadonlyMap<number, Judgment['claims'][number]>;
  readonly accepted: ReadonlySet<number>;
  readonly byTolerance: boolean;
  readonly shared: readonly AnswerMistake[];
  readonly sharedMessage: string;
}

/** The claims of ∂J/∂θ, judged together; with a tolerance, those within it are right, and the judge explains the others. */
function judgeGradients(
  { network, samples, exercise: { tolerance } }: Sheet,
  { gradient }: SheetValues,
  claims: readonly (Given & { readonly parameter: ParameterId })[],
): JudgedGradients {
  const layout = parameterLayout(network.layers);
  const indexOf = (claim: { readonly parameter: ParameterId }): number => parameterIndex(layout, claim.parameter);
  const accepted = new Set(
    tolerance === 'digits'
      ? []
      : claims.filter((claim) => isWithin(claim.value, gradient[indexOf(claim)] ?? NaN, tolerance)).map(indexOf),
  );
  const judgment = judgeClaims(
    network,
    network.theta,
    samples,
    claims.filter((claim) => !accepted.has(indexOf(claim))),
  );
  const { diagnosis } = judgment;
  const found = new Map(judgment.claims.map((claim) => [indexOf(claim), claim]));
  const shared = (diagnosis?.mistakes ?? []).map(({ code, layers, hint }) => ({ code, layers, hint }));
  const sharedMessage = (diagnosis?.mistakes ?? []).map(({ message }) => message).join('; and ');
  return { claims: found, accepted, byTolerance: tolerance !== 'digits', shared, sharedMessage };
}

/** |claimed − exact| ≤ tolerance · |exact|, up to rounding. */
function isWithin(claimed: number, exact: number, tolerance: number): boolean {
  return Math.abs(claimed - exact) <= tolerance * Math.abs(exact) * (1 + 1e-9) + 1e-15;
}

function gradientAnswer(
  network: Network,
  layout: ReturnType<typeof parameterLayout>,
  parameter: ParameterId,
  { gradient }: SheetValues,
  given: ReadonlyMap<number, Given>,
  { claims, accepted, byTolerance, shared, sharedMessage }: JudgedGradients,
): Part {
  const index = parameterIndex(layout, parameter);
  const name = derivativeName(network, parameter);
  const exact = gradient[index] ?? NaN;
  const common = { name, exact, given: given.get(index) };
  const nothing = { mistakes: [], hint: null, message: null };
  if (!common.given) return { ...common, ...nothing, state: 'open' };
  const claim = claims.get(index);
  // What a tolerance does not accept needs more digits, where it is right at those it has.
  const needsDigits = claim?.verdict === 'too-coarse' || (claim?.verdict === 'correct' && byTolerance);
  if (accepted.has(index) || !claim || (claim.verdict === 'correct' && !needsDigits))
    return { ...common, ...nothing, state: 'right' };
  if (needsDigits) return { ...common, state: 'tooCoarse', mistakes: [], ...coarse(common.given.text, name) };
  const { diagnosis, hint } = claim;
  const together = shared.length > 0 && diagnosis?.message === sharedMessage;
  const mistakes = together ? shared : diagnosis ? ownMistakes(parameter, diagnosis, hint ?? '') : [];
  return { ...common, state: 'wrong', mistakes, hint, message: diagnosis?.message ?? null };
}

/** What was found of one claim alone. */
function ownMistakes({ layer }: ParameterId, { code, detail }: ClaimDiagnosis, hint: string): AnswerMistake[] {
  if (code === 'unexplained') return [];
  const layers = [typeof detail.layer === 'number' ? detail.layer : layer];
  const words = hint.slice(hint.indexOf(': ') + 1).trim();
  const codes = [code, ...(typeof detail.and === 'string' ? [detail.and] : [])];
  return codes.map((one) => ({ code: one, layers, hint: words }));
}

function coarse(text: string, name: string): { readonly hint: string; readonly message: string } {
  const words = `${text} may be ${name}, but it has too few digits to tell: write one more`;
  return { hint: words, message: words };
}

function valueAnswer(
  { network, samples, exercise }: Sheet,
  slips: SlipContext,
  place: ValuePlace,
  claim?: Given,
): Part {
  const name = valueName(network, place, samples.count);
  const exact = valueAt(network, slips.values, place);
  const common = { name, exact, given: claim };
  const nothing = { mistakes: [], hint: null, message: null };
  if (!claim) return { ...common, ...nothing, state: 'open' };
  const { value, text } = claim;
  const precision = precisionOf(text);
  const { tolerance } = exercise;
  const byDigits = judgeByHand(value, precision, exact, ROUNDING * Math.abs(exact));
  const verdict = tolerance === 'digits' ? byDigits : isWithin(value, exact, tolerance) ? 'correct' : byDigits;
  const isRight = tolerance === 'digits' ? verdict === 'correct' : isWithin(value, exact, tolerance);
  // θ before the step rounds to it as well.
  const isUnmoved = place.quantity === 'step' && isRight && roundsToOld(network, place.parameter, claim, exact);
  if (isRight && !isUnmoved) return { ...common, ...nothing, state: 'right' };
  if (verdict !== 'wrong' || isUnmoved) return { ...common, state: 'tooCoarse', mistakes: [], ...coarse(text, name) };
  const slip = precision.digits >= DIGITS ? findSlip(slips, place, claim, exact) : undefined;
  if (!slip) {
    const words = `${text} is not ${name}, and no known mistake explains it`;
    return { ...common, state: 'wrong', mistakes: [], hint: words, message: words };
  }
  const { code, layers, sentence, hint } = slip;
  return {
    ...common,
    state: 'wrong',
    mistakes: [{ code, layers, hint }],
    hint: `${text} is not ${name}: ${hint}`,
    message: `${text} is not ${name}: ${sentence}`,
  };
}

function roundsToOld(network: Network, parameter: ParameterId, { value, text }: Given, exact: number): boolean {
  const old = network.theta[parameterIndex(parameterLayout(network.layers), parameter)] ?? NaN;
  return old !== exact && matches(value, old, precisionOf(text));
}

/** With fewer digits any mistake would do. */
const DIGITS = 2;
/** What two right ways of computing may be apart, as a part of the value. */
const ROUNDING = 1e-12;

function findSlip(slips: SlipContext, place: ValuePlace, { value, text }: Given, exact: number): ValueSlip | undefined {
  const precision = precisionOf(text);
  for (const slip of valueSlips(slips, place)) {
    if (!Number.isFinite(slip.value) || Math.abs(slip.value - exact) <= ROUNDING * Math.abs(exact)) continue;
    if (matches(value, slip.value, precision)) return slip;
  }
  return undefined;
}
