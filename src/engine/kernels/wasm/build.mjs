// Compiles the WebAssembly kernels of this folder (AssemblyScript) into src/engine/kernels/kernelBytes.ts, which every bundle and
// test imports like any other file. Nothing is done where that file was made from the same sources by the same compiler.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelNames, kindsSource, stepsSource } from './generate.mjs';

const sources = import.meta.dirname;
const root = join(sources, '..', '..', '..', '..');
const output = join(root, 'src/engine/kernels/kernelBytes.ts');

// `stub`: the kernels allocate nothing, all memory is handed in. Without `noAssert` bounds would be checked twice.
const flags = [
  ...['-O3', '--converge', '--noAssert', '--importMemory', '--maximumMemory', '65536', '--disable', 'bulk-memory'],
  ...['--enable', 'simd', '--runtime', 'stub', '--config', 'none'],
];

/** The tables of src/core/functions. */
export async function readTables() {
  const entryPoints = [join(root, 'src/core/functions/index.ts')];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** The kernels' names, and the sources that are made from the tables. */
async function generated() {
  const tables = await readTables();
  const names = kernelNames(tables);
  return { names, sources: { 'kinds.ts': kindsSource(names), 'steps.ts': stepsSource(tables, names) } };
}

/** The module's bytes: the same ones whenever and wherever the same sources are compiled. */
export async function compileKernels() {
  const { sources: made } = await generated();
  const { default: asc } = await import('assemblyscript/asc');
  let bytes;
  const { error, stderr } = await asc.main(['index.ts', ...flags, '--outFile', 'kernels.wasm'], {
    readFile: (name) => made[name] ?? readIfThere(join(sources, name)),
    writeFile: (_, contents) => (bytes = contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`The kernels do not compile: ${error.message}\n${stderr.toString()}`);
  return bytes;
}

/** Brings src/engine/kernels/kernelBytes.ts up to date. */
export async function writeKernels() {
  const { names, sources: made } = await generated();
  const from = `// Built by wasm/build.mjs from ${digest(made)}. Do not edit.`;
  if (readIfThere(output)?.startsWith(from)) return;
  const base64 = Buffer.from(await compileKernels()).toString('base64');
  const table = `/** The place of a name is the number by which the kernels know it. */\nexport const KERNEL_NAMES = ${JSON.stringify(names)} as const;`;
  writeFileSync(output, `${from}\nexport const KERNEL_BYTES =\n  '${base64}';\n${table}\n`);
}

/** For vitest, which runs this before the tests. */
export const setup = writeKernels;

/** Of everything that the bytes depend on. */
function digest(made) {
  const hash = createHash('sha256').update(flags.join(' ')).update(JSON.stringify(made));
  hash.update(readFileSync(join(root, 'node_modules/assemblyscript/package.json')));
  for (const name of readdirSync(sources).sort()) hash.update(name).update(readFileSync(join(sources, name)));
  return hash.digest('hex').slice(0, 16);
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
