// Second derivatives beside torch.autograd.functional: the whole Hessian with its eigenvalues, and λ_max of a large network.
import { short, table } from './measure.mjs';
import { startPython } from './python.mjs';
import { materialize, workloads } from './workloads.mjs';

export const name = 'Curvature';

const tasks = [
  { what: 'H and its eigenvalues, 2-32-32-1 over 1000 rows', workload: workloads.W5, full: true, limit: 10_000 },
  { what: 'λ_max, 784-128-10 over 64 rows', workload: { ...workloads.W6, samples: 64 }, full: false, limit: 1500 },
];

/** Places along a side of a landscape’s finest lattice of that network. */
const SIDE = 33;

/** A plane, and J on all its places, coarse to fine, as the panel asks for them. */
function landscape(ours) {
  const { network, samples } = materialize(workloads.W5, ours.parameterLayout);
  const objective = ours.objectiveOf(network, samples);
  const start = performance.now();
  const { loss, gradient } = ours.runToEnd(ours.analysing(objective));
  const options = { kind: 'eigenvectors', seed: 1, loss, gradient, path: [] };
  const { across, up, window } = ours.runToEnd(ours.planeThrough(objective, options, ours.kernelProducts));
  const place = ([from, to], at) => from + ((to - from) * at) / (SIDE - 1);
  const places = Float64Array.from({ length: 2 * SIDE * SIDE }, (_, k) =>
    k % 2 === 0 ? place(window.across, (k >> 1) % SIDE) : place(window.up, Math.floor((k >> 1) / SIDE)),
  );
  const directions = [across.direction, up.direction];
  ours.runToEnd(ours.lossesAt(network.theta, directions, places, ours.lossMeter(network, samples)));
  const milliseconds = performance.now() - start;
  return [
    'landscape of 33 × 33 places, 2-32-32-1 over 1000 rows',
    `${short(milliseconds)} ms (≤ 1000 ms)`,
    '–',
    '–',
    '–',
  ];
}

export async function report({ ours, folder }) {
  const python = startPython(folder);
  const rows = [];
  for (const { what, workload, full, limit } of tasks) {
    const task = materialize(workload, ours.parameterLayout);
    const { network, samples } = task;
    const start = performance.now();
    const { largest } = ours.runToEnd(ours.curvature(ours.objectiveOf(network, samples), full, ours.kernelProducts));
    const milliseconds = performance.now() - start;
    let [peer, ratio, apart] = ['–', '–', '–'];
    if (python) {
      await python.prepare(task);
      const answer = await python.ask({ action: full ? 'hessian' : 'lambda_max' });
      peer = `${short(answer.milliseconds)} ms`;
      ratio = short(answer.milliseconds / milliseconds);
      apart = short(Math.abs(answer.value / largest.value - 1));
    }
    rows.push([what, `${short(milliseconds)} ms (≤ ${limit} ms)`, peer, ratio, apart]);
  }
  python?.stop();
  rows.push(landscape(ours));
  return table(['', 'ours', 'torch.autograd.functional', 'ratio', 'λ_max apart, relative'], rows);
}
