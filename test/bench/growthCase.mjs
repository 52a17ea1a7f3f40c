// One case of growth.bench.mjs, in this process alone: node growthCase.mjs <folder of ours> <operation> <width> <rows> [folder]
// prints its time and the peak of the memory as JSON; nothing where the text would be too large.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { materialize, numbers } from './workloads.mjs';

const [folder, operation, width, rows, scripts] = [
  ...process.argv.slice(2, 4),
  ...process.argv.slice(4, 6).map(Number),
  process.argv[6],
];
const ours = await import(join(folder, 'ours.mjs'));

/** Texts that are larger are refused. */
const LARGEST_TEXT = 64 * 2 ** 20;
/** Milliseconds that are long enough to be measured. */
const ENOUGH = 200;

const shape = { hidden: 'tanh', output: 'identity', loss: 'mse' };
const batch = operation === 'epoch' ? Math.min(64, rows) : rows;
const task = { title: '', units: [10, width, width, 1], samples: rows, batch, ...shape };

/** The median time between two lines of the exported script, each of which follows an epoch. */
const TIMED = `import builtins, runpy, statistics, time
times = []
said = builtins.print
builtins.print = lambda *words: times.append(time.perf_counter())
runpy.run_path("network.py", run_name="__main__")
gaps = [after - before for before, after in zip(times[1:], times[2:-1])]
if gaps:
    said("an epoch takes", 1000 * statistics.median(gaps), "ms")
`;

const operations = {
  /** Text to network and data, all problems told. */
  opening() {
    const values = (width + 12) * width + 11 * rows;
    // Of 5.7 characters on average.
    if (5.7 * values > LARGEST_TEXT) process.exit();
    const text = textOf(task);
    return () => {
      const { problems } = ours.parseNetworkFile(text, { fileName: 'growth.nn.json' });
      if (problems.length > 0) throw new Error(problems[0].message);
    };
  },
  /** J and every slope over all rows. */
  gradient() {
    const { network, samples } = materialize(task, ours.parameterLayout);
    const engine = ours.createEngine(network, false);
    return () => {
      engine.begin({ samples, first: 0, count: samples.count }, 'gradient');
      while (!engine.advance());
    };
  },
  /** Batches of 64, and J over all rows afterwards. */
  epoch: () => epochs(),
  /** One batch of all rows with all threads; leaves the script that does the same. */
  batch() {
    const { network, samples } = materialize(task, ours.parameterLayout);
    const data = { training: samples, validation: undefined };
    const training = { ...network.training, epochs: 8 };
    const { script, data: numbers } = ours.exportPyTorch({ ...network, training }, data, network.theta, {
      fileName: 'network.py',
    });
    writeFileSync(join(scripts, 'network.py'), script);
    if (numbers) writeFileSync(join(scripts, numbers.name), numbers.bytes);
    writeFileSync(join(scripts, 'timed.py'), TIMED);
    return epochs(
      ours.poolOf(availableParallelism, (workerData) => {
        const thread = new Worker(join(folder, 'poolWorker.mjs'), { workerData });
        thread.unref();
        return thread;
      }),
    );
  },
  /** Of every parameter. */
  check() {
    const { network, samples } = materialize(task, ours.parameterLayout);
    return () => ours.check(ours.objectiveOf(network, samples));
  },
  /** Of a program’s gradients, all twice too large. */
  judge() {
    const { network, samples, layout } = materialize(task, ours.parameterLayout);
    const { gradient } = ours.gradients(ours.objectiveOf(network, samples));
    const claims = Array.from(gradient, (g, k) => ({
      ...{ parameter: ours.parameterAt(layout, k), value: 2 * g, text: String(2 * g) },
    }));
    return () => ours.runToEnd(ours.judging(network, network.theta, samples, claims, { computed: true }));
  },
  /** The largest eigenvalue of H. */
  curvature() {
    const { network, samples } = materialize(task, ours.parameterLayout);
    return () => ours.runToEnd(ours.curvature(ours.objectiveOf(network, samples), false, ours.kernelProducts));
  },
};

const work = operations[operation]();
// Processor time, as other work must not count; of what threads do together, the time on the clock.
const clock = operation === 'batch' ? () => performance.now() : () => process.cpuUsage().user / 1000;
/** Once, for the compiler, unless that takes so long that there is no need. */
let spent = timed(1);
if (spent < 2000) {
  for (let calls = 1; ; calls *= 2) {
    const all = timed(calls);
    spent = all / calls;
    if (all > ENOUGH) break;
  }
}

function timed(calls) {
  const start = clock();
  for (let k = 0; k < calls; k++) work();
  return clock() - start;
}

const [inputs, hidden] = task.units;
console.log(
  JSON.stringify({
    parameters: (inputs + 1) * hidden + (hidden + 1) * hidden + hidden + 1,
    milliseconds: spent,
    mebibytes: process.resourceUsage().maxRSS / 1024,
  }),
);
process.exit();

/** Trains an epoch with each call, in steps that are too small to end the run. */
function epochs(pool) {
  const { network: drawn, samples } = materialize(task, ours.parameterLayout);
  const training = { ...drawn.training, optimizer: { type: 'gd', learningRate: 1e-9 } };
  const network = { ...drawn, training };
  const trainer = new ours.Trainer(network, { training: samples }, { mostRows: 1000, ...(pool && { pool }) });
  return () => {
    const reached = trainer.epoch;
    do trainer.run(1);
    while (trainer.epoch === reached);
  };
}

/** The task as a file, with two decimals a number. */
function textOf({ units, samples }) {
  const next = numbers();
  const row = (length) => `[${Array.from({ length }, () => next().toFixed(2)).join()}]`;
  const matrix = (height, length) => `[${Array.from({ length: height }, () => row(length)).join()}]`;
  const layers = units.slice(1).map((width, l) => {
    const activation = l === units.length - 2 ? 'identity' : 'tanh';
    const [weights, biases] = [matrix(width, units[l]), row(width)];
    return `{"weights":${weights},"biases":${biases},"activation":"${activation}"}`;
  });
  const data = `{"inputs":${matrix(samples, units[0])},"targets":${matrix(samples, units.at(-1))}}`;
  return `{"layers":[{"units":${units[0]}},${layers.join()}],"loss":"mse","data":${data}}`;
}
