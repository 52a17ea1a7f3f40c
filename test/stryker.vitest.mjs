// The unit tests alone, for `npm run mutants`: Stryker runs every project of a configuration.
import config from '../vitest.config.mjs';

const { projects, ...shared } = config.test;
const unit = projects.find(({ test }) => test.name === 'unit');
export default { test: { ...shared, ...unit.test } };
