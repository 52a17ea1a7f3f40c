import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/core/backprop';
import type { Network, Optimizer, Samples } from '../../src/core/network';
import { createSimdEngine } from '../../src/engine/kernels/simd';
import { createOptimizer } from '../../src/engine/optimizers';
import { trainableRanges } from '../../src/core/frozen';
import { networkCase } from '../core/arbitraries';
import { drawnCase } from './drawn';
import { trainingGoldens } from './goldens';
import { largest, largestDifference } from './measures';

const EPOCHS = 50;
const optimizers: readonly Optimizer[] = [
  { type: 'gd', learningRate: 0.05 },
  { type: 'momentum', learningRate: 0.02, momentum: 0.9 },
  { type: 'nesterov', learningRate: 0.02, momentum: 0.9 },
  { type: 'rmsprop', learningRate: 0.01, decay: 0.9, epsilon: 1e-8 },
  { type: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { type: 'adamw', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  { type: 'adagrad', learningRate: 0.1 },
  { type: 'nadam', learningRate: 0.01 },
];

/**
 * Holds every epoch's J and gradient against the reference at the same θ, and the whole run's J against a run of the
 * reference that steps by its own gradients. Where a run is unstable, rounding alone grows beyond all bounds: how much is
 * told by a second run of the reference, from a θ that is one unit in the last place away.
 */
function expectSameTraining(network: Network, samples: Samples, settings: Optimizer): void {
  const engine = createSimdEngine(network);
  if (!engine) throw new Error('this platform has no WebAssembly with SIMD');
  const fast = engine.createOptimizer(settings);
  const ranges = trainableRanges(network);
  const reference = referenceRun(network, network.theta, samples, settings);
  const nudged = referenceRun(
    network,
    network.theta.map((value) => value * (1 + Number.EPSILON)),
    samples,
    settings,
  );
  let drift = 0;
  for (let epoch = 0; epoch <= EPOCHS; epoch++) {
    const exact = gradients({ network, theta: engine.theta, samples });
    const [alone, other] = [reference(), nudged()];
    if (![exact.loss, alone, other].every(Number.isFinite)) return;
    drift = Math.max(drift, Math.abs(alone - other));
    engine.begin({ samples, first: 0, count: samples.count }, 'gradient');
    while (!engine.advance());
    const loss = engine.dataLoss + engine.penalty;
    expect(Math.abs(loss - exact.loss)).toBeLessThanOrEqual(1e-13 * Math.max(1, exact.loss));
    // Where terms of size 1 cancel to nothing, both sides are rounding errors alone.
    const scale = Math.max(largest(exact.gradient), 1e-2);
    expect(largestDifference(engine.gradient, exact.gradient)).toBeLessThanOrEqual(1e-13 * scale);
    // Each of the steps rounds in many places, the second run has been moved in one.
    expect(Math.abs(loss - alone)).toBeLessThanOrEqual(1e-10 * Math.max(1, alone) + 1000 * drift);
    fast.begin();
    for (const range of ranges) fast.update(engine.theta, engine.gradient, range);
  }
}

/** Gives J before each step, and takes the step. */
function referenceRun(network: Network, start: Float64Array, samples: Samples, settings: Optimizer): () => number {
  const theta = start.slice();
  const optimizer = createOptimizer(settings, theta.length);
  return () => {
    const { loss, gradient } = gradients({ network, theta, samples });
    optimizer.begin();
    for (const range of trainableRanges(network)) optimizer.update(theta, gradient, range);
    return loss;
  };
}

describe.each(optimizers)('fifty epochs of $type are the reference’s', (settings) => {
  it('on every golden', () => {
    for (const { network, data } of trainingGoldens) expectSameTraining(network, data.training, settings);
  });

  it('on smooth networks of any small shape', () => {
    const unitCounts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(unitCounts, fc.integer({ min: 1, max: 9 }), (units, count) => {
        const { network, samples } = drawnCase(units, count);
        expectSameTraining({ ...network, regularization: { l1: 0, l2: 0.01 } }, samples, settings);
      }),
      { numRuns: 30 },
    );
  });
});

it('one step of every optimizer is the reference’s on any network', () => {
  fc.assert(
    fc.property(networkCase(), fc.constantFrom(...optimizers), ({ network }, settings) => {
      const engine = createSimdEngine(network);
      if (!engine) throw new Error('this platform has no WebAssembly with SIMD');
      const { theta, gradient } = engine;
      const expected = theta.slice();
      const [fast, plain] = [engine.createOptimizer(settings), createOptimizer(settings, theta.length)];
      for (let step = 0; step < 3; step++) {
        gradient.forEach((_, k) => (gradient[k] = Math.sin(k + step)));
        fast.begin();
        plain.begin();
        for (const range of trainableRanges(network)) {
          fast.update(theta, gradient, range);
          plain.update(expected, gradient, range);
        }
      }
      expect(theta).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
