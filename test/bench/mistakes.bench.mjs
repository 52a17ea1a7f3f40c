// The judge of a whole program's gradients: how long the sentence takes, how long a worker is not to be spoken to, and how
// often each mistake is named.
import { short, table } from './measure.mjs';
import { materialize, workloads } from './workloads.mjs';

export const name = 'Mistakes behind a program’s gradients';

/** What a wrong program makes of the right gradients. */
const PROGRAMS = {
  'all right': (g) => g,
  'twice too large': (g) => 2 * g,
  'nothing known': (g, k) => g * (1 + 0.01 * Math.sin(k * k)),
};

export async function report({ ours, quick }) {
  const rows = [];
  for (const [key, samples, wanted] of [
    ['W4', 150, '100 ms'],
    ['W6', 64, '3 s'],
  ]) {
    const task = materialize({ ...workloads[key], samples }, ours.parameterLayout);
    const { network } = task;
    const layout = ours.parameterLayout(network.layers);
    const { gradient } = ours.gradients(ours.objectiveOf(network, task.samples));
    for (const [program, change] of Object.entries(PROGRAMS)) {
      const claims = Array.from(gradient, (g, k) => {
        const value = change(g, k);
        return { parameter: ours.parameterAt(layout, k), value, text: String(value) };
      });
      const runs = Array.from({ length: quick ? 2 : 5 }, () => timed(ours, task, claims));
      const best = runs.reduce((p, q) => (p.milliseconds < q.milliseconds ? p : q));
      const codes = best.codes.join(', ') || '–';
      rows.push([
        `${task.title}: ${program}`,
        codes,
        `${short(best.milliseconds)} ms`,
        wanted,
        `${short(best.pause)} ms`,
      ]);
    }
  }
  const times = table(['', 'said', 'time', 'wanted', 'longest without a pause'], rows);
  return `${times}\n\n${named(ours, quick ? 3 : 30)}`;
}

/** Of programs drawn anew each day. */
function named(ours, cases) {
  const tallies = [...ours.tallies(Math.floor(Date.now() / 86_400_000), cases)];
  const columns = ['named', 'or', 'otherwise', 'unexplained'];
  const sum = (column) => tallies.reduce((total, one) => total + one[column], 0);
  const all = { code: 'all', cases: sum('cases'), ...Object.fromEntries(columns.map((one) => [one, sum(one)])) };
  const line = (one) => [one.code, String(one.cases), ...columns.map((column) => String(one[column]))];
  return table(['code', 'cases', 'named', 'with `or`', 'otherwise', 'unexplained'], [...tallies, all].map(line));
}

function timed(ours, { network, samples }, claims) {
  const start = performance.now();
  let last = start;
  let pause = 0;
  const steps = ours.judging(network, network.theta, samples, claims, { computed: true });
  for (;;) {
    const { done, value } = steps.next();
    const now = performance.now();
    pause = Math.max(pause, now - last);
    last = now;
    if (!done) continue;
    const codes = value.diagnosis?.mistakes.map(({ code }) => code) ?? [];
    return { milliseconds: now - start, pause, codes };
  }
}
