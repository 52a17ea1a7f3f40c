import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage } from '../../app/runStore';

/** Files in a folder on disk that is made when it is needed. Written without the window, which may be busy or gone. */
export function nodeStorage(folder: string): Storage {
  return {
    read: (name) => readFile(join(folder, name)).catch(() => undefined),
    write: async (name, bytes) => {
      const file = join(folder, name);
      const unfinished = `${file}.new`;
      await mkdir(folder, { recursive: true });
      await writeFile(unfinished, bytes);
      await rename(unfinished, file);
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
