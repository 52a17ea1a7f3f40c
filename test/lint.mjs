// ESLint over the files of which it may say something else than at the last run: what it says of one depends on the types
// that it imports, so that a file is looked at again where it, anything that it imports, or what is there for all has changed.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { root } from './setup.mjs';

/** The files that nothing was said of, each with the hash of all that this depends on. */
const cachePath = join(root, 'out', 'lint-cache.json');

const texts = new Map();
const eslint = new ESLint({ cwd: root });
const files = [...filesIn(root)];
const isForAll = (path) =>
  /[/\\](tsconfig\S*\.json|package-lock\.json|eslint\.config\.mjs|rooms\.mjs|\S*\.d\.m?ts)$/.test(path);
const forAll = files.filter(isForAll).sort().map(textOf);
const imported = new Map();

const keys = new Map();
for (const path of files) {
  if (!/\.(mjs|tsx?)$/.test(path) || (await eslint.isPathIgnored(path))) continue;
  keys.set(path, hash([process.version, ...forAll, path, ...[...closure(path)].sort().map(textOf)]));
}
const clean = readCache();
const asked = [...keys.keys()].filter((path) => clean[path] !== keys.get(path));
const results = asked.length > 0 ? await eslint.lintFiles(asked) : [];
console.log(`ESLint: ${asked.length} of ${keys.size} files are new to it.`);
const said = await (await eslint.loadFormatter('stylish')).format(results);
if (said) console.log(said);
for (const { filePath, messages } of results) if (messages.length > 0) keys.delete(filePath);
mkdirSync(dirname(cachePath), { recursive: true });
writeFileSync(cachePath, JSON.stringify(Object.fromEntries(keys)));
process.exitCode = results.some(({ errorCount }) => errorCount > 0) ? 1 : 0;

function* filesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) yield path;
    else if (!['node_modules', 'dist', 'out', '.git'].includes(entry.name)) yield* filesIn(path);
  }
}

/** The file, and what it imports of the project, directly or not. */
function closure(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const next of importsOf(path)) closure(next, found);
  return found;
}

function importsOf(path) {
  if (!imported.has(path)) {
    const names = ts.preProcessFile(textOf(path)).importedFiles.map(({ fileName }) => fileName);
    const places = names.filter((name) => name.startsWith('.')).map((name) => join(dirname(path), name));
    imported.set(path, [...new Set(places.flatMap(candidates))]);
  }
  return imported.get(path);
}

/** The files that an import of this path can mean. */
function candidates(path) {
  const endings = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'];
  return endings.map((ending) => path + ending).filter((file) => /\.(mjs|tsx?)$/.test(file) && textOf(file) !== '');
}

/** Of what is not there, nothing. */
function textOf(path) {
  if (!texts.has(path)) {
    try {
      texts.set(path, readFileSync(path, 'utf8'));
    } catch {
      texts.set(path, '');
    }
  }
  return texts.get(path);
}

function hash(texts) {
  const made = createHash('sha256');
  for (const text of texts) made.update(`${text.length}:`).update(text);
  return made.digest('hex');
}

function readCache() {
  try {
    return JSON.parse(readFileSync(cachePath, 'utf8'));
  } catch {
    return {};
  }
}
