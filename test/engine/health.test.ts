import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/core/network';
import { examine, someRows } from '../../src/engine/health';
import { networkOf, samplesOf } from '../core/networks';
import { drawnCase } from './drawn';

const rows = samplesOf({
  inputs: [
    [1, 2],
    [2, 1],
    [0.5, 0.5],
  ],
  targets: [[1], [0], [1]],
});

function kinds(network: Network): string[] {
  return examine(network, network.theta, rows).map(
    ({ kind, layer, units }) => `${kind} ${String(layer)} ${units.join()}`,
  );
}

describe('the health of a network', () => {
  it('is good where units live and gradients flow', () => {
    const { network, samples } = drawnCase([3, 5, 4, 2], 20);
    expect(examine(network, network.theta, samples)).toEqual([]);
  });

  it('names ReLUs that are 0 on every row, not those that are 0 on some', () => {
    const network = networkOf({
      layers: [
        { units: 2 },
        {
          activation: 'relu',
          weights: [
            [1, 1],
            [-1, -1],
            [1, -1],
          ],
          biases: [0, 0, 0],
        },
        { weights: [[1, 1, 1]] },
      ],
    });
    expect(kinds(network)).toEqual(['deadUnits 2 2']);
    expect(examine(network, network.theta, rows)[0]?.message).toMatch(/^1 of 3 units give 0 on all 3 rows/);
  });

  it('names saturated units of hidden layers, on either side', () => {
    const network = networkOf({
      layers: [
        { units: 2 },
        {
          activation: 'tanh',
          weights: [
            [9, 9],
            [0.1, 0.1],
            [-9, -9],
          ],
        },
        { activation: 'sigmoid', weights: [[50, 1, -50]] },
      ],
    });
    expect(kinds(network)).toEqual(['saturatedUnits 2 1,3']);
  });

  it('sees a gradient that vanishes, and one that explodes', () => {
    const fading = networkOf({
      layers: [
        { units: 2 },
        { activation: 'sigmoid', weights: [[0.1, 0.1]] },
        ...Array.from({ length: 7 }, () => ({ activation: 'sigmoid' as const, weights: [[0.3]] })),
        { weights: [[1]] },
      ],
    });
    expect(kinds(fading)).toEqual(['vanishingGradient 1 ']);
    const growing = networkOf({
      layers: [{ units: 2 }, { weights: [[0.001, 0]] }, { weights: [[30]] }, { weights: [[30]] }, { weights: [[30]] }],
    });
    expect(kinds(growing)).toEqual(['explodingGradient 1 ']);
  });

  it('is looked at on rows that are spread over all of them', () => {
    const { network, samples } = drawnCase([1, 1], 1000);
    const some = someRows(network, samples);
    expect(some.count).toBe(256);
    expect(some.inputs[0]).toBe(samples.inputs[0]);
    expect(some.inputs[128]).toBe(samples.inputs[500]);
    expect(someRows(network, rows)).toBe(rows);
  });
});
