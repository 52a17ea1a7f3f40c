// The gradient check of every parameter beside plain central differences and PyTorch's, and the largest of very many paths.
import { build } from 'esbuild';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { median, short, table, time } from './measure.mjs';
import { startPython } from './python.mjs';
import { materialize, workloads } from './workloads.mjs';

export const name = 'Gradient check and paths';

/** What is checked beside PyTorch, and how many times as fast it is to be. */
const W5 = workloads.W5;
const CHECKED = [
  { what: 'W4', workload: workloads.W4, wanted: 12 },
  { what: 'W5', workload: W5, wanted: 25 },
  ...['gelu', 'softmax'].map((hidden) => ({
    ...{ what: 'W5', wanted: 12 },
    workload: { ...W5, hidden, title: `2-32-32-1 ${hidden}, 1000 samples` },
  })),
  ...['mae', 'huber'].map((loss) => ({ what: `W5 with ${loss}`, workload: { ...W5, loss }, wanted: 25 })),
];

export async function report({ ours, folder, root, quick }) {
  const python = startPython(folder);
  const rows = [];
  for (const { what, workload, wanted } of CHECKED) {
    const task = materialize(workload, ours.parameterLayout);
    const { network, samples } = task;
    let report;
    const look = () => (report = ours.check({ network, theta: network.theta, samples }));
    // As in a worker that has been at it for a while: both sides' compilers have done their work.
    const few = quick ? 5 : 20;
    for (let round = 0; round < few || (round < 50 * few && report.parameters.length < 200); round++) look();
    await python?.prepare(task);
    const [times, peers] = [[], []];
    let passed = true;
    // The peer takes as long as some of ours: in turn, what else the machine does meets both.
    for (let round = 0; round < (quick ? 2 : 7); round++) {
      times.push(await time(look, quick ? 3 : 5));
      if (!python) continue;
      const answer = await python.ask({ action: 'gradcheck' });
      passed &&= answer.passed;
      if (round > 0) peers.push(answer.milliseconds);
    }
    const milliseconds = median(times);
    const verdict = `${report.parameters.length} parameters, ${report.verdict}`;
    rows.push([
      `${what}, ${task.title}`,
      `${short(milliseconds)} ms (${verdict})`,
      python ? `${short(median(peers))} ms${passed ? '' : ', failed'}` : '–',
      python ? short(median(peers) / milliseconds) : '–',
      `≥ ${wanted}`,
    ]);
  }
  python?.stop();
  return [
    table(['', 'ours', 'torch.autograd.gradcheck, slow mode', 'ratio', 'wanted'], rows),
    '',
    plainly(ours, quick),
    '',
    await digits(ours, folder, root, quick),
    '',
    await paths(ours, quick),
  ].join('\n');
}

/** From the request to the verdict on all parameters of the digits example, in a worker of its own each time as the panel has one. */
async function digits(ours, folder, root, quick) {
  const { content } = await ours.load(join(root, 'media/examples/digits-784-128-10.nn.json'), undefined);
  const { network, data } = content;
  const program = join(folder, 'worker.cjs');
  const entryPoints = [join(root, 'src/worker/node.ts')];
  await build({ entryPoints, outfile: program, bundle: true, minify: true, platform: 'node', logLevel: 'warning' });
  const times = [];
  let report;
  for (let round = 0; round < (quick ? 2 : 5); round++) {
    const worker = new Worker(program);
    const onMessage = (listener) => {
      worker.on('message', listener);
      return () => worker.off('message', listener);
    };
    const nothing = { trained: () => {}, judged: () => {}, checked: () => {} };
    const channel = ours.connect({ post: (message) => worker.postMessage(message), onMessage }, nothing);
    await channel.remote.load({ network, data });
    const start = performance.now();
    report = ours.unpackReport(
      await channel.remote.check({ theta: network.theta }),
      ours.parameterLayout(network.layers),
    );
    times.push(performance.now() - start);
    channel.dispose();
    await worker.terminate();
  }
  const { count } = data.training;
  const what = `${report.parameters.length} of the digits, ${count} rows, in a worker (${report.verdict})`;
  return table(['every parameter', 'ours', 'wanted'], [[what, `${short(median(times) / 1000)} s`, '≤ 1.5 s']]);
}

/** Parameters whose central difference is taken between two looks at ours; the time of all is in proportion. */
const TAKEN = 40;

/** Beside central differences of J with one step for all, two forward passes over all samples each; and a large network. */
function plainly(ours, quick) {
  const small = materialize(workloads.W5, ours.parameterLayout);
  const count = small.network.theta.length;
  const checks = [];
  const plain = [];
  for (let round = quick ? 1 : 0; round < 5; round++) {
    checks.push(clocked(() => ours.check(ours.objectiveOf(small.network, small.samples))).milliseconds);
    plain.push((clocked(() => centralDifferences(ours, small, TAKEN)).milliseconds * count) / TAKEN);
  }
  const large = materialize({ ...workloads.W6, samples: 64 }, ours.parameterLayout);
  const { milliseconds, result } = clocked(() => ours.check(ours.objectiveOf(large.network, large.samples)));
  return table(
    ['every parameter', 'ours', 'plain central differences', 'ratio', 'wanted'],
    [
      [
        `${count} of 2-32-32-1, 1000 samples`,
        `${short(median(checks))} ms`,
        `${short(median(plain))} ms`,
        short(median(checks) / median(plain)),
        '≤ 0.1',
      ],
      [
        `${result.parameters.length} of 784-128-10, 64 samples (${result.verdict})`,
        `${short(milliseconds / 1000)} s`,
        '–',
        '–',
        '≤ 60 s',
      ],
    ],
  );
}

function centralDifferences({ loss }, { network, samples }, parameters) {
  const theta = network.theta.slice();
  const h = 1e-5;
  return Float64Array.from({ length: parameters }, (_, k) => {
    const at = Math.floor((k * theta.length) / parameters);
    const value = theta[at];
    theta[at] = value + h;
    const right = loss({ network, theta, samples });
    theta[at] = value - h;
    const left = loss({ network, theta, samples });
    theta[at] = value;
    return (right - left) / (2 * h);
  });
}

function clocked(work) {
  const start = performance.now();
  const result = work();
  return { milliseconds: performance.now() - start, result };
}

/** The 100 largest paths of the first weight of 64-64-64-64-64-10: 64³ · 10 of them, and of 64-…-10 with one layer more. */
async function paths(ours, quick) {
  const rows = [];
  for (const units of [
    [64, 64, 64, 64, 10],
    [64, 64, 64, 64, 64, 64, 10],
  ]) {
    const { network, samples } = materialize(
      { title: '', units, samples: 1, hidden: 'tanh', output: 'softmax', loss: 'crossEntropy', batch: 1 },
      ours.parameterLayout,
    );
    const look = () =>
      ours.chain({ network, theta: network.theta, samples }, { layer: 1, to: 1, from: 1 }, { sample: 1, paths: 100 });
    rows.push([units.join('-'), `${short(await time(look, quick ? 3 : 15))} ms`]);
  }
  return table(['chain of θ₁₁⁽¹⁾ with its 100 largest paths', 'ours'], rows);
}
