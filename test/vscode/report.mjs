// The suite inside VS Code tells its results in a file, since the extension host has no terminal. `host` is that which runs
// it: `node`, or `web` in a browser.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';

const paths = { node: join(root, 'out', 'vscode-report.json'), web: join(root, 'out', 'vscode-web-report.json') };
export const suitePaths = {
  node: join(root, 'out', 'vscode-suite', 'index.js'),
  web: join(root, 'out', 'vscode-suite', 'web.js'),
};

/** Forgets the last run, so that it cannot be taken for the next. */
export function clearReport(host = 'node') {
  rmSync(paths[host], { force: true });
}

/** How many tests passed and failed; a run that did not come to its end is one failure more. */
export function readCounts(host = 'node') {
  const { tests, done } = readReport(host);
  const failed = tests.filter(({ error }) => error).length;
  return { passed: tests.length - failed, failed: failed + (done ? 0 : 1) };
}

/** Prints every test's result. Returns whether the run came to its end. */
export function printReport(host = 'node') {
  const { tests, done } = readReport(host);
  for (const { title, milliseconds, error } of tests) {
    console.log(error ? `✗ ${title}\n${error.replaceAll(/^/gm, '    ')}` : `✓ ${title} (${milliseconds} ms)`);
  }
  if (!done) console.log('✗ The suite did not come to its end.');
  return done;
}

function readReport(host) {
  try {
    return JSON.parse(readFileSync(paths[host], 'utf8'));
  } catch {
    return { tests: [], done: false };
  }
}
