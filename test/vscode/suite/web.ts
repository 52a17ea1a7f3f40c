/**
 * What VS Code runs in its extension host in Node while the extension runs in that in the browser: the tests that see it
 * through VS Code alone.
 */
import * as vscode from 'vscode';
import { runTests } from './record';

/** The others look into the extension's own host. */
const wanted = ['derivation', 'exercise', 'hovers', 'inspect', 'judge', 'problems', 'training'];

/** Runs the suite; rejects when a test fails or there was none, or when the extension does not run in the browser. */
export async function run(): Promise<void> {
  if (vscode.extensions.getExtension('gradient-inspector.gradient-inspector')) {
    throw new Error('the extension runs in Node');
  }
  await runTests((name) => wanted.includes(name), 'vscode-web-report.json');
}
