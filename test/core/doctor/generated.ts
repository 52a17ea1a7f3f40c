/** Networks that have one cause of not learning each, and networks that learn well, drawn from a seed. */

import type { CauseCode } from '../../../src/core/doctor';

/** A network file as an object. */
export type File = Record<string, unknown>;

interface Draw {
  /** In [0, 1). */
  readonly unit: () => number;
  readonly between: (low: number, high: number) => number;
  readonly normal: () => number;
  readonly whole: (low: number, high: number) => number;
  readonly of: <T>(items: readonly [T, ...T[]]) => T;
}

/** Numbers of a seed (mulberry32). */
export function drawing(seed: number): Draw {
  let state = (seed * 2_654_435_761) >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + (high - low) * unit();
  return {
    unit,
    between,
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    whole: (low, high) => Math.floor(between(low, high + 1)),
    of: (items) => items[Math.floor(unit() * items.length)] ?? items[0],
  };
}

const rows = <T>(count: number, row: (s: number) => T): T[] => Array.from({ length: count }, (_, s) => row(s));

/** Two classes with a curved border. */
function classes(d: Draw, count: number, columns = 2): { inputs: number[][]; targets: number[][] } {
  const inputs = rows(count, () => rows(columns, () => d.normal()));
  const targets = inputs.map(([x1 = 0, x2 = 0]) => [x1 * x1 + x2 > 0.5 ? 1 : 0]);
  return { inputs, targets };
}

/** Two classes that a line separates, with room between. */
function separable(d: Draw, count: number): { inputs: number[][]; targets: number[][] } {
  const angle = d.between(0, 6.28);
  const targets = rows(count, (s) => [s % 2]);
  const inputs = targets.map(([y = 0]) => {
    const along = (y === 1 ? 1 : -1) * d.between(0.5, 2);
    const across = d.normal();
    return [along * Math.cos(angle) - across * Math.sin(angle), along * Math.sin(angle) + across * Math.cos(angle)];
  });
  return { inputs, targets };
}

/** A smooth curve. */
function curve(d: Draw, count: number): { inputs: number[][]; targets: number[][] } {
  const [a, b] = [d.between(0.5, 1.5), d.between(-1, 1)];
  const inputs = rows(count, (s) => [-2 + (4 * s) / (count - 1)]);
  return { inputs, targets: inputs.map(([x = 0]) => [a * Math.sin(1.5 * x) + b * 0.5 * x]) };
}

const XOR = {
  inputs: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  targets: [[0], [1], [1], [0]],
};

const adam = (learningRate = 0.02) => ({ type: 'adam', learningRate });
const hidden = (d: Draw) => ({ units: d.whole(4, 10), activation: d.of(['tanh', 'relu', 'sigmoid']) });

/** A network that learns its data well. */
export function healthy(seed: number): File {
  const d = drawing(seed);
  const kind = d.whole(0, 4);
  if (kind === 0) {
    return {
      layers: [
        { units: 2 },
        { units: d.whole(6, 12), activation: d.of(['tanh', 'relu']) },
        { units: 1, activation: 'sigmoid' },
      ],
      loss: 'binaryCrossEntropy',
      data: classes(d, d.whole(20, 60)),
      training: { optimizer: adam(), epochs: d.whole(400, 800) },
      seed,
    };
  }
  if (kind === 1) {
    return {
      layers: [{ units: 1 }, { units: d.whole(8, 16), activation: 'tanh' }, { units: 1 }],
      data: curve(d, d.whole(15, 40)),
      training: { optimizer: adam(), epochs: d.whole(500, 1000) },
      seed,
    };
  }
  if (kind === 2) {
    return {
      layers: [{ units: 2 }, { units: 1, activation: 'sigmoid' }],
      loss: 'binaryCrossEntropy',
      data: separable(d, d.whole(10, 50)),
      training: { optimizer: { type: 'gd', learningRate: d.between(0.5, 2) }, epochs: d.whole(200, 600) },
      seed,
    };
  }
  if (kind === 3) {
    const { inputs, targets } = separable(d, d.whole(20, 50));
    return {
      layers: [{ units: 2 }, hidden(d), { units: 2, activation: 'softmax' }],
      loss: 'crossEntropy',
      data: { inputs, targets: targets.map(([y = 0]) => [y, 1 - y]) },
      training: {
        optimizer: d.of<object>([adam(), { type: 'momentum', learningRate: 0.1 }]),
        epochs: d.whole(200, 500),
        batchSize: d.of<string | number>(['full', 8, 16]),
      },
      seed,
    };
  }
  const columns = d.whole(2, 5);
  const w = rows(columns, () => d.normal());
  const inputs = rows(d.whole(15, 40), () => rows(columns, () => d.normal()));
  return {
    layers: [{ units: columns }, { units: 1 }],
    data: {
      inputs,
      targets: inputs.map((x) => [x.reduce((sum, value, j) => sum + value * (w[j] ?? 0), 0) + 0.02 * d.normal()]),
    },
    training: { optimizer: { type: 'gd', learningRate: 0.1 }, epochs: d.whole(200, 500) },
    seed,
  };
}

/** A network that has the cause. */
export const FAULTY: Readonly<Record<CauseCode, (seed: number) => File>> = {
  'frozen-all': (seed) => {
    const file = healthy(seed);
    const layers = (file.layers as File[]).map((layer, l) => (l === 0 ? layer : { ...layer, frozen: true }));
    return { ...file, layers };
  },
  'constant-output': (seed) => {
    const d = drawing(seed);
    const data = d.of([XOR, classes(d, 20)]);
    return {
      layers: [{ units: 2 }, hidden(d), { units: 1, activation: 'softmax' }],
      loss: d.of(['mse', 'binaryCrossEntropy']),
      data,
      training: { optimizer: adam(), epochs: 100 },
      seed,
    };
  },
  'zero-gradient': (seed) => {
    const d = drawing(seed);
    const layer = () => ({ units: d.whole(3, 6), activation: 'relu', init: 'zeros' });
    return {
      layers: [{ units: 2 }, layer(), layer(), { units: 1, activation: d.of(['sigmoid', 'identity']), init: 'zeros' }],
      data: classes(d, 20),
      training: { optimizer: adam(), epochs: 200 },
      seed,
    };
  },
  'identical-units': (seed) => {
    const d = drawing(seed);
    const units = d.whole(2, 6);
    const [w1, w2, v] = [d.normal(), d.normal(), d.between(-1, 1)];
    return {
      layers: [
        { units: 2 },
        { weights: rows(units, () => [w1, w2]), activation: d.of(['sigmoid', 'tanh']) },
        { weights: [rows(units, () => v)], activation: 'sigmoid' },
      ],
      loss: d.of(['mse', 'binaryCrossEntropy']),
      data: XOR,
      training: { optimizer: adam(0.05), epochs: 1000 },
      seed,
    };
  },
  'dead-units': (seed) => {
    const d = drawing(seed);
    const units = d.whole(4, 10);
    return {
      layers: [
        { units: 2 },
        {
          units,
          activation: 'relu',
          weights: rows(units, () => [0.3 * d.normal(), 0.3 * d.normal()]),
          biases: rows(units, () => d.between(-9, -5)),
        },
        { units: 1, activation: 'sigmoid' },
      ],
      loss: 'binaryCrossEntropy',
      data: classes(d, 30),
      training: { optimizer: adam(), epochs: 300 },
      seed,
    };
  },
  'saturated-units': (seed) => {
    const d = drawing(seed);
    const units = d.whole(4, 8);
    const size = d.between(200, 800);
    return {
      layers: [
        { units: 2 },
        {
          units,
          activation: d.of(['sigmoid', 'tanh']),
          weights: rows(units, () => [size * d.normal(), size * d.normal()]),
          biases: rows(units, () => size * d.of([-3, 3])),
        },
        { units: 1, activation: 'sigmoid' },
      ],
      loss: 'binaryCrossEntropy',
      data: classes(d, 40),
      training: { optimizer: { type: 'gd', learningRate: 0.1 }, epochs: 300 },
      seed,
    };
  },
  'vanishing-gradient': (seed) => {
    const d = drawing(seed);
    const depth = d.whole(6, 9);
    return {
      layers: [
        { units: 2 },
        ...rows(depth, () => ({ units: 5, activation: 'sigmoid' })),
        { units: 1, activation: 'sigmoid' },
      ],
      loss: 'binaryCrossEntropy',
      data: classes(d, 30),
      training: { optimizer: { type: 'gd', learningRate: 0.5 }, epochs: 200 },
      seed,
    };
  },
  'exploding-gradient': (seed) => {
    const d = drawing(seed);
    const big = d.between(20, 60);
    const weights = (units: number, before: number) => rows(units, () => rows(before, () => big * d.normal()));
    return {
      layers: [
        { units: 2 },
        { weights: weights(5, 2), activation: 'relu' },
        { weights: weights(5, 5), activation: 'relu' },
        { weights: weights(5, 5), activation: 'relu' },
        { weights: weights(1, 5) },
      ],
      data: classes(d, 30),
      training: { optimizer: { type: 'gd', learningRate: 0.01 }, epochs: 200 },
      seed,
    };
  },
  diverged: (seed) => {
    const d = drawing(seed);
    return {
      layers: [{ units: 1 }, { units: d.whole(3, 8), activation: d.of(['identity', 'leakyRelu']) }, { units: 1 }],
      data: { inputs: rows(20, (s) => [3 * s]), targets: rows(20, (s) => [2 * s + d.normal()]) },
      training: { optimizer: { type: 'gd', learningRate: d.between(0.1, 1) }, epochs: 300, batchSize: 5 },
      seed: seed + 7,
    };
  },
  'step-too-large': (seed) => {
    const d = drawing(seed);
    return {
      layers: [{ units: 1 }, { units: d.whole(6, 12), activation: 'tanh' }, { units: 1 }],
      data: curve(d, 25),
      training: { optimizer: { type: 'gd', learningRate: d.between(2, 20) }, epochs: 500 },
      seed,
    };
  },
  'step-too-small': (seed) => {
    const d = drawing(seed);
    return {
      layers: [{ units: 2 }, { units: 6, activation: 'tanh' }, { units: 1, activation: 'sigmoid' }],
      loss: 'binaryCrossEntropy',
      data: separable(d, 30),
      training: {
        optimizer: { type: d.of(['gd', 'momentum', 'adam']), learningRate: 10 ** d.between(-6, -5) },
        epochs: 200,
      },
      seed,
    };
  },
  'noisy-gradient': (seed) => {
    const d = drawing(seed);
    const columns = d.whole(12, 16);
    const w = rows(columns, () => d.normal());
    const inputs = rows(80, () => rows(columns, () => d.normal()));
    // Half of what there is to learn is noise: steps along single rows follow it.
    const noise = Math.hypot(...w);
    const targets = inputs.map((x) => [x.reduce((sum, value, j) => sum + value * (w[j] ?? 0), 0) + noise * d.normal()]);
    const optimizer = { type: 'gd', learningRate: d.between(1.25, 1.4) / columns };
    return {
      layers: [{ units: columns }, { units: 1 }],
      data: { inputs, targets },
      training: { optimizer, epochs: 100, batchSize: 1 },
      seed,
    };
  },
  'unscaled-inputs': (seed) => {
    const d = drawing(seed);
    const { inputs, targets } = separable(d, 40);
    const [by, off] = [10 ** d.between(2, 4), d.between(-1, 1)];
    return {
      layers: [{ units: 2 }, { units: 6, activation: d.of(['tanh', 'sigmoid']) }, { units: 1, activation: 'sigmoid' }],
      loss: 'binaryCrossEntropy',
      data: { inputs: inputs.map(([x1 = 0, x2 = 0]) => [by * (x1 + off + 5), 0.01 * x2]), targets },
      training: { optimizer: { type: 'gd', learningRate: 0.2 }, epochs: 400 },
      seed,
    };
  },
  'unscaled-targets': (seed) => {
    const d = drawing(seed);
    const { inputs, targets } = curve(d, 30);
    const by = 10 ** d.between(2, 4);
    return {
      layers: [{ units: 1 }, { units: 8, activation: 'tanh' }, { units: 1 }],
      data: { inputs, targets: targets.map(([y = 0]) => [by * (y + 3)]) },
      training: { optimizer: adam(0.01), epochs: 500 },
      seed,
    };
  },
  'targets-out-of-range': (seed) => {
    const d = drawing(seed);
    const { inputs, targets } = curve(d, 30);
    return {
      layers: [
        { units: 1 },
        { units: 8, activation: 'tanh' },
        { units: 1, activation: d.of(['sigmoid', 'tanh', 'relu', 'softplus']) },
      ],
      data: { inputs, targets: targets.map(([y = 0]) => [d.of([5, 8]) * y]) },
      training: { optimizer: adam(0.01), epochs: 400 },
      seed,
    };
  },
  'loss-mismatch': (seed) => {
    const d = drawing(seed);
    if (seed % 2 === 0) {
      const { inputs, targets } = separable(d, 30);
      const data = { inputs, targets: targets.map(([y = 0]) => [y, 1 - y]) };
      return {
        layers: [{ units: 2 }, hidden(d), { units: 2, activation: 'sigmoid' }],
        loss: 'crossEntropy',
        data,
        training: { optimizer: adam(), epochs: 200 },
        seed,
      };
    }
    const bias = d.of([-12, 12]);
    return {
      layers: [{ units: 2 }, { units: 1, activation: 'sigmoid', weights: [[d.normal(), d.normal()]], biases: [bias] }],
      data: separable(d, 30),
      training: { optimizer: { type: 'gd', learningRate: 0.5 }, epochs: 500 },
      seed,
    };
  },
  'loss-floor': (seed) => {
    const d = drawing(seed);
    const { inputs } = separable(d, 20);
    return {
      layers: [{ units: 2 }, hidden(d), { units: 1, activation: 'sigmoid' }],
      loss: 'binaryCrossEntropy',
      data: { inputs, targets: inputs.map(() => [d.between(0.1, 0.9)]) },
      training: { optimizer: adam(), epochs: 200 },
      seed,
    };
  },
  'contradicting-rows': (seed) => {
    const d = drawing(seed);
    const { inputs, targets } = separable(d, 20);
    const twice = d.whole(2, 15);
    return {
      layers: [{ units: 2 }, hidden(d), { units: 1, activation: 'sigmoid' }],
      loss: 'binaryCrossEntropy',
      data: {
        inputs: [...inputs, ...inputs.slice(0, twice)],
        targets: [...targets, ...targets.slice(0, twice).map(([y = 0]) => [1 - y])],
      },
      training: { optimizer: adam(), epochs: 200 },
      seed,
    };
  },
  'class-imbalance': (seed) => {
    const d = drawing(seed);
    const rare = d.whole(2, 4);
    const inputs = rows(60, (s) => rows(2, () => d.normal() + (s < rare ? 0.4 : 0)));
    return {
      layers: [{ units: 2 }, { units: 1, activation: 'sigmoid' }],
      loss: 'binaryCrossEntropy',
      data: { inputs, targets: rows(60, (s) => [s < rare ? 1 : 0]) },
      training: { optimizer: { type: 'gd', learningRate: 0.5 }, epochs: 200 },
      seed,
    };
  },
  'penalty-dominates': (seed) => {
    const d = drawing(seed);
    return {
      layers: [{ units: 2 }, hidden(d), { units: 1, activation: 'sigmoid' }],
      loss: 'binaryCrossEntropy',
      regularization: d.of([{ l2: d.between(0.3, 2) }, { l1: d.between(0.1, 0.5) }]),
      data: separable(d, 30),
      training: { optimizer: adam(), epochs: 400 },
      seed,
    };
  },
  'too-little-capacity': (seed) => {
    const d = drawing(seed);
    const layers = d.of<object[]>([
      [{ units: 2 }, { units: 1, activation: 'sigmoid' }],
      [{ units: 2 }, { units: 6 }, { units: 1, activation: 'sigmoid' }],
    ]);
    const inputs = rows(40, () => [d.between(-1, 1), d.between(-1, 1)]);
    const data = d.of<object>([XOR, { inputs, targets: inputs.map(([x1 = 0, x2 = 0]) => [x1 * x2 > 0 ? 1 : 0]) }]);
    return {
      layers,
      loss: d.of(['mse', 'binaryCrossEntropy']),
      data,
      training: { optimizer: adam(0.05), epochs: 600 },
      seed,
    };
  },
  saddle: (seed) => {
    const d = drawing(seed);
    const units = d.whole(3, 6);
    const tiny = () => 1e-4 * d.normal();
    return {
      layers: [
        { units: 2 },
        { activation: 'tanh', weights: rows(units, () => [tiny(), tiny()]) },
        { weights: [rows(units, tiny)], activation: 'sigmoid' },
      ],
      loss: d.of(['mse', 'binaryCrossEntropy']),
      data: XOR,
      training: { optimizer: { type: 'gd', learningRate: d.between(0.05, 0.2) }, epochs: 100 },
      seed,
    };
  },
  'local-minimum': (seed) => {
    const d = drawing(seed);
    // Both of the ReLUs that XOR needs look the same way: three rows have the same output, and no gradient parts them.
    const [a, b] = [d.between(0.8, 2), d.between(0.8, 2)];
    const first = {
      activation: 'relu',
      weights: [
        [a, -a],
        [b, -b],
      ],
      biases: [d.between(-0.2, 0), d.between(-0.2, 0)],
    };
    const second = { weights: [[d.between(0.5, 1), d.between(0.5, 1)]], biases: [-0.5], activation: 'sigmoid' };
    return {
      layers: [{ units: 2 }, first, second],
      loss: 'binaryCrossEntropy',
      data: XOR,
      training: { optimizer: adam(0.02), epochs: 1500 },
      seed,
    };
  },
  'minimum-reached': (seed) => {
    const d = drawing(seed);
    const inputs = rows(30, () => [d.normal(), d.normal()]);
    return {
      layers: [{ units: 2 }, { units: 1 }],
      data: { inputs, targets: inputs.map(([x1 = 0, x2 = 0]) => [x1 - x2 + d.normal()]) },
      training: { optimizer: { type: 'gd', learningRate: 0.2 }, epochs: 1000 },
      seed,
    };
  },
  overfitting: (seed) => {
    const d = drawing(seed);
    const inputs = rows(40, () => rows(10, () => d.normal()));
    return {
      layers: [{ units: 10 }, { units: 16, activation: d.of(['relu', 'tanh']) }, { units: 1, activation: 'sigmoid' }],
      loss: 'binaryCrossEntropy',
      data: { inputs, targets: inputs.map(([x = 0]) => [x + 1.5 * d.normal() > 0 ? 1 : 0]), validation: 0.4 },
      training: { optimizer: adam(), epochs: 300 },
      seed,
    };
  },
};
