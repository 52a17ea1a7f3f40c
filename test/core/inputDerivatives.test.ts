import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { inputDerivatives } from '../../src/core/inputDerivatives';
import { objectiveOf } from '../../src/core/network';
import { networkCase } from './arbitraries';
import { recursions } from './atOnce';

test('∂E/∂x is what E gains where an input moves, and the recursion of a^(1) gives the same', () => {
  fc.assert(
    fc.property(
      networkCase((g) => ['tanh', 'sigmoid', 'identity', 'softplus'].includes(g.type)),
      ({ network: drawn, samples }) => {
        const network = { ...drawn, loss: { type: 'mse' } as const };
        const width = network.layers[0]?.units ?? 0;
        for (let s = 1; s <= samples.count; s++) {
          const { units } = gradients(objectiveOf(network, samples), s);
          const found = inputDerivatives(network, network.theta, units.delta[1] ?? new Float64Array());
          const at = (j: number, h: number): number => {
            const inputs = samples.inputs.slice();
            inputs[(s - 1) * width + j] = (inputs[(s - 1) * width + j] ?? NaN) + h;
            return gradients(objectiveOf(network, { ...samples, inputs }), s).loss;
          };
          for (const [j, derivative] of found.entries()) {
            const difference = (h: number): number => (at(j, h) - at(j, -h)) / (2 * h);
            const slope = (4 * difference(5e-4) - difference(1e-3)) / 3;
            expect(Math.abs(slope - derivative)).toBeLessThan(1e-6 * (1 + Math.abs(derivative)));
            const node = { kind: 'a', layer: 1, unit: j + 1 } as const;
            const [recursion] = recursions(objectiveOf(network, samples), s, [node], 100);
            expect(recursion?.value).toBeCloseTo(derivative, 12);
            const sum = recursion?.terms.reduce((total, { product = NaN }) => total + product, 0);
            expect(sum).toBeCloseTo(derivative, 12);
          }
        }
      },
    ),
    { numRuns: 50 },
  );
});
