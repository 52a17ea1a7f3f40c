// How many multiply-adds of two float64 one core does: eight sums at a time, as compilers and kernels keep them.
import asc from 'assemblyscript/asc';

const source = `
export function peak(steps: i32): f64 {
  let a = f64x2.splat(0);
  let b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (let k = 0; k < steps; k++) {
    const at = <usize>(k & 127) << 5;
    const x = v128.load(at), y = v128.load(at, 16);
    const u = v128.load64_splat(at), v = v128.load64_splat(at, 8);
    a = f64x2.add(a, f64x2.mul(x, u));
    b = f64x2.add(b, f64x2.mul(y, u));
    c = f64x2.add(c, f64x2.mul(x, v));
    d = f64x2.add(d, f64x2.mul(y, v));
    e = f64x2.add(e, f64x2.mul(x, y));
    f = f64x2.add(f, f64x2.mul(u, v));
    g = f64x2.add(g, f64x2.mul(x, x));
    h = f64x2.add(h, f64x2.mul(y, y));
  }
  a = f64x2.add(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)), f64x2.add(f64x2.add(e, f), f64x2.add(g, h)));
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
}`;

const STEPS = 10_000;

/** A contender whose rate times `operations` is operations a second. */
export async function peakContender() {
  const flags = [
    '-O3',
    '--enable',
    'simd',
    '--runtime',
    'stub',
    '--noAssert',
    '--initialMemory',
    '1',
    '--config',
    'none',
  ];
  let bytes;
  const { error } = await asc.main(['peak.ts', ...flags, '--outFile', 'peak.wasm'], {
    readFile: (name) => (name === 'peak.ts' ? source : null),
    writeFile: (_, contents) => (bytes = contents),
    listFiles: () => [],
  });
  if (error) throw error;
  const { instance } = await WebAssembly.instantiate(bytes);
  return { name: 'peak', differs: '', operations: STEPS * 8 * 4, epoch: () => void instance.exports.peak(STEPS) };
}
