// npm run bench [-- quick]: Gradient Inspector beside its peers, in one interleaved run, as Markdown on standard output.
// What people wait for in a real VS Code stands in vscode.bench.mjs, which a full run includes.
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { installFrom, installProject, root } from '../setup.mjs';

const quick = process.argv.includes('quick');
const effort = quick ? { rounds: 3, milliseconds: 40 } : { rounds: 9, milliseconds: 200 };

await installProject();
await installFrom(import.meta.dirname, 'the peers');
const folder = join(root, 'out', 'bench');
mkdirSync(folder, { recursive: true });
await (await import('../../src/engine/kernels/wasm/build.mjs')).writeKernels();
await build({
  entryPoints: { ours: join(import.meta.dirname, 'ours.ts'), poolWorker: join(root, 'src/worker/poolWorker.ts') },
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
});
const ours = await import(join(folder, 'ours.mjs'));
const context = { ours, folder, root, quick, effort };

console.log(
  `Measured on ${cpus()[0].model}, ${cpus().length} threads, Node ${process.versions.node}, interleaved, medians.\n`,
);
const names = [
  'training',
  'checking',
  'curvature',
  'mistakes',
  'chain',
  'product',
  'growth',
  ...(quick ? [] : ['limits', 'pictures', 'vscode', 'opening', 'running', 'tests']),
];
const only = process.argv.slice(2).filter((name) => names.includes(name));
const begun = performance.now();
for (const name of only.length > 0 ? only : names) {
  const start = performance.now();
  const section = await import(`./${name}.bench.mjs`);
  console.log(`### ${section.name}\n`);
  console.log(section.report ? await section.report(context) : rowsOf(await section.run(context)));
  console.log(`\nTook ${Math.round((performance.now() - start) / 1000)} s.\n`);
}
console.log(`All in ${Math.round((performance.now() - begun) / 60_000)} min; wanted, of a full run: ≤ 40 min.`);
process.exit();

/** Rows of { what, value, unit, limit or least }. */
function rowsOf(rows) {
  const wanted = ({ unit, limit, least }) =>
    limit !== undefined ? `≤ ${limit} ${unit}` : least !== undefined ? `≥ ${least} ${unit}` : '';
  const line = (row) => `| ${row.what} | ${Number(row.value.toPrecision(3))} ${row.unit} | ${wanted(row)} |`;
  return ['| what | measured | wanted |', '| --- | --: | --: |', ...rows.map(line)].join('\n');
}
