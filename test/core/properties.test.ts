/** What must hold of the gradient of any network whatever its numbers. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradients, loss } from '../../src/core/backprop';
import { dualGradient } from '../../src/core/check/dual';
import { type Network, parameterAt, parameterIndex, parameterLayout, objectiveOf } from '../../src/core/network';
import { networkCase } from './arbitraries';

test('the backward pass equals the dual-number forward derivative', () => {
  fc.assert(
    fc.property(networkCase(), fc.boolean(), ({ network, samples }, one) => {
      const sample = one ? 1 : undefined;
      const backward = gradients(objectiveOf(network, samples), sample);
      fc.pre(backward.gradient.every(Number.isFinite));
      expectClose(dualGradient(objectiveOf(network, samples), sample), backward.gradient);
    }),
    { numRuns: 500 },
  );
});

test('J is what the forward pass alone gives', () => {
  fc.assert(
    fc.property(networkCase(), ({ network, samples }) => {
      const { loss: j, dataLoss, penalty } = gradients(objectiveOf(network, samples));
      expect(loss(objectiveOf(network, samples))).toBe(j);
      expect(dataLoss + penalty).toBe(j);
    }),
  );
});

test('a batch gradient is the mean of its rows’, and so are z, a and δ', () => {
  fc.assert(
    fc.property(networkCase(), (given) => {
      const { samples } = given;
      const network = { ...given.network, regularization: { l1: 0, l2: 0 } };
      const batch = gradients(objectiveOf(network, samples));
      fc.pre(batch.gradient.every(Number.isFinite));
      const rows = Array.from({ length: samples.count }, (_, s) => gradients(objectiveOf(network, samples), s + 1));
      const mean = (pick: (of: typeof batch) => Float64Array | undefined): Float64Array =>
        Float64Array.from(
          pick(batch) ?? [],
          (_, n) => rows.reduce((sum, row) => sum + (pick(row)?.[n] ?? NaN), 0) / rows.length,
        );
      expectClose(
        mean(({ gradient }) => gradient),
        batch.gradient,
      );
      expectClose(
        mean((of) => Float64Array.of(of.loss)),
        Float64Array.of(batch.loss),
      );
      for (const [l, delta] of batch.units.delta.entries()) {
        expectClose(
          mean(({ units }) => units.delta[l]),
          delta,
        );
        expectClose(
          mean(({ units }) => units.a[l]),
          batch.units.a[l] ?? delta,
        );
        expectClose(
          mean(({ units }) => units.z[l]),
          batch.units.z[l] ?? delta,
        );
      }
    }),
  );
});

test('swapping two hidden units swaps their gradients and changes nothing else', () => {
  const wide = networkCase().filter(({ network: { layers } }) => layers.slice(1, -1).some(({ units }) => units > 1));
  fc.assert(
    fc.property(wide, fc.nat(), fc.nat(), fc.nat(), ({ network, samples }, l, p, q) => {
      const hidden = network.layers
        .slice(1, -1)
        .flatMap(({ units }, n) => (units > 1 ? [{ layer: n + 2, units }] : []));
      const { layer, units } = hidden[l % hidden.length] ?? { layer: NaN, units: NaN };
      const order = swapped(network, layer, (p % units) + 1, (q % units) + 1);
      const before = gradients(objectiveOf(network, samples));
      fc.pre(before.gradient.every(Number.isFinite));
      const after = gradients({ network, theta: pick(network.theta, order), samples });
      expectClose(after.gradient, pick(before.gradient, order));
      expectClose(Float64Array.of(after.loss), Float64Array.of(before.loss));
    }),
  );
});

/** For each index of the parameter vector, the index whose parameter takes its place when two units of a layer are swapped. */
function swapped({ layers }: Network, layer: number, one: number, other: number): number[] {
  const layout = parameterLayout(layers);
  const swap = (unit: number): number => (unit === one ? other : unit === other ? one : unit);
  return Array.from({ length: layout.count }, (_, index) => {
    const id = parameterAt(layout, index);
    if (id.layer === layer - 1) return parameterIndex(layout, { ...id, to: swap(id.to) });
    return id.layer === layer ? parameterIndex(layout, { ...id, from: swap(id.from) }) : index;
  });
}

function pick(values: Float64Array, order: readonly number[]): Float64Array {
  return Float64Array.from(order, (index) => values[index] ?? NaN);
}

/** Equal but for the rounding of sums taken in another order. */
function expectClose(actual: Float64Array, expected: Float64Array): void {
  expect(actual.length).toBe(expected.length);
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-3);
  expect(actual.every((value, n) => Math.abs(value - (expected[n] ?? NaN)) <= 1e-12 * scale)).toBe(true);
}
