/** A file that is to be written when the work is done: found out before it whether it can be. */

import { access, constants, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
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

export interface OutputFile {
  readonly path: string;
  readonly content: string | Uint8Array;
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
      const failed = `${PROGRAM}: “${path}” cannot be written: ${reasonOf(error)}. An existing file is unchanged.`;
      return new FileError([failed, await saveElsewhere(files)]);
    }
  }
  return undefined;
}

async function saveElsewhere(files: readonly OutputFile[]): Promise<string> {
  try {
    const folder = await mkdtemp(join(tmpdir(), 'gradient-inspector-'));
    const saved = files.map(({ path, content }) => ({ path: join(folder, basename(path)), content }));
    try {
      for (const { path, content } of saved) await writeWhole(path, content);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
    return `The result was saved as ${saved.map(({ path }) => `“${path}”`).join(' and ')}.`;
  } catch (error) {
    return `The result could not be saved in “${tmpdir()}” either: ${reasonOf(error)}.`;
  }
}
