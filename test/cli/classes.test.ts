/** A class of 60, played through: assigned, solved by a script with known mistakes, graded in every format. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCli, type Cli } from './cli';
import { MISTAKES, type Mistake, type SheetJson, gradientsBy, solve } from './lectureSolver';

const STUDENTS = 60;
const CODES = Object.keys(MISTAKES) as Mistake[];

interface Grades {
  readonly submissions: readonly {
    readonly student: string;
    readonly file: string;
    readonly points: number;
    readonly maxPoints: number;
    readonly claims: {
      readonly right: number;
      readonly wrong: number;
      readonly tooCoarse: number;
      readonly open: number;
    };
    readonly mistakes: readonly string[];
    readonly problems: readonly { readonly code: string; readonly message: string }[];
    readonly hints?: readonly string[];
  }[];
  readonly mistakes: Readonly<Record<string, number>>;
}

/** What each student does. */
type Doing = Mistake | 'right' | 'coarse' | 'half' | 'changed' | 'broken' | 'copied' | 'nothing';
const OTHERS: readonly Doing[] = ['right', 'right', 'coarse', 'half', 'changed', 'broken', 'copied', 'nothing'];

function doingOf(n: number): Doing {
  const all: readonly Doing[] = [...CODES, ...OTHERS];
  return all[n % all.length] ?? 'right';
}

const ids = Array.from({ length: STUDENTS }, (_, n) => `s${String(n).padStart(2, '0')}`);
let cli: Cli;
let files: string[];

beforeAll(async () => {
  cli = buildCli();
  const sheet = JSON.parse(readFileSync(example('examples/multiple-units-2-2-2.nn.json'), 'utf8')) as object;
  writeFileSync(
    join(cli.folder, 'sheet.nn.json'),
    JSON.stringify({ ...sheet, exercise: { ask: ['all'], points: 16 } }),
  );
  writeFileSync(join(cli.folder, 'roster.csv'), `ID,Name\n${ids.map((id) => `${id},"Doe, ${id}"`).join('\n')}\n`);
  const { status, stderr } = await cli.run(['assign', 'sheet.nn.json', '--students', 'roster.csv', '--output', 'out']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const [n, id] of ids.entries()) work(id, doingOf(n));
  files = ids.map((id) => join('out', id, 'sheet.nn.json'));
});
afterAll(() => cli.dispose());

function example(path: string): string {
  return fileURLToPath(new URL(`../../media/${path}`, import.meta.url));
}

function pathOf(id: string): string {
  return join(cli.folder, 'out', id, 'sheet.nn.json');
}

function read(id: string): SheetJson {
  return JSON.parse(readFileSync(pathOf(id), 'utf8')) as SheetJson;
}

function work(id: string, doing: Doing): void {
  const sheet = read(id);
  if (doing === 'nothing') return;
  if (doing === 'broken') {
    writeFileSync(pathOf(id), readFileSync(pathOf(id), 'utf8').replace('"layers": [', '"layers": <script>'));
    return;
  }
  if (doing === 'copied') {
    const other = read('s10');
    writeFileSync(pathOf(id), JSON.stringify(other));
    return;
  }
  const mistake = CODES.find((code) => code === doing);
  solve(sheet, doing === 'coarse' ? 1 : 4, mistake);
  const second = sheet.layers[2];
  if (doing === 'half' && second?.claimedGradients)
    second.claimedGradients = {
      weights: [
        [null, null],
        [null, null],
      ],
    };
  if (doing === 'changed') {
    for (const layer of sheet.layers)
      if (layer.weights)
        layer.weights = [
          [0.5, 0.5],
          [0.5, 0.5],
        ];
    solve(sheet, 4);
  }
  writeFileSync(pathOf(id), JSON.stringify(sheet, null, 2));
}

async function grade(format: string, ...more: readonly string[]): Promise<string> {
  return gradeOf(files, format, ...more);
}

async function gradeOf(some: readonly string[], format: string, ...more: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await cli.run(['grade', ...some, '--key', 'out', '--format', format, ...more]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** How many of the class do this. */
function count(doing: Doing): number {
  return ids.filter((_, n) => doingOf(n) === doing).length;
}

describe('what was assigned', () => {
  it('is one sheet for each student, who stands in it, and a key apart', () => {
    expect(readdirSync(join(cli.folder, 'out')).sort()).toEqual(ids);
    expect(readdirSync(join(cli.folder, 'out', 's00'))).toEqual(['sheet.nn.json']);
    expect(read('s17').exercise?.student).toBe('s17');
    expect(existsSync(join(cli.folder, 'out.key', 's00', 'sheet.nn.json'))).toBe(true);
  });

  it('has other numbers for everybody, with two decimals at most, none of them 0 or 1', () => {
    const numbers = ids
      .filter((_, n) => doingOf(n) === 'right')
      .map((id) => {
        const { layers, data } = read(id);
        return [
          ...layers.flatMap(({ weights }) => weights?.flat() ?? []),
          ...data.inputs.flat(),
          ...data.targets.flat(),
        ];
      });
    expect(new Set(numbers.map(String)).size).toBe(numbers.length);
    for (const value of numbers.flat()) {
      expect(value).toBeCloseTo(Math.round(value * 100) / 100, 12);
      expect([0, 1, -1]).not.toContain(value);
    }
  });

  it('is the same bytes for the same sheet and roster, whoever else is in it', async () => {
    await cli.run(['assign', 'sheet.nn.json', '--student', 's10', '--output', 'again']);
    const fresh = readFileSync(join(cli.folder, 'again', 's10', 'sheet.nn.json'), 'utf8');
    const roster = join(cli.folder, 'roster.csv');
    await cli.run(['assign', 'sheet.nn.json', '--students', roster, '--output', 'third']);
    expect(readFileSync(join(cli.folder, 'third', 's10', 'sheet.nn.json'), 'utf8')).toBe(fresh);
  });

  it('tells every mistake from the right answer at three digits', async () => {
    await cli.run(['assign', 'sheet.nn.json', '--students', 'roster.csv', '--output', 'fresh']);
    for (const id of ids) {
      const sheet = JSON.parse(readFileSync(join(cli.folder, 'fresh', id, 'sheet.nn.json'), 'utf8')) as SheetJson;
      const right = gradientsBy(sheet).flat(2);
      for (const code of CODES) {
        const wrong = gradientsBy(sheet, code).flat(2);
        const same = right.filter((g, k) => Math.abs((wrong[k] ?? NaN) - g) <= 0.004 * Math.abs(g));
        // In the layers that it does not reach, and on the diagonal of a transposed product, the right answer stays.
        const untouched =
          MISTAKES[code].join() === '2' && code !== 'input-before-activation' && code !== 'outer-product-transposed'
            ? 4
            : 0;
        const others = code === 'outer-product-transposed' ? 6 : code === 'input-before-activation' ? 4 : untouched;
        expect({ id, code, same: same.length }).toEqual({ id, code, same: others });
      }
    }
  });
});

describe('the grades', () => {
  it('are what the script did', async () => {
    const grades = JSON.parse(await grade('json')) as Grades;
    expect(grades.submissions.map(({ student }) => student)).toEqual(ids);
    for (const [n, one] of grades.submissions.entries()) {
      const doing = doingOf(n);
      const mistake = CODES.find((code) => code === doing);
      const label = `${one.student} ${doing}`;
      expect(one.maxPoints, label).toBe(16);
      const { right, wrong, tooCoarse, open } = one.claims;
      expect(right + wrong + tooCoarse + open, label).toBe(8);
      if (mistake) {
        expect({ label, mistakes: one.mistakes }).toEqual({ label, mistakes: [mistake] });
        expect(one.points, label).toBe(2 * right);
        expect(wrong, label).toBeGreaterThan(0);
      }
      if (doing === 'right') expect(one, label).toMatchObject({ points: 16, claims: { right: 8 }, problems: [] });
      if (doing === 'nothing') expect(one, label).toMatchObject({ points: 0, claims: { open: 8 } });
      if (doing === 'half') expect(one, label).toMatchObject({ points: 8, claims: { right: 4, open: 4 } });
      if (doing === 'coarse') expect(right + tooCoarse, label).toBe(8);
      if (doing === 'changed') expect(one, label).toMatchObject({ points: 0, problems: [{ code: 'network-changed' }] });
      if (doing === 'broken') expect(one, label).toMatchObject({ points: 0, claims: { open: 8 } });
      if (doing === 'broken') expect(one.problems.length, label).toBeGreaterThan(0);
      if (doing === 'copied') expect(one.points, label).toBe(0);
      if (doing === 'copied') expect(one.problems.map(({ code }) => code)).toContain('network-changed');
    }
    for (const code of CODES) expect({ code, found: grades.mistakes[code] }).toEqual({ code, found: count(code) });
  });

  it('are the same by the sheet, drawn again', async () => {
    const { stdout } = await cli.run(['grade', ...files, '--sheet', 'sheet.nn.json', '--format', 'json']);
    const [byKey, bySheet] = [JSON.parse(await grade('json')) as Grades, JSON.parse(stdout) as Grades];
    const points = ({ submissions }: Grades): unknown => submissions.map(({ student, points }) => [student, points]);
    expect(points(bySheet)).toEqual(points(byKey));
    expect(bySheet.mistakes).toEqual(byKey.mistakes);
  });

  it('find a changed network by the sheet’s own fingerprint, too', async () => {
    const changed = ids[doingIndex('changed')] ?? '';
    const { stdout } = await cli.run(['grade', join('out', changed, 'sheet.nn.json'), '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ submissions: [{ points: 0, problems: [{ code: 'network-changed' }] }] });
  });

  it('give no right value, unless they are told to', async () => {
    const values = ids.flatMap((id, n) => {
      if (doingOf(n) !== 'sign') return [];
      return gradientsBy(read(id))
        .flat(2)
        .map((g) => String(Math.abs(g)).slice(0, 9));
    });
    const some = files.filter((_, n) => doingOf(n) === 'sign');
    for (const format of ['table', 'csv', 'json', 'junit', 'github', 'classroom50', 'gradescope']) {
      const hinted = await gradeOf(some, format, '--hints');
      expect(values.filter((value) => hinted.includes(value))).toEqual([]);
    }
    const revealed = await gradeOf(some, 'json', '--reveal');
    expect(values.filter((value) => !revealed.includes(value))).toEqual([]);
  });

  it('say hints with --hints alone', async () => {
    const id = ids[doingIndex('target-missing')] ?? '';
    const one = JSON.parse(await grade('json', '--hints')) as Grades;
    const hints = one.submissions.find(({ student }) => student === id)?.hints ?? [];
    expect(hints.length).toBeGreaterThan(0);
    expect(await grade('json')).not.toContain(hints[0] ?? 'no hint');
  });
});

function doingIndex(doing: Doing): number {
  return ids.findIndex((_, n) => doingOf(n) === doing);
}

describe('the formats', () => {
  it('JUnit: a suite for each submission, counts that add up, and a document that parses', async () => {
    const xml = await grade('junit', '--hints');
    const counts = execFileSync(process.platform === 'win32' ? 'python' : 'python3', ['-c', PARSE_JUNIT], {
      input: xml,
      encoding: 'utf8',
    });
    const { suites, tests, failures, errors, elements } = JSON.parse(counts) as Record<string, number | string[]>;
    expect(suites).toBe(STUDENTS);
    expect(elements).toEqual(['error', 'failure', 'properties', 'property', 'testcase', 'testsuite', 'testsuites']);
    // Eight answers each, and a case for each submission that cannot be graded or was changed.
    const refused = count('broken') + count('changed') + count('copied');
    expect(tests).toBe(8 * STUDENTS + refused);
    expect(errors).toBe(refused);
    const grades = JSON.parse(await grade('json')) as Grades;
    expect(failures).toBe(grades.submissions.reduce((sum, { claims }) => sum + 8 - claims.right, 0));
  });

  it('Classroom 50: result.json by its schema, scores that are whole and add up', async () => {
    const schema = JSON.parse(readFileSync(fixture('result-v1.schema.json'), 'utf8')) as object;
    const accepts = new Ajv2020({ strict: false }).compile(schema);
    for (const file of files.slice(11, 18)) {
      const { stdout, status } = await cli.run(['grade', file, '--key', 'out', '--format', 'classroom50']);
      const result = JSON.parse(stdout) as { score: number; 'max-score': number; tests: { score: number }[] };
      accepts(result);
      expect(accepts.errors).toBeNull();
      expect(status).toBe(0);
      expect(result.tests.reduce((sum, { score }) => sum + score, 0)).toBe(result.score);
      expect(result['max-score']).toBe(16);
    }
  });

  it('Gradescope: results.json with a score and a test for each answer', async () => {
    for (const file of files.slice(11, 18)) {
      const { stdout } = await cli.run(['grade', file, '--key', 'out', '--format', 'gradescope', '--hints']);
      const { score, tests, output, ...rest } = JSON.parse(stdout) as {
        score: number;
        output: string;
        tests: { score: number; max_score: number; status: string; name: string; output: string }[];
      };
      expect(rest).toEqual({ output_format: 'text', visibility: 'visible' });
      expect(typeof output).toBe('string');
      expect(tests.reduce((sum, test) => sum + test.score, 0)).toBe(score);
      for (const test of tests) {
        expect(['passed', 'failed']).toContain(test.status);
        expect(test.score <= test.max_score).toBe(true);
      }
    }
  });

  it('GitHub: an annotation for each answer that is not right', async () => {
    const lines = (await grade('github', '--hints')).trimEnd().split('\n');
    const grades = JSON.parse(await grade('json')) as Grades;
    const of = (kind: string): number => lines.filter((line) => line.startsWith(`::${kind} file=`)).length;
    const sum = (part: (one: Grades['submissions'][number]) => number): number =>
      grades.submissions.reduce((all, one) => all + part(one), 0);
    expect(of('error')).toBe(sum(({ claims, problems }) => claims.wrong + problems.length));
    expect(of('warning')).toBe(sum(({ claims }) => claims.open + claims.tooCoarse));
    expect(of('notice')).toBe(STUDENTS);
    expect(lines.length).toBe(of('error') + of('warning') + of('notice'));
    expect(lines.find((line) => line.startsWith('::error'))).toMatch(
      /^::error file=out\/s\d\d\/sheet\.nn\.json,line=\d+,col=\d+,title=/,
    );
  });

  it('CSV: a row for each submission', async () => {
    const rows = (await grade('csv')).trimEnd().split('\r\n');
    expect(rows[0]).toBe('student,file,points,maxPoints,right,wrong,tooCoarse,open,mistakes,problems');
    expect(rows.length).toBe(STUDENTS + 1);
  });

  it('the class report: the counts of what the script did, in every format', async () => {
    const reports = ['--report', 'class.md', '--report', 'class.html', '--report', 'class.csv'];
    await grade('table', ...reports);
    const [markdown = '', html = '', csv = ''] = ['md', 'html', 'csv'].map((ending) =>
      readFileSync(join(cli.folder, `class.${ending}`), 'utf8'),
    );
    for (const code of CODES) {
      const share = `${String(count(code))} of ${String(STUDENTS)}`;
      expect(markdown).toContain(`| ${share} | ${code.replaceAll('-', '-')} |`);
      expect(html).toContain(`<td>${share}</td><td>${code}</td>`);
      expect(csv).toMatch(new RegExp(`^${code},[0-9 ]*,${String(count(code))},${String(STUDENTS)},`, 'm'));
    }
    expect(html).not.toMatch(/<script|\son[a-z]+=|javascript:/i);
  });
});

const PARSE_JUNIT = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.read())
cases = list(root.iter("testcase"))
suites = list(root.iter("testsuite"))
failures = [case for case in cases if case.find("failure") is not None]
errors = [case for case in cases if case.find("error") is not None]
assert root.attrib["tests"] == str(len(cases)) and root.attrib["failures"] == str(len(failures)) and root.attrib["errors"] == str(len(errors))
for suite in suites:
    inside = suite.findall("testcase")
    assert suite.attrib["tests"] == str(len(inside)), suite.attrib
    assert {"name", "tests", "failures", "errors"} <= set(suite.attrib)
print(json.dumps({"suites": len(suites), "tests": len(cases), "failures": len(failures), "errors": len(errors), "elements": sorted({node.tag for node in root.iter()})}))
`;

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/classes/${name}`, import.meta.url));
}

describe('what is untrusted', () => {
  it.each([
    ['a way out', '../evil'],
    ['an absolute path', '/tmp/evil'],
    ['a backslash', 'a\\b'],
    ['nothing', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['a device of Windows', 'NUL'],
    ['a control character', 'a\u0007b'],
    ['a line break', 'a\nb'],
  ])('an ID that is %s is refused, and nothing is written', async (_, id) => {
    const { status, stdout, stderr } = await cli.run(['assign', 'sheet.nn.json', `--student=${id}`, '--output', 'bad']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('ID');
    expect(existsSync(join(cli.folder, 'bad'))).toBe(false);
  });

  it('a roster is refused with every line that is wrong', async () => {
    writeFileSync(join(cli.folder, 'bad.csv'), 'id,name\nann,A\n../x,B\nAnn,C\nann,D\n,E\n\nbob,F\n');
    const { status, stderr } = await cli.run(['assign', 'sheet.nn.json', '--students', 'bad.csv', '--output', 'bad']);
    expect(status).toBe(2);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => /^bad\.csv:(\d+):1: error student-id: /.exec(line)?.[1]);
    expect(lines).toEqual(['3', '4', '5', '6']);
    expect(existsSync(join(cli.folder, 'bad'))).toBe(false);
  });

  it('somebody’s work is not overwritten', async () => {
    const before = readFileSync(pathOf('s00'), 'utf8');
    const { status, stderr } = await cli.run([
      'assign',
      'sheet.nn.json',
      '--students',
      'roster.csv',
      '--output',
      'out',
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain('was not overwritten');
    expect(readFileSync(pathOf('s00'), 'utf8')).toBe(before);
  });

  it('a hostile submission stays text in every format', async () => {
    const sheet = read(ids[doingIndex('right')] ?? '');
    const name = '=1+1"><script>alert(1)</script>]]>::set-output name=x::%0A\u202e';
    if (sheet.exercise) sheet.exercise.student = name;
    mkdirSync(join(cli.folder, 'hostile'), { recursive: true });
    writeFileSync(join(cli.folder, 'hostile', 'a.nn.json'), JSON.stringify(sheet));
    const run = async (format: string): Promise<string> =>
      (await cli.run(['grade', 'hostile/a.nn.json', '--format', format, '--report', `h.html`, '--report', 'h.md']))
        .stdout;
    expect(await run('csv')).toMatch(/^"'=1\+1""><script>/m);
    expect(await run('junit')).not.toContain('<script>');
    for (const line of (await run('github')).trimEnd().split('\n'))
      expect(line).toMatch(/^::(error|warning|notice) file=hostile\/a\.nn\.json,/);
    expect(await run('github')).not.toContain('::set-output name=x::%0A');
    expect(JSON.parse(await run('json'))).toMatchObject({ submissions: [{ student: name }] });
    expect(readFileSync(join(cli.folder, 'h.html'), 'utf8')).not.toContain('<script>');
    expect(readFileSync(join(cli.folder, 'h.md'), 'utf8')).not.toContain('<script>');
  });

  it('a network without an exercise can be assigned, or handed out as it is', async () => {
    const { exercise: _, ...plain } = read('s17');
    writeFileSync(join(cli.folder, 'plain.nn.json'), JSON.stringify(plain));
    await cli.run(['assign', 'plain.nn.json', '--student', 'ann', '--output', 'plain']);
    const assigned = join('plain', 'ann', 'plain.nn.json');
    solve(plain, 4);
    writeFileSync(join(cli.folder, 'handed.nn.json'), JSON.stringify(plain));
    const graded = await cli.run(['grade', assigned, 'handed.nn.json', '--sheet', 'plain.nn.json', '--json']);
    expect(JSON.parse(graded.stdout)).toMatchObject({
      submissions: [
        { student: 'ann', points: 0, maxPoints: 8, claims: { open: 8 }, problems: [] },
        { student: 'handed', points: 8, maxPoints: 8, problems: [] },
      ],
    });
  });

  it('a submission that cannot be read gets 0 and the problem', async () => {
    const { status, stdout } = await cli.run(['grade', 'nowhere.nn.json', files[10] ?? '', '--format', 'json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      submissions: [
        { student: 'nowhere', points: 0, maxPoints: 16, problems: [{ code: 'unreadable' }] },
        { points: 16 },
      ],
    });
  });
});
