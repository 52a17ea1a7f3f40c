import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';

/** Says of the files of a project whether one imports another, itself or by way of others. */
export async function importersOf(project) {
  const imports = new Map();
  for (const folder of ['src', 'test', 'webview']) {
    for (const entry of await readdir(join(project, folder), { recursive: true })) {
      if (!/\.tsx?$/.test(entry)) continue;
      const name = `${folder}/${entry.split(sep).join('/')}`;
      const text = await readFile(join(project, name), 'utf8');
      const paths = [...text.matchAll(/(?:from|import\()\s*['"](\.[^'"]*)['"]/g)].map(([, path]) => path);
      imports.set(
        name,
        paths.map((path) => posix.join(dirname(name), path)),
      );
    }
  }
  const resolved = (path) => ['.ts', '.tsx', '/index.ts'].map((end) => path + end).find((name) => imports.has(name));
  const reached = new Map();
  return (from, to) => {
    if (!reached.has(from)) {
      const seen = new Set([from]);
      for (const name of seen) for (const path of imports.get(name) ?? []) if (resolved(path)) seen.add(resolved(path));
      reached.set(from, seen);
    }
    return reached.get(from).has(to);
  };
}
