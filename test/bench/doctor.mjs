// How often the doctor names what is wrong, over more networks than a test has time for:
// node test/bench/doctor.mjs [networks per cause] [networks that learn well]
import { build } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeKernels } from '../../src/engine/kernels/wasm/build.mjs';

const root = join(import.meta.dirname, '..', '..');
const [each = 20, well = 200] = process.argv.slice(2).map(Number);
await writeKernels();
const load = async (name) => {
  const outfile = join(root, 'out', 'bench', `${name}.mjs`);
  const entry = join(root, 'test', 'core', 'doctor', `${name}.ts`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
  });
  return import(pathToFileURL(outfile).href);
};
const { FAULTY, healthy } = await load('generated');
const { diagnosed } = await load('diagnosed');

const folder = join(root, 'test', 'fixtures', 'realFaults');
for (const name of readdirSync(folder).filter((file) => file.endsWith('.nn.json'))) {
  const [file, expected] = [name, name.replace('.nn.json', '.expected.json')].map((path) =>
    JSON.parse(readFileSync(join(folder, path), 'utf8')),
  );
  const found = diagnosed(file).findings.map(({ code }) => code);
  const named = expected.codes.some((code) => found.includes(code));
  const wrong = found.filter((code) => expected.notCodes.includes(code));
  console.log(
    `${name.padEnd(34)} ${named ? 'named' : 'MISSED'} ${wrong.length > 0 ? `MISLED by ${wrong.join()}` : ''} ${found.join(' ')}`,
  );
}
for (const [code, file] of Object.entries(FAULTY)) {
  const misses = [];
  for (let seed = 1; seed <= each; seed++) {
    const { findings } = diagnosed(file(seed));
    if (!findings.some((finding) => finding.code === code))
      misses.push(`${seed}: ${findings.map((f) => f.code).join(' ')}`);
  }
  console.log(`${code.padEnd(22)} ${each - misses.length} of ${each} named  ${misses.join(' | ')}`);
}
let severe = 0;
for (let seed = 1; seed <= well; seed++) {
  const found = diagnosed(healthy(seed)).findings.filter((finding) => finding.severity === 'severe');
  if (found.length > 0)
    console.log(`seed ${seed}: ${found.map(({ code, message }) => `${code}: ${message}`).join(' | ')}`);
  severe += found.length > 0 ? 1 : 0;
}
console.log(`severe findings in ${severe} of ${well} networks that learn well`);
