import { expect, test } from 'vitest';
import { weightsInto } from '../../src/core/network';
import { networkOf } from './networks';

test('the weights into units of the first computing layer stand unit after unit', () => {
  const network = networkOf({
    layers: [
      { units: 2 },
      {
        weights: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      },
      { weights: [[1, 1, 1]] },
    ],
  });
  expect([...weightsInto(network, network.theta, [3, 1])]).toEqual([5, 6, 1, 2]);
  expect([...weightsInto(network, network.theta, [4])]).toEqual([NaN, NaN]);
  expect(weightsInto(network, network.theta, [])).toHaveLength(0);
});
