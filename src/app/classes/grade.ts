/** Grades submissions of a sheet: points, what is right, which mistakes were made, and whether the sheet is the one that was assigned. */

import { networkDifference } from '../../core/difference';
import {
  type JudgedAnswer,
  type AnswerMistake,
  type AnswerState,
  type Sheet,
  judgeSheet,
} from '../../core/exercise/judge';
import { parameterName } from '../../core/notation';
import type { Samples } from '../../core/network';
import { placesIn } from '../../format/places';
import { type SheetFile, answersIn, hintsAllowed, sheetOf, spanOfQuestion } from '../sheet';
import { exerciseText, fingerprintOf, networkText } from './fingerprint';

/** What is wrong with a submission, and where (from 1) as far as that is known. */
export interface GradeProblem {
  readonly code: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** A submission as it was read. */
export interface Submission {
  /** As it is named. */
  readonly file: string;
  /** Whose it is by its path: the name of its folder, or its own. */
  readonly owner: string;
  readonly text: string;
  /** Undefined where it cannot be parsed. */
  readonly content: SheetFile | undefined;
  /** Errors of reading and parsing. */
  readonly problems: readonly GradeProblem[];
}

export interface GradedAnswer extends JudgedAnswer {
  readonly line: number | undefined;
  readonly column: number | undefined;
}

export interface Graded {
  readonly student: string;
  readonly file: string;
  readonly points: number;
  readonly maxPoints: number;
  readonly claims: Readonly<Record<AnswerState, number>>;
  readonly mistakes: readonly AnswerMistake[];
  readonly problems: readonly GradeProblem[];
  readonly answers: readonly GradedAnswer[];
  /** As many as the sheet gives, each once. */
  readonly hints: readonly string[];
}

/** What finds the sheet that a submission should be: undefined where it is not known. */
export type ReferenceOf = (submission: Submission) => Sheet | undefined;

/** Grades all of a class. A submission that does not parse gets 0 of what the others can get. */
export function gradeAll(submissions: readonly Submission[], referenceOf: ReferenceOf): Graded[] {
  const graded = submissions.map((submission) => gradeOne(submission, referenceOf(submission)));
  const usual = graded.reduce(
    (most, { maxPoints, answers }) => (answers.length > 0 ? Math.max(most, maxPoints) : most),
    0,
  );
  const asked = graded.reduce((most, { answers }) => Math.max(most, answers.length), 0);
  return withDuplicates(
    graded.map((one) =>
      one.answers.length > 0 ? one : { ...one, maxPoints: usual, claims: { ...one.claims, open: asked } },
    ),
    submissions,
  );
}

/** Grades one submission against its reference, or where that is undefined as a sheet by itself. */
function gradeOne(submission: Submission, reference: Sheet | undefined): Graded {
  const { file, owner, text, content, problems } = submission;
  const student = content?.exercise?.student ?? owner;
  const samples = content?.data?.training;
  if (!content || !samples) {
    const found: GradeProblem[] = [...problems];
    if (content && found.length === 0)
      found.push({ code: 'no-data', message: 'the file has no "data", so nothing can be judged' });
    if (reference) return { ...judged(reference, undefined, text, found), student, file, points: 0 };
    return {
      student,
      file,
      points: 0,
      maxPoints: 0,
      claims: NONE,
      mistakes: [],
      problems: found,
      answers: [],
      hints: [],
    };
  }
  const own = sheetOf(content, samples);
  const found = [...problems, ...changes(own, content, samples, reference)];
  const result = judged(reference ?? own, content, text, found);
  const isChanged = found.some(({ code }) => code === 'network-changed');
  // What is right or wrong of another network says nothing about mistakes.
  return isChanged ? { ...result, student, file, points: 0, mistakes: [] } : { ...result, student, file };
}

const NONE: Graded['claims'] = { right: 0, wrong: 0, tooCoarse: 0, open: 0 };

function judged(
  sheet: Sheet,
  content: SheetFile | undefined,
  text: string,
  problems: readonly GradeProblem[],
): Omit<Graded, 'student' | 'file'> {
  const nothing = { gradients: [], openGradients: [], values: [], openValues: [] };
  const { answers, mistakes, points, maxPoints } = judgeSheet(sheet, content ? answersIn(content) : nothing);
  const at = placesIn(text);
  const claims = { ...NONE };
  for (const { state } of answers) claims[state]++;
  const hints = answers.flatMap(({ hint }) => (hint === null ? [] : [hint]));
  return {
    points,
    maxPoints,
    claims,
    mistakes,
    problems,
    answers: answers.map((answer): GradedAnswer => {
      const span = content && spanOfQuestion(content, answer.question);
      const { line, column } = span ? at(span.offset) : {};
      return { ...answer, line, column };
    }),
    hints: [...new Set(hints)].slice(0, hintsAllowed(sheet.exercise)),
  };
}

/** How the submission differs from what was assigned, but for its answers. */
function changes(own: Sheet, content: SheetFile, samples: Samples, reference: Sheet | undefined): GradeProblem[] {
  if (!reference) {
    const { fingerprint } = own.exercise;
    if (fingerprint === undefined || fingerprint === fingerprintOf(own)) return [];
    return [{ code: 'network-changed', message: 'the network or its questions are not those that were assigned' }];
  }
  const found: GradeProblem[] = [];
  if (networkText(own) !== networkText(reference))
    found.push({
      code: 'network-changed',
      message: `the network is not the one that was assigned: ${whatChanged(own, samples, reference)}`,
    });
  if (!content.exercise && reference.exercise.hide.length > 0)
    found.push({ code: 'sheet-changed', message: 'the file no longer has an "exercise"' });
  else if (exerciseText(own) !== exerciseText(reference))
    found.push({
      code: 'sheet-changed',
      message: 'what the sheet asks, or how it counts, was changed; it is graded as it was assigned',
    });
  return found;
}

function whatChanged({ network }: Sheet, samples: Samples, reference: Sheet): string {
  const { structure, parameters } = networkDifference(network, reference.network, 0);
  const [first] = structure;
  if (first) return first.path;
  const [parameter] = parameters;
  if (parameter) {
    const more = parameters.length > 1 ? ` and ${String(parameters.length - 1)} more` : '';
    return `${parameterName(network, parameter)}${more}`;
  }
  const same = (a: Float64Array, b: Float64Array): boolean =>
    a.length === b.length && a.every((value, k) => value === b[k]);
  if (!same(samples.inputs, reference.samples.inputs)) return 'the inputs of its data';
  if (!same(samples.targets, reference.samples.targets)) return 'the targets of its data';
  return 'its settings';
}

/** One student's sheet that was handed in twice: what lies in another's folder is not theirs. */
function withDuplicates(graded: readonly Graded[], submissions: readonly Submission[]): Graded[] {
  const files = new Map<string, number[]>();
  for (const [n, { student }] of graded.entries()) files.set(student, [...(files.get(student) ?? []), n]);
  const result = [...graded];
  for (const [student, numbers] of files) {
    if (numbers.length < 2) continue;
    const owners = numbers.filter((n) => submissions[n]?.owner === student);
    for (const n of numbers) {
      const one = result[n];
      if (!one) continue;
      const foreign = owners.length > 0 && !owners.includes(n);
      // A copy in another's folder is no fault of the one who was copied.
      if (owners.length === 1 && !foreign) continue;
      const message = foreign
        ? `it is the sheet of ${student}, in the folder of ${submissions[n]?.owner ?? ''}`
        : `${String(numbers.length)} files are the sheet of ${student}`;
      const problem = { code: foreign ? 'other-student' : 'duplicate-student', message };
      result[n] = { ...one, problems: [...one.problems, problem], ...(foreign && { points: 0 }) };
      if (foreign) result[n] = { ...result[n], student: submissions[n]?.owner ?? student };
    }
  }
  return result;
}

/** How many submissions have each mistake, the most frequent first. */
export function mistakeCounts(graded: readonly Graded[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { mistakes } of graded)
    for (const code of new Set(mistakes.map((one) => one.code))) counts.set(code, (counts.get(code) ?? 0) + 1);
  return new Map([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));
}
