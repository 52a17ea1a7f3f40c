// Second derivatives beside torch.autograd.functional: the whole Hessian with its eigenvalues, and λ_max of a large network.
import { short, table } from './measure.mjs';
import { startPython } from './python.mjs';
import { materialize, workloads } from './workloads.mjs';

export const name = 'Curvature';

const tasks = [
  { what: 'H and its eigenvalues, 2-32-32-1 over 1000 rows', workload: workloads.W5, full: true, limit: 10_000 },
  { what: 'λ_max, 784-128-10 over 64 rows', workload: { ...workloads.W6, samples: 64 }, full: false, limit: 1500 },
];

export async function report({ ours, folder }) {
  const python = startPython(folder);
  const rows = [];
  for (const { what, workload, full, limit } of tasks) {
    const task = materialize(workload, ours.parameterLayout);
    const { network, samples } = task;
    const start = performance.now();
    const { largest } = ours.runToEnd(ours.curvature(ours.objectiveOf(network, samples), full));
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
  return table(['', 'ours', 'torch.autograd.functional', 'ratio', 'λ_max apart, relative'], rows);
}
