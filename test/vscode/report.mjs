// The suite inside VS Code tells its results in a file, since the extension host has no terminal.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';

const path = join(root, 'out', 'vscode-report.json');
export const suitePath = join(root, 'out', 'vscode-suite', 'index.js');

/** Forgets the last run, so that it cannot be taken for the next. */
export function clearReport() {
  rmSync(path, { force: true });
}

/** How many tests passed and failed; a run that did not come to its end is one failure more. */
export function readCounts() {
  const { tests, done } = readReport();
  const failed = tests.filter(({ error }) => error).length;
  return { passed: tests.length - failed, failed: failed + (done ? 0 : 1) };
}

/** Prints every test's result. Returns whether the run came to its end. */
export function printReport() {
  const { tests, done } = readReport();
  for (const { title, milliseconds, error } of tests) {
    console.log(error ? `✗ ${title}\n${error.replaceAll(/^/gm, '    ')}` : `✓ ${title} (${milliseconds} ms)`);
  }
  if (!done) console.log('✗ The suite did not come to its end.');
  return done;
}

function readReport() {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { tests: [], done: false };
  }
}
