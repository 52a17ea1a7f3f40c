/** `grade FILES…`: points, what is right, and which mistakes were made, in the words of the tools that read them. */

import { basename, dirname, extname, resolve } from 'node:path';
import { Assigner } from '../app/classes/assign';
import {
  type Classroom50Run,
  type Said,
  gradesClassroom50,
  gradesCsv,
  gradesDocument,
  gradesGithub,
  gradesGradescope,
  gradesJunit,
  mistakeNames,
} from '../app/classes/formats';
import { type Graded, type GradeProblem, type Submission, gradeAll } from '../app/classes/grade';
import { type ReportFormat, classReport, mistakesOfClass } from '../app/classes/report';
import { networkText } from '../app/classes/fingerprint';
import type { Sheet } from '../core/exercise/judge';
import { idProblem } from '../format/roster';
import { UsageError, type ExitStatus, type Request } from './command';
import { type Input, load, readWithProblems } from './input';
import { GRADE_FORMATS } from './commands';
import { printJson } from './json';
import { keyFolder, readKey } from './keys';
import { outputFile, writeOutput } from './outputFile';
import { print, printPieces } from './streams';
import { alignRight } from '../app/table';

type Format = (typeof GRADE_FORMATS)[number];

const REPORT_ENDINGS: Readonly<Record<string, ReportFormat>> = {
  '.md': 'markdown',
  '.html': 'html',
  '.htm': 'html',
  '.csv': 'csv',
};

export async function gradeCommand({ files, options }: Request): Promise<ExitStatus> {
  const format: Format = options.flag('json') ? 'json' : (options.word('format', GRADE_FORMATS) ?? 'table');
  const said = { hints: options.flag('hints'), reveal: options.flag('reveal') };
  const reports = await Promise.all(options.texts('report').map(reportFile));
  const root = options.text('root');
  const sheet = options.text('sheet');
  const teacher = sheet === undefined ? undefined : await load(sheet, root);
  const folder = keyFolder(options);
  const submissions = await readAll(files, sheet, folder, root);
  const referenceOf = await references(submissions, teacher, folder, root);
  const graded = gradeAll(submissions, referenceOf);
  await write(format, graded, said);
  const title = `Grades: ${teacher?.content.network.name ?? basename(files[0] ?? '')}`;
  const failure = await writeOutput(reports.map(({ path, as }) => ({ path, content: classReport(graded, title, as) })));
  if (failure) throw failure;
  return 0;
}

async function reportFile(text: string): Promise<{ readonly path: string; readonly as: ReportFormat }> {
  const as = REPORT_ENDINGS[extname(text).toLowerCase()];
  if (!as) throw new UsageError(`--report takes a file that ends in .md, .html or .csv, not “${text}”`);
  return { path: (await outputFile(text)) ?? text, as };
}

async function readAll(
  files: readonly string[],
  sheet: string | undefined,
  keys: string | undefined,
  root: string | undefined,
): Promise<Submission[]> {
  const names = new Set(files.map((file) => basename(file)));
  const isOneName = (files.length > 1 && names.size === 1) || keys !== undefined;
  const submissions: Submission[] = [];
  for (const file of files) {
    const { text, content, problems } = await readWithProblems(file, root);
    const folder = basename(dirname(resolve(file)));
    const stem = basename(file).replace(/(\.nn)?\.json$/i, '');
    const inFolder = isOneName || (sheet !== undefined && basename(file) === basename(sheet));
    submissions.push({
      file,
      owner: inFolder && idProblem(folder) === undefined ? folder : stem,
      text,
      content,
      problems: problems.filter(({ severity }) => severity === 'error').slice(0, MOST_PROBLEMS),
    });
  }
  return submissions;
}

/** Problems of one file that are listed. */
const MOST_PROBLEMS = 10;

/** The sheet that each submission should be, from its key or drawn again. */
async function references(
  submissions: readonly Submission[],
  teacher: Input | undefined,
  keys: string | undefined,
  root: string | undefined,
): Promise<(submission: Submission) => Sheet | undefined> {
  const assigner = teacher && new Assigner(teacher.text, teacher.content);
  const found = new Map<Submission, Sheet>();
  for (const submission of submissions) {
    const student = submission.content?.exercise?.student;
    const key = keys === undefined ? undefined : await keyOf(keys, submission, student, root);
    const sheet = key ?? (assigner && sheetFor(assigner, submission, student));
    if (sheet) found.set(submission, sheet);
  }
  return (submission) => found.get(submission);
}

/** Whoever's folder it lies in: another student's sheet is not what that one was assigned. */
async function keyOf(
  keys: string,
  { file, owner }: Submission,
  student: string | undefined,
  root: string | undefined,
): Promise<Sheet | undefined> {
  const own = await readKey(keys, owner, file, root);
  if (own) return own;
  return readKey(keys, student, file, root);
}

function sheetFor(assigner: Assigner, { content, owner }: Submission, student: string | undefined): Sheet {
  if (student !== undefined) return assigner.sheetOf(student);
  // It was handed out as it is, or the student's name was taken out of it.
  const samples = content?.data?.training;
  const isOwn =
    content && samples && networkText({ network: content.network, samples }) === networkText(assigner.sheet);
  return isOwn || !assigner.varies ? assigner.own : assigner.sheetOf(owner);
}

async function write(format: Format, graded: readonly Graded[], said: Said): Promise<void> {
  switch (format) {
    case 'table':
      print(tableLines(graded, said));
      return;
    case 'csv':
      await printPieces([gradesCsv(graded)]);
      return;
    case 'json':
      await printJson(gradesDocument(graded, said));
      return;
    case 'junit':
      await printPieces([gradesJunit(graded, said)]);
      return;
    case 'github':
      print(gradesGithub(graded, said));
      return;
    case 'classroom50':
      await printJson(gradesClassroom50(graded, said, classroom50Run(graded)));
      return;
    case 'gradescope':
      await printJson(gradesGradescope(graded, said));
  }
}

/** What Classroom 50's runner tells by its environment variables; outside of it, words that say so. */
function classroom50Run(graded: readonly Graded[]): Classroom50Run {
  const { env } = process;
  const first = (...names: readonly string[]): string | undefined => names.map((name) => env[name]).find(Boolean);
  const tag = first('SUBMISSION_TAG') ?? 'submit/local';
  const commit = first('COMMIT_URL') ?? 'local';
  return {
    classroom: first('CLASSROOM') ?? 'local',
    assignment: first('ASSIGNMENT') ?? 'local',
    assignmentType: first('ASSIGNMENT_TYPE') ?? 'individual',
    owner: first('OWNER', 'USERNAME') ?? graded[0]?.student ?? 'local',
    submission: tag.startsWith('submit/') ? tag : `submit/${tag}`,
    commit,
    release: first('RELEASE_URL') ?? commit,
    review: first('REVIEW_URL') ?? commit,
    datetime: `${new Date().toISOString().slice(0, 19)}Z`,
  };
}

function tableLines(graded: readonly Graded[], said: Said): string[] {
  const head = ['student', 'points', 'right', 'wrong', 'coarse', 'open'];
  const rows = graded.map(({ student, points, maxPoints, claims }) => [
    asText(student),
    `${String(points)}/${String(maxPoints)}`,
    ...[claims.right, claims.wrong, claims.tooCoarse, claims.open].map(String),
  ]);
  const mistakesOf = ['mistakes', ...graded.map((one) => mistakeNames(one).join('; '))];
  const lines = alignRight([head, ...rows]).map((line, n) => `${line}  ${mistakesOf[n] ?? ''}`.trimEnd());
  const problems = graded.flatMap((one) => one.problems.map((problem) => problemLine(one, problem)));
  if (problems.length > 0) lines.push('', ...problems);
  if (said.hints || said.reveal) lines.push(...graded.flatMap((one) => details(one, said)));
  const mistakes = mistakesOfClass(graded);
  if (mistakes.length > 0 && graded.length > 1) {
    lines.push('');
    for (const { code, layers, submissions } of mistakes) {
      const [name = code] = mistakeNames({ mistakes: [{ code, layers, hint: '' }] });
      lines.push(`${String(submissions)} of ${String(graded.length)}: ${name}`);
    }
  }
  return lines;
}

function problemLine({ file }: Graded, { code, message, line, column }: GradeProblem): string {
  const place = line === undefined ? '' : `:${String(line)}:${String(column)}`;
  return asText(`${file}${place}: ${code}: ${message}`);
}

function details(graded: Graded, { hints, reveal }: Said): string[] {
  const { file, student, answers } = graded;
  const lines = answers.flatMap(({ state, hint, message, name, exact, line, column }) => {
    if (state === 'right') return [];
    const shown = hint !== null && graded.hints.includes(hint) ? hint : undefined;
    const what = reveal ? `${message ?? state}; ${name} = ${String(exact)}` : hints ? shown : undefined;
    const place = line === undefined ? '' : `${file}:${String(line)}:${String(column)}: `;
    return what === undefined ? [] : [`  ${place}${what}`];
  });
  return lines.length > 0 ? ['', asText(student), ...lines] : [];
}

/** A line that GitHub Actions does not take for a command. */
function asText(line: string): string {
  return /^\s*(::|##\[)/.test(line) ? `'${line}` : line;
}
