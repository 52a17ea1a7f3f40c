// The largest paths of one parameter, exact, as the panel asks for them.
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export const name = 'The derivative chain of one parameter';

const workloads = [
  { what: '100 paths of 64-64-64-64-64-10, 32 samples', units: [64, 64, 64, 64, 64, 10], m: 32, paths: 100, limit: 50 },
  { what: 'every path of 784-128-64-10, 1 sample', units: [784, 128, 64, 10], m: 1, paths: Infinity, limit: 20 },
];

/** Medians, after one warm-up, of a fresh parameter each time. */
export async function run({ effort = { rounds: 9 } } = {}) {
  const { chain, parameterLayout } = await core();
  return workloads.map(({ what, units, m, paths, limit }) => {
    const { network, samples } = drawn(units, m, parameterLayout);
    const times = [];
    for (let round = 0; round <= effort.rounds; round++) {
      const parameter = { layer: 1, to: (round % units[1]) + 1, from: (round % units[0]) + 1 };
      const start = performance.now();
      const { paths: found } = chain({ network, theta: network.theta, samples }, parameter, { paths });
      times.push(performance.now() - start);
      const all = units.slice(2).reduce((product, width) => product * width, m);
      if (found.length !== Math.min(paths, all)) throw new Error(`${what}: ${found.length} paths`);
    }
    return { what, value: median(times.slice(1)), unit: 'ms', limit };
  });
}

/** The mathematics alone, bundled for Node. */
async function core() {
  const folder = join(root, 'out', 'bench');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'core.mjs');
  const contents = "export { chain } from './src/core/chain'; export { parameterLayout } from './src/core/network';";
  await build({ stdin: { contents, resolveDir: root }, outfile, bundle: true, format: 'esm', logLevel: 'warning' });
  return import(outfile);
}

/** A network of tanh layers before softmax with cross-entropy, and samples; the same numbers every time. */
function drawn(units, m, parameterLayout) {
  const random = lehmer(1);
  const layers = units.map((count, l) => ({
    units: count,
    name: '',
    activation: { type: l + 1 === units.length ? 'softmax' : 'tanh' },
    hasBiases: l > 0,
    frozenWeights: false,
    frozenBiases: false,
  }));
  const theta = Float64Array.from({ length: parameterLayout(layers).count }, () => (random() - 0.5) / 4);
  const classes = units.at(-1);
  const network = { layers, loss: { type: 'crossEntropy' }, regularization: { l1: 0, l2: 0 }, theta };
  return {
    network,
    samples: {
      count: m,
      inputs: Float64Array.from({ length: m * units[0] }, () => random() * 2 - 1),
      targets: Float64Array.from({ length: m * classes }, (_, k) =>
        k % classes === Math.floor(k / classes) % classes ? 1 : 0,
      ),
    },
  };
}

/** Numbers in (0, 1). */
function lehmer(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
