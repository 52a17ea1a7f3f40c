import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { type Network, type Samples, objectiveOf } from '../../src/core/network';
import { createSimdEngine } from '../../src/engine/kernels/simd';
import { drawnCase } from './drawn';
import { largest, largestDifference } from './measures';

/** A network that is wide enough for its first layer to leave zeros out, and 70 rows of which about a fifth is not 0. */
function mostlyZeros(inputs = 302): { network: Network; samples: Samples } {
  const { network, samples } = drawnCase([inputs, 19, 3], 70);
  const kept = samples.inputs.map((value, k) => ((k * 7919) % 101 < 20 ? value : 0));
  return { network, samples: { ...samples, inputs: kept } };
}

function passOver(network: Network, samples: Samples, order?: Uint32Array) {
  const engine = createSimdEngine(network);
  if (!engine) throw new Error('this platform has no WebAssembly with SIMD');
  engine.begin({ samples, order, first: 0, count: samples.count }, 'gradient');
  while (!engine.advance());
  return { loss: engine.dataLoss, gradient: engine.gradient };
}

/** The same numbers with −0 for 0: nothing is left out. */
function withoutZeros(samples: Samples): Samples {
  return { ...samples, inputs: samples.inputs.map((value) => (value === 0 ? -0 : value)) };
}

const withWeight = (network: Network, index: number, value: number): Network => ({
  ...network,
  theta: network.theta.map((old, k) => (k === index ? value : old)),
});

describe('where inputs are mostly zeros', () => {
  it.each([302, 1024])('J and its gradient are those of the reference, and what all inputs give (%d)', (inputs) => {
    const { network, samples } = mostlyZeros(inputs);
    const exact = gradients(objectiveOf(network, samples));
    for (const order of [undefined, Uint32Array.from({ length: 70 }, (_, k) => (k * 3) % 70)]) {
      const found = passOver(network, samples, order);
      expect(Math.abs(found.loss - exact.loss)).toBeLessThanOrEqual(1e-13 * exact.loss);
      expect(largestDifference(found.gradient, exact.gradient)).toBeLessThanOrEqual(1e-13 * largest(exact.gradient));
      const all = passOver(network, withoutZeros(samples), order);
      expect(found.loss).toBe(all.loss);
      expect(largestDifference(found.gradient, all.gradient)).toBe(0);
    }
  });

  it.each([NaN, Infinity, -Infinity])('a weight that is %d counts where its input is 0, too', (value) => {
    const { network, samples } = mostlyZeros();
    const one = { count: 1, inputs: samples.inputs.subarray(0, 302), targets: samples.targets.subarray(0, 3) };
    const index = one.inputs.indexOf(0);
    const broken = withWeight(network, index, value);
    expect(passOver(network, one).loss).toBeGreaterThan(0);
    expect(gradients(objectiveOf(broken, one)).loss).toBeNaN();
    expect(passOver(broken, one).loss).toBeNaN();
  });

  it('a δ that is infinite reaches every weight of its unit', () => {
    const { network, samples } = mostlyZeros();
    // The hidden units’ δ is θ^(2) times a residual of order 1.
    const second = 19 * 302 + 19;
    const broken = withWeight(network, second, Infinity);
    const exact = gradients(objectiveOf(broken, samples)).gradient;
    const { gradient } = passOver(broken, samples);
    expect(Array.from(gradient, Number.isNaN)).toEqual(Array.from(exact, Number.isNaN));
  });
});
