import { expect, test } from 'vitest';
import { gradients, loss } from '../../src/core/backprop';
import { runToEnd } from '../../src/core/check/steps';
import { descending } from '../../src/core/descent';
import { objectiveOf } from '../../src/core/network';
import { networkOf, samplesOf } from './networks';

const network = networkOf({
  layers: [
    { units: 2 },
    {
      activation: 'tanh',
      weights: [
        [0.4, -0.7],
        [1.1, 0.2],
      ],
      biases: [0.1, -0.2],
    },
    { activation: 'sigmoid', weights: [[0.8, -0.5]], biases: [0.05] },
  ],
  regularization: { l1: 0.01, l2: 0.2 },
});
const samples = {
  ...samplesOf({
    inputs: [
      [0, 1],
      [1, 0.5],
      [0.5, -1],
    ],
    targets: [[1], [0], [0.3]],
  }),
  weights: Float64Array.of(1, 2, 0.5),
};
const objective = objectiveOf(network, samples);
const parameter = { layer: 1, to: 2, from: 1 };
const learningRate = 0.3;
const square = (values: Float64Array): number => values.reduce((sum, g) => sum + g * g, 0);

test('a step is θ − η ∂J/∂θ of all at once, and J gains what it gains', () => {
  const { gradient } = gradients(objective);
  const step = runToEnd(descending(objective, parameter, gradient, { learningRate }));
  const at = (theta: Float64Array): number => loss({ ...objective, theta });
  const g = gradient[2] ?? NaN;
  expect(step.before).toBeCloseTo(loss(objective), 14);
  expect(step.gain).toBeCloseTo(
    at(network.theta.map((w, k) => w - learningRate * (gradient[k] ?? NaN))) - step.before,
    14,
  );
  expect(step.predicted).toBeCloseTo(-learningRate * square(gradient), 14);
  const alone = network.theta.map((w, k) => (k === 2 ? w - learningRate * g : w));
  expect(step.own).toEqual({
    value: 1.1,
    gradient: g,
    step: -learningRate * g,
    predicted: -learningRate * g * g,
    gain: expect.closeTo(at(alone) - step.before, 14) as unknown,
    frozen: false,
  });
});

test('of one row it is that of E alone, whatever the row’s weight and the penalty', () => {
  const { gradient, loss: error } = gradients(objective, 2);
  const step = runToEnd(descending(objective, parameter, gradient, { learningRate, sample: 2 }));
  const theta = network.theta.map((w, k) => w - learningRate * (gradient[k] ?? NaN));
  expect(step.before).toBeCloseTo(error, 14);
  expect(step.gain).toBeCloseTo(gradients({ ...objective, theta }, 2).loss - error, 14);
  expect(step.own.gain).toBeLessThan(0);
  expect(() => runToEnd(descending(objective, parameter, gradient, { learningRate, sample: 4 }))).toThrow(RangeError);
});

test('what is frozen does not move', () => {
  const frozen = {
    ...network,
    layers: network.layers.map((layer, l) =>
      l === 1 ? { ...layer, frozenWeights: Uint8Array.of(0, 0, 1, 0) } : layer,
    ),
  };
  const { gradient } = gradients(objective);
  const step = runToEnd(descending({ ...objective, network: frozen }, parameter, gradient, { learningRate }));
  const g = gradient[2] ?? NaN;
  expect(step.own).toMatchObject({ gradient: g, frozen: true, gain: 0 });
  expect(Math.abs(step.own.step)).toBe(0);
  expect(step.predicted).toBeCloseTo(-learningRate * (square(gradient) - g * g), 14);
  const theta = network.theta.map((w, k) => (k === 2 ? w : w - learningRate * (gradient[k] ?? NaN)));
  expect(step.gain).toBeCloseTo(loss({ ...objective, theta }) - loss(objective), 14);
});
