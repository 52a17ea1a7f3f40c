import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import { parameterLayout, type Network, objectiveOf, type Objective } from '../../../src/core/network';
import { runToEnd } from '../../../src/core/check/steps';
import { someRows } from '../../../src/core/doctor/sight';
import { watching, watchingEpochs } from '../../../src/core/doctor/watching';
import type { Observation } from '../../../src/core/run';
import { trialTools } from '../../../src/engine/trial';
import { networkOf, samplesOf } from '../networks';
import { drawnCase } from '../../engine/drawn';
import { diagnosed, parsed } from './diagnosed';
import { FAULTY, type File, healthy } from './generated';

const rows = samplesOf({
  inputs: [
    [1, 2],
    [2, 1],
    [0.5, 0.5],
  ],
  targets: [[1], [0], [1]],
});

function examine(objective: Objective): Observation[] {
  return runToEnd(watching(objective, 8));
}

function codes(network: Network): string[] {
  return examine(objectiveOf(network, rows)).map(
    ({ code, layer, units }) => `${code} ${String(layer)} ${units.join()}`,
  );
}

/** The root mean square of ∂J/∂θ^(l) without its biases. */
function typicalOf(network: Network): (layer: number) => number {
  const { gradient } = gradients(objectiveOf(network, rows));
  return (layer) => {
    const block = parameterLayout(network.layers).layers[layer - 1];
    const { weights, rows: height, columns } = block ?? { weights: NaN, rows: NaN, columns: NaN };
    return Math.hypot(...gradient.slice(weights, weights + height * columns)) / Math.sqrt(height * columns);
  };
}

describe('what a run is told of its network', () => {
  it('is good where units live and gradients flow', () => {
    const { network, samples } = drawnCase([3, 5, 4, 2], 20);
    expect(examine(objectiveOf(network, samples))).toEqual([]);
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
    expect(codes(network)).toEqual(['dead-units 2 2']);
    expect(examine(objectiveOf(network, rows))[0]?.message).toMatch(
      /^1 of 3 relu units of layer 2 give 0 for all 3 rows after 8 epochs: no gradient/,
    );
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
    // The output gives 1 on every row, where its derivative is 0: of the units that is nothing, of the gradient it is.
    expect(codes(network)).toEqual(['zero-gradient undefined ', 'saturated-units 2 1,3']);
  });

  it('names units that have equal weights', () => {
    const weights = [
      [0.1, 0.2],
      [0.3, 0.4],
      [0.1, 0.2],
    ];
    const network = networkOf({ layers: [{ units: 2 }, { activation: 'tanh', weights }, { weights: [[1, 1, 1]] }] });
    expect(codes(network)).toEqual(['identical-units 2 1,3']);
  });

  it('says what a diagnosis says, of the same numbers', () => {
    const file = FAULTY['saturated-units'](1);
    const { network, data } = parsed(file);
    const at = objectiveOf(network, someRows(network, data.training));
    const seen = runToEnd(watching(at, 0)).find(({ code }) => code === 'saturated-units');
    const found = diagnosed(file).findings.find(({ code }) => code === 'saturated-units');
    expect(seen?.message).toBe(found?.message.replace('before any step', 'after 0 epochs'));
    expect(found?.layer).toBe(seen?.layer);
  });

  it('sees a gradient that vanishes, and between which layers most', () => {
    const fading = networkOf({
      layers: [
        { units: 2 },
        { activation: 'sigmoid', weights: [[0.1, 0.1]] },
        ...[0.3, 0.3, 0.3, 0.03, 0.3, 0.3, 0.3].map((w) => ({ activation: 'sigmoid' as const, weights: [[w]] })),
        { weights: [[1]] },
      ],
    });
    const [finding, ...others] = examine(objectiveOf(fading, rows));
    expect(others).toEqual([]);
    // θ⁽⁵⁾ = 0.03 stands between δ⁽⁶⁾ and δ⁽⁵⁾, which is that of θ⁽⁴⁾.
    expect(finding).toMatchObject({ code: 'vanishing-gradient', layer: 4, units: [] });
    expect(finding?.message).toMatch(/from θ⁽⁵⁾ to θ⁽⁴⁾, by a factor of 0\.0\d+/);
  });

  it('sees a gradient that explodes, and between which layers most', () => {
    const growing = networkOf({
      layers: [{ units: 2 }, { weights: [[0.1, 0]] }, { weights: [[0.01]] }, { weights: [[50]] }, { weights: [[500]] }],
    });
    const [finding, ...others] = examine(objectiveOf(growing, rows));
    expect(others).toEqual([]);
    const typical = [1, 2, 3, 4].map(typicalOf(growing));
    const ratios = typical.slice(1).map((here, l) => (typical[l] ?? NaN) / here);
    expect(ratios.indexOf(Math.max(...ratios))).toBe(1);
    expect(finding).toMatchObject({ code: 'exploding-gradient', layer: 2, units: [] });
    expect(finding?.message).toMatch(/from θ⁽³⁾ to θ⁽²⁾, by a factor of \d+/);
  });

  it('is looked at on rows that are spread over all of them', () => {
    const { network, samples } = drawnCase([1, 1], 1000);
    const some = someRows(network, samples);
    expect(some.count).toBe(256);
    expect(some.inputs[0]).toBe(samples.inputs[0]);
    expect(some.inputs[128]).toBe(samples.inputs[500]);
    expect(someRows(network, rows)).toBe(rows);
    expect(someRows({ ...network, theta: new Float64Array(2 ** 22) }, samples).count).toBe(16);
  });

  it('names what no training moves: a softmax of one unit, frozen parameters, inputs of 0', () => {
    const alone = networkOf({
      layers: [{ units: 2 }, { weights: [[1, 1]], activation: 'sigmoid' }, { weights: [[1]], activation: 'softmax' }],
    });
    expect(codes(alone)).toEqual(['constant-output 3 1', 'zero-gradient undefined ']);
    const { network: frozen } = parsed({
      layers: [{ units: 2 }, { weights: [[1, 1]], frozen: true }],
      data: { inputs: [[1, 2]], targets: [[1]] },
    });
    expect(codes(frozen)).toEqual(['frozen-all undefined ']);
    const still = networkOf({ layers: [{ units: 1 }, { weights: [[1]], biases: false }] });
    const zeros = samplesOf({ inputs: [[0], [0]], targets: [[1], [2]] });
    expect(examine(objectiveOf(still, zeros))).toEqual([
      {
        code: 'zero-gradient',
        units: [],
        message: 'Every ∂J/∂θ is exactly 0 after 8 epochs, although J = 1.25: all inputs are 0.',
      },
    ]);
    // At a minimum every gradient is 0 as well, and nothing is wrong.
    const minimum = networkOf({ layers: [{ units: 1 }, { weights: [[2]], biases: false }] });
    const around = samplesOf({ inputs: [[1], [1]], targets: [[1], [3]] });
    expect(examine(objectiveOf(minimum, around))).toEqual([]);
  });
});

describe('what the epochs of a run show', () => {
  const seenInEpochs = (file: File): string[] => {
    const { network, data } = parsed(file);
    const { rows } = runToEnd(trialTools.train(network, data, network.training.epochs));
    return watchingEpochs({ network, rows }).map(({ code }) => code);
  };
  /** λ_max is 4, so the largest stable η is 0.5. */
  const parabola = (learningRate: number): File => ({
    layers: [{ units: 1 }, { weights: [[3]], biases: false }],
    data: { inputs: [[2]], targets: [[5]] },
    training: { optimizer: { type: 'gd', learningRate }, epochs: 64 },
  });

  it.each([
    [0.49, []],
    [0.501, ['step-too-large']],
  ])('of η = %s where 0.5 is the largest stable one: %j', (learningRate, expected) => {
    expect(seenInEpochs(parabola(learningRate))).toEqual(expected);
  });

  it('of momentum and batches, which go up and down by themselves, is nothing', () => {
    const momentum = { type: 'momentum', learningRate: 0.3, momentum: 0.99 };
    expect(seenInEpochs({ ...parabola(0), training: { optimizer: momentum, epochs: 64 } })).toEqual([]);
  });

  it('is that rows are learned by heart, in the words of the diagnosis', () => {
    const file = FAULTY.overfitting(3);
    const { network, data } = parsed(file);
    const { rows } = runToEnd(trialTools.train(network, data, network.training.epochs));
    const [seen] = watchingEpochs({ network, rows });
    const found = diagnosed(file).findings.find(({ code }) => code === 'overfitting');
    expect(seen).toEqual({ code: 'overfitting', units: [], message: found?.message });
  });

  it('is nothing of networks that learn well', () => {
    for (let seed = 201; seed <= 212; seed++) expect(seenInEpochs(healthy(seed))).toEqual([]);
  });
});
