// What a person waits for outside VS Code: reading a large file, a chain in a warm worker, the start of the command line.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manyRows } from './largeTexts.mjs';
import { median, time } from './measure.mjs';
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
    ...(quick ? [] : await reading(ours)),
    ...(quick ? [] : [memoryOfLargeCsv(root)]),
    bundle('extension.js', 250),
    bundle('panel.js', 450),
    bundle('worker.js'),
    commandLine(root),
  ];
}

/** All files of the command line, of which each command loads its own. */
function commandLine(root) {
  const folder = join(root, 'dist');
  const files = readdirSync(folder).filter((file) => /^cli(-.*)?\.js$/.test(file));
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return { what: `dist/cli*.js, ${files.length} files`, value: bytes / 1000, unit: 'KB' };
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

/** The command line's starts beside a bare `node -e 0`, in turn: once it has run, as what is compiled is kept. */
async function starting(root, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const xor = join(root, 'media', 'examples', 'xor.nn.json');
    const cli = join(root, 'dist', 'cli.js');
    const run = (args) => {
      const { status, stderr } = spawnSync('node', args, { cwd: folder, encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    };
    const train = ['train', xor, '--epochs', '1000', '--output', join(folder, 'trained.nn.json')];
    const starts = [
      { what: 'node -e 0', args: ['-e', '0'] },
      { what: 'the command line with --version', args: [cli, '--version'] },
      { what: '… with --help', args: [cli, '--help'] },
      { what: '… validate XOR', args: [cli, 'validate', xor] },
      { what: '… gradients of XOR', args: [cli, 'gradients', xor] },
      { what: '… train XOR for 1000 epochs', args: [cli, ...train] },
    ].map((start) => ({ ...start, times: [] }));
    for (let round = 0; round < rounds; round++) {
      for (const { args, times } of starts) times.push(await time(() => run(args), 1));
    }
    const [bare] = starts.map(({ times }) => median(times));
    return starts.map(({ what, times }, at) => ({
      ...{ what, value: median(times), unit: 'ms' },
      ...(at > 0 && { limit: Math.round(1.4 * bare) }),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Processor time that the reading of a text of nearly 64 MiB, at first and after an edit, takes of the extension host's thread in
 * one piece.
 */
async function reading(ours) {
  const lines = manyRows(345_000).split('\n');
  let version = 1;
  const document = {
    uri: { path: '/rows.nn.json' },
    get version() {
      return version;
    },
    get lineCount() {
      return lines.length;
    },
    lineAt: (line) => ({ text: lines[line] }),
    eol: 1,
  };
  const reader = new ours.NetworkText(document, {});
  const rows = [];
  for (const what of ['reading a text of 64 MiB, longest piece', '… after an edit, longest piece']) {
    const longest = longestPiece();
    await reader.current();
    rows.push({ what, value: longest(), unit: 'ms', limit: rows.length === 0 ? 30 : 50 });
    // As an editor does: the other lines are those that they were.
    lines[0] += ' ';
    version++;
  }
  return rows;
}

/** Watches this thread until it is asked for the most processor time, in milliseconds, between two turns of the event loop. */
function longestPiece() {
  const busy = () =>
    Object.values(process.threadCpuUsage?.() ?? process.cpuUsage()).reduce((sum, time) => sum + time) / 1000;
  let [last, longest] = [busy(), 0];
  const look = () => {
    const now = busy();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const watch = setInterval(look, 1);
  return () => {
    look();
    clearInterval(watch);
    return longest;
  };
}
