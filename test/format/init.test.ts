import { describe, expect, test } from 'vitest';
import { parseNetworkFile } from '../../src/format';

interface LayerText {
  readonly units: number;
  readonly activation?: string;
  readonly init?: string;
  readonly weights?: readonly (readonly number[])[];
}

function theta(layers: readonly LayerText[], seed: number): Float64Array {
  const { network, problems } = parseNetworkFile(JSON.stringify({ layers, seed }), { fileName: 'test.nn.json' });
  if (!network) throw new Error(problems.map(({ message }) => message).join('\n'));
  return network.theta;
}

const FAN_IN = 200;
const FAN_OUT = 300;

function weights(layer: Partial<LayerText>, seed = 1): Float64Array {
  return theta([{ units: FAN_IN }, { units: FAN_OUT, ...layer }], seed).subarray(0, FAN_IN * FAN_OUT);
}

function moments(values: Float64Array): { mean: number; deviation: number; largest: number; kurtosis: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const fourth = values.reduce((sum, value) => sum + (value - mean) ** 4, 0) / values.length;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, deviation: Math.sqrt(variance), largest, kurtosis: fourth / variance ** 2 };
}

describe('initial weights', () => {
  // The formulas of PyTorch's kaiming_* (gain √2) and xavier_*; a uniform's kurtosis is 1.8, a normal's 3.
  test.each([
    ['heUniform', Math.sqrt(6 / FAN_IN) / Math.sqrt(3), 1.8],
    ['heNormal', Math.sqrt(2 / FAN_IN), 3],
    ['xavierUniform', Math.sqrt(6 / (FAN_IN + FAN_OUT)) / Math.sqrt(3), 1.8],
    ['xavierNormal', Math.sqrt(2 / (FAN_IN + FAN_OUT)), 3],
  ])('%s has its deviation and shape', (init, deviation, kurtosis) => {
    const found = moments(weights({ init }));
    expect(Math.abs(found.mean)).toBeLessThan((5 * deviation) / Math.sqrt(FAN_IN * FAN_OUT));
    expect(found.deviation / deviation).toBeCloseTo(1, 1.7);
    expect(found.kurtosis).toBeCloseTo(kurtosis, 0.8);
    if (kurtosis < 2) expect(found.largest).toBeLessThanOrEqual(deviation * Math.sqrt(3));
  });

  test('zeros are zeros, and biases are zeros whatever the weights', () => {
    expect(weights({ init: 'zeros' }).every((value) => value === 0)).toBe(true);
    const all = theta([{ units: 2 }, { units: 3, activation: 'relu' }], 9);
    expect([...all.subarray(6)]).toEqual([0, 0, 0]);
  });

  test.each(['relu', 'leakyRelu', 'elu', 'gelu', 'silu'])('%s is drawn by He unless told otherwise', (activation) => {
    expect([...weights({ activation })]).toEqual([...weights({ init: 'heUniform' })]);
  });

  test.each(['identity', 'sigmoid', 'tanh', 'softplus', 'softsign', 'softmax'])(
    '%s is drawn by Xavier',
    (activation) => {
      expect([...weights({ activation })]).toEqual([...weights({ init: 'xavierUniform' })]);
    },
  );

  test('the same seed gives the same bits, today and in every later version', () => {
    expect([...theta([{ units: 2 }, { units: 2, activation: 'relu' }, { units: 1, init: 'xavierNormal' }], 42)])
      .toMatchInlineSnapshot(`
      [
        0.825051557042486,
        -1.5925770614569439,
        1.5616446817203697,
        -0.3925066444476998,
        0,
        0,
        0.34650663807273707,
        1.876543263850634,
        0,
      ]
    `);
  });

  test('other seeds and other layers draw other numbers', () => {
    expect(weights({}, 1)[0]).not.toBe(weights({}, 2)[0]);
    const [first, second] = theta([{ units: 1 }, { units: 1 }, { units: 1 }], 0).filter((value) => value !== 0);
    expect(first).not.toBe(second);
    const starts = new Set(Array.from({ length: 500 }, (_, seed) => weights({}, seed)[0]));
    expect(starts.size).toBe(500);
  });

  test('writing out one layer does not change what another draws', () => {
    const drawn = theta([{ units: 2 }, { units: 2 }, { units: 2 }], 3);
    const written = theta(
      [
        { units: 2 },
        {
          units: 2,
          weights: [
            [1, 2],
            [3, 4],
          ],
        },
        { units: 2 },
      ],
      3,
    );
    expect([...written.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
    expect([...written.subarray(6)]).toEqual([...drawn.subarray(6)]);
  });
});
