// npm test: every suite, or those named (npm test -- unit vscode). Its last line is the sum over all of them; a suite
// that crashed, did not run, or ran no test counts as a failure.
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { exitCode, installProject, packageExtension, root } from './setup.mjs';
import { prepareEmbedded } from './vscode/embedded.mjs';
import { clearReport, readCounts } from './vscode/report.mjs';

/** A file that was formatted stays so; what ESLint says of one depends on others, so that it has no cache. */
const prettierCache = ['--cache', '--cache-strategy', 'content', '--cache-location', 'out/prettier-cache'];

/** In the order in which they run. Each resolves with how many of its tests passed and how many failed. */
const suites = {
  types: () => checks(['tsc', '--build']),
  lint: () => checks(['eslint', '.'], ['prettier', '--check', '--log-level', 'warn', ...prettierCache, '.']),
  // Both cores of a small machine: vitest would leave one of two idle.
  unit: () => vitest('unit', '--maxWorkers=100%'),
  panel: () => packaged().then(() => vitest('panel')),
  vscode: () => packaged().then(() => vscode('node')),
  web: () => packaged().then(() => vscode('web')),
  // One after the other: each of its files has a VS Code and a browser of its own.
  start: () => embedded.then(() => vitest('start', '--no-file-parallelism')),
  house: () => packaged().then(() => vitest('house')),
};

/** Suites that run only when they are named. */
const named = {
  /** The suite of `vscode` in the oldest VS Code that the manifest promises. */
  oldest: () => packaged().then(() => vscode('node', '--oldest')),
};

const all = { ...suites, ...named };
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites);
const unknown = names.filter((name) => !Object.hasOwn(all, name));
if (unknown.length > 0) {
  console.error(`No suite ${unknown.join(', ')}. There are: ${Object.keys(all).join(', ')}.`);
  process.exit(2);
}

await installProject();
// Types, lint and tests import the kernels' bytes, which are made, not kept.
const { writeKernels } = await import('../src/engine/kernels/wasm/build.mjs');
await writeKernels();
// The largest download, needed last: it comes in while the other suites run. Its own suite says why, should it fail.
const embedded = names.some((name) => ['vscode', 'web', 'start'].includes(name))
  ? prepareEmbedded().catch(() => undefined)
  : Promise.resolve();

let packaging;
const failures = [];
const results = [];
for (const name of names) {
  console.log(`\n── ${name}`);
  const start = Date.now();
  const { passed, failed } = await all[name]().catch((error) => {
    console.error(`✗ ${error.message}`);
    return { passed: 0, failed: 1 };
  });
  results.push({ name, passed, failed: passed + failed === 0 ? 1 : failed, seconds: (Date.now() - start) / 1000 });
}

console.log('');
for (const { name, passed, failed, seconds } of results) {
  console.log(`${name.padEnd(7)} ${passed} passed, ${failed} failed (${seconds.toFixed(1)} s)`);
}
for (const { file, test } of failures) console.log(`✗ ${relative(root, file)}: ${test}`);
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;

/** Builds and packages once for all suites that need it. */
function packaged() {
  packaging ??= packageExtension();
  return packaging;
}

/** One test: all of these commands succeed. All run, so that one sees all their complaints at once. */
async function checks(...commands) {
  let failed = 0;
  for (const [command, ...args] of commands) if ((await exitCode(command, args)) !== 0) failed = 1;
  return { passed: 1 - failed, failed };
}

async function vitest(project, ...options) {
  const report = join(root, 'out', `${project}-report.json`);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await exitCode('vitest', ['run', '--project', `${project}*`, ...options, ...reporters]);
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  for (const { name: file, assertionResults } of testResults) {
    for (const { status, fullName: test } of assertionResults) if (status === 'failed') failures.push({ file, test });
  }
  // A file that could not be loaded has failed without a test of its own.
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.length,
  );
  return atLeastOne(code, { passed: numPassedTests, failed: numFailedTests + unloaded.length });
}

async function vscode(host, ...options) {
  await embedded;
  clearReport(host);
  return atLeastOne(await exitCode('node', ['test/vscode/run.mjs', host, ...options]), readCounts(host));
}

/** A suite that ended badly has failed, even though each of its tests passed. */
function atLeastOne(code, { passed, failed }) {
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) };
}
