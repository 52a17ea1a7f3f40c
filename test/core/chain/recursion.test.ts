import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import type { PathNode } from '../../../src/core/chain';
import { hasLossWithLogits } from '../../../src/core/functions';
import { type Network, objectiveOf } from '../../../src/core/network';
import { recursionShape } from '../../../src/core/chain/recursion';
import { networkCase } from '../arbitraries';
import { networkOf, samplesOf } from '../networks';
import { recursions } from '../atOnce';

describe('the δ recursion of any network', () => {
  test('every δ is its slope times the sum of its terms, and the one that backpropagation gives', () => {
    fc.assert(
      fc.property(networkCase(), ({ network, samples }) => {
        const nodes = everyNode(network);
        const sample = samples.count;
        const found = recursions(objectiveOf(network, samples), sample, nodes, Infinity);
        const { delta } = gradients(objectiveOf(network, samples), sample).units;
        const valueOf = new Map(found.map(({ node, value }) => [key(node), value ?? NaN]));
        for (const { node, value = NaN, slope, terms } of found) {
          fc.pre(Number.isFinite(value) && terms.every(({ product }) => Number.isFinite(product)));
          if (node.kind === 'z') expect(value + 0).toBe(delta[node.layer - 1]?.[node.unit - 1]);
          const factor = slope?.value ?? 1;
          const sum = terms.reduce((all, { product = NaN }) => all + product, 0);
          const scale = Math.abs(factor) * Math.max(...terms.map(({ product = NaN }) => Math.abs(product)));
          expect(Math.abs(factor * sum - value)).toBeLessThanOrEqual(1e-13 * scale + Number.MIN_VALUE);
          for (const { node: next, derivative } of terms) {
            if (next) expect(derivative).toBe(valueOf.get(key(next)));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a cut lists the largest terms by their units, and what the others come to', () => {
    fc.assert(
      fc.property(networkCase(), fc.integer({ min: 0, max: 3 }), ({ network, samples }, limit) => {
        const nodes = everyNode(network);
        const all = recursions(objectiveOf(network, samples), 1, nodes, Infinity);
        const cut = recursions(objectiveOf(network, samples), 1, nodes, limit);
        for (const [n, { terms, count, rest }] of cut.entries()) {
          const whole = all[n]?.terms ?? [];
          fc.pre(whole.every(({ product }) => Number.isFinite(product)));
          expect(count).toBe(whole.length);
          expect(terms).toHaveLength(Math.min(limit, count));
          expect(rest === undefined).toBe(terms.length === count);
          expect(whole.filter((term) => terms.some(({ node }) => node?.unit === term.node?.unit))).toEqual(terms);
          const left = whole.filter((term) => !terms.some(({ node }) => node?.unit === term.node?.unit));
          const least = Math.min(...terms.map(({ product = NaN }) => Math.abs(product)));
          for (const { product = NaN } of left) expect(Math.abs(product)).toBeLessThanOrEqual(least);
          if (rest !== undefined) expect(rest).toBe(left.reduce((sum, { product = NaN }) => sum + product, 0));
        }
      }),
    );
  });
});

test('a merged output opens into its one factor a − y; without data, in symbols', () => {
  const network = networkOf({
    layers: [{ units: 1 }, { activation: 'sigmoid', weights: [[2]], biases: [0.5] }],
    loss: 'binaryCrossEntropy',
  });
  const samples = samplesOf({ inputs: [[1]], targets: [[1]] });
  const node = { kind: 'z', layer: 2, unit: 1 } as const;
  const [found] = recursions(objectiveOf(network, samples), 1, [node], 9);
  expect(found).toMatchObject({
    node,
    terms: [{ factor: { kind: 'lossOfLogit', value: expect.closeTo(-1 / (1 + Math.exp(2.5)), 15) as number } }],
  });
  expect(found?.slope).toBeUndefined();
  const shape = recursionShape(network, node, 9);
  expect(shape).toEqual({ node, count: 1, terms: [{ factor: { kind: 'lossOfLogit', of: { kind: 'E' }, by: node } }] });
});

test.each<[PathNode, string]>([
  [{ kind: 'z', layer: 1, unit: 1 }, 'there is no z of unit 1 in layer 1: layers are 2…3'],
  [{ kind: 'a', layer: 4, unit: 1 }, 'there is no a of unit 1 in layer 4: layers are 1…3'],
  [{ kind: 'z', layer: 2, unit: 3 }, 'there is no z of unit 3 in layer 2: units are 1…2'],
])('node %o is refused with the range that exists', (node, message) => {
  const network = networkOf({ layers: [{ units: 1 }, { weights: [[1], [2]] }, { weights: [[1, 2]] }] });
  const samples = samplesOf({ inputs: [[1]], targets: [[1]] });
  expect(() => recursionShape(network, node, 1)).toThrow(new RangeError(message));
  expect(() => recursions(objectiveOf(network, samples), 1, [node], 1)).toThrow(new RangeError(message));
});

function key({ kind, layer, unit }: PathNode): string {
  return `${kind} ${String(layer)} ${String(unit)}`;
}

/** Of a loss with logits ∂E/∂a^(L) may be infinite, and no recursion asks for it. */
function everyNode(network: Network): PathNode[] {
  const last = network.layers.length;
  return network.layers.flatMap(({ units }, l) =>
    Array.from({ length: l === 0 ? 0 : units }, (_, k): PathNode[] => {
      const node = { layer: l + 1, unit: k + 1 };
      const ofA: PathNode[] = l + 1 === last && hasLossWithLogits(network) ? [] : [{ kind: 'a', ...node }];
      return [{ kind: 'z', ...node }, ...ofA];
    }).flat(),
  );
}
