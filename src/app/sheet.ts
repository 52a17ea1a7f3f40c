/** A network file as an exercise sheet: what it asks, how far it is solved, and what it hides. */

import type { Exercise, ValuePlace } from '../core/exercise/exercise';
import type { SheetJudgment } from '../core/exercise/judge';
import { type Hidden, NOTHING_HIDDEN, hiddenBy } from '../core/exercise/lock';
import {
  type AnswerState,
  type Question,
  type Sheet,
  type SheetText,
  isSolved,
  questionName,
  questionsOf,
  statesOf,
} from '../core/exercise/sheet';
import { placeKey } from '../core/exercise/values';
import { type Network, type ParameterId, type Samples, sameParameter } from '../core/network';
import type { NetworkFile, Span } from '../format';

/** A file without data asks nothing. */
export type SheetFile = Pick<NetworkFile, 'claims' | 'values' | 'exercise' | 'source'> & {
  readonly network: Network;
  readonly data?: NetworkFile['data'];
};

/** Of a file that has claims, but no `exercise`. */
const PLAIN: Exercise = { hide: [], tolerance: 'digits', hints: true, vary: [] };

/** What a text answers and leaves open. */
export function answersIn({ claims, values, source }: Pick<SheetFile, 'claims' | 'values' | 'source'>): SheetText {
  return {
    gradients: claims,
    openGradients: source.openClaims,
    values: values.claims,
    openValues: values.open,
  };
}

/** The file's questions. */
export function sheetOf(file: SheetFile, samples: Samples): Sheet {
  const exercise = file.exercise ?? PLAIN;
  const questions = questionsOf(file.network, file.exercise, answersIn(file));
  return { network: file.network, samples, exercise, questions };
}

/** What a locked sheet hides, and how far it is solved. */
export interface Lock {
  readonly hidden: Hidden;
  /** To each question; undefined where the file is no sheet. */
  readonly answers: readonly { readonly name: string; readonly state: AnswerState }[] | undefined;
}

/** Of a file that is no sheet. */
export const UNLOCKED: Lock = { hidden: NOTHING_HIDDEN, answers: undefined };

/** THE decision what of a file may be shown: everything of a file that is no sheet, and of one that is solved. */
export function lockOf(file: SheetFile): Lock {
  const samples = file.data?.training;
  if (!file.exercise || !samples) return UNLOCKED;
  const sheet = sheetOf(file, samples);
  const states = statesOf(sheet, answersIn(file));
  const answers = sheet.questions.map((question, n) => ({
    name: questionName(sheet, question),
    state: states[n] ?? 'open',
  }));
  return { hidden: hiddenBy(file.exercise, sheet.questions, isSolved(states)), answers };
}

/** How many hints the sheet gives. */
export function hintsAllowed({ hints }: Exercise): number {
  return typeof hints === 'number' ? hints : hints ? Infinity : 0;
}

/** The hints of the wrong answers, as many as the sheet gives, each once. */
export function hintsOf(judgment: SheetJudgment, exercise: Exercise): string[] {
  const hints = judgment.answers.flatMap(({ hint }) => (hint === null ? [] : [hint]));
  return [...new Set(hints)].slice(0, hintsAllowed(exercise));
}

/** Where the answer to a question stands in the text, or the null that waits for it; undefined where the text has no place for it. */
export function spanOfQuestion(
  { claims, values, source }: Pick<SheetFile, 'claims' | 'values' | 'source'>,
  question: Question,
): Span | undefined {
  if (question.quantity === 'gradient') {
    const isAsked = ({ parameter }: { readonly parameter: ParameterId }): boolean =>
      sameParameter(parameter, question.parameter);
    return claims.find(isAsked) ?? source.openClaims.find(isAsked);
  }
  const key = placeKey(question);
  const isAsked = ({ place }: { readonly place: ValuePlace }): boolean => placeKey(place) === key;
  return values.claims.find(isAsked) ?? values.open.find(isAsked);
}

/** The sheet that a file asks for, where it asks for more than ∂J/∂θ at their digits; undefined where it has no data, or does not. */
export function askedSheet(file: SheetFile): Sheet | undefined {
  const samples = file.data?.training;
  const isSheet = file.exercise !== undefined || file.values.claims.length + file.values.open.length > 0;
  return samples && isSheet ? sheetOf(file, samples) : undefined;
}

/** A remark on an answer to what is no ∂J/∂θ. */
export interface ValueRemark extends Span {
  readonly message: string;
  readonly code: string | undefined;
  /** False where the answer only needs more digits. */
  readonly wrong: boolean;
}

/** The questions of a locked sheet that are still open, each with the null that waits for its answer. */
export function openRemarks(
  file: Pick<SheetFile, 'claims' | 'values' | 'source'>,
  { answers }: SheetJudgment,
): (Span & { readonly message: string })[] {
  return answers.flatMap(({ question, name, state }) => {
    const span = state === 'open' ? spanOfQuestion(file, question) : undefined;
    return span ? [{ offset: span.offset, length: span.length, message: `${name}: still open` }] : [];
  });
}

/** Where questions stand whose attempts are used up, and what is said there in place of a hint. */
export function spentAttempts(
  file: Pick<SheetFile, 'claims' | 'values' | 'exercise' | 'source'>,
  { answers }: SheetJudgment,
  attempts: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<number, string> {
  const most = file.exercise?.attempts ?? Infinity;
  const spent = new Map<number, string>();
  for (const { question, name } of answers) {
    const span = (attempts.get(name)?.size ?? 0) >= most ? spanOfQuestion(file, question) : undefined;
    if (span) spent.set(span.offset, `${name}: all ${String(most)} attempts are used, so there are no more hints`);
  }
  return spent;
}

/** One remark for each such answer that is not right; with `hinted`, the kind of mistake alone, as often as the sheet gives hints. */
export function valueRemarks(
  file: Pick<SheetFile, 'claims' | 'values' | 'exercise' | 'source'>,
  { answers }: SheetJudgment,
  hinted: boolean,
): ValueRemark[] {
  let left = hinted ? hintsAllowed(file.exercise ?? PLAIN) : Infinity;
  return answers.flatMap(({ question, name, state, hint, message, mistakes }) => {
    const span = question.quantity === 'gradient' ? undefined : spanOfQuestion(file, question);
    if (!span || (state !== 'wrong' && state !== 'tooCoarse')) return [];
    const { offset, length } = span;
    const words = hinted ? (left-- > 0 ? hint : null) : message;
    const code = words === null ? undefined : mistakes[0]?.code;
    return [{ offset, length, message: words ?? `${name} is not right yet`, code, wrong: state === 'wrong' }];
  });
}
