// npm test: every suite, or those named (npm test -- unit vscode). Its last line is the sum over all of them; a suite
// that crashed, did not run, or ran no test counts as a failure.
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { exitCode, installProject, packageExtension, root } from './setup.mjs';
import { prepareEmbedded } from './vscode/embedded.mjs';
import { clearReport, readCounts } from './vscode/report.mjs';

/** A file that was formatted stays so. */
const prettierCache = ['--cache', '--cache-strategy', 'content', '--cache-location', 'out/prettier-cache'];

/**
 * Stages of lanes: the lanes of a stage side by side, the suites of a lane one after the other. Nothing runs beside a VS Code, which
 * is driven like a person's and is slow to answer where both cores are busy. A suite resolves with how many of its tests passed
 * and how many failed; `say` takes what it prints.
 */
const stages = [
  [
    {
      types: (say) => checks(say, ['tsc', '--build']),
      lint: (say) =>
        checks(say, ['node', 'test/lint.mjs'], ['prettier', '--check', '--log-level', 'warn', ...prettierCache, '.']),
      house: (say) => packaged().then(() => vitest(say, 'house')),
    },
    {
      // Both cores of a small machine: vitest would leave one of two idle.
      unit: (say) => vitest(say, 'unit', '--maxWorkers=100%'),
      panel: (say) => packaged().then(() => vitest(say, 'panel', '--maxWorkers=100%')),
    },
  ],
  [
    {
      vscode: (say) => packaged().then(() => vscode(say, 'node')),
      web: (say) => packaged().then(() => vscode(say, 'web')),
      // One after the other: each of its files has a VS Code and a browser of its own.
      start: (say) => Promise.all([packaged(), embedded]).then(() => vitest(say, 'start', '--no-file-parallelism')),
      /** The suite of `vscode` in the oldest VS Code that the manifest promises. */
      oldest: (say) => packaged().then(() => vscode(say, 'node', '--oldest')),
    },
  ],
];
/** Suites that run only when they are named. */
const named = ['oldest'];

const all = stages.flat().flatMap((lane) => Object.keys(lane));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No suite ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  process.exit(2);
}
const names = all.filter((name) => (asked.length > 0 ? asked.includes(name) : !named.includes(name)));

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
/** What each suite has printed and not yet shown: one is shown when those before it have ended, whichever ran first. */
const sections = names.map((name) => ({ name, text: `\n── ${name}\n`, result: undefined }));
show();
for (const stage of stages) await Promise.all(stage.map(runLane));

console.log('');
for (const { name, result } of sections) {
  const { passed, failed, skipped, seconds } = result;
  const left = skipped > 0 ? `, ${skipped} skipped` : '';
  console.log(`${name.padEnd(7)} ${passed} passed, ${failed} failed${left} (${seconds.toFixed(1)} s)`);
}
failures.sort((a, b) => a.file.localeCompare(b.file));
for (const { file, test } of failures) console.log(`✗ ${relative(root, file)}: ${test}`);
const sum = (key) => sections.reduce((total, { result }) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;

/** The suites of a lane that are wanted, one after the other. */
async function runLane(lane) {
  for (const section of sections) {
    if (!Object.hasOwn(lane, section.name)) continue;
    const start = Date.now();
    const say = (text) => {
      section.text += text;
      show();
    };
    const {
      passed,
      failed,
      skipped = 0,
    } = await lane[section.name](say).catch((error) => {
      say(`✗ ${error.message}\n`);
      return { passed: 0, failed: 1 };
    });
    const seconds = (Date.now() - start) / 1000;
    section.result = { passed, failed: passed + failed === 0 ? 1 : failed, skipped, seconds };
    show();
  }
}

function show() {
  for (const section of sections) {
    process.stdout.write(section.text);
    section.text = '';
    if (!section.result) return;
  }
}

/** Builds and packages once for all suites that need it. */
function packaged() {
  packaging ??= packageExtension();
  return packaging;
}

/** One test: all of these commands succeed. All run, so that one sees all their complaints at once. */
async function checks(say, ...commands) {
  let failed = 0;
  for (const [command, ...args] of commands) if ((await exitCode(command, args, { say })) !== 0) failed = 1;
  return { passed: 1 - failed, failed };
}

async function vitest(say, project, ...options) {
  const report = join(root, 'out', `${project}-report.json`);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await exitCode('vitest', ['run', '--project', `${project}*`, ...options, ...reporters], { say });
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  for (const { name: file, assertionResults } of testResults) {
    for (const { status, fullName: test } of assertionResults) if (status === 'failed') failures.push({ file, test });
  }
  // A file that could not be loaded has failed without a test of its own.
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.length,
  );
  const failed = numFailedTests + unloaded.length;
  return atLeastOne(code, { passed: numPassedTests, failed, skipped: numPendingTests });
}

async function vscode(say, host, ...options) {
  await embedded;
  clearReport(host);
  return atLeastOne(await exitCode('node', ['test/vscode/run.mjs', host, ...options], { say }), readCounts(host));
}

/** A suite that ended badly has failed, even though each of its tests passed. */
function atLeastOne(code, { failed, ...counts }) {
  return { ...counts, failed: code === 0 ? failed : Math.max(failed, 1) };
}
