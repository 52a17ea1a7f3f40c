import { expect, test } from 'vitest';
import { parseNetworkFile } from '../../src/format';

function network(file: Record<string, unknown>) {
  const layers = [{ units: 2 }, { units: 1 }];
  const text = JSON.stringify({ layers, ...file });
  const { network: found, problems } = parseNetworkFile(text, { fileName: '/home/me/first.nn.json' });
  if (!found) throw new Error(problems.map(({ message }) => message).join('\n'));
  return found;
}

test('whatever the file leaves out has the default of the format', () => {
  const { theta, ...rest } = network({});
  expect(theta).toHaveLength(3);
  const unnamed = { name: '', activation: { type: 'identity' }, frozenWeights: false, frozenBiases: false };
  expect(rest).toEqual({
    name: 'first.nn.json',
    description: '',
    layers: [
      { ...unnamed, units: 2, hasBiases: false },
      { ...unnamed, units: 1, hasBiases: true },
    ],
    loss: { type: 'mse' },
    regularization: { l1: 0, l2: 0 },
    training: {
      optimizer: { type: 'gd', learningRate: 0.1 },
      epochs: 1000,
      batchSize: 'full',
      shuffle: true,
      stop: {},
    },
    seed: 0,
  });
});

test.each([
  ['gd', {}],
  ['momentum', { momentum: 0.9 }],
  ['nesterov', { momentum: 0.9 }],
  ['rmsprop', { decay: 0.9, epsilon: 1e-8 }],
  ['adam', { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
  ['adamw', { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 }],
])('the constants of %s', (type, constants) => {
  const { training } = network({ training: { optimizer: { type } } });
  expect(training.optimizer).toEqual({ type, learningRate: 0.1, ...constants });
});

test('constants of activations and losses, by default and as given', () => {
  const activation = (given: unknown) =>
    network({ layers: [{ units: 1 }, { units: 1, activation: given }] }).layers[1]?.activation;
  expect(activation('leakyRelu')).toEqual({ type: 'leakyRelu', slope: 0.01 });
  expect(activation({ type: 'leakyRelu', slope: 0.2 })).toEqual({ type: 'leakyRelu', slope: 0.2 });
  expect(activation('elu')).toEqual({ type: 'elu', alpha: 1 });
  expect(activation({ type: 'elu', alpha: 1.5 })).toEqual({ type: 'elu', alpha: 1.5 });
  expect(network({ loss: 'huber' }).loss).toEqual({ type: 'huber', delta: 1 });
  expect(network({ loss: { type: 'huber', delta: 0.7 } }).loss).toEqual({ type: 'huber', delta: 0.7 });
});

test('what is frozen', () => {
  const frozen = (given: unknown) => {
    const layer = network({ layers: [{ units: 1 }, { units: 1, frozen: given }] }).layers[1];
    return [layer?.frozenWeights, layer?.frozenBiases];
  };
  expect([frozen(true), frozen('weights'), frozen('biases')]).toEqual([
    [true, true],
    [true, false],
    [false, true],
  ]);
});

test('L-BFGS takes the gradient over all rows', () => {
  const file = (batchSize: unknown): string =>
    JSON.stringify({
      layers: [{ units: 1 }, { units: 1 }],
      data: { inputs: [[1], [2]], targets: [[0], [1]] },
      training: { optimizer: { type: 'lbfgs', historySize: 5 }, batchSize },
    });
  expect(parseNetworkFile(file('full'), { fileName: 'a' }).problems).toEqual([]);
  const [problem] = parseNetworkFile(file(1), { fileName: 'a' }).problems;
  expect(problem).toMatchObject({ code: 'out-of-range', severity: 'error' });
  expect(problem?.message).toContain('lbfgs takes the gradient over all rows; expected "full"');
});

test('a loss of −1 and 1 takes neither other targets nor one-hot ones', () => {
  const messages = (data: object): string[] =>
    parseNetworkFile(JSON.stringify({ layers: [{ units: 1 }, { units: 2 }], loss: 'hinge', data }), {
      fileName: 'a',
    }).problems.map(({ message }) => message);
  expect(messages({ inputs: [[1]], targets: [[-1, 1]] })).toEqual([]);
  expect(messages({ inputs: [[1]], targets: [[0, 1]] })).toEqual(['a target of hinge is 0, expected −1 or 1']);
  expect(messages({ inputs: [[1], [2]], targets: [[3], [4]], targetEncoding: 'oneHot' })).toEqual([
    '"oneHot" makes targets of 0 and 1, but a target of hinge must be −1 or 1',
  ]);
});
