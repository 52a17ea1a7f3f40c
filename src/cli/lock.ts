/** Whether a file is a locked sheet. What judges its answers is most of the program: a file that is no sheet does not wait for it. */

import type { Lock } from '../app/sheet';
import { NOTHING_HIDDEN } from '../core/exercise/lock';
import { FileError, type Options } from './command';
import type { Input } from './input';

/** What of the input may be shown: everything with the key of this very sheet. Throws a `FileError` where the key is of another. */
export async function lockFor(input: Input, options: Options): Promise<Lock> {
  if (!input.content.exercise) return { hidden: NOTHING_HIDDEN, answers: undefined };
  return (await import('./keys')).lockOfSheet(input, options);
}

/** Throws a `FileError` where the sheet is locked: the command could only tell what it hides. */
export async function requireUnlocked(input: Input, options: Options): Promise<void> {
  const { hidden, answers } = await lockFor(input, options);
  if (!hidden.backward) return;
  throw new FileError([`${input.file}:1:1: error locked: ${lockedWords(answers)}`]);
}

/** `3 of 8 answers are right; values stay hidden until all are correct (--key DIR shows them)` */
export function lockedWords(answers: Lock['answers'] = []): string {
  const right = answers.filter(({ state }) => state === 'right').length;
  const open = answers.filter(({ state }) => state === 'open').length;
  const still = open > 0 ? `, ${String(open)} still open` : '';
  const verb = right === 1 ? 'is' : 'are';
  return `this exercise sheet is locked: ${String(right)} of ${String(answers.length)} answers ${verb} right${still}; values stay hidden until all are (--key DIR shows them)`;
}
