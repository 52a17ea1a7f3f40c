import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../disk/write';
import type { Storage } from '../../app/runStore';

/** Files in a folder on disk that is made when it is needed. Written without the window, which may be busy or gone. */
export function nodeStorage(folder: string): Storage {
  return {
    read: (name) => readFile(join(folder, name)).catch(() => undefined),
    write: async (name, bytes) => {
      await mkdir(folder, { recursive: true });
      await writeWhole(join(folder, name), bytes);
    },
    remove: (name) => rm(join(folder, name), { force: true }),
  };
}

/** Removes all but the newest `most` files of a folder. */
export async function removeOldest(folder: string, most: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length <= most) return;
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), mtime: (await stat(join(folder, name))).mtimeMs })),
  );
  files.sort((a, b) => b.mtime - a.mtime);
  await Promise.all(files.slice(most).map(({ path }) => rm(path, { force: true })));
}
