/** What is said of a wrong z, a, δ, J or θ after a step, and the value that each mistake leads to, by hand. */

import { describe, expect, it } from 'vitest';
import { loss } from '../../../src/core/backprop';
import type { ValuePlace } from '../../../src/core/exercise/exercise';
import { isTaught, MistakeContext, type ValueMistake, valueMistakes } from '../../../src/core/exercise/valueMistakes';
import { sheetValues } from '../../../src/core/exercise/values';
import { LOSSES, type LossName } from '../../../src/core/functions';
import { objectiveOf } from '../../../src/core/network';
import { networkOf, samplesOf } from '../networks';

const network = networkOf({
  layers: [
    { units: 2 },
    {
      activation: 'tanh',
      weights: [
        [0.1, 0.3],
        [0.2, -0.4],
      ],
      biases: [0.5, -0.2],
    },
    {
      activation: 'sigmoid',
      weights: [
        [0.5, -0.6],
        [0.7, 0.8],
      ],
      biases: [0.15, 0.35],
    },
  ],
  regularization: { l2: 0.1 },
});
const samples = samplesOf({
  inputs: [
    [0.6, 0.9],
    [0.3, 0.7],
    [-0.5, 0.2],
  ],
  targets: [
    [0.2, 0.7],
    [0.4, 0.1],
    [0.9, 0.6],
  ],
});
const objective = objectiveOf(network, samples);
const values = sheetValues(objective);

/** What is said of each mistake at a place, with its value; of each code the first. */
function said(place: ValuePlace): Omit<ValueMistake, 'layers'>[] {
  const all = [...valueMistakes(new MistakeContext(network, samples, values), place)];
  return all.map(({ code, value, sentence, hint, detail }) => ({ code, value, sentence, hint, detail }));
}

const near = (value: number): unknown => expect.closeTo(value, 12);
const sample2 = { sample: 2, unit: 1 } as const;

describe('of z and a', () => {
  const [z1, z2] = [0.1 * 0.3 + 0.3 * 0.7 + 0.5, 0.2 * 0.3 - 0.4 * 0.7 - 0.2];

  it('the value of another unit', () => {
    expect(said({ quantity: 'z', layer: 2, ...sample2 })[0]).toEqual({
      code: 'units-swapped',
      value: near(z2),
      sentence: 'it is the value of unit 2',
      hint: 'it is the value of another unit',
      detail: { unit: 2 },
    });
  });

  it('g′ for g, no biases, columns for rows, and the sign last', () => {
    const list = said({ quantity: 'a', layer: 2, ...sample2 });
    expect(list.find(({ code }) => code === 'derivative-for-activation')).toMatchObject({
      value: near(1 - Math.tanh(z1) ** 2),
      sentence: 'it is g′(z), where a is g(z)',
      hint: 'look at the activation function',
    });
    const without = list.filter(({ code }) => code === 'forward-without-bias');
    expect(without.map(({ value }) => value)).toContainEqual(near(Math.tanh(z1 - 0.5)));
    const turned = list.filter(({ code }) => code === 'forward-transposed');
    expect(turned).toHaveLength(3);
    expect(turned[0]).toMatchObject({
      value: near(Math.tanh(0.1 * 0.3 + 0.2 * 0.7 + 0.5)),
      sentence: 'the weights are taken by columns, where z_i is the product with row i of θ',
      hint: 'look at which weights lead to the unit',
    });
    expect(list.at(-1)).toEqual({
      code: 'sign',
      value: near(-Math.tanh(z1)),
      sentence: 'the sign is wrong',
      hint: 'look at the sign',
      detail: {},
    });
  });

  it('what no course teaches comes after what all do', () => {
    const taught = said({ quantity: 'a', layer: 3, ...sample2 }).map(({ detail }) => isTaught(detail));
    expect(taught).toContain(false);
    expect(taught.lastIndexOf(true, -2)).toBeLessThan(taught.indexOf(false));
    expect(isTaught({})).toBe(true);
    expect(isTaught({ function: 'relu' })).toBe(true);
    expect(isTaught({ function: 'mish' })).toBe(false);
  });
});

describe('of J', () => {
  const list = said({ quantity: 'loss' });
  const penalty = 0.05 * (0.01 + 0.09 + 0.04 + 0.16 + 0.25 + 0.36 + 0.49 + 0.64);
  const data = loss(objective) - penalty;

  it('factors of its sum, but not of the penalty', () => {
    const scales = list.filter(({ code }) => code === 'scale');
    expect(scales.map(({ value, sentence, detail }) => ({ value, sentence, detail }))).toEqual([
      { value: near(2 * data + penalty), sentence: 'the ½ is left out', detail: { factor: 2, reason: 'two' } },
      { value: near(data / 2 + penalty), sentence: 'it is half of J', detail: { factor: 0.5, reason: 'half' } },
      {
        value: near(3 * data + penalty),
        sentence: 'it is the sum over the samples, where J is their mean',
        detail: { factor: 3, reason: 'sum-not-mean' },
      },
      {
        value: near(data / 2 + penalty),
        sentence: 'it is the mean over the output units, where J has their sum',
        detail: { factor: 0.5, reason: 'mean-over-outputs' },
      },
    ]);
    expect(new Set(scales.map(({ hint }) => hint))).toEqual(new Set(['look at the factor in front of the sum']));
  });

  it('the penalty left out, and every other loss', () => {
    expect(list.find(({ code }) => code === 'penalty-missing')).toEqual({
      code: 'penalty-missing',
      value: near(data),
      sentence: 'the penalty is left out',
      hint: 'look at the penalty',
      detail: {},
    });
    const others = (Object.keys(LOSSES) as LossName[]).filter((type) => type !== 'mse');
    expect(list.filter(({ code }) => code === 'other-loss')).toEqual(
      others.map((type) => ({
        code: 'other-loss',
        value: near(loss(objectiveOf({ ...network, loss: { type } }, samples))),
        sentence: `it is ${type}, where the loss is mse`,
        hint: 'look at the loss function',
        detail: { loss: type },
      })),
    );
  });

  it('J of a forward pass without biases', () => {
    const without = network.theta.slice();
    for (const k of [4, 5, 10, 11]) without[k] = 0;
    const found = list.filter(({ code }) => code === 'forward-without-bias').map(({ value }) => value);
    expect(found).toContainEqual(near(loss({ ...objective, theta: without })));
  });
});

it('of δ: its factors, and that of a forward pass by columns', () => {
  const list = said({ quantity: 'delta', layer: 3, ...sample2 });
  const exact = values.delta[1]?.[2]?.[0] ?? NaN;
  expect(list.filter(({ hint }) => hint === 'look at the factor')).toEqual([
    {
      code: 'scale',
      value: near(2 * exact),
      sentence: 'it is twice δ',
      hint: 'look at the factor',
      detail: { factor: 2, reason: 'two' },
    },
    {
      code: 'scale',
      value: near(exact / 2),
      sentence: 'it is half of δ',
      hint: 'look at the factor',
      detail: { factor: 0.5, reason: 'half' },
    },
    {
      code: 'scale',
      value: near(exact / 3),
      sentence: 'it is divided by the number of samples, where δ is of one sample',
      hint: 'look at the factor',
      detail: { factor: 1 / 3, reason: 'mean-twice' },
    },
  ]);
  const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
  const [a1, a2] = [Math.tanh(0.03 + 0.21 + 0.5), Math.tanh(0.06 - 0.28 - 0.2)];
  const o = sigma(0.5 * a1 + 0.7 * a2 + 0.15);
  const turned = list.filter(({ code }) => code === 'forward-transposed').map(({ value }) => value);
  expect(turned).toContainEqual(near((o - 0.4) * o * (1 - o)));
  // Of a hidden unit such a pass says nothing yet.
  const hidden = said({ quantity: 'delta', layer: 2, ...sample2 });
  expect(hidden.filter(({ code }) => code === 'forward-transposed')).toEqual([]);
});

it('of θ after a step: what was done to θ, η and ∂J/∂θ', () => {
  const parameter = { layer: 2, to: 2, from: 1 };
  const [theta, g, eta] = [0.7, values.gradient[8] ?? NaN, 0.1];
  const words = (code: string, value: number, sentence: string, hint: string): object => {
    return { code, value: near(value), sentence, hint, detail: {} };
  };
  const list = said({ quantity: 'step', parameter });
  expect(list.slice(0, 6)).toEqual([
    words(
      'step-sign',
      theta + eta * g,
      'the step goes up the gradient: it is θ + η ∂J/∂θ',
      'look at the direction of the step',
    ),
    words('learning-rate-missing', theta - g, 'η is left out: it is θ − ∂J/∂θ', 'look at the size of the step'),
    words(
      'learning-rate-missing',
      theta + g,
      'η is left out and the sign is wrong: it is θ + ∂J/∂θ',
      'look at the size and the direction of the step',
    ),
    words('descent-step', -eta * g, 'it is the change −η ∂J/∂θ alone, without θ', 'look at what the step is added to'),
    words('step-not-taken', theta, 'it is θ before the step', 'it is the value before the step'),
    words('gradient-for-step', g, 'it is ∂J/∂θ, not θ after the step', 'it is the gradient, not the parameter'),
  ]);
  const along = list.slice(6, -1);
  expect(along.length).toBeGreaterThan(10);
  for (const { sentence, hint } of along) {
    expect([sentence, hint].map((text) => text.startsWith('the gradient of the step is wrong: '))).toEqual([
      true,
      true,
    ]);
  }
  expect(along.map(({ code }) => code)).not.toContain('sign');
  // θ − η ∂J/∂θ without σ′ at the output.
  const without = [0, 1, 2].reduce((sum, s) => {
    const [hidden = NaN, output = NaN] = [values.a[s]?.[1]?.[0], values.a[s]?.[2]?.[1]];
    return sum + ((output - (samples.targets[2 * s + 1] ?? NaN)) * hidden) / 3;
  }, 0);
  expect(along.filter(({ code }) => code === 'activation-derivative-missing').map(({ value }) => value)).toContainEqual(
    near(theta - eta * (without + 0.1 * theta)),
  );
});
