/** What VS Code runs in its extension host in Node, beside the extension: all tests, or `ONLY=judge,hovers npm test -- vscode`. */
import { runTests } from './record';

/** Runs the suite; rejects when a test fails or there was none. */
export async function run(): Promise<void> {
  const only = process.env.ONLY?.split(',');
  await runTests((name) => only?.includes(name) ?? true, 'vscode-report.json');
}
