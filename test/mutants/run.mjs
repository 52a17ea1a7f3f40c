// npm run mutants: how many small changes of the code the unit tests notice, on a random sample. By hand: it takes most of an hour.
//   npm run mutants -- core --except core/mistakes --sample 80 --seed 1
// The mutants are Stryker's, of a folder of src. Each is judged by the unit tests that run the changed code, the nearest first.
import { fork } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { root } from '../setup.mjs';
import { importersOf } from './importers.mjs';
import { createTypeCheck } from './types.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    except: { type: 'string' },
    sample: { type: 'string', default: '80' },
    seed: { type: 'string', default: '1' },
  },
});
const folder = positionals[0] ?? 'core';
process.chdir(root);
const copy = join(root, 'out', 'mutants');

const sources = await sourcesOf(folder, values.except);
const all = (await instrument(sources.map((source) => ({ ...source, mutate: true })))).mutants;
const { sample, uncompiled } = drawn(all, Number(values.sample), Number(values.seed));
console.log(`${sample.length} of the ${all.length} mutants of src/${folder}, seed ${values.seed}.`);
console.log(`Drawn besides, and left out because they do not compile: ${uncompiled}.`);

const mutants = await copyWith(sample);
const tests = startTests();
console.log('All tests without a mutant …');
const unchanged = await tests.ask({ coverage: true });
for (const file of unchanged.failed) console.log(`Left out, because it fails without a mutant: ${file}`);
const importers = await importersOf(copy);

const results = [];
for (const mutant of mutants) {
  const result = await judge(mutant);
  results.push(result);
  const { fileName, location, mutatorName, replacement } = mutant;
  const place = `${fileName}:${location.start.line + 1}:${location.start.column + 1}`;
  console.log(`${results.length} ${result.status} ${result.seconds.toFixed(1)} s  ${place}  ${mutatorName}`);
  if (result.status === 'survived')
    console.log(`   ${original(mutant)}\n → ${replacement}\n   (${result.files} files)`);
  await writeFile(join('out', 'mutants.json'), JSON.stringify(results, undefined, 2));
}
tests.end();
report(results);

async function sourcesOf(folder, except) {
  const paths = await readdir(join('src', folder), { recursive: true });
  const names = paths
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${folder}/${path.split(sep).join('/')}`)
    .filter((path) => !except || !path.startsWith(`src/${except}/`));
  return Promise.all(names.sort().map(async (name) => ({ name, content: await readFile(name, 'utf8') })));
}

/** Stryker's mutants of the sources, in the order of files and places, and the sources with a switch for each. */
function instrument(files) {
  const log = { debug() {}, info() {}, isDebugEnabled: () => false };
  return new Instrumenter(log).instrument(files, { excludedMutations: [], ignorers: [], plugins: null });
}

/** `count` mutants that compile, each as likely as any other; the same seed draws the same ones. */
function drawn(all, count, seed) {
  const compiles = createTypeCheck(`src/${folder}/tsconfig.json`);
  const generator = xoroshiro128plus(seed);
  const rest = [...all];
  const sample = [];
  let uncompiled = 0;
  while (sample.length < count && rest.length > 0) {
    const [mutant] = rest.splice(uniformInt(generator, 0, rest.length - 1), 1);
    const { content } = sources.find(({ name }) => name === mutant.fileName);
    const [start, end] = range(content, mutant.location);
    if (compiles(mutant.fileName, content.slice(0, start) + mutant.replacement + content.slice(end))) {
      sample.push(mutant);
    } else {
      uncompiled += 1;
    }
  }
  return { sample, uncompiled };
}

function range(content, { start, end }) {
  const lines = content.split('\n');
  const offset = ({ line, column }) => lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, column);
  return [offset(start), offset(end)];
}

function original({ fileName, location }) {
  const { content } = sources.find(({ name }) => name === fileName);
  return content.slice(...range(content, location));
}

/** A copy of the project in which each mutant of the sample can be switched on; the mutants, by the names of their switches. */
async function copyWith(sample) {
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  for (const entry of await readdir(root)) {
    if (['node_modules', 'out', '.git'].includes(entry)) continue;
    await cp(join(root, entry), join(copy, entry), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const files = sources
    .map((source) => ({
      ...source,
      mutate: sample.filter(({ fileName }) => fileName === source.name).map(({ location }) => location),
    }))
    .filter(({ mutate }) => mutate.length > 0);
  // A range takes in the mutants inside it too: their switches stay off.
  const instrumented = await instrument(files);
  for (const { name, content } of instrumented.files) await writeFile(join(copy, name), content);
  const switches = new Map(instrumented.mutants.map((mutant) => [keyOf(mutant), mutant]));
  return sample.map((mutant) => switches.get(keyOf(mutant)));
}

function keyOf({ fileName, location: { start, end }, replacement }) {
  return [fileName, start.line, start.column, end.line, end.column, replacement].join(':');
}

/** The process that runs the tests: another one takes its place when a mutant hangs. */
function startTests() {
  let child;
  return {
    ask: (request, limit) =>
      new Promise((resolve) => {
        child ??= fork(join(import.meta.dirname, 'tests.mjs'), [copy], { detached: true });
        const timer = limit && setTimeout(() => done({ timeout: true }), limit);
        const ended = () => done({ timeout: true });
        const done = (answer) => {
          clearTimeout(timer);
          child.removeAllListeners();
          if (answer.timeout) end();
          resolve(answer);
        };
        child.once('message', done);
        child.once('exit', ended);
        child.send(request);
      }),
    end,
  };

  function end() {
    try {
      // Its workers are of its group; a hanging one hears nothing else.
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
    child = undefined;
  }
}

async function judge(mutant) {
  const start = Date.now();
  const { fileName } = mutant;
  const isLoaded = unchanged.loads.includes(mutant.id);
  const files = unchanged.files.filter(
    ({ file, covered }) => covered.includes(mutant.id) || (isLoaded && importers(file, fileName)),
  );
  const own = fileName.replace(/^src/, 'test').replace(/\.ts$/, '').split('/');
  // How far up the folders of the source the test is, then how quick.
  const distance = (file) => {
    const parts = file.replace(/\.test\.tsx?$/, '').split('/');
    const shared = parts.findIndex((part, index) => part !== own[index]);
    return own.length - (shared < 0 ? parts.length : shared);
  };
  files.sort((a, b) => distance(a.file) - distance(b.file) || a.seconds - b.seconds);
  // Only what hangs may time out, on a busy machine too.
  const limit = 30_000 + 3_000 * files.reduce((sum, { seconds }) => sum + seconds, 0);
  const answer =
    files.length > 0 ? await tests.ask({ mutant: mutant.id, files: files.map(({ file }) => file) }, limit) : undefined;
  const status = answer?.timeout
    ? 'timeout'
    : answer?.failed.length > 0
      ? `noticed by ${answer.failed[0]}`
      : 'survived';
  return { ...mutant, status, files: files.length, seconds: (Date.now() - start) / 1000 };
}

/** Says the share of noticed mutants, with Wilson's 95 % interval. */
function report(judged) {
  const n = judged.length;
  const noticed = judged.filter(({ status }) => status !== 'survived').length;
  const share = noticed / n;
  const z = 1.96;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const percent = (value) => `${(100 * value).toFixed(1)} %`;
  console.log(
    `Noticed: ${noticed} of ${n} = ${percent(share)} (95 %: ${percent(middle - half)} to ${percent(middle + half)}).`,
  );
}
