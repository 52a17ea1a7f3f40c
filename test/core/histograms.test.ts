import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { runToEnd } from '../../src/core/check/steps';
import { counting, histogram, type Histogram } from '../../src/core/histograms';
import { objectiveOf, parameterLayout } from '../../src/core/network';
import { networkCase } from './arbitraries';

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('a histogram', () => {
  it('counts every number in the part of the range that it lies in', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 9 }), (values, bars) => {
        const { from, to, counts } = histogram(Float64Array.from(values), bars);
        expect([from, to]).toEqual([Math.min(...values), Math.max(...values)]);
        if (from === to) expect([...counts]).toEqual([values.length]);
        else {
          // The last part holds its end; a number within rounding of a border may count on either side.
          const edge = (at: number): number => from + ((to - from) * at) / bars;
          const slack = 1e-9 * (to - from);
          for (const [at, count] of counts.entries()) {
            const inside = values.filter((v) => v > edge(at) + slack && v < edge(at + 1) - slack).length;
            const near = values.filter((v) => v >= edge(at) - slack && v <= edge(at + 1) + slack).length;
            expect(count).toBeGreaterThanOrEqual(inside);
            expect(count).toBeLessThanOrEqual(near);
          }
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        }
      }),
    );
  });

  it('is told apart from numbers that are none', () => {
    const { notFinite, counts, mean, deviation } = histogram(Float64Array.of(1, NaN, 3, Infinity), 2);
    expect([notFinite, [...counts], mean, deviation]).toEqual([2, [1, 1], 2, 1]);
    expect(histogram(Float64Array.of(NaN)).from).toBeNaN();
  });
});

/** 0 and −0 are the same end. */
function positiveZeros(of: Histogram): Histogram {
  return { ...of, from: of.from + 0, to: of.to + 0 };
}

describe('the histograms of a network', () => {
  it('are of each layer’s θ, ∂J/∂θ, a and δ over all samples', () => {
    fc.assert(
      fc.property(networkCase(), ({ network, samples }) => {
        const objective = objectiveOf(network, samples);
        const { gradient } = gradients(objective);
        const { layers, samples: seen } = runToEnd(counting(objective, gradient));
        expect(seen).toBe(samples.count);
        const blocks = parameterLayout(network.layers).layers;
        for (const [l, { theta, gradient: slope, a, delta }] of layers.entries()) {
          const [start, end] = [blocks[l]?.weights ?? 0, blocks[l + 1]?.weights ?? network.theta.length];
          expect(theta).toEqual(histogram(network.theta.slice(start, end)));
          expect(positiveZeros(slope)).toEqual(positiveZeros(histogram(gradient.slice(start, end))));
          const each = (of: 'a' | 'delta'): Float64Array =>
            Float64Array.from(
              Array.from({ length: samples.count }, (_, s) => [
                ...(gradients(objective, s + 1).units[of][l + 1] ?? []),
              ]).flat(),
            );
          expect(positiveZeros(a)).toEqual(positiveZeros(histogram(each('a'))));
          expect(positiveZeros(delta)).toEqual(positiveZeros(histogram(each('delta'))));
        }
      }),
      { numRuns: 40 },
    );
  });
});
