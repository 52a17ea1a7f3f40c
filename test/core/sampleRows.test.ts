import { expect, test } from 'vitest';
import { forward, gradients, inputsOf } from '../../src/core/backprop';
import { runToEnd } from '../../src/core/check/steps';
import { classOf, targetsAreClasses } from '../../src/core/classes';
import { withExactMeans } from '../../src/core/exactMeans';
import { layerMeasures } from '../../src/core/layerMeasures';
import { objectiveOf } from '../../src/core/network';
import { readingRows } from '../../src/core/sampleRows';
import { networkOf, samplesOf } from './networks';

const network = networkOf({
  layers: [
    { units: 2 },
    { weights: [[0.4, -0.7]], biases: [0.25] },
    { activation: 'tanh', weights: [[0.5], [-1.5]], biases: [0.1, 0.2] },
  ],
});
const samples = samplesOf({
  inputs: [
    [1, 2],
    [3, 4],
    [-1, 0],
    [-3, -6],
  ],
  targets: [
    [0, 1],
    [1, 0],
    [0.5, 0.5],
    [1, 1],
  ],
});
const objective = objectiveOf(network, samples);

test.each([
  [2, 2, 2],
  [3, 10, 2],
  [1, 4, 4],
])('from row %d on, %d asked for: %d with their outputs and losses', (first, asked, count) => {
  const rows = runToEnd(readingRows(objective, first, asked));
  expect(rows).toMatchObject({ first, count });
  const wanted = Array.from({ length: count }, (_, k) => first + k);
  expect([...rows.inputs]).toEqual(wanted.flatMap((s) => [...inputsOf(network, samples, s)]));
  expect([...rows.targets]).toEqual(wanted.flatMap((s) => [...samples.targets.slice(2 * s - 2, 2 * s)]));
  expect([...rows.outputs]).toEqual(
    wanted.flatMap((s) => [...(forward(network, network.theta, inputsOf(network, samples, s)).a.at(-1) ?? [])]),
  );
  expect([...rows.losses]).toEqual(wanted.map((s) => gradients(objective, s).loss));
});

test('a row that there is not is refused', () => {
  expect(() => runToEnd(readingRows(objective, 5, 1))).toThrow(RangeError);
  expect(() => runToEnd(readingRows(objective, 0, 1))).toThrow(RangeError);
});

test('the means that standardized inputs make exact are written for their rounding, and those of a linear layer', () => {
  const units = {
    z: [[], [1e-17], [2, 3]].map((values) => Float64Array.from(values)),
    a: [[1e-17, 1e-16], [1e-17], [4, 5]].map((values) => Float64Array.from(values)),
    delta: [],
  };
  const exact = withExactMeans(network, network.theta, units);
  expect(exact.z.map((values) => [...values])).toEqual([[], [0.25], [2, 3]]);
  expect(exact.a.map((values) => [...values])).toEqual([[0, 0], [0.25], [4, 5]]);
  const bent = {
    ...network,
    layers: network.layers.map((layer) => ({ ...layer, activation: { type: 'tanh' as const } })),
  };
  expect(withExactMeans(bent, network.theta, units).a.map((values) => [...values])).toEqual([[0, 0], [1e-17], [4, 5]]);
  expect(withExactMeans(network, network.theta, { z: [], a: [], delta: [] })).toEqual({ z: [], a: [], delta: [] });
});

test('how much each θ^(l) is pulled, and how far it moved as a part of its length', () => {
  const before = Float64Array.of(3, 4, 0, 1, 1, 1, 1);
  const theta = Float64Array.of(3, 4, 12, 1, 1, 1, 1);
  const found = layerMeasures(network, 7, Float64Array.of(2, 3, 6, 1, 1, 1, 1), theta, before);
  expect(found.epoch).toBe(7);
  expect([...found.gradientNorms]).toEqual([7, 2]);
  expect([...found.updateRatios]).toEqual([12 / 13, 0]);
});

test('which targets name classes, and which class an output is', () => {
  const areClasses = (units: number, targets: readonly number[], activation: 'sigmoid' | 'identity' | 'softmax') =>
    targetsAreClasses(
      networkOf({ layers: [{ units: 1 }, { activation, weights: Array.from({ length: units }, () => [1]) }] }),
      {
        count: targets.length / units,
        inputs: new Float64Array(targets.length / units),
        targets: Float64Array.from(targets),
      },
    );
  expect(areClasses(1, [0, 1, 1], 'sigmoid')).toBe(true);
  expect(areClasses(1, [0, 1, 0.5], 'sigmoid')).toBe(false);
  expect(areClasses(1, [0, 1], 'identity')).toBe(false);
  expect(areClasses(1, [1, 1], 'softmax')).toBe(false);
  expect(areClasses(1, [], 'sigmoid')).toBe(false);
  expect(areClasses(2, [0, 1, 1, 0], 'identity')).toBe(true);
  expect(areClasses(2, [0, 1, 1, 1], 'identity')).toBe(false);
  expect(areClasses(2, [0, 1, 0, 0], 'identity')).toBe(false);
  const values = Float64Array.of(0.5, 0.6, 0.2, 0.9, 0.9);
  expect([classOf(values, 0, 1), classOf(values, 1, 1), classOf(values, 2, 3), classOf(values, 0, 3)]).toEqual([
    0, 1, 1, 1,
  ]);
});
