// Before each file of tests: notes which mutants' code it runs, while it is loaded and in its tests.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';

const { MUTANTS_COVERAGE: folder } = process.env;
if (folder) {
  const file = expect.getState().testPath;
  const stryker = (globalThis.__stryker__ ??= {});
  // The instrumented modules hold on to this object.
  const { perTest } = (stryker.mutantCoverage ??= { static: {}, perTest: {} });
  stryker.currentTestId = `load ${file}`;
  beforeAll(() => {
    stryker.currentTestId = file;
  });
  afterAll(() => {
    const ran = (id) => Object.keys(perTest[id] ?? {});
    const name = `${file.replaceAll(/\W/g, '_')}.json`;
    writeFileSync(join(folder, name), JSON.stringify({ file, loaded: ran(`load ${file}`), tested: ran(file) }));
  });
}
