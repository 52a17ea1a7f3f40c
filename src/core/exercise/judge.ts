/** The judge of a whole sheet: every answer right, wrong, too coarse or still open, its points, and the mistakes that were made. */

import { runToEnd } from '../check/steps';
import { type ClaimDiagnosis, judging } from '../mistakes/claims';
import { matches, precisionOf } from '../mistakes/precision';
import type { ParameterId } from '../network';
import type { ValuePlace } from './exercise';
import {
  type AnswerState,
  type Given,
  type GradientClaim,
  type Question,
  ROUNDING,
  type Sheet,
  type SheetText,
  claimsOf,
  givenBy,
  isSolved,
  questionName,
  statesOf,
} from './sheet';
import { MistakeContext, type ValueMistake, valueMistakes } from './valueMistakes';
import { exactAnswer, sheetValues } from './values';

export type { AnswerState, Given, Question, Sheet, SheetText } from './sheet';

/** A mistake behind an answer, or behind several. */
export interface AnswerMistake {
  readonly code: string;
  readonly layers: readonly number[];
  readonly hint: string;
}

export interface JudgedAnswer {
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
  readonly answers: readonly JudgedAnswer[];
  /** Of all answers, each once for each set of layers. */
  readonly mistakes: readonly AnswerMistake[];
  readonly points: number;
  readonly maxPoints: number;
  /** True where every question has its right answer. */
  readonly solved: boolean;
}

/** Runs `judgingSheet` to its end. */
export function judgeSheet(sheet: Sheet, text: SheetText): SheetJudgment {
  return runToEnd(judgingSheet(sheet, text));
}

/** Judges what `text` answers to the sheet's questions. Yields often. */
export function* judgingSheet(sheet: Sheet, text: SheetText): Generator<unknown, SheetJudgment> {
  const { network, samples, questions } = sheet;
  const values = sheetValues({ network, theta: network.theta, samples });
  const given = givenBy(sheet, text);
  const states = statesOf(sheet, text, values);
  const context = new MistakeContext(network, samples, values);
  const explained = yield* explainedGradients(sheet, claimsOf(sheet, given, values));
  const worth = pointsOf(sheet);
  const answers = questions.map((question, n): JudgedAnswer => {
    const [state = 'open', maxPoints = 0] = [states[n], worth[n]];
    const own = given[n];
    const [name, exact] = [questionName(sheet, question), exactAnswer(sheet.network, values, question)];
    let reason: Reason = NOTHING;
    if (own && state === 'tooCoarse') reason = coarse(own.text, name);
    else if (own && state === 'wrong')
      reason =
        question.quantity === 'gradient'
          ? (explained.get(n) ?? NOTHING)
          : explainedValue(context, question, own, name, exact);
    return {
      question,
      name,
      state,
      given: own,
      exact,
      ...reason,
      maxPoints,
      points: state === 'right' ? maxPoints : 0,
    };
  });
  const total = (points: readonly number[]): number => round(points.reduce((sum, one) => sum + one, 0));
  return {
    answers,
    mistakes: distinct(answers),
    points: total(answers.map(({ points }) => points)),
    maxPoints: total(worth),
    solved: isSolved(states),
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

function distinct(answers: readonly JudgedAnswer[]): AnswerMistake[] {
  const found = new Map<string, AnswerMistake>();
  for (const { mistakes } of answers)
    for (const mistake of mistakes) found.set(`${mistake.code} ${mistake.layers.join()}`, mistake);
  return [...found.values()];
}

/** Why an answer is not right. */
type Reason = Pick<JudgedAnswer, 'mistakes' | 'hint' | 'message'>;

const NOTHING: Reason = { mistakes: [], hint: null, message: null };

/** Why each wrong ∂J/∂θ is, judged together; by the number of its question. */
function* explainedGradients(
  { network, samples }: Sheet,
  claims: readonly GradientClaim[],
): Generator<unknown, ReadonlyMap<number, Reason>> {
  const { diagnosis: whole, claims: judged } = yield* judging(network, network.theta, samples, claims);
  const shared = (whole?.mistakes ?? []).map(({ code, layers, hint }) => ({ code, layers, hint }));
  const sharedMessage = (whole?.mistakes ?? []).map(({ message }) => message).join('; and ');
  return new Map(
    claims.map(({ question, parameter }, at): [number, Reason] => {
      const { diagnosis = null, hint = null } = judged[at] ?? {};
      const together = shared.length > 0 && diagnosis?.message === sharedMessage;
      const mistakes = together ? shared : diagnosis ? ownMistakes(parameter, diagnosis, hint ?? '') : [];
      return [question, { mistakes, hint, message: diagnosis?.message ?? null }];
    }),
  );
}

/** What was found of one claim alone. */
function ownMistakes({ layer }: ParameterId, { code, detail }: ClaimDiagnosis, hint: string): AnswerMistake[] {
  if (code === 'unexplained') return [];
  const layers = [typeof detail.layer === 'number' ? detail.layer : layer];
  const words = hint.slice(hint.indexOf(': ') + 1).trim();
  const codes = [code, ...(typeof detail.and === 'string' ? [detail.and] : [])];
  return codes.map((one) => ({ code: one, layers, hint: words }));
}

function coarse(text: string, name: string): Reason {
  const words = `${text} may be ${name}, but it has too few digits to tell: write one more`;
  return { mistakes: [], hint: words, message: words };
}

function explainedValue(context: MistakeContext, place: ValuePlace, given: Given, name: string, exact: number): Reason {
  const { text } = given;
  const mistake = precisionOf(text).digits >= DIGITS ? findMistake(context, place, given, exact) : undefined;
  if (!mistake) {
    const words = `${text} is not ${name}, and no known mistake explains it`;
    return { mistakes: [], hint: words, message: words };
  }
  const { code, layers, sentence, hint } = mistake;
  return {
    mistakes: [{ code, layers, hint }],
    hint: `${text} is not ${name}: ${hint}`,
    message: `${text} is not ${name}: ${sentence}`,
  };
}

/** With fewer digits any mistake would do. */
const DIGITS = 2;
function findMistake(
  context: MistakeContext,
  place: ValuePlace,
  { value, text }: Given,
  exact: number,
): ValueMistake | undefined {
  const precision = precisionOf(text);
  for (const mistake of valueMistakes(context, place)) {
    if (!Number.isFinite(mistake.value) || Math.abs(mistake.value - exact) <= ROUNDING * Math.abs(exact)) continue;
    if (matches(value, mistake.value, precision)) return mistake;
  }
  return undefined;
}
