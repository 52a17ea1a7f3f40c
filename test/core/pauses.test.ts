import { expect, test } from 'vitest';
import { checking } from '../../src/core/check';
import { judging } from '../../src/core/claims';
import { networkOf, samplesOf } from './networks';

/** Work on so many rows must be stopped at once, whoever does it: no step of it may go over all of them. */
const ROWS = 500;
const network = networkOf({
  layers: [
    { units: 1 },
    { weights: [[0.5], [-0.7]], biases: [0.1, 0.2], activation: 'tanh' },
    { weights: [[0.3, 0.9]], biases: [0] },
  ],
});
const rows = Array.from({ length: ROWS }, (_, s) => [Math.sin(s)]);
const samples = samplesOf({ inputs: rows, targets: rows });
const claims = [{ parameter: { layer: 1, to: 1, from: 1 }, value: 0.1234, text: '0.1234' }];

test.each([
  ['the check', 1, () => checking(network, network.theta, samples, {})],
  ['the second opinion', 2, () => checking(network, network.theta, samples, { against: 'dual' })],
  ['the judge of one claim', 5, () => judging(network, network.theta, samples, claims)],
])('%s pauses at every row of its at least %i passes', (_, passes, work) => {
  expect([...work()].length).toBeGreaterThanOrEqual(passes * ROWS);
});
