import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { runToEnd } from '../../../src/core/check/steps';
import { type Cause, type CauseCode, CAUSES, diagnosing } from '../../../src/core/doctor';
import { changed, type Change, pathEdits } from '../../../src/core/doctor/changes';
import { trialTools } from '../../../src/engine/trial';
import { changeKeys, parseNetworkFile } from '../../../src/format';
import { withEdits } from '../../../src/app/weights';
import { diagnosed, parsed } from './diagnosed';
import { drawing, FAULTY, type File, healthy } from './generated';

const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'realFaults');
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

interface Expected {
  readonly codes: readonly CauseCode[];
  readonly notCodes: readonly CauseCode[];
}

describe('real faults', () => {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.nn.json'))
    // Of these the trials take seconds; test/bench/doctor.mjs looks at them too.
    .filter((name) => !/^(04|05|11)-/.test(name));
  test.each(names)('%s is named, and nothing that is plainly wrong', (name) => {
    const { codes, notCodes } = read(name.replace('.nn.json', '.expected.json')) as Expected;
    const found = diagnosed(read(name) as File).findings.map(({ code }) => code);
    expect(codes.filter((code) => found.includes(code))).not.toEqual([]);
    expect(found.filter((code) => notCodes.includes(code))).toEqual([]);
  });
});

test.each(Object.keys(FAULTY) as CauseCode[])('%s is found where it is, with a number', (code) => {
  for (const seed of [101, 102]) {
    const finding = diagnosed(FAULTY[code](seed)).findings.find((found) => found.code === code);
    expect(finding, `seed ${String(seed)}`).toBeDefined();
    expect(Object.keys(finding?.evidence ?? {})).not.toEqual([]);
    // A remedy that is offered was tried, and does better.
    if (finding?.remedy) expect(finding.remedy.lossAfter).toBeLessThan(finding.remedy.lossBefore);
  }
});

it('has a row for every cause that is generated, and none twice', () => {
  expect(CAUSES.map(({ code }) => code).sort()).toEqual(Object.keys(FAULTY).sort());
});

it('finds nothing severe in networks that learn well', () => {
  for (let seed = 201; seed <= 212; seed++) {
    const { findings, lossAfter, constantLoss, floor } = diagnosed(healthy(seed));
    expect((constantLoss - lossAfter) / (constantLoss - floor)).toBeGreaterThan(0.9);
    expect(findings.filter(({ severity }) => severity === 'severe')).toEqual([]);
  }
});

/** Rows x, and y = w·x with noise of this deviation. */
function noisyPlane(seed: number, noise: number, count = 50): { inputs: number[][]; targets: number[][] } {
  const draw = drawing(seed);
  const w = [draw.normal(), draw.normal(), draw.normal()];
  const inputs = Array.from({ length: count }, () => w.map(() => draw.normal()));
  const product = (x: readonly number[]): number => x.reduce((sum, value, j) => sum + value * (w[j] ?? NaN), 0);
  return { inputs, targets: inputs.map((x) => [product(x) + noise * draw.normal()]) };
}

const codesOf = (file: File): CauseCode[] => diagnosed(file).findings.map(({ code }) => code);

it.each([1, 2, 3, 4])('does not take the noise of a line for a curve (seed %i)', (seed) => {
  const layers = [{ units: 3 }, { units: 1 }];
  const training = { optimizer: { type: 'gd', learningRate: 0.1 }, epochs: 300 };
  expect(codesOf({ layers, data: noisyPlane(seed, 2), training, seed })).not.toContain('too-little-capacity');
});

it.each([1, 2, 3])('says that one row a step is too noisy where the targets are noisy, too (seed %i)', (seed) => {
  const layers = [{ units: 3 }, { units: 1 }];
  const training = { optimizer: { type: 'gd', learningRate: 0.15 }, epochs: 300, batchSize: 1 };
  expect(codesOf({ layers, data: noisyPlane(seed, 1.5), training, seed })).toContain('noisy-gradient');
});

it('names inputs of different sizes where they are why the steps are small', () => {
  const { inputs } = noisyPlane(5, 0);
  const data = {
    inputs: inputs.map(([x1 = 0, x2 = 0]) => [x1, 1000 * x2]),
    targets: inputs.map(([x1 = 0, x2 = 0]) => [3 * x1 + 2 * x2]),
  };
  const training = { optimizer: { type: 'gd', learningRate: 1e-6 }, epochs: 1000 };
  const { findings } = diagnosed({ layers: [{ units: 2 }, { units: 1 }], data, training });
  expect(findings[0]).toMatchObject({ code: 'unscaled-inputs', severity: 'severe' });
  expect(findings[0]?.remedy?.changes.map(({ key }) => key)).toEqual(['standardize', 'learningRate']);
});

it('names one output of several that is dead', () => {
  const inputs = [0, 1, 2].flatMap((k) => [0, 1, 2, 3].map((s) => [0, 1, 2].map((j) => (j === k ? 1 + s / 4 : 0))));
  const targets = inputs.map((x) => x.map((value) => (value > 0 ? 1 : 0)));
  const weights = [
    [1, -1, -1],
    [-1, 1, -1],
    [-1, -1, -1],
  ];
  const training = { optimizer: { type: 'gd', learningRate: 0.1 }, epochs: 200 };
  const file = {
    layers: [{ units: 3 }, { weights, biases: [0, 0, -1], activation: 'relu' }],
    data: { inputs, targets },
    training,
  };
  expect(diagnosed(file).findings).toContainEqual(
    expect.objectContaining({ code: 'dead-units', layer: 2, units: [3] }),
  );
});

/** One input, and one wave of the targets over it. */
function wave(frequency: number): { inputs: number[][]; targets: number[][] } {
  const inputs = Array.from({ length: 20 }, (_, s) => [-2 + s / 5]);
  return { inputs, targets: inputs.map(([x = 0]) => [Math.sin(frequency * x)]) };
}
const withGd = (learningRate: number, epochs: number): object => ({ optimizer: { type: 'gd', learningRate }, epochs });

it('does not call dead units severe where others are alive and no change helps', () => {
  const weights = [[0.3], [0.1], [0.2], [0.15]];
  const hidden = (biases: readonly number[]): object => ({ activation: 'relu', weights, biases });
  const deadUnits = (biases: readonly number[], frequency: number): unknown => {
    const file = { layers: [{ units: 1 }, hidden(biases), { units: 1 }], data: wave(frequency), seed: 3 };
    return diagnosed({ ...file, training: withGd(0.05, 200) }).findings.find(({ code }) => code === 'dead-units');
  };
  expect(deadUnits([-5, -5, 0, -6], 9)).toMatchObject({ severity: 'warning', units: [1, 2, 4], remedy: null });
  expect(deadUnits([-5, -5, -5, -6], 9)).toMatchObject({ severity: 'severe', units: [1, 2, 3, 4] });
});

it('finds a vanishing gradient only behind more than one hidden layer', () => {
  const hidden = { activation: 'sigmoid', weights: [[0.1], [0.2]], biases: [0, 0] };
  const tiny = [0.001, 0.002];
  const second = { activation: 'sigmoid', weights: [tiny, [0.002, 0.001]], biases: [0, 0] };
  const codes = (layers: readonly object[]): CauseCode[] =>
    codesOf({ layers: [{ units: 1 }, ...layers], data: wave(2), training: withGd(0.1, 100), seed: 3 });
  expect(codes([hidden, second, { weights: [tiny] }])).toContain('vanishing-gradient');
  expect(codes([hidden, { weights: [[1e-5, 2e-5]] }])).not.toContain('vanishing-gradient');
});

it('says every change of a remedy: where ReLUs before an output of the wrong range are dead, they change too', () => {
  const { inputs } = wave(1);
  const biases = [-5, -5, -5, -5];
  const hidden = { activation: 'relu', weights: [[0.3], [0.1], [0.2], [0.15]], biases };
  const { findings } = diagnosed({
    layers: [{ units: 1 }, hidden, { units: 1, activation: 'sigmoid' }],
    data: { inputs, targets: inputs.map(([x = 0]) => [3 * x]) },
    training: withGd(0.1, 300),
    seed: 3,
  });
  const remedy = findings.find(({ code }) => code === 'targets-out-of-range')?.remedy;
  expect(remedy?.changes).toEqual([
    { key: 'activation', layer: 3, value: 'identity' },
    { key: 'activation', layer: 2, value: 'leakyRelu' },
    { key: 'optimizer', type: 'adam', learningRate: 0.01 },
  ]);
  expect(remedy?.message).toBe(
    'Use identity for the output, leakyRelu before it, and adam with a learning rate of 0.01.',
  );
});

it('takes nothing for a local minimum where J still falls', () => {
  const after = (epochs: number): CauseCode[] =>
    codesOf({ ...FAULTY['local-minimum'](101), training: { optimizer: { type: 'adam', learningRate: 0.3 }, epochs } });
  expect(after(40)).toContain('local-minimum');
  expect(after(10)).not.toContain('local-minimum');
});

it('does not say that rows are learned by heart where J no longer falls', () => {
  // With the hinge loss J is 0 from θ = 1 on; momentum carries θ past 2, where the held-out rows are best.
  const codes = (input: number): CauseCode[] => {
    const { network, data } = parsed({
      layers: [{ units: 1 }, { weights: [[0.1]], biases: false }],
      loss: 'hinge',
      data: { inputs: [[1], [input]], targets: [[1], [1]] },
      training: { optimizer: { type: 'momentum', learningRate: 0.3, momentum: 0.9 }, epochs: 100 },
    });
    const validation = { count: 2, inputs: Float64Array.of(0.5, 0.3), targets: Float64Array.of(1, -1) };
    return runToEnd(diagnosing(network, { ...data, validation }, trialTools)).findings.map(({ code }) => code);
  };
  expect(codes(1)).not.toContain('overfitting');
  // A row that only θ = 10 serves keeps J falling for longer.
  expect(codes(0.1)).toContain('overfitting');
});

it('looks for a cause that is one row more, and not where another explains it', () => {
  const { network, data } = parsed(FAULTY['constant-output'](1));
  const made = (explainedBy: readonly CauseCode[]): Cause => ({
    code: 'loss-floor',
    explainedBy,
    *find({ firstLoss }) {
      yield;
      return [{ severity: 'note', message: 'made up', evidence: { firstLoss }, remedy: null }];
    },
  });
  const rows = CAUSES.filter(({ code }) => code === 'constant-output');
  const codes = (cause: Cause): string[] =>
    runToEnd(diagnosing(network, data, trialTools, 10, [...rows, cause])).findings.map(({ message }) => message);
  expect(codes(made([]))).toContain('made up');
  expect(codes(made(['constant-output']))).not.toContain('made up');
});

/** Points of the plane, and a line over them. */
const drawn = drawing(7);
const points = Array.from({ length: 120 }, () => [drawn.normal(), drawn.normal()]);
const line = {
  inputs: points.map(([x = 0, y = 0]) => [x, y]),
  targets: points.map(([x = 0, y = 0]) => [2 * x - y]),
};

describe('finds what ends, or undoes, the steps of the file itself', () => {
  const layers = [{ units: 2 }, { units: 6, activation: 'tanh' }, { units: 1 }];
  const optimizer = { type: 'gd', learningRate: 0.1 };
  it('a schedule that leaves no learning rate', () => {
    const schedule = { type: 'exponential', gamma: 0.6 };
    const { findings } = diagnosed({ layers, data: line, training: { optimizer, epochs: 300, schedule }, seed: 1 });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ code: 'step-too-small', remedy: { message: 'Leave "schedule" out.' } });
    expect(findings[0]?.message).toMatch(/the schedule takes the learning rate from 0\.1 down to \d/);
  });

  it('a rule that ends training too soon', () => {
    const stop = { gradientNorm: 1 };
    const { findings } = diagnosed({ layers, data: line, training: { optimizer, epochs: 300, stop }, seed: 1 });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ code: 'step-too-small', remedy: { message: 'Leave "stop" out.' } });
    expect(findings[0]?.message).toMatch(
      /the rule "stop": \{ "gradientNorm": 1 \} ends training after \d+ epochs? of 300/,
    );
  });

  it('a momentum that is too large', () => {
    const heavy = { type: 'momentum', learningRate: 0.1, momentum: 0.999 };
    const { findings } = diagnosed({ layers, data: line, training: { optimizer: heavy, epochs: 200 }, seed: 1 });
    expect(findings[0]).toMatchObject({ code: 'step-too-large', evidence: { momentum: 0.999 } });
    expect(findings[0]?.message).toContain('The momentum 0.999 is too large: a step adds up to 1000 times');
    expect(findings[0]?.remedy?.message).toMatch(/^Set the momentum to 0\.9/);
  });
});

it('finds a hidden layer that is too narrow, with a width that does', () => {
  const { findings } = diagnosed({
    layers: [{ units: 2 }, { units: 1, activation: 'tanh' }, { units: 1, activation: 'sigmoid' }],
    loss: 'binaryCrossEntropy',
    data: { inputs: points, targets: points.map(([x = 0, y = 0]) => [Number(x * x + y * y > 1.4)]) },
    training: { optimizer: { type: 'adam', learningRate: 0.03 }, epochs: 1000 },
    seed: 1,
  });
  expect(findings[0]).toMatchObject({
    code: 'too-little-capacity',
    severity: 'severe',
    layer: 2,
    evidence: { units: 1 },
  });
  expect(findings[0]?.remedy?.changes[0]).toMatchObject({ key: 'units', layer: 2 });
});

/** Two rings of rows, which no line separates. */
function rings(count: number): { inputs: number[][]; targets: number[][] } {
  const at = Array.from({ length: count }, (_, k) => ({ angle: 2.4 * k, radius: k % 2 === 0 ? 1 : 0.4 }));
  return {
    inputs: at.map(({ angle, radius }) => [radius * Math.cos(angle), radius * Math.sin(angle)]),
    targets: at.map((_, k) => [k % 2]),
  };
}

it('finds a hidden layer that is too narrow also where it learns a part', () => {
  const { findings } = diagnosed({
    layers: [{ units: 2 }, { units: 2, activation: 'tanh' }, { units: 1, activation: 'sigmoid' }],
    loss: 'binaryCrossEntropy',
    data: rings(80),
    training: { optimizer: { type: 'adam', learningRate: 0.05 }, epochs: 1000 },
    seed: 1,
  });
  expect(findings).toMatchObject([{ code: 'too-little-capacity', severity: 'warning', layer: 2 }]);
});

it('calls a weight decay that decides a penalty, and offers the usual one', () => {
  const { inputs, targets } = rings(60);
  const { findings } = diagnosed({
    layers: [{ units: 2 }, { units: 8, activation: 'tanh' }, { units: 1, activation: 'sigmoid' }],
    loss: 'binaryCrossEntropy',
    data: { inputs, targets },
    training: { optimizer: { type: 'adamw', learningRate: 0.02, weightDecay: 4 }, epochs: 400 },
  });
  expect(findings[0]).toMatchObject({
    code: 'penalty-dominates',
    severity: 'severe',
    evidence: { weightDecay: 4, learningRate: 0.02 },
    remedy: { changes: [{ key: 'optimizer', type: 'adamw', learningRate: 0.02 }] },
  });
  expect(findings[0]?.message).toContain('each step makes the weights 8 % smaller');
});

it('says of a softmax of one unit nothing of steps, although J is not finite', () => {
  const { inputs, targets } = rings(30);
  const { findings } = diagnosed({
    layers: [{ units: 2 }, { units: 4, activation: 'relu' }, { units: 1, activation: 'softmax' }],
    loss: 'binaryCrossEntropy',
    data: { inputs, targets },
    training: { optimizer: { type: 'adam', learningRate: 0.01 }, batchSize: 10, epochs: 50 },
  });
  expect(findings.map(({ code }) => code)).not.toContain('diverged');
  expect(findings.map(({ code }) => code)).not.toContain('step-too-large');
  expect(findings[0]).toMatchObject({ code: 'constant-output', severity: 'severe' });
});

it.each([0, 1, 2, 3])('offers a change that mends XOR of equal weights (seed %i)', (seed) => {
  const { findings } = diagnosed({
    layers: [
      { units: 2 },
      {
        activation: 'sigmoid',
        weights: [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      },
      { activation: 'sigmoid', weights: [[0.5, 0.5]] },
    ],
    data: {
      inputs: [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      targets: [[0], [1], [1], [0]],
    },
    training: { optimizer: { type: 'gd', learningRate: 0.5 }, epochs: 2000 },
    seed,
  });
  expect(findings[0]).toMatchObject({ code: 'identical-units', severity: 'severe', layer: 2, units: [1, 2] });
  expect(findings[0]?.remedy?.lossAfter).toBeLessThan(0.01);
});

describe('a change', () => {
  const file = {
    layers: [
      { units: 2 },
      {
        units: 3,
        activation: 'relu',
        weights: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        biases: [1, 2, 3],
        frozen: true,
      },
      { weights: [[1, 2, 3]], activation: 'sigmoid', init: 'zeros' },
    ],
    loss: 'mse',
    regularization: { l2: 0.1 },
    data: {
      inputs: [
        [0, 1],
        [2, 3],
        [4, 9],
      ],
      targets: [[0], [1], [1]],
    },
    training: {
      optimizer: { type: 'gd', learningRate: 0.1 },
      epochs: 10,
      schedule: { type: 'exponential', gamma: 0.9 },
      stop: { loss: 0.01 },
    },
    seed: 3,
  };
  const changes: readonly Change[] = [
    { key: 'learningRate', value: 0.5 },
    { key: 'epochs', value: 50 },
    { key: 'batchSize', value: 2 },
    { key: 'optimizer', type: 'adam', learningRate: 0.02 },
    { key: 'loss', value: 'binaryCrossEntropy' },
    { key: 'regularization', l1: 0, l2: 0.001 },
    { key: 'activation', layer: 2, value: 'tanh' },
    { key: 'initialWeights', layer: 2 },
    { key: 'initialWeights', layer: 3 },
    { key: 'seed', value: 9 },
    { key: 'unfreeze', layer: 2 },
    { key: 'standardize' },
    { key: 'units', layer: 2, value: 5 },
    { key: 'leaveOut', of: 'schedule' },
    { key: 'leaveOut', of: 'stop' },
  ];
  it.each(changes)('$key makes the network that the changed text says', (change) => {
    const text = JSON.stringify(file, null, 2);
    const { network, data } = parsed(file);
    const made = changed(network, data, [change], trialTools.uniforms);
    const edits = pathEdits(network, [change]);
    const read = parseNetworkFile(withEdits(text, changeKeys(text, edits ?? [])), { fileName: 'generated' });
    expect(read.problems).toEqual([]);
    expect(read.network).toEqual(made.network);
    expect(read.data?.training.targets).toEqual(made.data.training.targets);
    expect(read.data?.training.inputs.map((x) => Math.round(x * 1e12))).toEqual(
      made.data.training.inputs.map((x) => Math.round(x * 1e12)),
    );
  });
});
