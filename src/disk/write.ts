/** Files written whole or not at all. */

import { type FileHandle, mkdir, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { contains } from './open';
import { reasonOf } from './reason';

/** Links that are followed before they are taken for a circle, as Linux has it. */
const MOST_LINKS = 40;

/**
 * Writes `content` to the file at `path`: whenever the process or the machine stops, the file is the old one or the new one. It
 * is written beside it and renamed. A link is followed, and stays one; the mode and, where permitted, the owner stay. What is no
 * regular file (a pipe, a terminal) is written to directly. A file that has other names (hard links) is written over in
 * place, so that they keep naming the same file, when all of the new one stands beside it; that stays where the writing over fails, and
 * the error names it. Throws where writing fails; the old file is otherwise as it was.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const old = await stat(path).catch(() => undefined);
  if (old && !old.isFile()) return writeTo(await open(path, 'w'), content);

  const target = await followed(path);
  // No secret, and opened only where there is none yet: what makes unguessable names takes longer to load than a small file to write.
  const unfinished = join(dirname(target), `.${String(process.pid)}-${Math.random().toString(36).slice(2)}.tmp`);
  try {
    // Never through a link that somebody else has put there.
    const file = await open(unfinished, 'wx', old ? old.mode & 0o777 : 0o666);
    await writeTo(file, content, async () => {
      if (!old) return;
      await file.chown(old.uid, old.gid).catch(() => undefined);
      // The mode that a file is made with is cut by the umask.
      await file.chmod(old.mode & 0o7777).catch(() => undefined);
    });
    if (!old || old.nlink === 1) await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
  if (old && old.nlink > 1) await writeOver(target, content, unfinished);
  await syncFolder(dirname(target));
}

/** A file that was being written over when that failed. */
export class HalfWritten extends Error {}

async function writeOver(target: string, content: string | Uint8Array, copy: string): Promise<void> {
  try {
    await writeTo(await open(target, 'r+'), content, (file) => file.truncate(0));
  } catch (error) {
    throw new HalfWritten(`${reasonOf(error)}; it may be half written, and all of it is in “${copy}”`);
  }
  await rm(copy, { force: true });
}

/** Writes a file that is not there yet, in a folder that is made where it is missing. Throws where there is one by now. */
export async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeTo(await open(path, 'wx'), content);
}

/** Where a chain of links ends; there need not be a file yet. */
export async function followed(path: string): Promise<string> {
  let at = resolve(path);
  for (let links = 0; links < MOST_LINKS; links++) {
    const next = await readlink(at).catch(() => undefined);
    if (next === undefined) return at;
    at = resolve(await realpath(dirname(at)), next);
  }
  throw new Error('its links form a loop');
}

/** True where a file at `path`, there or not yet, is in the folder `root` once all links are followed. Throws where its folder is not there. */
export async function isTargetInside(root: string, path: string): Promise<boolean> {
  const folder = await realpath(dirname(await followed(path)));
  return contains(resolve(root), resolve(path)) && contains(await realpath(root), folder);
}

/** Writes all of it to the disk itself, and closes the file. */
async function writeTo(
  file: FileHandle,
  content: string | Uint8Array,
  prepare?: (file: FileHandle) => Promise<void>,
): Promise<void> {
  try {
    await prepare?.(file);
    await file.writeFile(content);
    // A pipe or a terminal has nothing to sync.
    if (prepare) await file.sync();
  } finally {
    await file.close();
  }
}

/** So that the new name outlives a power failure; not every system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
