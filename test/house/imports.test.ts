/** The house's rule of who may import whom, compared with what esbuild found in every bundle. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS } from './rooms.mjs';

interface Metafile {
  readonly inputs: Record<string, { readonly imports: readonly { readonly path: string }[] }>;
  readonly outputs: Record<string, { readonly bytes: number }>;
}

const bundles = [
  'extension',
  'extension.web',
  'worker',
  'worker.web',
  'poolWorker',
  'cli',
  'gradientFiles',
  'importers',
  'classes',
  'mcp',
  'tools',
  'panel',
  'page',
] as const;

describe.each(bundles)('the bundle of %s', (bundle) => {
  it('has only the imports that the house allows', () => {
    const imports = importsOf(bundle);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter(({ from, to }) => from !== to && !ROOMS[from]?.imports.includes(to))).toEqual([]);
  });
});

it.each([
  ['extension', 'dist/extension.js', 380_000],
  ['panel', 'dist/panel.js', 490_000],
] as const)('keeps the bundle of %s (%s) within %d bytes', (bundle, file, limit) => {
  const size = metafile(bundle).outputs[file]?.bytes;
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThanOrEqual(limit);
});

/** Every import statement of our own files that reached the bundle. */
function importsOf(bundle: (typeof bundles)[number]): { from: string; to: string; file: string; path: string }[] {
  return Object.entries(metafile(bundle).inputs)
    .filter(([file]) => !isLibrary(file))
    .flatMap(([file, { imports }]) => {
      const from = roomOf(file);
      if (!from) throw new Error(`${file} is in no room of the house.`);
      return imports.map((statement) => {
        // esbuild leaves an import that it drops, of types alone, as it is written.
        const path = statement.path.startsWith('.') ? join(dirname(file), statement.path) : statement.path;
        return { from, to: roomOf(path) ?? packageOf(path), file, path };
      });
    });
}

function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS).find((room) => ROOMS[room]?.files.test(path));
}

/** `node_modules/@scope/name/…` → `@scope/name`, `node:fs` → `node`. */
function packageOf(path: string): string {
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.replace(/^node:.*/, 'node');
}

function isLibrary(file: string): boolean {
  return file.startsWith('node_modules/');
}

function metafile(bundle: (typeof bundles)[number]): Metafile {
  return JSON.parse(readFileSync(`out/meta-${bundle}.json`, 'utf8')) as Metafile;
}
