// The unit tests for `npm run mutants`, in the order in which they are asked for.
import { BaseSequencer } from 'vitest/node';
import config from '../../vitest.config.mjs';

const leftOut = [
  // It reads the sources, and would find the mutants' switches.
  'test/core/check/plantedBugs.test.ts',
  // They train or judge for minutes, or run a program for each test.
  'test/app/ending.test.ts',
  'test/cli/{check,classes,cli,hostile,locked,mcp,train}.test.ts',
  'test/core/mistakes/{claims,numpyPrograms,programs}.test.ts',
  'test/engine/{engines,simd,workerPool}.test.ts',
  'test/format/fuzz.test.ts',
  'test/worker/{run,service}.test.ts',
  'test/webview/numbers.test.ts',
];
/** Those that put something in the place of a module, or rows into a table of one. */
const alone = ['test/core/functions/madeUpRows.test.ts', 'test/disk/write.test.ts', 'test/host/**/*.test.ts'];

class AsAsked extends BaseSequencer {
  async sort(files) {
    return files;
  }
}

const { projects, ...shared } = config.test;
const unit = projects.find(({ test }) => test.name === 'unit').test;
const notUnit = unit.exclude.filter(
  (pattern) =>
    !pattern.startsWith('test/') ||
    pattern.includes('vscode') ||
    pattern.includes('browser') ||
    pattern.includes('house'),
);
const setupFiles = ['./test/propertySeed.ts', './test/mutants/coverage.mjs'];
export default {
  test: {
    ...shared,
    setupFiles,
    maxWorkers: 1,
    fileParallelism: false,
    sequence: { sequencer: AsAsked },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: unit.include, exclude: [...notUnit, ...alone, ...leftOut], isolate: false },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
};
