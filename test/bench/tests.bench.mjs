// How long `npm test` takes, all of it, as somebody waits for it before a commit.
import { spawnSync } from 'node:child_process';

export const name = 'The project’s own tests';

/** Rows of { what, value, unit, limit }. */
export function run({ root }) {
  const begun = performance.now();
  const { stdout } = spawnSync('node', ['test/run.mjs'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - begun) / 1000;
  const suites = [...stdout.matchAll(/^(\w+) +(\d+) passed, (\d+) failed.*\(([\d.]+) s\)$/gm)];
  const failed = suites.reduce((sum, [, , , count]) => sum + Number(count), 0);
  return [
    { what: 'npm test', value: seconds, unit: 's', limit: 240 },
    ...suites.map(([, suite, passed, , took]) => ({
      what: `… ${suite}, ${passed} passed`,
      value: Number(took),
      unit: 's',
    })),
    { what: '… failed', value: suites.length > 0 ? failed : NaN, unit: 'tests', limit: 0 },
  ];
}
