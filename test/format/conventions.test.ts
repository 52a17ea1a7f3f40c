import { describe, expect, test } from 'vitest';
import { loadNetworkFile, parseNetworkFile } from '../../src/format';
import { isFrozen, trainableRanges } from '../../src/core/frozen';

const fileName = 'conventions.nn.json';

function parse(file: object) {
  const { problems, network, data } = parseNetworkFile(JSON.stringify(file), { fileName });
  return { network, data, problems: problems.map(({ code, message }) => `${code}: ${message}`) };
}

const layers = [{ units: 2 }, { units: 3, activation: 'tanh' }, { units: 2 }];
const data = {
  inputs: [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  targets: [
    [1, 0],
    [0, 1],
    [0, 1],
  ],
};

describe('loss and penalty', () => {
  test('conventions that are the usual ones leave no trace', () => {
    const loss = { type: 'mse', half: true, outputs: 'sum', samples: 'mean' };
    const regularization = { l1: 0, l2: 1, half: true, perSample: false, biases: false };
    const { network, problems } = parse({ layers, loss, regularization });
    expect(problems).toEqual([]);
    expect(network?.loss).toEqual({ type: 'mse' });
    expect(network?.regularization).toEqual({ l1: 0, l2: 1 });
  });

  test('others are kept', () => {
    const loss = { type: 'huber', delta: 2, half: false, outputs: 'mean', samples: 'sum' } as const;
    const regularization = { l1: 0.5, l2: 0.25, half: false, perSample: true, biases: true };
    const { network, problems } = parse({ layers, loss, regularization });
    expect(problems).toEqual([]);
    expect(network?.loss).toEqual(loss);
    expect(network?.regularization).toEqual(regularization);
  });

  test.each([
    [{ type: 'mse', half: 1 }, 'wrong-type: "half" of "loss" is the number 1, expected true or false'],
    [{ type: 'mse', outputs: 'avg' }, 'unknown-name: "outputs" of "loss" is "avg", expected one of "sum" or "mean"'],
    [{ type: 'mse', samples: 3 }, 'wrong-type: "samples" of "loss" is the number 3, expected one of "mean" or "sum"'],
    [
      { type: 'mae', half: false },
      'misplaced-key: "half" has no meaning in "loss" mae: it belongs to "mse" or "huber"',
    ],
    [
      { type: 'mse', reduction: 'sum' },
      'foreign-key: "loss" mse has the key "reduction": J is the mean over the samples of the sum over the outputs; "loss": { "outputs": "mean" } and { "samples": "sum" } change that',
    ],
  ])('loss %j: %s', (loss, message) => {
    expect(parse({ layers, loss }).problems).toEqual([message]);
  });

  test('a flag of the penalty is true or false', () => {
    expect(parse({ layers, regularization: { l2: 1, perSample: 'm' } }).problems).toEqual([
      'wrong-type: "perSample" of "regularization" is the string "m", expected true or false',
    ]);
  });

  test.each(['half', 'perSample'])('%s of the file is an error', (key) => {
    expect(parse({ layers, [key]: false }).problems[0]).toContain('foreign-key');
  });
});

describe('weights of rows', () => {
  test('one for each row', () => {
    const { problems, data: read } = parse({ layers, data: { ...data, weights: [1, 0, 2.5] } });
    expect(problems).toEqual([]);
    expect([...(read?.training.weights ?? [])]).toEqual([1, 0, 2.5]);
  });

  test('one for each class, times those of the rows', () => {
    const { problems, data: read } = parse({ layers, data: { ...data, weights: [1, 2, 3], classWeights: [10, 0.5] } });
    expect(problems).toEqual([]);
    expect([...(read?.training.weights ?? [])]).toEqual([10, 1, 1.5]);
  });

  test('of a single output, for 0 and 1', () => {
    const one = [{ units: 2 }, { units: 1, activation: 'sigmoid' }];
    const binary = { inputs: data.inputs, targets: [[1], [0], [1]], classWeights: [3, 4] };
    const { data: read } = parse({ layers: one, loss: 'binaryCrossEntropy', data: binary });
    expect([...(read?.training.weights ?? [])]).toEqual([4, 3, 4]);
  });

  test('follow the rows into the split', () => {
    const many = Array.from({ length: 10 }, (_, k) => [k, -k]);
    const rows = { inputs: many, targets: many, weights: many.map(([k = 0]) => k), validation: 0.3 };
    const { data: read } = parse({ layers, data: rows });
    for (const part of [read?.training, read?.validation]) {
      expect([...(part?.weights ?? [])]).toEqual(
        Array.from({ length: part?.count ?? 0 }, (_, s) => part?.inputs[2 * s]),
      );
    }
  });

  test.each([
    [{ weights: [1, 2] }, 'wrong-length: "weights" of "data" has 2 numbers, expected 3, one for each row of "inputs"'],
    [{ weights: [1, -2, 3] }, 'out-of-range: item 2 of "weights" of "data" is -2, expected a number ≥ 0'],
    [
      { weights: 'w' },
      'wrong-type: "weights" of "data" is the string "w", expected an array of numbers, one for each row',
    ],
    [{ weights: [0, 0, 0] }, 'out-of-range: the weights of all training rows are 0, expected one above 0'],
    [
      { classWeights: [1, 2, 3] },
      'wrong-length: "classWeights" has 3 numbers, expected 2, one for each class, that is each output unit',
    ],
    [
      {
        classWeights: [1, 2],
        targets: [
          [1, 0],
          [0.5, 0.5],
          [0, 1],
        ],
      },
      'target-out-of-range: "classWeights" needs targets that are classes, but those of row 2 are not; expected a single 1, all others 0',
    ],
    [{ sample_weight: [1, 2, 3] }, 'foreign-key: "data" has the key "sample_weight": it is "weights" of "data"'],
  ])('%j: %s', (more, message) => {
    const { problems, network } = parse({ layers, data: { ...data, ...more } });
    expect(problems).toEqual([message]);
    expect(network).toBeUndefined();
  });

  const csv = async (weights: unknown, more: object = {}) => {
    const text = 'a,b,w,y\n1,2,0.5,p\n3,4,2,q\n5,6,-0,q\n';
    const file = { file: 'd.csv', inputs: ['a', 'b'], targets: ['y'], targetEncoding: 'oneHot', weights, ...more };
    const { problems, data: read } = await loadNetworkFile(JSON.stringify({ layers, data: file }), {
      fileName,
      readCsv: () => Promise.resolve({ length: text.length, chunks: [text] }),
    });
    return { problems: problems.map(({ code, message }) => `${code}: ${message}`), weights: read?.training.weights };
  };

  test.each([['w'], [3], [[0.5, 2, 0]]])('from a CSV by %j', async (weights) => {
    const read = await csv(weights);
    expect(read.problems).toEqual([]);
    expect([...(read.weights ?? [])].map((weight) => weight + 0)).toEqual([0.5, 2, 0]);
  });

  test('"rest" leaves the column of weights out', async () => {
    const read = await csv('w', { inputs: 'rest', classWeights: [2, 1] });
    expect(read.problems).toEqual([]);
    expect([...(read.weights ?? [])].map((weight) => weight + 0)).toEqual([1, 2, 0]);
  });

  test.each([
    ['v', 'csv-column: d.csv has no column "v", expected one of "a", "b", "w", "y"'],
    ['y', 'csv-not-a-number: d.csv: row 1 (line 2), column "y": found "p", expected a finite number'],
    [[1, 2], 'wrong-length: "weights" of "data" has 2 numbers, expected 3, one for each row'],
  ])('%j of a CSV: %s', async (weights, message) => {
    expect((await csv(weights)).problems[0]).toBe(message);
  });
});

describe('layers', () => {
  const withLayer = (more: object) => parse({ layers: [{ units: 2 }, { units: 3, ...more }, { units: 1 }] });

  test('the input of the biases', () => {
    expect(withLayer({ biasInput: -1 }).network?.layers[1]?.biasInput).toBe(-1);
    expect(withLayer({ biasInput: 1 }).network?.layers[1]).not.toHaveProperty('biasInput');
    expect(withLayer({ biasInput: 0 }).problems).toEqual([
      'out-of-range: "biasInput" of layer 2 is 0, expected a finite number other than 0',
    ]);
    expect(withLayer({ biasInput: -1, biases: false }).problems).toEqual([
      'misplaced-key: "biasInput" has no meaning in layer 2: it has no biases',
    ]);
  });

  test.each([
    [[2, 2], { rows: 2, columns: 2, depth: 1 }],
    [[4, 1, 1], { rows: 4, columns: 1, depth: 1 }],
    [[2, 3], 'wrong-length: "shape" of the input layer has 6 places, expected 4: one for each unit'],
    [[4], 'wrong-length: "shape" of the input layer has 1 number, expected [rows, columns] or [rows, columns, depth]'],
    [[2, 1, 2], 'out-of-range: the depth of "shape" of the input layer is 2, expected 1 or 3'],
    [
      [2, 2.5],
      'out-of-range: the number of columns of "shape" of the input layer is 2.5, expected an integer from 1 to 65536',
    ],
    [
      '2x2',
      'wrong-type: "shape" of the input layer is the string "2x2", expected [rows, columns] or [rows, columns, depth]',
    ],
  ])('the input as an image of shape %j', (shape, expected) => {
    const { network, problems } = parse({ layers: [{ units: 4, shape }, { units: 1 }] });
    if (typeof expected === 'string') expect(problems).toEqual([expected]);
    else expect([network?.layers[0]?.shape, problems]).toEqual([expected, []]);
  });

  test('a color image has three numbers a pixel, and layers that compute have no shape', () => {
    const color = parse({ layers: [{ units: 12, shape: [2, 2, 3] }, { units: 1 }] });
    expect([color.network?.layers[0]?.shape, color.problems]).toEqual([{ rows: 2, columns: 2, depth: 3 }, []]);
    expect(withLayer({ shape: [3, 1] }).problems).toEqual([
      'misplaced-key: "shape" has no meaning in layer 2: only inputs are drawn as an image',
    ]);
  });

  const rows = [
    [true, false],
    [false, false],
    [false, true],
  ];

  test.each([
    [rows, [0, 5]],
    [{ weights: rows }, [0, 5]],
    [{ weights: rows, biases: [false, true, false] }, [0, 5, 7]],
    [{ weights: true, biases: [false, true, false] }, [0, 1, 2, 3, 4, 5, 7]],
    [{ biases: true }, [6, 7, 8]],
    [{ weights: rows.map(() => [false, false]) }, []],
    [rows.map(() => [true, true]), [0, 1, 2, 3, 4, 5]],
  ])('frozen %j', (frozen, expected) => {
    const { network, problems } = withLayer({ frozen });
    expect(problems).toEqual([]);
    if (!network) return;
    const trained = new Set(trainableRanges(network).flatMap(({ from, to }) => [...Array(to).keys()].slice(from)));
    expect([...network.theta.keys()].filter((k) => !trained.has(k))).toEqual(expected);
    expect(isFrozen(network, { layer: 1, to: 3, from: 2 })).toBe(expected.includes(5));
    expect(isFrozen(network, { layer: 1, to: 2, from: 0 })).toBe(expected.includes(7));
    expect(isFrozen(network, { layer: 2, to: 1, from: 1 })).toBe(false);
  });

  test.each([
    [
      [[true], [false, true], [true, false]],
      'wrong-length: row 1 of "frozen" of layer 2 has 1 value, expected 2, one for each unit of layer 1',
    ],
    [[[true, false]], 'wrong-length: "frozen" of layer 2 has 1 row, expected 3, one for each unit of layer 2'],
    [
      { weights: rows, biases: [1, 0, 0] },
      'wrong-type: value 1 of "biases" of "frozen" of layer 2 is the number 1, expected true or false',
    ],
  ])('frozen %j: %s', (frozen, message) => {
    expect(withLayer({ frozen }).problems[0]).toBe(message);
  });
});

describe('training', () => {
  const training = (more: object) => parse({ layers, training: more });

  test.each([
    ['step', { type: 'step', stepSize: 10, gamma: 0.1 }],
    [
      { type: 'cosine', etaMin: 0.001 },
      { type: 'cosine', epochs: 70, etaMin: 0.001 },
    ],
    [
      { type: 'warmup', epochs: 3 },
      { type: 'warmup', epochs: 3, startFactor: 1 / 3 },
    ],
    [
      { type: 'inverseTime', gamma: 0.5 },
      { type: 'inverseTime', gamma: 0.5 },
    ],
    ['exponential', { type: 'exponential', gamma: 0.95 }],
  ])('schedule %j', (schedule, read) => {
    const { network, problems } = training({ epochs: 70, schedule });
    expect(problems).toEqual([]);
    expect(network?.training.schedule).toEqual(read);
  });

  test('limits', () => {
    const limits = { clipNorm: 1, clipValue: 0.5, maxNorm: 3 };
    const { network, problems } = training(limits);
    expect(problems).toEqual([]);
    expect(network?.training).toMatchObject(limits);
  });

  test.each([
    [{ clipNorm: 0 }, 'out-of-range: "clipNorm" is 0, expected a number > 0'],
    [
      { clipValue: 1, optimizer: { type: 'lbfgs' } },
      'out-of-range: "clipValue" has no meaning with lbfgs: its search needs the gradient as it is',
    ],
    [
      { gradientClip: 1 },
      'foreign-key: "training" has the key "gradientClip": "clipNorm" of "training" limits the norm of the gradient, "clipValue" each entry of it',
    ],
    [{ grad_clip_norm: 1 }, 'foreign-key: "training" has the key "grad_clip_norm": it is called "clipNorm" here'],
    [{ lr_scheduler: 'step' }, 'foreign-key: "training" has the key "lr_scheduler": it is called "schedule" here'],
    [
      { schedule: 'StepLR' },
      'unknown-name: "schedule" is "StepLR", expected one of "step", "exponential", "inverseTime", "cosine" or "warmup"; did you mean "step"?',
    ],
    [
      { schedule: { type: 'step', etaMin: 1 } },
      'misplaced-key: "etaMin" has no meaning in the schedule step: it belongs to "cosine"',
    ],
    [
      { schedule: 3 },
      'wrong-type: "schedule" is the number 3, expected a name or an object like { "type": "step", "stepSize": 10, "gamma": 0.1 }',
    ],
  ])('%j: %s', (more, message) => {
    expect(training(more).problems).toEqual([message]);
  });
});
