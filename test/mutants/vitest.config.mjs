// The unit tests for `npm run mutants`, in the order in which they are asked for.
import { BaseSequencer } from 'vitest/node';
import config from '../../vitest.config.mjs';

const leftOut = [
  // It reads the sources, and would find the mutants' switches.
  'test/core/check/plantedBugs.test.ts',
  // What they test runs in processes and workers of its own.
  'test/{cli,host,worker,disk}/**',
  'test/engine/{simd,workerPool}.test.ts',
  // They train or judge for long.
  'test/app/{ending,newSheet,tools}.test.ts',
  'test/core/mistakes/{claims,conventions,numpyPrograms,programs}.test.ts',
  'test/engine/{engines,fusedEpochs,sameTraining}.test.ts',
  'test/format/{fuzz,hostile,import/fuzz}.test.ts',
  'test/webview/numbers.test.ts',
];
/** It puts rows into tables. */
const alone = ['test/core/functions/madeUpRows.test.ts'];

class AsAsked extends BaseSequencer {
  async sort(files) {
    return files;
  }
}

export default {
  test: {
    ...config.test,
    setupFiles: [config.test.setupFiles, './test/mutants/coverage.mjs'],
    maxWorkers: 1,
    fileParallelism: false,
    sequence: { sequencer: AsAsked },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['**/*.browser.test.ts', 'test/{house,vscode}/**', '**/node_modules/**', ...alone, ...leftOut],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
};
