import { expect, test } from 'vitest';
import { checking } from '../../src/core/check';
import { judging } from '../../src/core/mistakes/claims';
import { windowing } from '../../src/core/chain/layerWindow';
import { recursing } from '../../src/core/chain/recursion';
import { forwardModeCheck } from '../../src/core/check/forwardModeCheck';
import { drawnCase } from '../engine/drawn';
import { networkOf, samplesOf } from './networks';
import { objectiveOf } from '../../src/core/network';

/** Work on so many rows must be stopped at once, whoever does it: no step of it may go over all of them. */
const ROWS = 500;
const ONE = { first: 1, count: 1 };
const network = networkOf({
  layers: [
    { units: 1 },
    { weights: [[0.5], [-0.7]], biases: [0.1, 0.2], activation: 'tanh' },
    { weights: [[0.3, 0.9]], biases: [0] },
  ],
});
const rows = Array.from({ length: ROWS }, (_, s) => [Math.sin(s)]);
const samples = samplesOf({ inputs: rows, targets: rows });
const everything = { layer: 1, samples: { first: 1, count: ROWS }, rows: ONE, columns: ONE };
const claims = [{ parameter: { layer: 1, to: 1, from: 1 }, value: 0.1234, text: '0.1234' }];

/** One row of a wide network takes a forward-mode check long enough: it takes a forward pass for each unit. */
test('the second opinion does no more at a time than a pass forward or back, and a penalty for a thousand parameters', () => {
  const { network: wide, samples: one } = drawnCase([40, 60, 50, 30], 1);
  const work = { ...wide, regularization: { l1: 0.1, l2: 0 } };
  const pauses = (penalised: boolean): number => [...forwardModeCheck(objectiveOf(work, one), penalised)].length;
  expect(pauses(false)).toBe(60 + 50 + 30);
  expect(pauses(true) - pauses(false)).toBe(Math.ceil(work.theta.length / 1000));
});

test.each([
  ['the check', 1, () => checking(objectiveOf(network, samples), {})],
  // Backpropagation's, and one for each of the 3 units.
  ['the second opinion', 4, () => checking(objectiveOf(network, samples), { against: 'dual' })],
  ['a window into a layer', 1, () => windowing(objectiveOf(network, samples), everything)],
  ['the judge of one claim', 2, () => judging(network, network.theta, samples, claims)],
])('%s pauses at every row of its at least %i passes', (_, passes, work) => {
  expect([...work()].length).toBeGreaterThanOrEqual(passes * ROWS);
});

test('opened recursions pause at every node', () => {
  const node = { kind: 'z', layer: 2, unit: 1 } as const;
  expect([...recursing(objectiveOf(network, samples), 1, [node, node, node], 2)]).toHaveLength(3);
});
