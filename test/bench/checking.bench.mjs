// The gradient check of every parameter beside plain central differences and PyTorch's, and the largest of very many paths.
import { median, short, table, time } from './measure.mjs';
import { startPython } from './python.mjs';
import { materialize, workloads } from './workloads.mjs';

export const name = 'Gradient check and paths';

export async function report({ ours, folder, quick }) {
  const python = startPython(folder);
  const rows = [];
  for (const key of ['W4', 'W5']) {
    const task = materialize(workloads[key], ours.parameterLayout);
    const { network, samples } = task;
    let report;
    const look = () => (report = ours.check({ network, theta: network.theta, samples }));
    // As in a worker that has been at it for a while: both sides' compilers have done their work.
    for (let round = 0; round < (quick ? 5 : 20); round++) look();
    const milliseconds = await time(look, quick ? 5 : 15);
    let [peer, ratio] = ['–', '–'];
    if (python) {
      await python.prepare(task);
      const answer = await python.ask({ action: 'gradcheck' });
      peer = `${short(answer.milliseconds)} ms${answer.passed ? '' : ', failed'}`;
      ratio = short(answer.milliseconds / milliseconds);
    }
    const verdict = `${report.parameters.length} parameters, ${report.verdict}`;
    rows.push([`${key} ${task.title}`, `${short(milliseconds)} ms (${verdict})`, peer, ratio]);
  }
  python?.stop();
  return [
    table(['', 'ours', 'torch.autograd.gradcheck, slow mode', 'ratio'], rows),
    '',
    plainly(ours, quick),
    '',
    await paths(ours, quick),
  ].join('\n');
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
