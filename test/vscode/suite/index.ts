/** What VS Code runs in its extension host in Node, beside the extension: all tests. */
import { runTests } from './record';

/** Runs the suite; rejects when a test fails or there was none. */
export async function run(): Promise<void> {
  await runTests(() => true, 'vscode-report.json');
}
