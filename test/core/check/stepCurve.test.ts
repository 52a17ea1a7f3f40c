import { expect, test } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import { parameterAt, parameterLayout, objectiveOf } from '../../../src/core/network';
import { golden } from '../goldens';
import { networkOf, samplesOf } from '../networks';
import { stepCurve } from '../atOnce';

// tanh, silu, sigmoid, softplus and both penalties among them; all smooth.
const names = ['lecture-2-2-2', 'random-05', 'random-09', 'random-22', 'xor'];

test.each(names)('%s: the remainder is O(h²) for the right gradient and O(h) for one that is off by 1e-4', (name) => {
  const { network, samples } = golden(name);
  const { gradient } = gradients(objectiveOf(network, samples));
  for (const [index, g] of gradient.entries()) {
    const parameter = parameterAt(parameterLayout(network.layers), index);
    const right = stepCurve(objectiveOf(network, samples), parameter, g);
    expect(right.order ?? 2).toBeGreaterThan(1.8);
    const wrong = stepCurve(objectiveOf(network, samples), parameter, g * (1 + 1e-4));
    expect(Math.abs((wrong.order ?? NaN) - 1)).toBeLessThan(0.1);
  }
});

test('the difference quotient comes closer as the step shrinks, until rounding takes over', () => {
  const { network, samples } = golden('xor');
  const { gradient } = gradients(objectiveOf(network, samples));
  const parameter = parameterAt(parameterLayout(network.layers), 0);
  const { points } = stepCurve(objectiveOf(network, samples), parameter, gradient[0] ?? NaN);
  const errors = points.map(({ central }) => Math.abs(central - (gradient[0] ?? NaN)));
  const best = errors.indexOf(Math.min(...errors));
  expect(best).toBeGreaterThan(5);
  expect(best).toBeLessThan(30);
  expect(errors[best]).toBeLessThan(1e-3 * (errors[0] ?? NaN));
  expect(errors.at(-1)).toBeGreaterThan(1e3 * (errors[best] ?? NaN));
});

test('along a straight line the remainder has no order', () => {
  const network = networkOf({ layers: [{ units: 1 }, { weights: [[0.5]] }], loss: 'mae' });
  const samples = samplesOf({ inputs: [[0.5], [2]], targets: [[9], [9]] });
  const { order } = stepCurve(objectiveOf(network, samples), { layer: 1, to: 1, from: 1 }, -1.25);
  expect(order).toBeNull();
});

test('one sample, without the penalty', () => {
  const { network, samples } = golden('random-09');
  const { gradient } = gradients(objectiveOf(network, samples), 2);
  const parameter = parameterAt(parameterLayout(network.layers), 3);
  const { points, order } = stepCurve(objectiveOf(network, samples), parameter, gradient[3] ?? NaN, 2);
  expect(points[12]?.central).toBeCloseTo(gradient[3] ?? NaN, 8);
  expect(order).toBeGreaterThan(1.8);
});

test('of J the curve has the penalty and the rows’ weights in it, of one row neither', () => {
  // E_s = ½ (w x − y)², at w = 2: ∂E/∂w is 1 · (2 − 3), 3 · (6 − 1) in the two rows.
  const network = networkOf({
    layers: [{ units: 1 }, { weights: [[2]], biases: false }],
    regularization: { l1: 0.5, l2: 0.25 },
  });
  const weights = Float64Array.of(4, 1);
  const samples = { ...samplesOf({ inputs: [[1], [3]], targets: [[3], [1]] }), weights };
  const parameter = { layer: 1, to: 1, from: 1 };
  const central = (sample?: number): number =>
    stepCurve(objectiveOf(network, samples), parameter, 0, sample).points[8]?.central ?? NaN;
  expect(central()).toBeCloseTo((4 * -1 + 15) / 5 + 0.5 + 0.5, 9);
  expect(central(1)).toBeCloseTo(-1, 9);
  expect(central(2)).toBeCloseTo(15, 9);
  // A step moves z by no more than ¼, and is halved forty times.
  const { points } = stepCurve(objectiveOf(network, samples), parameter, 0);
  expect(points).toHaveLength(40);
  expect(points[0]?.step).toBe(1 / 12);
  expect(points[1]?.step).toBe(1 / 24);
});
