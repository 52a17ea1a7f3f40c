import { describe, expect, test } from 'vitest';
import { forEachSample, gradients, loss } from '../../src/core/backprop';
import { flatten, golden, goldenNames } from './goldens';
import { networkOf, samplesOf } from './networks';
import { objectiveOf } from '../../src/core/network';

describe.each(goldenNames)('%s, as PyTorch computes it', (name) => {
  const { network, samples, expected } = golden(name);

  test('J', () => {
    const tolerance = 1e-12 * Math.max(1, Math.abs(expected.loss));
    expect(Math.abs(gradients(objectiveOf(network, samples)).loss - expected.loss)).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(loss(objectiveOf(network, samples)) - expected.loss)).toBeLessThanOrEqual(tolerance);
  });

  test('every ∂J/∂θ', () => {
    const { gradient } = gradients(objectiveOf(network, samples));
    expect(relativeError(gradient, flatten(network, expected.gradients))).toBeLessThanOrEqual(1e-12);
  });

  test('every ∂E/∂θ of the first sample', () => {
    const { gradient } = gradients(objectiveOf(network, samples), 1);
    const reference = flatten(network, expected.gradientsOfSample1WithoutPenalty);
    expect(relativeError(gradient, reference)).toBeLessThanOrEqual(1e-12);
  });

  test('the outputs', () => {
    const outputs: number[][] = [];
    forEachSample(objectiveOf(network, samples), ({ a }) => outputs.push([...(a.at(-1) ?? [])]));
    expect(outputs.length).toBe(expected.outputs.length);
    expect(relativeError(outputs.flat(), expected.outputs.flat())).toBeLessThanOrEqual(1e-12);
  });
});

test('a merged pair stays exact and finite at z = ±800, where the outputs are rounded to 0 and 1', () => {
  const bce = networkOf({
    layers: [{ units: 1 }, { activation: 'sigmoid', weights: [[800], [-800], [40]], biases: false }],
    loss: 'binaryCrossEntropy',
  });
  const right = gradients(objectiveOf(bce, samplesOf({ inputs: [[1]], targets: [[0, 1, 1]] })));
  expect(right.loss).toBe(1600);
  // 1 − σ(40) = e^−40 / (1 + e^−40) is lost where it is computed from a = 1.
  expect([...right.gradient]).toEqual([1, -1, -Math.exp(-40) / (1 + Math.exp(-40))]);

  const ce = networkOf({
    layers: [{ units: 1 }, { activation: 'softmax', weights: [[800], [-800], [760]], biases: false }],
    loss: 'crossEntropy',
  });
  const sure = gradients(objectiveOf(ce, samplesOf({ inputs: [[1]], targets: [[1, 0, 0]] })));
  expect(sure.loss).toBeCloseTo(Math.exp(-40), 30);
  expect(sure.gradient[0]).toBe(-(sure.gradient[2] ?? NaN));
  expect(gradients(objectiveOf(ce, samplesOf({ inputs: [[1]], targets: [[0, 1, 0]] }))).loss).toBe(1600);
});

test('a row that does not exist is refused with the range that does', () => {
  const { network, samples } = golden('xor');
  expect(() => gradients(objectiveOf(network, samples), 5)).toThrow(
    'there is no sample 5: the training samples are 1…4',
  );
  expect(() => gradients(objectiveOf(network, samples), 0)).toThrow(RangeError);
});

/** The largest |computed − expected| over the largest |expected|. */
function relativeError(computed: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(computed.length).toBe(expected.length);
  let error = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    error = Math.max(error, Math.abs((computed[i] ?? NaN) - (expected[i] ?? NaN)));
    scale = Math.max(scale, Math.abs(expected[i] ?? NaN));
  }
  return error === 0 ? 0 : error / scale;
}
