// What a person waits for outside VS Code: reading a large file, a chain in a warm worker, the start of the command line.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { time } from './measure.mjs';
import { materialize, numbers } from './workloads.mjs';

export const name = 'The product';

export async function run({ ours, root, quick }) {
  const rounds = quick ? 3 : 9;
  const bundle = (file, limit) => ({
    ...{ what: `dist/${file}`, value: statSync(join(root, 'dist', file)).size / 1000, unit: 'KB', limit },
  });
  spawnSync('node', ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
  return [
    await parsing(ours, rounds),
    await hovering(ours, rounds),
    ...(await starting(root, rounds)),
    ...(quick ? [] : [memoryOfLargeCsv(root)]),
    bundle('extension.js', 250),
    bundle('panel.js', 450),
    bundle('worker.js'),
    bundle('cli.js'),
  ];
}

/** A 784-128-10 network with all its 101,770 parameters written out. */
function parsing(ours, rounds) {
  const shape = { hidden: 'tanh', output: 'softmax', loss: 'crossEntropy', samples: 1, batch: 1 };
  const { network, layout, samples } = materialize({ units: [784, 128, 10], ...shape }, ours.parameterLayout);
  const layers = layout.layers.map(({ rows, columns, weights, biases }, l) => ({
    units: rows,
    activation: network.layers[l + 1].activation.type,
    weights: Array.from({ length: rows }, (_, i) => [
      ...network.theta.subarray(weights + i * columns, weights + (i + 1) * columns),
    ]),
    biases: [...network.theta.subarray(biases, biases + rows)],
  }));
  const document = {
    layers: [{ units: 784 }, ...layers],
    loss: 'crossEntropy',
    data: { inputs: [[...samples.inputs]], targets: [[...samples.targets]] },
  };
  const text = JSON.stringify(document, null, 2);
  const parse = () => {
    const { problems } = ours.parseNetworkFile(text, { fileName: 'large.nn.json' });
    if (problems.length > 0) throw new Error(problems[0].message);
  };
  return time(parse, rounds).then((value) => ({
    ...{
      what: `parse of 784-128-10 with 101,770 parameters (${Math.round(text.length / 1e6)} MB)`,
      value,
      unit: 'ms',
      limit: 250,
    },
  }));
}

/** What hovers over weights wait for once the network has been looked at: the chain of one weight over 160 rows. */
async function hovering(ours, rounds) {
  const shape = { hidden: 'tanh', output: 'softmax', loss: 'crossEntropy', samples: 160, batch: 160 };
  const { network, samples } = materialize({ units: [784, 128, 10], ...shape }, ours.parameterLayout);
  const passes = ours.runToEnd(ours.cachedPasses(ours.objectiveOf(network, samples)));
  const look = () =>
    ours.chain(ours.objectiveOf(network, samples), { layer: 1, to: 5, from: 300 }, { paths: 8, passes });
  return {
    what: 'chain of a weight of 784-128-10 over 160 rows, as a hover asks for it',
    value: await time(look, rounds),
    unit: 'ms',
    limit: 10,
  };
}

/** The most memory that training on 60,000 × 784 numbers from a CSV takes, in all. */
function memoryOfLargeCsv(root) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const names = Array.from({ length: 784 }, (_, j) => `p${j}`);
    const next = numbers();
    const csv = openSync(join(folder, 'large.csv'), 'w');
    writeSync(csv, `${[...names, 'label'].join(',')}\n`);
    for (let row = 0; row < 60_000; row++) {
      const pixels = names.map(() => (next() < -0.6 ? Math.floor(128 * (1 + next())) : 0));
      writeSync(csv, `${[...pixels, row % 10].join(',')}\n`);
    }
    closeSync(csv);
    const network = {
      layers: [{ units: 784 }, { units: 128, activation: 'relu' }, { units: 10, activation: 'softmax' }],
      loss: 'crossEntropy',
      data: { file: 'large.csv', inputs: names, targets: ['label'], targetEncoding: 'oneHot', standardize: true },
      training: { epochs: 1, batchSize: 64 },
    };
    writeFileSync(join(folder, 'large.nn.json'), JSON.stringify(network));
    const tell = 'process.on("exit", () => console.error(process.resourceUsage().maxRSS))';
    const args = ['--import', `data:text/javascript,${encodeURIComponent(tell)}`];
    const file = join(folder, 'large.nn.json');
    const { stderr } = spawnSync('node', [...args, join(root, 'dist', 'cli.js'), 'train', file], { encoding: 'utf8' });
    const kilobytes = Number(stderr.trim().split('\n').at(-1));
    return { what: 'train on a CSV of 60,000 × 784, memory in all', value: kilobytes / 1024, unit: 'MiB', limit: 1024 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** 1000 epochs of XOR from the command line beside a bare `node -e 0`, in turn. */
async function starting(root, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const xor = join(root, 'media', 'examples', 'xor.nn.json');
    readFileSync(xor);
    const run = (args) => {
      const { status, stderr } = spawnSync('node', args, { cwd: folder, encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    };
    const train = ['train', xor, '--epochs', '1000', '--output', join(folder, 'trained.nn.json')];
    const [bare, trained] = [[], []];
    for (let round = 0; round < rounds; round++) {
      bare.push(await time(() => run(['-e', '0']), 1));
      trained.push(await time(() => run([join(root, 'dist', 'cli.js'), ...train]), 1));
    }
    const middle = (values) => values.sort((x, y) => x - y)[Math.floor(values.length / 2)];
    return [
      { what: 'node -e 0', value: middle(bare), unit: 'ms' },
      {
        what: 'train XOR for 1000 epochs from the command line',
        value: middle(trained),
        unit: 'ms',
        limit: Math.round(1.5 * middle(bare)),
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
