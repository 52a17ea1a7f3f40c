import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { reasonOf } from './reason';
import { HalfWritten, writeWhole } from './write';

export interface OutputFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** Writes what could not be written in its place to a new folder for temporary files, and says in a sentence where it is now. */
export async function keepElsewhere(files: readonly OutputFile[]): Promise<string> {
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

/** Why the file could not be written, in sentences. */
export function writingFailed(path: string, error: unknown): string {
  const old = error instanceof HalfWritten ? '' : ' An existing file is unchanged.';
  return `“${path}” cannot be written: ${reasonOf(error)}.${old}`;
}
