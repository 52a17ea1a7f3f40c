import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backward, forward, gradients, inputsOf, targetsOf } from '../../../src/core/backprop';
import { chain, chainShape, type LocalDerivative, type PathShape } from '../../../src/core/chain';
import { activationDerivative, lossDerivative } from '../../../src/core/functions';
import { cachedPasses } from '../../../src/core/cachedPasses';
import {
  type Network,
  type ParameterId,
  layerAt,
  parameterIndex,
  parameterLayout,
  objectiveOf,
} from '../../../src/core/network';
import { runToEnd } from '../../../src/core/check/steps';
import { type Case, parameterCase } from '../arbitraries';
import { networkOf, samplesOf } from '../networks';

describe('any parameter of any network', () => {
  test('Σ of all contributions + penalty = backpropagation’s gradient', () => {
    fc.assert(
      fc.property(parameterCase, fc.boolean(), ({ network, samples, parameter }, one) => {
        const sample = one ? samples.count : undefined;
        const all = chain(objectiveOf(network, samples), parameter, { paths: Infinity, sample });
        const passes = runToEnd(cachedPasses(objectiveOf(network, samples)));
        expect(passes).toBeDefined();
        expect(chain(objectiveOf(network, samples), parameter, { paths: Infinity, sample, passes })).toEqual(all);
        const { gradient } = gradients(objectiveOf(network, samples), sample);
        // A one-unit softmax under binaryCrossEntropy has an infinite loss at y < 1.
        fc.pre(Number.isFinite(all.gradient));
        expect(all.gradient).toBe(gradient[parameterIndex(parameterLayout(network.layers), parameter)]);

        const terms = [...all.paths.map(({ contribution }) => contribution), all.penalty];
        const sum = terms.reduce((total, term) => total + term, 0);
        const scale = Math.max(...terms.map(Math.abs));
        expect(Math.abs(sum - all.gradient)).toBeLessThanOrEqual(1e-12 * scale + Number.MIN_VALUE);
        expect(Math.abs(all.remainder)).toBeLessThanOrEqual(1e-12 * scale + Number.MIN_VALUE);
      }),
      { numRuns: 500 },
    );
  });

  test('the top K are those of the full enumeration, ties by sample and then by units', () => {
    fc.assert(
      fc.property(parameterCase, fc.integer({ min: 0, max: 40 }), ({ network, samples, parameter }, k) => {
        const { paths } = chain(objectiveOf(network, samples), parameter, { paths: k });
        const expected = enumerate({ network, samples }, parameter).slice(0, k);
        expect(paths.map(({ sample, nodes, contribution }) => ({ sample, nodes, contribution }))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('a path adds ω times its product to D ∂J/∂θ, and names ω where it is not 1', () => {
    const weight = fc.constantFrom(0.5, 1, 2);
    fc.assert(
      fc.property(parameterCase, fc.array(weight, { minLength: 4, maxLength: 4 }), ({ network, ...given }, omegas) => {
        const weights = Float64Array.from(omegas.slice(0, given.samples.count));
        const samples = { ...given.samples, weights };
        const { paths } = chain(objectiveOf(network, samples), given.parameter, { paths: 20 });
        const divisor = weights.reduce((sum, one) => sum + one, 0);
        for (const path of paths) {
          const omega = weights[path.sample - 1] ?? NaN;
          expect(path.contribution).toBe((omega * path.product) / divisor);
          if (omega === 1) expect(path).not.toHaveProperty('weight');
          else expect(path.weight).toBe(omega);
        }
      }),
    );
  });

  test('there are as many paths as the product rule says', () => {
    fc.assert(
      fc.property(parameterCase, ({ network, samples, parameter }) => {
        const { pathCount, paths } = chain(objectiveOf(network, samples), parameter, { paths: Infinity });
        const softmax = (l: number): boolean => layerAt(network, l).activation.type === 'softmax';
        const last = network.layers.length;
        const output = layerAt(network, last).activation;
        const withLogits =
          (['crossEntropy', 'klDivergence'].includes(network.loss.type) && softmax(last)) ||
          (network.loss.type === 'binaryCrossEntropy' && output.type === 'sigmoid' && (output.slope ?? 1) === 1);
        let product = 1;
        for (let l = parameter.layer + 1; l <= last; l++) {
          const { units } = layerAt(network, l);
          if (l > parameter.layer + 1) product *= units;
          if (softmax(l) && !(l === last && withLogits)) product *= units;
        }
        expect(pathCount).toBe(BigInt(product));
        expect(paths.length).toBe(product * samples.count);
        expect(chainShape(network, parameter, Infinity).paths.length).toBe(product);
      }),
    );
  });
});

test('the path count is exact far beyond 2⁵³', () => {
  const width = 100;
  const hidden = { units: width, activation: 'tanh', weights: filled(width, width) } as const;
  const network = networkOf({
    layers: [{ units: 1 }, { units: width, weights: filled(width, 1) }, ...Array<typeof hidden>(20).fill(hidden)],
  });
  const samples = samplesOf({ inputs: [[1]], targets: [Array<number>(width).fill(0)] });
  const result = chain(objectiveOf(network, samples), { layer: 1, to: 1, from: 1 }, { paths: 3 });
  expect(result.pathCount).toBe(100n ** 20n);
  // All paths are equal, so the first ones by their units are listed.
  expect(result.paths.map(({ nodes }) => nodes.at(-1)?.unit)).toEqual([1, 2, 3]);
});

test('a dead ReLU’s paths are counted and listed with contribution 0', () => {
  const network = networkOf({
    layers: [{ units: 1 }, { activation: 'relu', weights: [[-1]] }, { weights: [[2], [3]] }],
  });
  const samples = samplesOf({ inputs: [[1]], targets: [[1, 1]] });
  const { pathCount, paths } = chain(objectiveOf(network, samples), { layer: 1, to: 1, from: 1 }, { paths: 10 });
  expect(pathCount).toBe(2n);
  expect(paths.map(({ contribution }) => Math.abs(contribution))).toEqual([0, 0]);
  expect(paths[0]?.factors.find(({ value }) => value === 0)).toMatchObject({
    kind: 'activation',
    of: { kind: 'a', layer: 2, unit: 1 },
  });
});

test('contributions that are not finite come first, and the others keep their order', () => {
  const network = networkOf({
    layers: [{ units: 1 }, { weights: [[1]] }, { weights: [[1], [2], [Infinity], [NaN], [0]] }],
    loss: 'mae',
  });
  const samples = samplesOf({ inputs: [[1]], targets: [[0, 0, 0, 0, 0]] });
  const { paths } = chain(objectiveOf(network, samples), { layer: 1, to: 1, from: 1 }, { paths: 5 });
  expect(paths.map(({ contribution }) => contribution)).toEqual([Infinity, NaN, 2, 1, 0]);
});

test('products that underflow or overflow are ranked as they come out, in the order written', () => {
  // From the loss down: 1e-200 · 1e-200 = 0 before 1e200 and 1e200 are met; the other way about it would be 1.
  const network = networkOf({
    layers: [{ units: 1 }, { weights: [[1]] }, { weights: [[1e200], [1e-10]] }, { weights: [[1e-200, 1e-10]] }],
    loss: { type: 'huber', delta: 1e-200 },
  });
  const samples = samplesOf({ inputs: [[1e200]], targets: [[-1e300]] });
  const { paths } = chain(objectiveOf(network, samples), { layer: 1, to: 1, from: 1 }, { paths: 2 });
  expect(paths.map(({ nodes }) => nodes[2]?.unit)).toEqual([2, 1]);
  expect(paths[1]?.contribution).toBe(0);
});

test.each([
  [{ layer: 3, to: 1, from: 1 }, 'there is no parameter 3,1,1 (l,i,j): l is 1…2'],
  [{ layer: 1, to: 3, from: 1 }, 'there is no parameter 1,3,1 (l,i,j): of layer 1, i is 1…2 and j is 0…1'],
  [
    { layer: 2, to: 1, from: 0 },
    'there is no parameter 2,1,0 (l,i,j): of layer 2, i is 1…1 and j is 1…2 (it has no biases)',
  ],
])('parameter %o is refused with the range that exists', (parameter, message) => {
  const network = networkOf({ layers: [{ units: 1 }, { weights: [[1], [2]] }, { weights: [[1, 2]], biases: false }] });
  const samples = samplesOf({ inputs: [[1]], targets: [[1]] });
  expect(() => chain(objectiveOf(network, samples), parameter, { paths: 1 })).toThrow(new RangeError(message));
  expect(() => chainShape(network, parameter, 1)).toThrow(RangeError);
});

/** Every path of every sample, with factors looked up one by one, sorted by |contribution|, sample and units. */
function enumerate({ network, samples }: Case, parameter: ParameterId) {
  const { theta } = network;
  const shapes = chainShape(network, parameter, Infinity).paths;
  const all: { sample: number; nodes: PathShape['nodes']; contribution: number }[] = [];
  for (let sample = 1; sample <= samples.count; sample++) {
    const y = targetsOf(network, samples, sample);
    const pass = forward(network, theta, inputsOf(network, samples, sample));
    const delta = backward(network, theta, pass, y);
    const layer = (values: readonly Float64Array[], l: number): Float64Array => values[l - 1] ?? new Float64Array();
    const value = ({ kind, of, by }: LocalDerivative): number => {
      if (kind === 'input')
        return parameter.from === 0 ? 1 : (layer(pass.a, parameter.layer)[parameter.from - 1] ?? NaN);
      if (by.kind !== 'a' && by.kind !== 'z') throw new Error('no node');
      if (kind === 'loss') return lossDerivative(network, layer(pass.a, by.layer), y, by.unit - 1);
      if (kind === 'lossOfLogit') return layer(delta, by.layer)[by.unit - 1] ?? NaN;
      if (of.kind !== 'a' && of.kind !== 'z') throw new Error('no node');
      if (kind === 'weight') return weight(network, { layer: by.layer, to: of.unit, from: by.unit });
      const { activation } = layerAt(network, of.layer);
      return activationDerivative(
        activation,
        layer(pass.z, of.layer),
        layer(pass.a, of.layer),
        of.unit - 1,
        by.unit - 1,
      );
    };
    for (const { nodes, factors } of shapes) {
      const product = factors.map(value).reduce((total, factor) => total * factor);
      all.push({ sample, nodes, contribution: product / samples.count });
    }
  }
  // Sorting is stable, and the shapes come by sample and units.
  const size = ({ contribution }: { contribution: number }): number =>
    Number.isFinite(contribution) ? Math.abs(contribution) : Infinity;
  return all.sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)));
}

function weight(network: Network, id: ParameterId): number {
  return network.theta[parameterIndex(parameterLayout(network.layers), id)] ?? NaN;
}

function filled(rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, () => Array<number>(columns).fill(0.01));
}

test('a path of ∞ makes the gradient ∞, and leaves nothing over', () => {
  const network = networkOf({
    layers: [{ units: 1 }, { activation: 'identity', weights: [[1e200]], biases: false }],
  });
  const samples = samplesOf({ inputs: [[1e200]], targets: [[0]] });
  const { gradient, remainder } = chain(objectiveOf(network, samples), { layer: 1, to: 1, from: 1 }, { paths: 10 });
  expect([gradient, remainder]).toEqual([Infinity, 0]);
});
