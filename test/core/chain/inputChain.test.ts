import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import { inputChaining, inputChainShape } from '../../../src/core/chain/inputChain';
import { runToEnd } from '../../../src/core/check/steps';
import { inputDerivatives } from '../../../src/core/inputDerivatives';
import { objectiveOf } from '../../../src/core/network';
import { networkCase } from '../arbitraries';
import { drawnCase } from '../../engine/drawn';

it('is the sum of all paths from E to x, which is what backpropagation gives', () => {
  fc.assert(
    fc.property(networkCase(), fc.nat(), fc.nat(), ({ network, samples }, p, q) => {
      const objective = objectiveOf(network, samples);
      const sample = 1 + (p % samples.count);
      const input = 1 + (q % (network.layers[0]?.units ?? 1));
      const { delta } = gradients(objective, sample).units;
      const exact = inputDerivatives(network, network.theta, delta[1] ?? new Float64Array())[input - 1] ?? NaN;
      fc.pre(Number.isFinite(exact));
      const all = runToEnd(inputChaining(objective, input, { sample, paths: Infinity }));
      expect(all.gradient).toBe(exact);
      expect(BigInt(all.paths.length)).toBe(all.pathCount);
      const size = all.paths.reduce((sum, { product }) => sum + Math.abs(product), 1e-300);
      expect(Math.abs(all.remainder)).toBeLessThanOrEqual(1e-10 * size);
      for (const { nodes, factors, product } of all.paths) {
        expect(nodes[0]).toEqual({ kind: 'a', layer: 1, unit: input });
        expect(factors.map(({ value }) => value).reduce((one, other) => one * other, 1)).toBeCloseTo(product, 9);
        expect(factors.at(-1)).toMatchObject({ kind: 'weight', by: nodes[0], of: nodes[1] });
      }
      // The largest come first, and few are the first of many.
      const few = runToEnd(inputChaining(objective, input, { sample, paths: 2 }));
      expect(few.paths).toEqual(all.paths.slice(0, 2));
    }),
  );
});

it('in symbols has the same paths', () => {
  const { network, samples } = drawnCase([3, 2, 2], 4);
  const shape = inputChainShape(network, 2, 10);
  const { paths, pathCount } = runToEnd(inputChaining(objectiveOf(network, samples), 2, { sample: 1, paths: 10 }));
  expect(shape.pathCount).toBe(pathCount);
  const keys = (all: readonly { readonly nodes: unknown }[]) => all.map(({ nodes }) => JSON.stringify(nodes)).sort();
  expect(keys(shape.paths)).toEqual(keys(paths));
});

it('refuses an input that does not exist', () => {
  const { network } = drawnCase([3, 2, 2], 4);
  expect(() => inputChainShape(network, 4, 1)).toThrow('there is no input 4: inputs are 1…3');
});
