/** An exercise sheet: what it asks, and of each answer whether it is right. Why one is wrong, judge.ts says. */

import { runToEnd } from '../check/steps';
import { derivativeName } from '../mistakes/names';
import { judgeByHand, matches, precisionOf } from '../mistakes/precision';
import { type Verdict, verdictsOn } from '../mistakes/verdicts';
import { type Network, type ParameterId, type Samples, parameterAt, parameterIndex, parameterLayout } from '../network';
import type { Asked, Exercise, ValueClaim, ValuePlace } from './exercise';
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

/** The answer to each question, where there is one. */
export function givenBy({ network, questions }: Sheet, text: SheetText): (Given | undefined)[] {
  const layout = parameterLayout(network.layers);
  const gradients = new Map(text.gradients.map((claim) => [parameterIndex(layout, claim.parameter), claim]));
  const others = new Map(text.values.map((claim) => [placeKey(claim.place), claim]));
  return questions.map((question) =>
    question.quantity === 'gradient'
      ? gradients.get(parameterIndex(layout, question.parameter))
      : others.get(placeKey(question)),
  );
}

/** The given ∂J/∂θ that the tolerance does not accept: those that the judge looks at, and all of them where digits count. */
export function claimsOf(
  sheet: Sheet,
  given: readonly (Given | undefined)[],
  { gradient }: SheetValues,
): GradientClaim[] {
  const { exercise, network, questions } = sheet;
  const layout = parameterLayout(network.layers);
  return questions.flatMap((question, n) => {
    const claim = given[n];
    if (question.quantity !== 'gradient' || !claim) return [];
    const exact = gradient[parameterIndex(layout, question.parameter)] ?? NaN;
    if (exercise.tolerance !== 'digits' && isWithin(claim.value, exact, exercise.tolerance)) return [];
    return [{ ...claim, parameter: question.parameter, question: n }];
  });
}

/** A given ∂J/∂θ, and the number of its question, from 0. */
export interface GradientClaim extends Given {
  readonly parameter: ParameterId;
  readonly question: number;
}

/** True where every question has its right answer. */
export function isSolved(states: readonly AnswerState[]): boolean {
  return states.length > 0 && states.every((state) => state === 'right');
}

/** ∂J/∂θ₁₁⁽¹⁾, z₁⁽²⁾ */
export function questionName({ network, samples }: Sheet, question: Question): string {
  return question.quantity === 'gradient'
    ? derivativeName(network, question.parameter)
    : valueName(network, question, samples.count);
}

/** Whether the answer to each question is right. `values` are those of the sheet. */
export function statesOf(
  sheet: Sheet,
  text: SheetText,
  values: SheetValues = sheetValues({ ...sheet, theta: sheet.network.theta }),
): AnswerState[] {
  const { network, samples, exercise, questions } = sheet;
  const given = givenBy(sheet, text);
  const claims = claimsOf(sheet, given, values);
  const judged = new Map<number, Verdict>();
  if (claims.length > 0) {
    const { verdicts } = runToEnd(verdictsOn(network, network.theta, samples, values.gradient, claims, false));
    for (const [at, { question }] of claims.entries()) judged.set(question, verdicts[at] ?? 'wrong');
  }
  return questions.map((question, n) => {
    const answer = given[n];
    if (!answer) return 'open';
    if (question.quantity !== 'gradient') return stateOfValue(sheet, values, question, answer);
    const verdict = judged.get(n);
    if (verdict === undefined) return 'right';
    // What a tolerance does not accept needs more digits, where it is right at those it has.
    if (verdict === 'correct') return exercise.tolerance === 'digits' ? 'right' : 'tooCoarse';
    return verdict === 'wrong' ? 'wrong' : 'tooCoarse';
  });
}

function stateOfValue({ network, exercise }: Sheet, values: SheetValues, place: ValuePlace, given: Given): AnswerState {
  const exact = valueAt(network, values, place);
  const { tolerance } = exercise;
  const byDigits = judgeByHand(given.value, precisionOf(given.text), exact, ROUNDING * Math.abs(exact));
  const isRight = tolerance === 'digits' ? byDigits === 'correct' : isWithin(given.value, exact, tolerance);
  if (!isRight) return byDigits === 'wrong' ? 'wrong' : 'tooCoarse';
  // θ before the step rounds to it as well.
  const isUnmoved = place.quantity === 'step' && roundsToOld(network, place.parameter, given, exact);
  return isUnmoved ? 'tooCoarse' : 'right';
}

function roundsToOld(network: Network, parameter: ParameterId, { value, text }: Given, exact: number): boolean {
  const old = network.theta[parameterIndex(parameterLayout(network.layers), parameter)] ?? NaN;
  return old !== exact && matches(value, old, precisionOf(text));
}

/** |claimed − exact| ≤ tolerance · |exact|, up to rounding. */
function isWithin(claimed: number, exact: number, tolerance: number): boolean {
  return Math.abs(claimed - exact) <= tolerance * Math.abs(exact) * (1 + 1e-9) + 1e-15;
}

/** What two right ways of computing may be apart, as a part of the value. */
export const ROUNDING = 1e-12;
