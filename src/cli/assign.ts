/** `assign SHEET`: a sheet with other numbers for each student, and the keys apart. */

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { Assigner, NotAssignable } from '../app/classes/assign';
import { readInside } from '../disk/open';
import { reasonOf } from '../disk/reason';
import { writeNew } from '../disk/write';
import { idProblem, readRoster } from '../format/roster';
import { FileError, type Options, UsageError, type ExitStatus, type Request } from './command';
import { type Input, load, readText } from './input';
import { printJson } from './json';
import { keyFolderOf } from './keys';
import { complain, print } from './streams';
import { counted } from '../core/notation';

export async function assignCommand({ files: [file = ''], options }: Request): Promise<ExitStatus> {
  const output = options.text('output');
  if (output === undefined || output === '') throw new UsageError('--output DIR is missing');
  if (file === '-') throw new UsageError('assign takes a file: each student’s sheet has its name');
  const keys = options.text('key') ?? keyFolderOf(output);
  if (keys === '' || isInside(keys, output))
    throw new UsageError('--key takes a folder outside of --output: students must not get the keys');
  const students = studentsOf(options);
  const input = await load(file, options.text('root'));
  const files = filesFor(input, students, output, keys, options.text('root'));
  await writeAll(files.all);
  if (files.alike.length > 0) complain(files.alike);
  const sheets = files.sheets.map(({ student, sheet, key }) => ({ student, file: sheet, key }));
  if (options.flag('json')) await printJson({ sheet: file, students: sheets, key: join(keys, basename(file)) });
  else print([`${counted(students.length, 'sheet')} written to ${output}; keys in ${keys}`]);
  return 0;
}

function isInside(folder: string, outer: string): boolean {
  const path = relative(resolve(outer), resolve(folder));
  return path === '' || !(path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path));
}

function studentsOf(options: Options): readonly string[] {
  const students: string[] = [];
  const roster = options.text('students');
  if (roster !== undefined) students.push(...readStudents(roster));
  for (const text of options.texts('student')) {
    const id = text.normalize('NFC');
    const problem = idProblem(id);
    if (problem !== undefined) throw new UsageError(`--student: ${problem}`);
    const other = students.find((one) => one.toLowerCase() === id.toLowerCase());
    if (other !== undefined && (other !== id || roster === undefined))
      throw new UsageError(`--student: the IDs “${other}” and “${id}” would share one folder`);
    if (other === undefined) students.push(id);
  }
  if (students.length === 0) throw new UsageError('--student ID or --students ROSTER is missing');
  return students;
}

function readStudents(roster: string): readonly string[] {
  let text: string;
  try {
    text = readText(roster);
  } catch (error) {
    throw new FileError([`${roster}:1:1: error unreadable: ${reasonOf(error)}`]);
  }
  const { students, problems } = readRoster(text);
  if (problems.length > 0)
    throw new FileError(
      problems.map(({ line, message }) => `${roster}:${String(line)}:1: error student-id: ${message}`),
    );
  return students;
}

interface ToWrite {
  readonly path: string;
  readonly content: string | Uint8Array;
}

interface Files {
  readonly all: readonly ToWrite[];
  readonly sheets: readonly { readonly student: string; readonly sheet: string; readonly key: string }[];
  /** Lines that warn of sheets with an answer that a mistake yields as well. */
  readonly alike: readonly string[];
}

function filesFor(
  { file, text, content }: Input,
  students: readonly string[],
  output: string,
  keys: string,
  root: string | undefined,
): Files {
  const name = basename(file);
  let assigner: Assigner;
  try {
    assigner = new Assigner(text, content);
  } catch (error) {
    if (!(error instanceof NotAssignable)) throw error;
    throw new FileError([`${file}:1:1: error not-assignable: ${error.message}`]);
  }
  if (assigner.sheet.questions.length === 0)
    throw new FileError([`${file}:1:1: error not-assignable: it has no questions`]);
  const beside = assigner.beside.map((path) => ({ path, bytes: readBeside(file, path, root) }));
  const all: ToWrite[] = [];
  const add = (folder: string, content_: string): string => {
    const path = join(folder, name);
    all.push({ path, content: content_ });
    for (const { path: other, bytes } of beside) all.push({ path: join(folder, other), content: bytes });
    return path;
  };
  add(keys, assigner.ownKey);
  const alike: string[] = [];
  const sheets = students.map((student) => {
    const made = assigner.assign(student);
    if (made.alike.length > 0) {
      const what = [...new Set(made.alike)].join(', ');
      alike.push(
        `${file}:1:1: warning alike: the sheet of ${student} has an answer that a mistake yields as well: ${what}`,
      );
    }
    return { student, sheet: add(join(output, student), made.text), key: add(join(keys, student), made.key) };
  });
  return { all, sheets, alike };
}

/** A file that the sheet names, which must lie below its folder so that it can lie beside each student's sheet too. */
function readBeside(file: string, path: string, root: string | undefined): Uint8Array {
  const local = normalize(path.replaceAll('\\', '/'));
  const folder = dirname(file);
  try {
    if (isAbsolute(local) || local === '..' || local.startsWith(`..${sep}`))
      throw new Error('it is not below the folder of the sheet, so it cannot be handed out with it');
    return readInside(root ?? folder, resolve(folder, local), { name: path, rootName: 'the folder of the sheet' });
  } catch (error) {
    throw new FileError([`${file}:1:1: error file-unreadable: “${path}”: ${reasonOf(error)}`]);
  }
}

/** Writes what is not there yet. Where a file is there with another content, nothing is written: it may be somebody's work. */
async function writeAll(files: readonly ToWrite[]): Promise<void> {
  const fresh: ToWrite[] = [];
  const lines: string[] = [];
  for (const one of files) {
    if (!existsSync(one.path)) fresh.push(one);
    else if (!Buffer.from(one.content).equals(readFileSync(one.path)))
      lines.push(
        `${one.path}:1:1: error exists: it has different content and was not overwritten; nothing was written`,
      );
  }
  if (lines.length > 0) throw new FileError(lines);
  for (const { path, content } of fresh) {
    try {
      await writeNew(path, content);
    } catch (error) {
      throw new FileError([`${path}:1:1: error unwritable: ${reasonOf(error)}`]);
    }
  }
}
