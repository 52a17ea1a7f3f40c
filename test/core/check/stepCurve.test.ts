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
