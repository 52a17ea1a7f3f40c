import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chain } from '../../../src/core/chain';
import { comparingChains } from '../../../src/core/chain/comparison';
import { runToEnd } from '../../../src/core/check/steps';
import { objectiveOf } from '../../../src/core/network';
import { parameterCase } from '../arbitraries';

const theOther = (theta: Float64Array): Float64Array =>
  theta.map((value, k) => (k % 3 === 0 ? value : value / 2 + 0.25));

describe('two chains of one parameter', () => {
  test('have every path of both, with the factors that either has at its own θ, the largest difference first', () => {
    fc.assert(
      fc.property(parameterCase, fc.boolean(), ({ network, samples, parameter }, one) => {
        const here = objectiveOf(network, samples);
        const there = { ...here, theta: theOther(here.theta) };
        const options = { paths: Infinity, ...(one && { sample: samples.count }) };
        const compared = runToEnd(comparingChains(here, there.theta, parameter, options));
        const { paths: ownPaths, ...a } = chain(here, parameter, options);
        const { paths: otherPaths, ...b } = chain(there, parameter, options);
        expect(compared).toMatchObject({ a, b });
        const byPlace = (paths: typeof ownPaths) =>
          [...paths].sort((p, q) =>
            JSON.stringify([p.sample, p.nodes]) < JSON.stringify([q.sample, q.nodes]) ? -1 : 1,
          );
        expect(byPlace(compared.paths.map((path) => path.a))).toEqual(byPlace(ownPaths));
        expect(byPlace(compared.paths.map((path) => path.b))).toEqual(byPlace(otherPaths));
        for (const [at, { a: mine, b: theirs }] of compared.paths.entries()) {
          expect([theirs.sample, theirs.nodes]).toEqual([mine.sample, mine.nodes]);
          const before = compared.paths[at - 1];
          if (!before) continue;
          const [larger, smaller] = [before, { a: mine, b: theirs }].map((pair) =>
            Math.abs(pair.a.contribution - pair.b.contribution),
          );
          if (Number.isFinite(larger) && Number.isFinite(smaller))
            expect(larger).toBeGreaterThanOrEqual(smaller ?? NaN);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('of few paths have those that are largest at either θ', () => {
    fc.assert(
      fc.property(parameterCase, fc.integer({ min: 1, max: 3 }), ({ network, samples, parameter }, paths) => {
        const here = objectiveOf(network, samples);
        const there = { ...here, theta: theOther(here.theta) };
        const compared = runToEnd(comparingChains(here, there.theta, parameter, { paths }));
        for (const path of chain(here, parameter, { paths }).paths)
          expect(compared.paths.map(({ a }) => a)).toContainEqual(path);
        for (const path of chain(there, parameter, { paths }).paths)
          expect(compared.paths.map(({ b }) => b)).toContainEqual(path);
        expect(compared.paths.length).toBeLessThanOrEqual(2 * paths);
      }),
      { numRuns: 60 },
    );
  });
});
