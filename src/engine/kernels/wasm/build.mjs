// Compiles the WebAssembly kernels of this folder (AssemblyScript) into src/engine/kernels/kernelBytes.ts, which every bundle and
// test imports like any other file. Nothing is done where that file was made from the same sources by the same compiler.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sources = import.meta.dirname;
const root = join(sources, '..', '..', '..', '..');
const output = join(root, 'src/engine/kernels/kernelBytes.ts');

// `stub`: the kernels allocate nothing, all memory is handed in. Without `noAssert` bounds would be checked twice.
const flags = [
  ...['-O3', '--converge', '--noAssert', '--importMemory', '--maximumMemory', '65536', '--disable', 'bulk-memory'],
  ...['--enable', 'simd', '--runtime', 'stub', '--config', 'none'],
];

/** The module's bytes: the same ones whenever and wherever the same sources are compiled. */
export async function compileKernels() {
  const { default: asc } = await import('assemblyscript/asc');
  let bytes;
  const { error, stderr } = await asc.main(['index.ts', ...flags, '--outFile', 'kernels.wasm'], {
    readFile: (name) => readIfThere(join(sources, name)),
    writeFile: (_, contents) => (bytes = contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`The kernels do not compile: ${error.message}\n${stderr.toString()}`);
  return bytes;
}

/** Brings src/engine/kernels/kernelBytes.ts up to date. */
export async function writeKernels() {
  const from = `// Built by wasm/build.mjs from ${digest()}. Do not edit.`;
  if (readIfThere(output)?.startsWith(from)) return;
  const base64 = Buffer.from(await compileKernels()).toString('base64');
  writeFileSync(output, `${from}\nexport const KERNEL_BYTES =\n  '${base64}';\n`);
}

/** For vitest, which runs this before the tests. */
export const setup = writeKernels;

/** Of everything that the bytes depend on. */
function digest() {
  const hash = createHash('sha256').update(flags.join(' '));
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
