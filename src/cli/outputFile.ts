/** A file that is to be written when the work is done: found out before it whether it can be. */

import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type OutputFile, keepElsewhere, writingFailed } from '../disk/keep';
import { reasonOf } from '../disk/reason';
import { followed, writeWhole } from '../disk/write';
import { FileError, UsageError } from './command';
import { PROGRAM } from './program';

/** The path again, undefined where there is none. Throws a `UsageError` where no file can be written there. */
export async function outputFile(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  if (path === '' || path === '-') throw new UsageError('--output takes the name of a file');
  try {
    const old = await stat(path).catch(() => undefined);
    if (old?.isDirectory()) throw new Error('it is a folder');
    if (old) await access(path, constants.W_OK);
    // A new file is made beside the old one.
    if (!old || old.isFile()) await access(dirname(await followed(path)), constants.W_OK);
    return path;
  } catch (error) {
    throw new UsageError(`--output: “${path}” cannot be written: ${reasonOf(error)}`);
  }
}

/**
 * Writes the files in this order, each whole or not at all. Where that cannot be done after all (the disk may be full), all of
 * them go to a folder for temporary files, and an error that says so is returned.
 */
export async function writeOutput(files: readonly OutputFile[]): Promise<FileError | undefined> {
  for (const { path, content } of files) {
    try {
      await writeWhole(path, content);
    } catch (error) {
      return new FileError([`${PROGRAM}: ${writingFailed(path, error)}`, await keepElsewhere(files)]);
    }
  }
  return undefined;
}
