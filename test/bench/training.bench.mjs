// Epochs per second of W1–W6: a forward pass, a backward pass and a step of gradient descent over all rows.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { javascriptPeers } from './javascriptPeers.mjs';
import { race, short, table } from './measure.mjs';
import { peakContender } from './peak.mjs';
import { startPython } from './python.mjs';
import { LEARNING_RATE, materialize, workloads } from './workloads.mjs';

export const name = 'Training: epochs per second';

const THREADS = `ours, ${availableParallelism()} threads`;

/** Ratios to PyTorch as it comes, of one thread or of all. */
const GOALS = [
  { key: 'W5', threads: 'one thread', ratio: 1.2 },
  { key: 'MNIST', threads: 'all threads', ratio: 1.8 },
];

/** Epochs after which everybody's outputs for the first row are compared. */
const EPOCHS = 5;

export async function report({ ours, folder, effort }) {
  const python = startPython(folder);
  const head = [
    '',
    'ours',
    THREADS,
    'ours, whole run',
    'plain TypeScript',
    'tfjs (wasm, float32)',
    'brain.js',
    'synaptic',
    'ml-fnn',
  ];
  const columns = [...head, 'PyTorch', 'PyTorch, 1 thread', 'PyTorch, all cores', 'NumPy'];
  const [rows, ratios, goals, notes] = [[], [], [], new Set()];
  const tasks = Object.entries(workloads).map(([key, workload]) => [key, materialize(workload, ours.parameterLayout)]);
  tasks.push(['MNIST', mnist(ours)]);
  for (const [key, task] of tasks) {
    const contenders = [...ourContenders(ours, task, folder), ...(await peersOf(task, notes, key))];
    if (python) contenders.push(...(await pythonContenders(python, task, notes)));
    const peak = await peakContender();
    contenders.push(peak);
    verify(contenders, task, ours, key, notes);
    const rates = await race(contenders, effort);
    for (const contender of contenders) contender.end?.();
    const rateOf = (name) => rates[contenders.findIndex((contender) => contender.name === name)] ?? NaN;
    rows.push([`${key} ${task.title}`, ...columns.slice(1).map((name) => short(rateOf(name)))]);
    // Where a batch is all rows, a run has J from the passes that it makes anyway.
    const best = Math.max(rateOf('ours'), task.batch === task.samples.count ? rateOf('ours, whole run') : 0);
    const ratio = (rate, name) => (Number.isFinite(rate / rateOf(name)) ? short(rate / rateOf(name)) : '–');
    const peers = columns.slice(4);
    ratios.push([key, ...peers.map((name) => ratio(best, name))]);
    ratios.push([`${key}, all threads`, ...peers.map((name) => ratio(rateOf(THREADS), name))]);
    for (const { threads, ratio: wanted } of GOALS.filter((goal) => goal.key === key)) {
      const rate = threads === 'one thread' ? best : rateOf(THREADS);
      goals.push([`${key}, ${threads}: ours / PyTorch`, ratio(rate, 'PyTorch'), `≥ ${wanted}`]);
    }
    if (key === 'W6') {
      const share = ofPeak(task, rateOf('ours'), rateOf('peak') * peak.operations);
      goals.push([`W6, one thread: ours / PyTorch`, ratio(best, 'PyTorch'), `its limit: ${share}`]);
    }
  }
  python?.stop();
  return [
    table(columns, rows),
    '\n“Ours” is the engine, called for every epoch; “whole run” also has J over all rows after every epoch, the history and the rules, and takes many epochs of a small network in one call.\n',
    'Ratios ours / peer, of full batches by the faster of the two:\n',
    table(
      ['', ...columns.slice(4)],
      ratios.filter((cells) => cells.slice(1).some((cell) => cell !== '–')),
    ),
    '',
    table(['', 'measured', 'wanted'], goals),
    '',
    ...[...notes].map((note) => `- ${note}`),
  ].join('\n');
}

function ourContenders(ours, task, folder) {
  const { network, samples, batch } = task;
  const engineOf = (engine) => {
    const optimizer = engine.createOptimizer(network.training.optimizer);
    const range = { from: 0, to: network.theta.length };
    return () => {
      for (let first = 0; first < samples.count; first += batch) {
        engine.begin({ samples, first, count: Math.min(batch, samples.count - first) }, 'gradient');
        while (!engine.advance());
        optimizer.begin();
        optimizer.update(engine.theta, engine.gradient, range);
      }
      return engine;
    };
  };
  const outputsOf = (epoch) => {
    let theta = network.theta;
    return {
      epoch: () => {
        ({ theta } = epoch());
      },
      outputs: () => {
        const first = {
          count: 1,
          inputs: samples.inputs.subarray(0, task.units[0]),
          targets: samples.targets.subarray(0, task.units.at(-1)),
        };
        return Array.from(ours.gradients({ network, theta, samples: first }, 1).units.a.at(-1));
      },
    };
  };
  const threads = [];
  const pool = ours.poolOf(availableParallelism, (workerData) => {
    const thread = new Worker(join(folder, 'poolWorker.mjs'), { workerData });
    thread.unref();
    threads.push(thread);
    return thread;
  });
  const together = ours.createEngine(network, false, { pool, rows: batch });
  together.begin({ samples, first: 0, count: 1 }, 'loss');
  // Of a network that is too small for it no thread is started.
  const pooled =
    threads.length === 0
      ? []
      : [{ name: THREADS, same: 1e-10, ...outputsOf(engineOf(together)), end: () => together.dispose() }];
  const trainer = new ours.Trainer(network, { training: samples }, { mostRows: 1000 });
  let reached = 0;
  return [
    { name: 'ours', same: 1e-10, ...outputsOf(engineOf(ours.createEngine(network, false))) },
    ...pooled,
    { name: 'plain TypeScript', same: 1e-10, ...outputsOf(engineOf(ours.createPlainEngine(network))) },
    {
      name: 'ours, whole run',
      differs: '',
      rate: (milliseconds) => {
        const start = performance.now();
        do trainer.run(milliseconds);
        while (trainer.epoch === reached);
        const rate = ((trainer.epoch - reached) / (performance.now() - start)) * 1000;
        reached = trainer.epoch;
        return rate;
      },
    },
  ];
}

async function peersOf(task, notes, key) {
  const made = [];
  for (const peer of javascriptPeers) {
    try {
      const contender = await peer(task);
      if (contender) made.push(contender);
    } catch (error) {
      notes.add(`${key}, ${peer.name}: ${error.message}`);
    }
  }
  return made;
}

async function pythonContenders(python, task, notes) {
  const { threads, torch, numpy, blas } = await python.prepare(task);
  notes.add(`PyTorch ${torch} with ${threads} threads, NumPy ${numpy}; BLAS: ${blas}`);
  const contender = async (name, key) => {
    const { outputs } = await python.ask({ action: 'epochs', name: key, count: EPOCHS });
    return {
      name,
      done: outputs,
      same: 1e-9,
      rate: async (milliseconds) => (await python.ask({ action: 'rate', name: key, milliseconds })).rate,
    };
  };
  return [
    await contender('PyTorch', 'torch'),
    await contender('PyTorch, 1 thread', 'torch1'),
    await contender('PyTorch, all cores', 'torchAll'),
    await contender('NumPy', 'numpy'),
  ];
}

/** Trains everybody for some epochs and compares with the reference; who computes something else is told in a note. */
function verify(contenders, task, ours, key, notes) {
  const expected = new Map();
  for (const { name, epoch, outputs, done, same, differs, loss = task.loss } of contenders) {
    if (differs !== undefined) {
      if (differs) notes.add(`${key}, ${name}: ${differs}`);
      continue;
    }
    if (epoch) for (let k = 0; k < EPOCHS; k++) epoch();
    const result = done ?? outputs();
    if (!expected.has(loss)) expected.set(loss, reference(task, ours, loss));
    const error = Math.max(...result.map((value, k) => Math.abs(value - expected.get(loss)[k])));
    if (loss !== task.loss) notes.add(`${key}, ${name}: follows the gradient of ${loss}`);
    if (!(error <= same))
      notes.add(`${key}, ${name}: outputs after ${EPOCHS} epochs are off by ${error.toExponential(1)}`);
  }
}

/** Outputs of the first row after some epochs by the lecture's formulas, sample by sample. */
function reference({ network, samples, units, batch }, ours, loss) {
  const theta = network.theta.slice();
  const like = { ...network, loss: { type: loss } };
  const rows = (first, count) => ({
    count,
    inputs: samples.inputs.subarray(first * units[0], (first + count) * units[0]),
    targets: samples.targets.subarray(first * units.at(-1), (first + count) * units.at(-1)),
  });
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let first = 0; first < samples.count; first += batch) {
      const { gradient } = ours.gradients({
        network: like,
        theta,
        samples: rows(first, Math.min(batch, samples.count - first)),
      });
      for (let k = 0; k < theta.length; k++) theta[k] -= LEARNING_RATE * gradient[k];
    }
  }
  return ours.gradients({ network: like, theta, samples: rows(0, 1) }, 1).units.a.at(-1);
}

/** Real handwritten digits (about 80 % zeros) in the place of W6's rows. */
function mnist({ parameterLayout }) {
  const digits = createRequire(import.meta.url)('mnist');
  const rows = Array.from({ length: 1000 }, (_, s) => digits[s % 10].get(Math.floor(s / 10)));
  const task = materialize(workloads.W6, parameterLayout, Float64Array.from(rows.flat()));
  return { ...task, title: '784-128-10, batches of 64, 1000 real rows' };
}

/** Multiplications and additions of the products alone, and what share they are of what one core can do. */
function ofPeak({ units, samples }, rate, peak) {
  const [s1, s2, s3] = units;
  const operations = 2 * samples.count * (2 * s1 * s2 + 3 * s2 * s3) * rate;
  const share = Math.round((100 * operations) / peak);
  return `${short(operations / 1e9)} GFLOP/s, ${share} % of the ${short(peak / 1e9)} of one core by 128-bit SIMD`;
}
