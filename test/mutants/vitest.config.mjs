// The unit tests alone, for `npm run mutants`: Stryker runs every project of a configuration.
import { BaseSequencer } from 'vitest/node';
import config from '../../vitest.config.mjs';

// They judge or train for minutes: what fails in a moment elsewhere is tried first.
const slow = /[\\/](claims|\w*[pP]rograms|doctor)\.test/;

// They read the sources, and would find Stryker's.
const readsSources = ['**/plantedBugs.test.ts'];

class QuickFirst extends BaseSequencer {
  async sort(files) {
    return [...files].sort((a, b) => Number(slow.test(a.moduleId)) - Number(slow.test(b.moduleId)));
  }
}

const { projects, ...shared } = config.test;
const { MUTANTS_EXCEPT: except } = process.env;
const unit = projects.find(({ test }) => test.name === 'unit');
export default {
  test: {
    ...shared,
    ...unit.test,
    // Below the folder that Stryker is told.
    include: ['**/*.test.{ts,tsx}'],
    exclude: [...unit.test.exclude, ...readsSources, ...(except ? [`**/test/${except}/**`] : [])],
    // A busy machine must not pass for a noticed mutant; Stryker ends what hangs.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    sequence: { sequencer: QuickFirst },
  },
};
