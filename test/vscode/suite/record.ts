import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** What run.mjs and electron.mjs read: a run that was cut short has no `done`. */
interface Report {
  readonly tests: { readonly title: string; readonly milliseconds: number; readonly error?: string }[];
  done: boolean;
}

/**
 * Runs every *.test.ts of this folder whose name is `wanted`, with mocha, and writes after each how things stand to `file` in
 * out/. Rejects when one fails or there was none, which is how VS Code learns of it.
 */
export async function runTests(wanted: (name: string) => boolean, file: string): Promise<void> {
  const report: Report = { tests: [], done: false };
  const save = (): void => writeFileSync(join(__dirname, '..', file), JSON.stringify(report));
  save();

  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, reporter: Mocha.reporters.Base });
  for (const name of readdirSync(__dirname)) {
    if (name.endsWith('.test.js') && wanted(name.slice(0, -'.test.js'.length))) mocha.addFile(join(__dirname, name));
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
