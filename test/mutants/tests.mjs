// Runs tests of the copy of the project that `npm run mutants` made, as often as it is asked.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { createVitest } from 'vitest/node';

const [copy] = process.argv.slice(2);
const coverage = join(copy, 'coverage');
process.chdir(copy);
let isReady;

process.on('message', async ({ mutant, files, coverage: isCovered }) => {
  // The workers inherit it, and what they start.
  delete process.env.__STRYKER_ACTIVE_MUTANT__;
  if (mutant) process.env.__STRYKER_ACTIVE_MUTANT__ = mutant;
  if (isCovered) process.env.MUTANTS_COVERAGE = coverage;
  else delete process.env.MUTANTS_COVERAGE;
  rmSync(coverage, { recursive: true, force: true });
  mkdirSync(coverage);
  isReady ??= createVitest('test', {
    root: copy,
    config: 'test/mutants/vitest.config.mjs',
    watch: false,
    reporters: [{}],
    bail: 0,
  });
  const vitest = await isReady;
  const all = await vitest.globTestSpecifications();
  const wanted = files
    ? files.map((file) => all.find(({ moduleId }) => nameOf(moduleId) === file)).filter(Boolean)
    : all;
  for (const project of vitest.projects) project.config.bail = files ? 1 : 0;
  vitest.config.bail = files ? 1 : 0;
  // What failed before is no failure of this run.
  vitest.state.filesMap.clear();
  vitest.state.idMap.clear();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(wanted);
  const failed = testModules.filter((module) => module.state() === 'failed').map(({ moduleId }) => nameOf(moduleId));
  if (files && unhandledErrors.length > 0) failed.push('an error outside the tests');
  process.send(isCovered ? { failed, ...covered(testModules, failed) } : { failed });
});

/** What each file of tests ran, and what ran while files were loaded. */
function covered(testModules, failed) {
  const loads = new Set();
  const ran = new Map();
  for (const name of readdirSync(coverage)) {
    const { file, loaded, tested } = JSON.parse(readFileSync(join(coverage, name), 'utf8'));
    for (const id of loaded) loads.add(id);
    ran.set(nameOf(file), [...loaded, ...tested]);
  }
  const files = testModules
    .map((module) => ({ file: nameOf(module.moduleId), seconds: module.diagnostic().duration / 1000 }))
    .filter(({ file }) => !failed.includes(file))
    .map((module) => ({ ...module, covered: ran.get(module.file) ?? [] }));
  return { loads: [...loads], files };
}

function nameOf(path) {
  return relative(copy, path).split(sep).join('/');
}
