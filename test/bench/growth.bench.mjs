// How a gradient over all rows grows with the parameters and with the samples.
import { short, table, time } from './measure.mjs';
import { materialize } from './workloads.mjs';

export const name = 'Growth: one gradient over all rows';

export async function report({ ours, quick }) {
  const rows = [];
  const cases = [
    ...[8, 26, 95, 310, ...(quick ? [] : [995, 3150])].map((width) => [width, 100]),
    ...[10, 1000, 10_000, ...(quick ? [] : [100_000])].map((samples) => [26, samples]),
  ];
  for (const [width, count] of cases) {
    const shape = { hidden: 'tanh', output: 'identity', loss: 'mse' };
    const task = { title: '', units: [10, width, width, 1], samples: count, batch: count, ...shape };
    const { network, samples } = materialize(task, ours.parameterLayout);
    const engine = ours.createEngine(network);
    const milliseconds = await time(() => {
      engine.begin({ samples, first: 0, count }, 'gradient');
      while (!engine.advance());
    }, 5);
    const products = (3 * network.theta.length * count) / milliseconds / 1e6;
    const [parameters, each] = [network.theta.length.toLocaleString('en'), count.toLocaleString('en')];
    rows.push([parameters, each, `${short(milliseconds)} ms`, short(products)]);
  }
  return table(['parameters', 'samples', 'time', 'multiply-adds a nanosecond'], rows);
}
