/** Grades in the words of the tools that read them. */

import type { Graded, GradedAnswer } from './grade';
import { mistakeCounts } from './grade';
import { rowsToCsv, escapeCommandMessage, escapeCommandProperty, escapeMarkup } from './escape';

/** What may be said of an answer. */
export interface Said {
  /** The kind of mistake, without a value. */
  readonly hints: boolean;
  /** The right values and the mistakes in full. */
  readonly reveal: boolean;
}

/** What is said of an answer that is not right; `wrong`, `too few digits` or `open` where no more may be. */
function remarkOn(graded: Graded, answer: GradedAnswer, { hints, reveal }: Said): string {
  const { state, message, hint, exact } = answer;
  if (reveal) {
    const words = message ?? STATES[state];
    return state === 'right' ? words : `${words}; the right value is ${String(exact)}`;
  }
  return hints && hint !== null && graded.hints.includes(hint) ? hint : STATES[state];
}

const STATES: Readonly<Record<GradedAnswer['state'], string>> = {
  right: 'right',
  wrong: 'wrong',
  tooCoarse: 'too few digits: write one more',
  open: 'still open',
};

/** `activation-derivative-missing (layer 2)` */
export function mistakeNames({ mistakes }: Pick<Graded, 'mistakes'>): string[] {
  return mistakes.map(({ code, layers }) => {
    if (layers.length === 0) return code;
    return `${code} (${layers.length > 1 ? 'layers' : 'layer'} ${layers.join(', ')})`;
  });
}

/** The JSON document of `grade`. */
export function gradesDocument(graded: readonly Graded[], said: Said): object {
  return {
    submissions: graded.map((one) => ({
      student: one.student,
      file: one.file,
      points: one.points,
      maxPoints: one.maxPoints,
      claims: one.claims,
      mistakes: [...new Set(one.mistakes.map(({ code }) => code))],
      problems: one.problems,
      ...((said.hints || said.reveal) && { hints: one.hints }),
      answers: one.answers.map((answer) => ({
        name: answer.name,
        state: answer.state,
        points: answer.points,
        maxPoints: answer.maxPoints,
        line: answer.line,
        column: answer.column,
        mistakes: answer.mistakes.map(({ code, layers }) => ({ code, layers })),
        ...(said.hints && answer.hint !== null && one.hints.includes(answer.hint) && { hint: answer.hint }),
        ...(said.reveal && { claimed: answer.given?.value ?? null, value: answer.exact, message: answer.message }),
      })),
    })),
    mistakes: Object.fromEntries(mistakeCounts(graded)),
  };
}

/** One row for each submission. */
export function gradesCsv(graded: readonly Graded[]): string {
  const head = [
    'student',
    'file',
    'points',
    'maxPoints',
    'right',
    'wrong',
    'tooCoarse',
    'open',
    'mistakes',
    'problems',
  ];
  return rowsToCsv([
    head,
    ...graded.map(({ student, file, points, maxPoints, claims, problems, ...rest }) => [
      student,
      file,
      points,
      maxPoints,
      claims.right,
      claims.wrong,
      claims.tooCoarse,
      claims.open,
      mistakeNames(rest).join('; '),
      problems.map(({ code, message }) => `${code}: ${message}`).join('; '),
    ]),
  ]);
}

/**
 * JUnit's XML as Jenkins, GitLab and Actions read it (Jenkins' junit-10.xsd): a suite for each submission, a case for each
 * answer. What is not right is a failure; a submission that cannot be graded is an error.
 */
export function gradesJunit(graded: readonly Graded[], said: Said): string {
  const suites = graded.map((one) => junitSuite(one, said));
  const sum = (of: (suite: Suite) => number): string => String(suites.reduce((all, suite) => all + of(suite), 0));
  const counts = `tests="${sum(({ tests }) => tests)}" failures="${sum(({ failures }) => failures)}" errors="${sum(({ errors }) => errors)}"`;
  const body = suites.map(({ lines }) => lines.join('\n')).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gradient-inspector" ${counts}>\n${body}\n</testsuites>\n`;
}

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly lines: readonly string[];
}

function junitSuite(graded: Graded, said: Said): Suite {
  const { student, file, points, maxPoints, answers, problems } = graded;
  const blocking = problems.filter(({ code }) => code !== 'sheet-changed' && code !== 'duplicate-student');
  const cases = answers.map((answer) => {
    const head = `    <testcase classname="${escapeMarkup(student)}" name="${escapeMarkup(answer.name)}" time="0"`;
    if (answer.state === 'right') return `${head}/>`;
    const message = escapeMarkup(remarkOn(graded, answer, said));
    const place = answer.line === undefined ? '' : `${file}:${String(answer.line)}:${String(answer.column)}`;
    return `${head}>\n      <failure type="${answer.state}" message="${message}">${escapeMarkup(place)}</failure>\n    </testcase>`;
  });
  if (blocking.length > 0) {
    const errors = blocking.map(({ code, message, line, column }) => {
      const place = line === undefined ? '' : `${file}:${String(line)}:${String(column)}`;
      return `\n      <error type="${escapeMarkup(code)}" message="${escapeMarkup(message)}">${escapeMarkup(place)}</error>`;
    });
    cases.push(
      `    <testcase classname="${escapeMarkup(student)}" name="the submission" time="0">${errors.join('')}\n    </testcase>`,
    );
  }
  const failures = answers.filter(({ state }) => state !== 'right').length;
  const errors = blocking.length > 0 ? 1 : 0;
  const counts = `tests="${String(cases.length)}" failures="${String(failures)}" errors="${String(errors)}" skipped="0" time="0"`;
  const lines = [
    `  <testsuite name="${escapeMarkup(student)}" file="${escapeMarkup(file)}" ${counts}>`,
    '    <properties>',
    `      <property name="points" value="${String(points)}"/>`,
    `      <property name="maxPoints" value="${String(maxPoints)}"/>`,
    '    </properties>',
    ...cases,
    '  </testsuite>',
  ];
  return { tests: cases.length, failures, errors, lines };
}

/** Annotations of GitHub Actions: one for each answer that is not right, and for each problem. */
export function gradesGithub(graded: readonly Graded[], said: Said): string[] {
  return graded.flatMap((one) => {
    const { student, file, points, maxPoints, answers, problems } = one;
    const command = (kind: string, title: string, message: string, line?: number, column?: number): string => {
      const place = line === undefined ? '' : `,line=${String(line)},col=${String(column ?? 1)}`;
      const properties = `file=${escapeCommandProperty(file)}${place},title=${escapeCommandProperty(title)}`;
      return `::${kind} ${properties}::${escapeCommandMessage(message)}`;
    };
    return [
      ...problems.map(({ code, message, line, column }) => command('error', code, message, line, column)),
      ...answers.flatMap((answer) => {
        if (answer.state === 'right') return [];
        const kind = answer.state === 'wrong' ? 'error' : 'warning';
        return [command(kind, answer.name, remarkOn(one, answer, said), answer.line, answer.column)];
      }),
      command('notice', student, `${String(points)} of ${String(maxPoints)} points`),
    ];
  });
}

/** `results/results.json` as Gradescope reads it; of several submissions (files of one student) the tests of all. */
export function gradesGradescope(graded: readonly Graded[], said: Said): object {
  const many = graded.length > 1;
  const problems = graded.flatMap((one) =>
    one.problems.map(({ code, message, line, column }) => {
      const place = line === undefined ? '' : `:${String(line)}:${String(column)}`;
      return `${one.file}${place}: ${code}: ${message}`;
    }),
  );
  return {
    score: total(graded.map(({ points }) => points)),
    output: problems.join('\n'),
    output_format: 'text',
    visibility: 'visible',
    tests: graded.flatMap((one) =>
      one.answers.map((answer, n) => ({
        score: earned(one, answer),
        max_score: answer.maxPoints,
        status: earned(one, answer) === answer.maxPoints && answer.state === 'right' ? 'passed' : 'failed',
        name: many ? `${one.file}: ${answer.name}` : answer.name,
        name_format: 'text',
        number: String(n + 1),
        output: answer.state === 'right' ? '' : remarkOn(one, answer, said),
        output_format: 'text',
        visibility: 'visible',
      })),
    ),
  };
}

/** 0 of a submission that gets no points at all. */
function earned({ points }: Graded, answer: GradedAnswer): number {
  return points === 0 ? 0 : answer.points;
}

function total(points: readonly number[]): number {
  return Math.round(points.reduce((sum, one) => sum + one, 0) * 1e9) / 1e9;
}

/** What the runner of Classroom 50 says of the submission it grades. */
export interface Classroom50Run {
  readonly classroom: string;
  readonly assignment: string;
  readonly assignmentType: string;
  readonly owner: string;
  readonly submission: string;
  readonly commit: string;
  readonly release: string;
  readonly review: string;
  /** `2026-08-16T09:30:00Z` */
  readonly datetime: string;
}

/**
 * `result.json` of Classroom 50 (`classroom50/result/v1`). Its scores are whole numbers: shares of points are rounded so that
 * they add up to the sheet's.
 */
export function gradesClassroom50(graded: readonly Graded[], said: Said, run: Classroom50Run): object {
  const many = graded.length > 1;
  const tests = graded.flatMap((one) => {
    let sum = 0;
    return one.answers.map((answer) => {
      const before = Math.round(sum);
      sum += answer.maxPoints;
      const max = Math.max(0, Math.round(total([sum])) - before);
      const passed = answer.state === 'right' && (one.points > 0 || one.maxPoints === 0);
      const name = many ? `${one.file}: ${answer.name}` : answer.name;
      const output = answer.state === 'right' ? {} : { output: remarkOn(one, answer, said) };
      return { 'test-name': name, passed, score: passed ? max : 0, 'max-score': max, ...output };
    });
  });
  for (const { file, problems, answers, maxPoints } of graded) {
    const [problem] = problems;
    if (!problem || answers.length > 0) continue;
    const output = `${problem.code}: ${problem.message}`;
    tests.push({ 'test-name': file, passed: false, score: 0, 'max-score': Math.round(maxPoints), output });
  }
  return {
    schema: 'classroom50/result/v1',
    classroom: run.classroom,
    assignment: run.assignment,
    assignment_type: run.assignmentType,
    owner: run.owner,
    submission: run.submission,
    commit: run.commit,
    release: run.release,
    review: run.review,
    datetime: run.datetime,
    score: tests.reduce((all, { score }) => all + score, 0),
    'max-score': tests.reduce((all, test) => all + test['max-score'], 0),
    tests,
  };
}
