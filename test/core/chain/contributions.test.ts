import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import { chain } from '../../../src/core/chain';
import { parameterIndex, parameterLayout, objectiveOf } from '../../../src/core/network';
import { parameterCase } from '../arbitraries';
import { networkOf, samplesOf } from '../networks';
import { contributions } from '../atOnce';

test('what the samples add sums to ∂J/∂θ, each of them being its own ∂E_s/∂θ / m', () => {
  fc.assert(
    fc.property(parameterCase, ({ network, samples, parameter }) => {
      const { total, delta, input, penalty, gradient } = contributions(objectiveOf(network, samples), parameter, []);
      const index = parameterIndex(parameterLayout(network.layers), parameter);
      const whole = gradients(objectiveOf(network, samples)).gradient[index] ?? NaN;
      fc.pre(Number.isFinite(whole));
      expect(gradient).toBe(whole);
      for (let s = 0; s < samples.count; s++) {
        const own = gradients(objectiveOf(network, samples), s + 1).gradient[index] ?? NaN;
        expect((total[s] ?? NaN) + 0).toBe(own / samples.count + 0);
        expect((delta[s] ?? NaN) * (input[s] ?? NaN) + 0).toBe(own + 0);
      }
      const scale = Math.max(...total.map(Math.abs), Math.abs(penalty));
      const sum = total.reduce((all, one) => all + one, penalty);
      expect(Math.abs(sum - whole)).toBeLessThanOrEqual(1e-14 * scale + Number.MIN_VALUE);
    }),
  );
});

test('a route adds in every sample what the chain says of its path there', () => {
  fc.assert(
    fc.property(parameterCase, ({ network, samples, parameter }) => {
      const { paths } = chain(objectiveOf(network, samples), parameter, { paths: Infinity });
      const routes = paths.filter(({ sample }) => sample === 1).map(({ nodes }) => nodes);
      const found = contributions(objectiveOf(network, samples), parameter, routes);
      for (const { sample, nodes, contribution } of paths) {
        const route = routes.findIndex((other) => other.every(({ unit }, n) => unit === nodes[n]?.unit));
        expect(found.routes[(sample - 1) * routes.length + route]).toBe(contribution);
      }
    }),
  );
});

test('nodes that are no path from the parameter are refused', () => {
  const network = networkOf({ layers: [{ units: 1 }, { weights: [[1], [2]] }, { weights: [[1, 2]] }] });
  const samples = samplesOf({ inputs: [[1]], targets: [[1]] });
  const parameter = { layer: 1, to: 1, from: 1 };
  const path = chain(objectiveOf(network, samples), parameter, { paths: 1 }).paths[0]?.nodes ?? [];
  const ask = (nodes: typeof path) => contributions(objectiveOf(network, samples), parameter, [nodes]);
  expect(ask(path).total).toHaveLength(1);
  expect(() => ask(path.slice(1))).toThrow(RangeError);
  expect(() => ask(path.map((node) => ({ ...node, unit: 2 })))).toThrow(RangeError);
  expect(() => ask([...path, { kind: 'a', layer: 4, unit: 1 }])).toThrow(RangeError);
});
