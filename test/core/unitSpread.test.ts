import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplePasses } from '../../src/core/backprop';
import { runToEnd } from '../../src/core/check/steps';
import { objectiveOf } from '../../src/core/network';
import { passCost } from '../../src/core/predictions';
import { BINS, QUANTILES, spreadingUnits, type UnitId } from '../../src/core/unitSpread';
import { networkCase } from './arbitraries';
import { networkOf } from './networks';

/** By definition: the number below which a share `p` of the values lies, linear between neighbors. */
function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((one, two) => one - two);
  const place = p * (sorted.length - 1);
  const below = sorted.filter((_, k) => k <= place).at(-1) ?? NaN;
  const above = sorted.find((_, k) => k >= place) ?? NaN;
  return below + (place - Math.floor(place)) * (above - below);
}

const ample = 1e9;

describe('the spread of units over the samples', () => {
  it('is that of z and a of every pass, sorted and counted one by one', () => {
    fc.assert(
      fc.property(networkCase(), ({ network, samples }) => {
        const units = network.layers.flatMap((layer, l) =>
          Array.from({ length: layer.units }, (_, i): UnitId => ({ layer: l + 1, unit: i + 1 })),
        );
        const spreads = runToEnd(spreadingUnits(objectiveOf(network, samples), units, ample));
        const passes = [...samplePasses({ network, theta: network.theta, samples })].length;
        const all = (kind: 'z' | 'a', { layer, unit }: UnitId): number[] => {
          const values: number[] = [];
          for (const pass of samplePasses({ network, theta: network.theta, samples })) {
            values.push(pass[kind][layer - 1]?.[unit - 1] ?? NaN);
          }
          return values;
        };
        expect(spreads.rows).toBe(passes);
        for (const [n, id] of units.entries()) {
          for (const kind of ['z', 'a'] as const) {
            const found = [...spreads[kind].subarray(n * QUANTILES, (n + 1) * QUANTILES)];
            const expected = [0, 0.25, 0.5, 0.75, 1].map((p) => quantile(all(kind, id), p));
            found.forEach((value, k) => {
              const wanted = kind === 'z' && id.layer === 1 ? NaN : (expected[k] ?? NaN);
              if (Number.isNaN(wanted)) expect(value).toBeNaN();
              else expect(value).toBeCloseTo(wanted, 10);
            });
          }
          const layerValues = units.filter(({ layer }) => layer === id.layer).flatMap((other) => all('a', other));
          const [from, to] = [Math.min(...layerValues), Math.max(...layerValues)];
          expect([...spreads.ranges.subarray(2 * n, 2 * n + 2)]).toEqual([from, to]);
          const counts = [...spreads.counts.subarray(n * BINS, (n + 1) * BINS)];
          const edge = (k: number): number => from + (k / BINS) * (to - from);
          const values = all('a', id);
          expect(counts.reduce((sum, count) => sum + count)).toBe(values.length);
          if (from === to) return;
          // Values within rounding of an edge may lie on either side of it.
          const near = (to - from) * 1e-9;
          for (const [k, count] of counts.entries()) {
            const within = (by: number): number =>
              values.filter(
                (value) => value >= edge(k) - by && (value < edge(k + 1) + by || (k === BINS - 1 && value === to)),
              ).length;
            expect(count).toBeGreaterThanOrEqual(within(-near));
            expect(count).toBeLessThanOrEqual(within(near));
          }
        }
      }),
    );
  });

  const line = networkOf({ layers: [{ units: 1 }, { units: 1, weights: [[1]], biases: [0] }] });
  const samples = {
    count: 9,
    inputs: Float64Array.of(-4, -3, -2, -1, 0, 1, 2, 3, 4),
    targets: new Float64Array(9),
  };
  const output = { layer: 2, unit: 1 };

  it('symmetric data has a mean of 0 and a spread', () => {
    const { a, z } = runToEnd(spreadingUnits(objectiveOf(line, samples), [output], ample));
    expect([...a]).toEqual([-4, -2, 0, 2, 4]);
    expect([...z]).toEqual([-4, -2, 0, 2, 4]);
  });

  it('takes rows evenly where the work does not allow for all, and one at least', () => {
    const within = (work: number) => runToEnd(spreadingUnits(objectiveOf(line, samples), [output], work));
    expect(within(5 * passCost(line))).toMatchObject({ rows: 5, a: Float64Array.of(-4, -2, 0, 2, 4) });
    expect(within(1)).toMatchObject({ rows: 1 });
  });

  it('a value that is no number has no place in an order', () => {
    const { a, counts } = runToEnd(
      spreadingUnits({ network: line, theta: Float64Array.of(NaN, 0), samples }, [output], ample),
    );
    expect([...a]).toEqual([NaN, NaN, NaN, NaN, NaN]);
    expect(counts.every((count) => count === 0)).toBe(true);
  });

  it('refuses a unit that there is not', () => {
    for (const unit of [
      { layer: 2, unit: 2 },
      { layer: 2, unit: 0 },
      { layer: 3, unit: 1 },
    ]) {
      expect(() => runToEnd(spreadingUnits(objectiveOf(line, samples), [unit], ample))).toThrow(RangeError);
    }
  });
});
