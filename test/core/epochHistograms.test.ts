import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runToEnd } from '../../src/core/check/steps';
import { countingEpochs, spreadOf } from '../../src/core/epochHistograms';
import { counting, histogram } from '../../src/core/histograms';
import { gradients } from '../../src/core/backprop';
import { drawnCase } from '../engine/drawn';

const BARS = 8;
const shareOf = (shares: Float64Array, epoch: number): number[] => [
  ...shares.subarray(epoch * BARS, (epoch + 1) * BARS),
];

it('puts histograms on one scale', () => {
  const narrow = histogram(Float64Array.of(0, 1, 1, 2), 4);
  const wide = histogram(Float64Array.of(-4, 4), 8);
  const { from, to, shares, means } = spreadOf([narrow, wide, histogram(Float64Array.of(3))], BARS);
  expect([from, to, ...means]).toEqual([-4, 4, 1, 0, 3]);
  // A quarter of the first is 0, half of it 1, a quarter 2: its bars are half as wide as those of the scale.
  expect(shareOf(shares, 0)).toEqual([0, 0, 0, 0, 0.25, 0.75, 0, 0]);
  expect(shareOf(shares, 1)).toEqual([0.5, 0, 0, 0, 0, 0, 0, 0.5]);
  expect(shareOf(shares, 2)).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
});

it('says nothing of numbers that are not finite', () => {
  const { from, shares } = spreadOf([histogram(Float64Array.of(NaN))], BARS);
  expect(from).toBeNaN();
  expect(shareOf(shares, 0)).toEqual(new Array(BARS).fill(0));
});

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });

it('leaves no number out, and puts none farther off than a bar of its own histogram', () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 4 }), (epochs) => {
      const all = epochs.map((values) => histogram(Float64Array.from(values), 16));
      const { from, to, shares } = spreadOf(all, BARS);
      for (const [n, values] of epochs.entries()) {
        const own = shareOf(shares, n);
        expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        const slack = 1e-9 * (to - from) + ((all[n]?.to ?? NaN) - (all[n]?.from ?? NaN)) / 16;
        for (const [at, share] of own.entries()) {
          const [low, high] = [at, at + 1].map((edge) => from + ((to - from) * edge) / BARS) as [number, number];
          const near = values.filter((value) => value >= low - slack && value <= high + slack).length;
          expect(share).toBeLessThanOrEqual(near / values.length + 1e-9);
        }
      }
    }),
  );
});

it('counts each epoch as it is counted alone', () => {
  const { network, samples } = drawnCase([3, 5, 2], 12);
  const path = [0, 4, 9].map((epoch) => ({ epoch, theta: network.theta.map((value) => value * (epoch + 1)) }));
  const count = (theta: Float64Array) => {
    const at = { network, theta, samples };
    return counting(at, gradients(at).gradient, 128);
  };
  const { epochs, layers } = runToEnd(countingEpochs(path, count));
  expect([...epochs]).toEqual([0, 4, 9]);
  expect(layers).toHaveLength(2);
  const alone = path.map(({ theta }) => runToEnd(count(theta)));
  for (const [l, layer] of layers.entries()) {
    for (const of of ['theta', 'gradient', 'a', 'delta'] as const) {
      const [first, ...others] = alone.map(({ layers: own }) => own[l]?.[of]).filter((one) => one !== undefined);
      if (!first) throw new Error('counted');
      expect(layer[of]).toEqual(spreadOf([first, ...others]));
    }
  }
});
