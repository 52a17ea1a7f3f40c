/** What VS Code runs in its extension host: every *.test.ts of this folder, with mocha. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** What run.mjs and electron.mjs read: a run that was cut short has no `done`. */
interface Report {
  readonly tests: { readonly title: string; readonly milliseconds: number; readonly error?: string }[];
  done: boolean;
}

/** Runs the suite; rejects when a test fails or there was none, which is how VS Code learns of it. */
export async function run(): Promise<void> {
  const report: Report = { tests: [], done: false };
  const save = (): void => writeFileSync(join(__dirname, '..', 'vscode-report.json'), JSON.stringify(report));
  save();

  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: Mocha.reporters.Base });
  for (const file of readdirSync(__dirname)) {
    if (file.endsWith('.test.js')) mocha.addFile(join(__dirname, file));
  }
  await new Promise<void>((resolve) => {
    const record = (test: Mocha.Runnable, error?: Error): void => {
      const title = test.titlePath().join(' › ');
      report.tests.push({ title, milliseconds: test.duration ?? 0, ...(error && { error: describe(error) }) });
      save();
    };
    mocha
      .run(() => resolve())
      .on('pass', (test) => record(test))
      .on('fail', (test, error: Error) => record(test, error));
  });
  report.done = true;
  save();

  const failed = report.tests.filter(({ error }) => error !== undefined).length;
  if (failed > 0 || report.tests.length === 0) throw new Error(`${failed} of ${report.tests.length} tests failed`);
}

function describe(error: Error): string {
  return error.stack ?? error.message;
}
