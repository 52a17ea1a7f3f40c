/** A network file as an exercise sheet: what it asks, how far it is solved, and what it hides. */

import type { Exercise } from '../core/exercise/exercise';
import { type Sheet, type SheetJudgment, type SheetText, judgeSheet, questionsOf } from '../core/exercise/judge';
import { type Hidden, NOTHING_HIDDEN, hiddenBy } from '../core/exercise/lock';
import type { Network, Samples } from '../core/network';
import type { NetworkFile } from '../format';

/** A file without data asks nothing. */
export type SheetFile = Pick<NetworkFile, 'claims' | 'values' | 'exercise' | 'source'> & {
  readonly network: Network;
  readonly data?: NetworkFile['data'];
};

/** Of a file that has claims, but no `exercise`. */
export const PLAIN: Exercise = { hide: [], tolerance: 'digits', hints: true, vary: [] };

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
  /** Undefined where the file is no sheet. */
  readonly judgment: SheetJudgment | undefined;
}

/** THE decision what of a file may be shown: everything of a file that is no sheet, and of one that is solved. */
export function lockOf(file: SheetFile): Lock {
  const samples = file.data?.training;
  if (!file.exercise || !samples) return { hidden: NOTHING_HIDDEN, judgment: undefined };
  const sheet = sheetOf(file, samples);
  const judgment = judgeSheet(sheet, answersIn(file));
  return { hidden: hiddenBy(file.exercise, sheet.questions, judgment.solved), judgment };
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
