import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runToEnd } from '../../src/core/check/steps';
import { objectiveOf, type Network, type Samples } from '../../src/core/network';
import { kernelProducts } from '../../src/engine/kernels/hessian';
import { networkCase } from '../core/arbitraries';
import { networkOf, samplesOf } from '../core/networks';
import { hessianProduct } from '../core/atOnce';

function expectSame(network: Network, samples: Samples, v: Float64Array): void {
  const objective = objectiveOf(network, samples);
  const exact = hessianProduct(objective, v);
  fc.pre(exact.every(Number.isFinite));
  const fast = runToEnd(runToEnd(kernelProducts(objective))(v));
  const size = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  for (const [k, value] of exact.entries()) expect(Math.abs((fast[k] ?? NaN) - value)).toBeLessThan(1e-11 * size);
}

const direction = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 });

test('H v by kernels is core’s', () => {
  fc.assert(
    fc.property(networkCase(), direction, ({ network, samples }, p) => {
      expectSame(
        network,
        samples,
        network.theta.map((_, k) => p[k % p.length] ?? 0),
      );
    }),
  );
});

test.each([
  { hidden: 'tanh', output: 'softmax', loss: 'crossEntropy', rows: 131 },
  { hidden: 'sigmoid', output: 'sigmoid', loss: 'binaryCrossEntropy', rows: 64 },
  { hidden: 'elu', output: 'identity', loss: 'huber', rows: 65 },
  { hidden: 'silu', output: 'identity', loss: 'mse', rows: 3 },
])('over $rows rows, in chunks: $hidden, $output, $loss', ({ hidden, output, loss, rows }) => {
  const wave = (count: number, pace: number): number[] =>
    Array.from({ length: count }, (_, k) => Math.sin(pace * (k + 1)));
  const weights = (height: number, width: number, pace: number): number[][] =>
    Array.from({ length: height }, (_, i) => wave(width, pace + i));
  const network = networkOf({
    layers: [
      { units: 9 },
      { activation: hidden, weights: weights(7, 9, 0.7), biases: wave(7, 0.3), biasInput: -1 },
      { activation: hidden, weights: weights(5, 7, 1.1), biases: false },
      { activation: output, weights: weights(3, 5, 1.7), biases: wave(3, 0.9) },
    ],
    loss,
    regularization: { l1: 0, l2: 0.3 },
  } as unknown as Parameters<typeof networkOf>[0]);
  const samples = {
    ...samplesOf({
      inputs: weights(rows, 9, 0.5),
      targets: Array.from({ length: rows }, (_, s) => [0, 1, 2].map((k) => Number(s % 3 === k))),
    }),
    weights: Float64Array.from({ length: rows }, (_, s) => 0.5 + (s % 4)),
  };
  const v = Float64Array.from(wave(network.theta.length, 2.3));
  expectSame(network, samples, v);
  // Core pauses after each row.
  const pauses = [...runToEnd(kernelProducts(objectiveOf(network, samples)))(v)].length;
  expect(pauses).toBe(Math.ceil(rows / 64));
});
