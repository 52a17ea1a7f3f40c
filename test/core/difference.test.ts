import { expect, test } from 'vitest';
import { aligned, isBuiltAlike, networkDifference, structureDifference } from '../../src/core/difference';
import type { Network } from '../../src/core/network';
import { networkOf } from './networks';

const narrow = networkOf({
  layers: [
    { units: 1 },
    { activation: 'tanh', weights: [[1], [2]], biases: [3, 4] },
    { weights: [[5, 6]], biases: false },
  ],
});
const withTheta = (...theta: number[]): Network => ({ ...narrow, theta: Float64Array.from(theta) });

test('parameters that differ, the largest difference first, of equals in the order of θ', () => {
  const { parameters, compared, structure } = networkDifference(narrow, withTheta(1, 2.5, 3, 4.5, 5, 4));
  expect(compared).toBe(6);
  expect(structure).toEqual([]);
  expect(parameters).toEqual([
    { layer: 2, to: 1, from: 2, a: 6, b: 4, difference: 2 },
    { layer: 1, to: 2, from: 1, a: 2, b: 2.5, difference: -0.5 },
    { layer: 1, to: 2, from: 0, a: 4, b: 4.5, difference: -0.5 },
  ]);
  // Up to the tolerance, and not beyond it.
  expect(networkDifference(narrow, withTheta(1, 2.5, 3, 4.5, 5, 4), 0.5).parameters).toHaveLength(1);
  expect(networkDifference(narrow, withTheta(1, 2.5, 3, 4.5, 5, 4), 0.49).parameters).toHaveLength(3);
});

test('NaN differs from every number, before all, and from no other NaN', () => {
  const [first, ...others] = networkDifference(narrow, withTheta(100, 2, NaN, 4, 5, 6), 1e9).parameters;
  expect(first).toMatchObject({ layer: 1, to: 1, from: 0, b: NaN });
  expect(others).toEqual([]);
  expect(
    networkDifference(narrow, withTheta(100, 2, NaN, 4, 5, 6)).parameters.map(({ difference }) => difference),
  ).toEqual([NaN, -99]);
  const broken = withTheta(NaN, 2, 3, 4, 5, 6);
  expect(networkDifference(broken, broken).parameters).toEqual([]);
});

test('networks of other shapes are compared where both have the parameter, and numbers of one are laid out as the other’s', () => {
  const wide = networkOf({
    layers: [{ units: 1 }, { activation: 'relu', weights: [[1], [2], [7]], biases: false }, { weights: [[5, 0, 8]] }],
  });
  const { parameters, compared, structure } = networkDifference(narrow, wide);
  expect(compared).toBe(4);
  expect(parameters).toEqual([{ layer: 2, to: 1, from: 2, a: 6, b: 0, difference: 6 }]);
  expect(structure).toEqual([
    { path: 'layers[1].units', a: 2, b: 3 },
    { path: 'layers[1].activation.type', a: 'tanh', b: 'relu' },
    { path: 'layers[1].biases', a: true, b: false },
    { path: 'layers[2].biases', a: false, b: true },
  ]);
  expect([...aligned(narrow, wide, wide.theta)]).toEqual([1, 2, NaN, NaN, 5, 0]);
  expect([...aligned(wide, narrow, narrow.theta)]).toEqual([1, 2, NaN, 5, 6, NaN, NaN]);
});

test('a setting that one network alone has is named; what concerns training alone is no other function', () => {
  const { training } = narrow;
  const other: Network = {
    ...narrow,
    training: { ...training, optimizer: { type: 'momentum', learningRate: 0.1, momentum: 0.9 } },
  };
  const differences = structureDifference(narrow, other);
  expect(differences).toEqual([
    { path: 'training.optimizer.type', a: 'gd', b: 'momentum' },
    { path: 'training.optimizer.momentum', b: 0.9 },
  ]);
  expect(structureDifference(other, narrow)[1]).toEqual({ path: 'training.optimizer.momentum', a: 0.9 });
  expect(isBuiltAlike(differences)).toBe(true);
  expect(isBuiltAlike(structureDifference(narrow, { ...other, loss: { type: 'mae' } }))).toBe(false);
  expect(structureDifference(narrow, { ...narrow, name: 'other', seed: 7 })).toEqual([]);
});
