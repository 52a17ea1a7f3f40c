/** Keys that `assign` wrote: a sheet with every answer right, in a folder that students do not have. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, normalize, resolve } from 'node:path';
import type { Sheet } from '../core/exercise/judge';
import { networkText } from '../app/classes/fingerprint';
import { type Lock, type SheetFile, lockOf, sheetOf } from '../app/sheet';
import { NOTHING_HIDDEN } from '../core/exercise/lock';
import { idProblem } from '../format/roster';
import { FileError, type Options, UsageError } from './command';
import { type Input, read } from './input';

/** Where keys are, where no folder is named for them: beside the folder that is handed out. */
export function keyFolderOf(output: string): string {
  const folder = normalize(output).replace(/[/\\]+$/, '');
  return `${/(^|[/\\])\.{0,2}$/.test(folder) ? resolve(output) : folder}.key`;
}

/** The folder of keys that `--key` names: itself, or for the folder of the sheets the one beside it. */
export function keyFolder(options: Options): string | undefined {
  const named = options.text('key');
  if (named === undefined) return undefined;
  const beside = keyFolderOf(named);
  const found = isFolder(beside) ? beside : named;
  if (!isFolder(found)) throw new UsageError(`--key: “${named}” is not a folder`);
  return found;
}

/** The key of a student's sheet (of the sheet itself where there is no student), read; undefined where there is none. */
export async function readKey(
  folder: string,
  student: string | undefined,
  file: string,
  root: string | undefined,
): Promise<Sheet | undefined> {
  const path = keyPath(folder, student, basename(file));
  if (path === undefined) return undefined;
  const { input, lines } = await read(path, root);
  if (!input) throw new FileError(lines);
  return sheetIn(input.content);
}

/** A student's name comes from a submission: it names a folder only where it is an ID. A file under another name has the only key. */
function keyPath(folder: string, student: string | undefined, name: string): string | undefined {
  if (student !== undefined && idProblem(student) !== undefined) return undefined;
  const own = student === undefined ? folder : join(folder, student);
  const path = join(own, name);
  if (existsSync(path)) return path;
  const sheets = isFolder(own) ? readdirSync(own).filter((one) => one.endsWith('.json')) : [];
  const [only, ...others] = sheets;
  return only !== undefined && others.length === 0 ? join(own, only) : undefined;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The file's questions; undefined where it has no data. */
function sheetIn(content: SheetFile): Sheet | undefined {
  return content.data && sheetOf(content, content.data.training);
}

/** What of the input may be shown: everything with the key of this very sheet. Throws a `FileError` where the key is of another. */
export async function lockOfSheet({ file, content }: Input, options: Options): Promise<Lock> {
  const lock = lockOf(content);
  const folder = keyFolder(options);
  if (folder === undefined || !lock.hidden.backward) return lock;
  const { exercise } = content;
  const key = await readKey(folder, exercise?.student, file, options.text('root'));
  const own = sheetIn(content);
  if (!key || !own || networkText(key) !== networkText(own)) {
    const whose = exercise?.student === undefined ? 'this sheet' : `the sheet of ${exercise.student}`;
    throw new FileError([`${file}:1:1: error no-key: “${folder}” has no key of ${whose} with these numbers`]);
  }
  return { ...lock, hidden: NOTHING_HIDDEN };
}
