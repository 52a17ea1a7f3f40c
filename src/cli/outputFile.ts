/** A file that is to be written when the work is done: found out before it whether it can be. */

import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from './command';

/** The path again, undefined where there is none. Throws a `UsageError` where no file can be written there. */
export function outputFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  if (path === '' || path === '-') throw new UsageError('--output takes the name of a file');
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw new Error('it is a folder');
    accessSync(there ? path : dirname(path), constants.W_OK);
    return path;
  } catch (error) {
    throw notWritten(path, error);
  }
}

/** Writes it. Throws a `UsageError` where that cannot be done after all: the disk may be full. */
export function writeOutput(path: string, text: string | Uint8Array): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw notWritten(path, error);
  }
}

function notWritten(path: string, error: unknown): UsageError {
  return new UsageError(
    `--output: “${path}” cannot be written: ${error instanceof Error ? error.message : String(error)}`,
  );
}
