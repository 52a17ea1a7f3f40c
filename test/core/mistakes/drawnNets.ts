/** Networks with data drawn at random, and the files that they are. */

import type { Random } from '../exercises';
import { type Conventions, HIDDEN, type Net } from './programs';

/** A network whose layers have as many units as each other now and then, with data. */
export function randomNet(random: Random): Net {
  const L = random.integer(3, 5);
  const same = random.one([true, false]);
  const width = random.integer(2, 6);
  const sizes = Array.from({ length: L }, (_, n) => (same && n > 0 && n < L - 1 ? width : random.integer(2, 6)));
  const loss = random.one(['mse', 'mse', 'mae', 'huber', 'binaryCrossEntropy', 'crossEntropy', 'mse']);
  const output =
    loss === 'binaryCrossEntropy'
      ? 'sigmoid'
      : loss === 'crossEntropy'
        ? 'softmax'
        : random.one(['identity', 'sigmoid', 'tanh', 'softmax']);
  const g = Array.from({ length: L - 1 }, (_, n) => (n === L - 2 ? output : random.one(HIDDEN)));
  const m = random.integer(3, 12);
  const number = (size: number): number => Math.round((random.integer(-1000, 1000) / 1000) * size * 1e4) / 1e4;
  const X = Array.from({ length: m }, () => Array.from({ length: sizes[0] ?? 1 }, () => number(2)));
  const Y = Array.from({ length: m }, () => {
    const k = random.integer(0, (sizes[L - 1] ?? 1) - 1);
    return Array.from({ length: sizes[L - 1] ?? 1 }, (_, i) => {
      if (loss === 'crossEntropy') return i === k ? 1 : 0;
      return loss === 'binaryCrossEntropy' ? random.integer(0, 1) : number(1.5);
    });
  });
  const W = sizes
    .slice(1)
    .map((rows, l) => Array.from({ length: rows }, () => Array.from({ length: sizes[l] ?? 1 }, () => number(1.2))));
  const b = sizes.slice(1).map((rows) => Array.from({ length: rows }, () => number(0.5)));
  const rest = { l2: random.one([0, 0, 0.05, 0.3]), rate: random.one([0.1, 0.5, 0.3]) };
  return { sizes, g, loss, ...rest, W, b, X, Y, conventions: {} };
}

/** The same network under each convention, and under many at once. */
export function underConventions(net: Net, random: Random): Readonly<Record<string, Net>> {
  const weights = net.X.map(() => random.one([0.5, 1, 1.5, 2, 3]));
  const biasInput = net.g.map(() => random.one([-1, -1, 2]));
  const mse = net.loss === 'mse' || net.loss === 'huber';
  const halved = mse && net.loss === 'mse' ? ({ half: false } as const) : {};
  const all: Readonly<Record<string, Conventions>> = {
    'loss: half': { loss: halved },
    'loss: outputs': { loss: { outputs: 'mean' } },
    'loss: samples': { loss: { samples: 'sum' } },
    'data.weights': { weights },
    biasInput: { biasInput },
    'regularization: half': { penalty: { half: false } },
    'regularization: perSample': { penalty: { perSample: true } },
    'regularization: biases': { penalty: { biases: true } },
    frozen: { frozen: true },
    'all of a sum': {
      loss: { ...halved, outputs: 'mean', samples: 'sum' },
      penalty: { half: false, perSample: true, biases: true },
      weights,
      biasInput,
    },
    'all of a mean': { loss: halved, penalty: { perSample: true }, weights, biasInput, frozen: true },
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, conventions]) => [
      name,
      { ...net, ...(name.startsWith('reg') && { l2: net.l2 || 0.1 }), conventions },
    ]),
  );
}

/** The network file's text. */
export function textOf(net: Net): string {
  const { loss, penalty, weights, biasInput, frozen } = net.conventions;
  return JSON.stringify({
    layers: [
      { units: net.sizes[0] },
      ...net.g.map((activation, l) => ({
        activation,
        weights: net.W[l],
        biases: net.b[l],
        ...(biasInput && { biasInput: biasInput[l] }),
        ...(frozen && { frozen: net.W[l]?.map((row) => row.map((_, j) => j === 0)) }),
      })),
    ],
    loss: { type: net.loss, ...loss },
    regularization: { l2: net.l2, ...penalty },
    data: { inputs: net.X, targets: net.Y, ...(weights && { weights }) },
    training: { optimizer: { type: 'gd', learningRate: net.rate } },
  });
}
