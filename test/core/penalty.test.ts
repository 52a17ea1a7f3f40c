/** The penalty, and which parameters training changes, by their definitions. */

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isFrozen, trainableRanges } from '../../src/core/frozen';
import { type Network, parameterAt, parameterLayout } from '../../src/core/network';
import {
  addPenaltyGradient,
  penalizedRanges,
  penalty,
  penaltyDerivative,
  penaltyGain,
  penaltyJump,
  penaltyQuotient,
  penaltyRates,
} from '../../src/core/penalty';
import { networkOf } from './networks';

const network = networkOf({
  layers: [{ units: 2 }, { weights: [[1, -2]], biases: [3] }, { weights: [[0.5], [-4]], biases: [0, -1] }],
});
const withPenalty = (regularization: Network['regularization']): Network => ({ ...network, regularization });

describe('R', () => {
  const [absolute, squares, ofBiases, squaresOfBiases] = [7.5, 1 + 4 + 0.25 + 16, 4, 10];
  it.each<readonly [Network['regularization'], number]>([
    [{ l1: 0, l2: 0 }, 0],
    [{ l1: 0.2, l2: 0 }, 0.2 * absolute],
    [{ l1: 0.2, l2: 0.3 }, 0.2 * absolute + 0.15 * squares],
    [{ l1: 0, l2: 0.3, half: false }, 0.3 * squares],
    [{ l1: 0.2, l2: 0.3, perSample: true }, (0.2 * absolute + 0.15 * squares) / 5],
    [{ l1: 0.2, l2: 0.3, biases: true }, 0.2 * (absolute + ofBiases) + 0.15 * (squares + squaresOfBiases)],
  ])('of %o', (regularization, value) => {
    const own = withPenalty(regularization);
    expect(penalty(own, own.theta, 5)).toBeCloseTo(value, 14);
    // Its derivative is what R gains by a small step, parameter by parameter.
    const added = new Float64Array(own.theta.length).fill(1);
    addPenaltyGradient(own, own.theta, added, 5);
    const layout = parameterLayout(own.layers);
    for (const [k, w] of own.theta.entries()) {
      const derivative = penaltyDerivative(own, own.theta, parameterAt(layout, k), 5);
      const at = (h: number): number =>
        penalty(
          { ...own },
          own.theta.map((x, n) => (n === k ? x + h : x)),
          5,
        );
      expect(derivative).toBeCloseTo((at(1e-4) - at(-1e-4)) / 2e-4, 9);
      expect(added[k]).toBeCloseTo(1 + derivative, 14);
      if (w !== 0) expect(at(0.25) - at(0)).toBeCloseTo(penaltyGain(ratesFor(own, k), w, 0.25), 13);
    }
  });

  function ratesFor(own: Network, k: number): ReturnType<typeof penaltyRates> {
    const rates = penaltyRates(own, 5);
    return penalizedRanges(own).some(({ from, to }) => k >= from && k < to) ? rates : { ...rates, l1: 0, l2: 0 };
  }

  it('has no derivative by a parameter that there is not', () => {
    expect(() => penaltyDerivative(network, network.theta, { layer: 3, to: 1, from: 1 }, 1)).toThrow(RangeError);
  });
});

test('R of one weight: its gain on both sides of 0, its quotient, and where it jumps', () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-6);
  fc.assert(
    fc.property(number, number, number, number, (w, step, p, q) => {
      const rates = { l1: Math.abs(p), l2: Math.abs(q) };
      const r = (x: number): number => rates.l1 * Math.abs(x) + 0.5 * rates.l2 * x * x;
      expect(penaltyGain(rates, w, step)).toBeCloseTo(r(w + step) - r(w), 12);
      expect(penaltyQuotient(rates, w)).toBeCloseTo(w === 0 ? 0 : rates.l1 * Math.sign(w) + rates.l2 * w, 12);
      expect(penaltyJump(rates, w)).toBe(w === 0 ? rates.l1 : 0);
    }),
  );
  // Nothing is lost where the step is far below the weight, and nothing overflows.
  expect(penaltyGain({ l1: 1, l2: 0 }, 1, 1e-20)).toBe(1e-20);
  expect(penaltyQuotient({ l1: 0, l2: 1 }, 1e200)).toBe(1e200);
});

test('which parameters are trained, and in how few ranges', () => {
  const frozen = (parts: readonly Partial<Network['layers'][number]>[]): Network => ({
    ...network,
    layers: network.layers.map((layer, l) => ({ ...layer, ...parts[l - 1] })),
  });
  const trained = (own: Network): number[] => {
    const layout = parameterLayout(own.layers);
    const indices = Array.from({ length: layout.count }, (_, k) => k);
    const free = indices.filter((k) => !isFrozen(own, parameterAt(layout, k)));
    expect(trainableRanges(own).flatMap(({ from, to }) => indices.slice(from, to))).toEqual(free);
    return free;
  };
  expect(trained(network)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(trainableRanges(network)).toEqual([{ from: 0, to: 7 }]);
  expect(trained(frozen([{ frozenWeights: true }]))).toEqual([2, 3, 4, 5, 6]);
  expect(trained(frozen([{ frozenBiases: true }]))).toEqual([0, 1, 3, 4, 5, 6]);
  expect(trained(frozen([{ frozenWeights: Uint8Array.of(1, 0) }, { frozenBiases: Uint8Array.of(0, 1) }]))).toEqual([
    1, 2, 3, 4, 5,
  ]);
  expect(trainableRanges(frozen([{ frozenWeights: Uint8Array.of(1, 0) }]))).toEqual([{ from: 1, to: 7 }]);
  expect(isFrozen(network, { layer: 9, to: 1, from: 1 })).toBe(false);
});
