// npm run mutants: how many small changes of the code the unit tests notice, on a random sample. By hand: it takes an hour.
//   npm run mutants -- core --except core/mistakes --sample 200 --seed 1
// What is named are folders of src: their code is judged by the tests of the same folders of test.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { root } from '../setup.mjs';
import { keyOf, sampleFile } from './sample.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    except: { type: 'string' },
    sample: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});
const folder = positionals[0] ?? 'core';
// The workers that run the tests inherit it.
if (values.except) process.env.MUTANTS_EXCEPT = values.except;
process.chdir(root);

const mutants = await mutantsOf(folder, values.except);
const sample = drawn(mutants, Number(values.sample), Number(values.seed));
console.log(`${sample.length} of the ${mutants.length} mutants of src/${folder}, seed ${values.seed}.`);
await mkdir('out', { recursive: true });
await writeFile(sampleFile, JSON.stringify(sample.map(keyOf)));

const results = await new Stryker({
  packageManager: 'npm',
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutants/vitest.config.mjs', dir: join('test', folder) },
  // A range takes in the mutants inside it too; the checker drops those that are not of the sample.
  mutate: sample.map(({ fileName, location: { start, end } }) => {
    return `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`;
  }),
  plugins: ['@stryker-mutator/vitest-runner', './test/mutants/sample.mjs'],
  checkers: ['sample'],
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  htmlReporter: { fileName: 'out/mutants.html' },
  jsonReporter: { fileName: 'out/mutants.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: 'out/stryker',
  coverageAnalysis: 'perTest',
  // What only a module's loading runs would need every test for each mutant.
  ignoreStatic: true,
  // Vitest checks no types, and AssemblyScript's decorators are not TypeScript's.
  disableTypeChecks: false,
  dryRunTimeoutMinutes: 60,
  // Only what hangs may time out, on a busy machine too: a timeout counts as noticed.
  timeoutMS: 120_000,
  timeoutFactor: 10,
  concurrency: 1,
}).runMutationTest();
report(results.filter(({ status }) => status !== 'CompileError'));

/** Every mutant that Stryker makes of a folder of src without another in it, in the order of files and places. */
async function mutantsOf(folder, except) {
  const paths = await readdir(join('src', folder), { recursive: true });
  const files = paths
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${folder}/${path.split(sep).join('/')}`)
    .filter((path) => !except || !path.startsWith(`src/${except}/`));
  const sources = files.sort().map(async (name) => ({ name, mutate: true, content: await readFile(name, 'utf8') }));
  const log = { debug() {}, info() {}, isDebugEnabled: () => false };
  const options = { excludedMutations: [], ignorers: [], plugins: null };
  const { mutants } = await new Instrumenter(log).instrument(await Promise.all(sources), options);
  return mutants;
}

/** `count` of the mutants, each as likely as any other; the same seed draws the same ones. */
function drawn(all, count, seed) {
  const generator = xoroshiro128plus(seed);
  const rest = [...all];
  return Array.from({ length: Math.min(count, all.length) }, () => {
    return rest.splice(uniformInt(generator, 0, rest.length - 1), 1)[0];
  });
}

/** Says the share of noticed mutants, with Wilson's 95 % interval. */
function report(judged) {
  const counted = judged.filter(({ status }) => status !== 'Ignored');
  const noticed = counted.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const n = counted.length;
  const share = noticed / n;
  const z = 1.96;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const percent = (value) => `${(100 * value).toFixed(1)} %`;
  console.log(
    `Noticed: ${noticed} of ${n} = ${percent(share)} (95 %: ${percent(middle - half)} to ${percent(middle + half)}).`,
  );
  console.log(`Not judged, because only loading the module runs them: ${judged.length - n}.`);
}
