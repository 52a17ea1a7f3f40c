import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import { parameterLayout, type Network, type Samples } from '../../../src/core/network';
import { CAUSES } from '../../../src/core/doctor';
import { runToEnd } from '../../../src/core/check/steps';
import { watching } from '../../../src/core/doctor/watching';
import { Trainer } from '../../../src/engine/trainer';
import { networkOf, samplesOf } from '../networks';
import { drawnCase } from '../../engine/drawn';

const rows = samplesOf({
  inputs: [
    [1, 2],
    [2, 1],
  ],
  targets: [[1], [0]],
});

function found(network: Network, theta: Float64Array, samples: Samples, loss = NaN) {
  const [diverged] = CAUSES.filter(({ code }) => code === 'diverged');
  return runToEnd(watching({ network, theta, samples }, 3, { epoch: 3, loss }, diverged ? [diverged] : []));
}

describe('a run that diverged', () => {
  it('before its first step names the first layer that overflows, and its units', () => {
    const network = networkOf({
      layers: [
        { units: 2 },
        { weights: [[1e200, 0]] },
        { weights: [[1], [1e200], [-1e200]] },
        { weights: [[1, 0, 0]] },
      ],
    });
    expect(found(network, network.theta, rows)).toEqual([
      expect.objectContaining({
        code: 'diverged',
        layer: 3,
        units: [2, 3],
        message: expect.stringContaining('2 of 3 units') as string,
      }),
    ]);
  });

  it('by its loss alone says so', () => {
    const network = networkOf({ layers: [{ units: 2 }, { weights: [[1e200, 0]] }] });
    expect(found(network, network.theta, rows)).toEqual([
      expect.objectContaining({ layer: 1, units: [], message: expect.stringContaining('the loss E is not') as string }),
    ]);
  });

  it.each([
    ['gd', { type: 'gd', learningRate: 30 }],
    ['momentum', { type: 'momentum', learningRate: 0.7, momentum: 0.9 }],
  ] as const)(
    'later (%s) names the θ of its last finite state with the largest gradient beside its size',
    (_, optimizer) => {
      const { network, samples } = drawnCase([3, 4, 4, 2], 12, { hidden: { type: 'identity' } });
      const trained = { ...network, training: { ...network.training, optimizer } };
      const trainer = new Trainer(trained, { training: samples });
      trainer.run(1e9);
      expect(trainer.end).toBe('diverged');
      const { theta } = trainer;
      const { gradient } = gradients({ network, theta, samples });
      const shares = parameterLayout(network.layers).layers.map(({ weights, rows, columns, biases }) => {
        const all = (values: Float64Array) => [
          ...values.slice(weights, weights + rows * columns),
          ...values.slice(biases, biases + rows),
        ];
        return Math.max(...all(gradient).map(Math.abs)) / Math.max(...all(theta).map(Math.abs));
      });
      const [finding] = found(trained, theta, samples, 1e300);
      expect(finding).toMatchObject({ code: 'diverged', units: [], layer: 1 + shares.indexOf(Math.max(...shares)) });
      expect(finding?.message).toMatch(/J is not finite after 4 epochs; the last finite J is 1e300/);
    },
  );

  it('does not blame what is frozen', () => {
    const { network, samples } = drawnCase([3, 4, 2], 12);
    const freeze = (frozen: number): Network => ({
      ...network,
      layers: network.layers.map((layer, l) =>
        l === frozen ? { ...layer, frozenWeights: true, frozenBiases: true } : layer,
      ),
    });
    expect(found(freeze(1), network.theta, samples)[0]?.layer).toBe(2);
    expect(found(freeze(2), network.theta, samples)[0]?.layer).toBe(1);
  });
});
