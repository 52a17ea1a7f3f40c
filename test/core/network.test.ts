import { expect, test } from 'vitest';
import { layerAt, parameterAt, parameterIndex, parameterLayout, sameParameter } from '../../src/core/network';
import { networkOf } from './networks';

const network = networkOf({
  layers: [
    { units: 2 },
    {
      weights: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      biases: [7, 8, 9],
    },
    { weights: [[10, 11, 12]], biases: false },
  ],
});
const layout = parameterLayout(network.layers);

test('θ_ij^(l) lies where its index says, and nowhere else', () => {
  const ids = Array.from({ length: 12 }, (_, index) => parameterAt(layout, index));
  expect(ids.map((id) => parameterIndex(layout, id))).toEqual(Array.from({ length: 12 }, (_, index) => index));
  expect([ids[0], ids[3], ids[6], ids[11]]).toEqual([
    { layer: 1, to: 1, from: 1 },
    { layer: 1, to: 2, from: 2 },
    { layer: 1, to: 1, from: 0 },
    { layer: 2, to: 1, from: 3 },
  ]);
  for (const index of [-1, 12]) {
    expect(() => parameterAt(layout, index)).toThrow(`parameter index ${String(index)} is outside 0…11`);
  }
});

test.each([
  [1, 4, 1],
  [1, 0, 1],
  [1, 1, 3],
  [1, 1, -1],
  [3, 1, 1],
  [0, 1, 1],
  [1, 1.5, 1],
  [1, 1, 1.5],
  [1.5, 1, 1],
  [1, 1, 0.5],
  // This layer has no biases.
  [2, 1, 0],
])('there is no θ^(%d) with indices %d, %d', (layer, to, from) => {
  expect(parameterIndex(layout, { layer, to, from })).toBe(-1);
});

test('layers are counted from 1, and two names may be of the same parameter', () => {
  expect([1, 2, 3].map((number) => layerAt(network, number).units)).toEqual([2, 3, 1]);
  expect(() => layerAt(network, 4)).toThrow('layer 4 is outside 1…3');
  const one = { layer: 1, to: 2, from: 1 };
  expect(sameParameter(one, { ...one })).toBe(true);
  for (const other of [{ layer: 2 }, { to: 1 }, { from: 2 }])
    expect(sameParameter(one, { ...one, ...other })).toBe(false);
  expect(sameParameter(one, undefined)).toBe(false);
});
