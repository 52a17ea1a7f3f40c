import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { erfc } from '../../../src/core/functions/erf';
import {
  ACTIVATIONS,
  type ActivationName,
  LOSSES,
  activate,
  activationDerivative,
  lossDerivative,
  sampleLoss,
} from '../../../src/core/functions';
import type { Activation } from '../../../src/core/network';
import { ACTIVATION_VALUES } from '../../fixtures/activations';
import { networkOf } from '../networks';

const names = Object.keys(ACTIVATIONS) as ActivationName[];

test.each(ACTIVATION_VALUES)('%s at z = %d', (type, z, value, derivative) => {
  const [a, slope] = at({ type }, z);
  // The tail of gelu falls like e^(−z²/2), which turns one rounding of z² into z²/2 of the result's.
  expect(Math.abs(a - value)).toBeLessThanOrEqual((4e-15 + 1e-16 * z * z) * Math.abs(value));
  // σ′ = a(1 − a) and tanh′ = 1 − a² are taken from the rounded a, as PyTorch does.
  expect(Math.abs(slope - derivative)).toBeLessThanOrEqual(4e-15 * Math.abs(derivative) + 4e-16);
});

test.each([
  [{ type: 'relu' }, 0, 0],
  [{ type: 'leakyRelu' }, 0, 0.01],
  [{ type: 'leakyRelu', slope: 0.2 }, -3, 0.2],
  [{ type: 'elu' }, 0, 1],
  [{ type: 'elu', alpha: 1.5 }, 0, 1.5],
] as const)('at the kink or left of it %o′(%d) = %d, as PyTorch has it', (g, z, slope) => {
  expect(at(g, z)[1]).toBe(slope);
});

test.each(names)('%s and its derivative are finite for every finite z, and NaN for NaN', (type) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (z) => {
      expect(at({ type }, z).every(Number.isFinite)).toBe(true);
    }),
  );
  if (type !== 'identity') expect(at({ type }, NaN)).toEqual([NaN, NaN]);
});

test('softmax of huge numbers, and its derivative', () => {
  const z = Float64Array.of(1e308, 1e308, -1e308);
  const a = activate({ type: 'softmax' }, z);
  expect([...a]).toEqual([0.5, 0.5, 0]);
  expect(activationDerivative({ type: 'softmax' }, z, a, 0, 0)).toBe(0.25);
  expect(activationDerivative({ type: 'softmax' }, z, a, 0, 1)).toBe(-0.25);
});

test.each([
  [0.25, 0.7236736098317631],
  [0.5, 0.4795001221869535],
  [1, 0.15729920705028513],
  [4.5, 1.966160441542887e-10],
  [10, 2.088487583762545e-45],
  [26, 5.663192408856143e-296],
  [-3, 1.9999779095030015],
])('erfc(%d)', (x, value) => {
  expect(Math.abs(erfc(x) - value)).toBeLessThanOrEqual(2e-15 * value);
});

describe('losses of one output', () => {
  const loss = (name: keyof typeof LOSSES, a: number, y: number): readonly [number, number] => {
    const network = networkOf({ layers: [{ units: 1 }, { weights: [[1]] }], loss: name });
    const output = Float64Array.of(a);
    const target = Float64Array.of(y);
    return [sampleLoss(network, output, output, target), lossDerivative(network, output, target, 0)];
  };

  test.each([
    ['mse', 3, 1, 2, 2],
    ['mae', 3, 1, 2, 1],
    ['mae', 1, 1, 0, 0],
    ['huber', 1.5, 1, 0.125, 0.5],
    ['huber', -2, 1, 2.5, -1],
    ['binaryCrossEntropy', 0.25, 1, Math.log(4), -4],
    ['binaryCrossEntropy', 0.25, 0, -Math.log(0.75), 1 / 0.75],
    ['binaryCrossEntropy', 0, 0, 0, 1],
    ['crossEntropy', 0.25, 0.5, Math.log(2), -2],
    ['crossEntropy', 0, 0, 0, 0],
  ] as const)('%s at a = %d, y = %d', (name, a, y, value, derivative) => {
    const [e, slope] = loss(name, a, y);
    expect(e).toBeCloseTo(value, 14);
    expect(slope).toBeCloseTo(derivative, 14);
  });
});

/** g(z) and g′(z) of one unit beside a second one at 0. */
function at(g: Activation, z: number): readonly [number, number] {
  const layer = Float64Array.of(z, 0);
  const a = activate(g, layer);
  return [a[0] ?? NaN, activationDerivative(g, layer, a, 0, 0)];
}
