import { describe, expect, test } from 'vitest';
import { forward, gradients, inputsOf } from '../../../src/core/backprop';
import { check } from '../../../src/core/check';
import { type Network, type Samples, objectiveOf } from '../../../src/core/network';
import { exercise, generator } from '../exercises';
import { networkOf, samplesOf } from '../networks';

/** The same inputs, with the network's own outputs for targets. */
function fitted(network: Network, { count, inputs, ...rest }: Samples): Samples {
  const outputs = Array.from({ length: count }, (_, s) => {
    const { a } = forward(network, network.theta, inputsOf(network, { count, inputs, ...rest }, s + 1));
    return [...(a.at(-1) ?? [])];
  });
  return { count, inputs, targets: Float64Array.from(outputs.flat()) };
}

describe('a perfect fit', () => {
  test('has derivatives that are 0 as far as rounding lets anyone see', () => {
    const random = generator(3);
    const verdicts = new Map<string, number>();
    for (let n = 0; n < 60; n++) {
      const { network, samples } = exercise(random);
      const targets = fitted(network, samples);
      // A residual of one unit in the last place is as good as none.
      const near = { ...targets, targets: targets.targets.map((y) => (random.next() < 0.5 ? y : y * (1 + 2 ** -52))) };
      const bare = { ...network, regularization: { l1: 0, l2: 0 } };
      const { verdict } = check(objectiveOf(bare, near));
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    expect(verdicts.get('fail')).toBeUndefined();
    expect(verdicts.get('pass')).toBeGreaterThan(57);
  });

  test('does not hide a gradient that is wrong', () => {
    const network = networkOf({ layers: [{ units: 1 }, { activation: 'tanh', weights: [[0.5]], biases: [0.1] }] });
    const samples = fitted(network, samplesOf({ inputs: [[1], [-2]], targets: [[0], [0]] }));
    const gradient = Float64Array.of(1e-9, 0);
    expect(check(objectiveOf(network, samples)).verdict).toBe('pass');
    expect(check(objectiveOf(network, samples), { gradient }).verdict).toBe('fail');
  });
});

describe('kinks on both sides at once', () => {
  // z₁ = 1e−12 is on and z₂ = −1e−12 off; a step to the right turns both on, one to the left both off.
  const network = networkOf({
    layers: [
      { units: 1 },
      { weights: [[0]], biases: false },
      { activation: 'relu', weights: [[1], [1]], biases: [1e-12, -1e-12] },
    ],
  });
  const samples = samplesOf({ inputs: [[1]], targets: [[-1, 3]] });
  const parameters = [{ layer: 1, to: 1, from: 1 }];

  test('are a kink, though the derivative lies outside what the two sides have', () => {
    const [one] = check(objectiveOf(network, samples), { parameters }).parameters;
    expect(one?.analytic).toBeCloseTo(1, 9);
    expect(one?.verdict).toBe('kink');
  });

  test('do not excuse just any gradient', () => {
    const gradient = gradients(objectiveOf(network, samples)).gradient.map((g) => g + 20);
    expect(check(objectiveOf(network, samples), { parameters, gradient }).verdict).toBe('fail');
  });
});

describe('a smooth unit behind a huge weight', () => {
  // silu turns within 1e−9 of the hidden unit's z, and is a corner to every ordinary step.
  const network = networkOf({
    layers: [{ units: 1 }, { weights: [[0]], biases: false }, { activation: 'silu', weights: [[1e9]], biases: [1] }],
    loss: 'mae',
  });
  const samples = samplesOf({ inputs: [[1]], targets: [[-1]] });

  test('is resolved by a step that is small enough', () => {
    const [one] = check(objectiveOf(network, samples), { parameters: [{ layer: 1, to: 1, from: 1 }] }).parameters;
    expect(one?.verdict).toBe('pass');
    expect((one?.numeric ?? NaN) / 1e9).toBeCloseTo(0.92767, 5);
  });

  test('does not hide a gradient that is wrong', () => {
    const gradient = gradients(objectiveOf(network, samples)).gradient.map((g) => g * (1 + 1e-5));
    expect(check(objectiveOf(network, samples), { gradient }).verdict).toBe('fail');
  });
});

describe('where every step jumps over what J does', () => {
  // The softmax goes from one end to the other while z moves by 1e−7; both ends have nearly the same loss.
  const network = networkOf({
    layers: [
      { units: 1 },
      { weights: [[1]], biases: false },
      { activation: 'softmax', weights: [[-2.8e7], [7.7e7]], biases: [0, 0] },
    ],
    loss: 'huber',
  });
  const samples = samplesOf({ inputs: [[1e-7]], targets: [[1e-6, 0]] });
  const parameters = [{ layer: 1, to: 1, from: 1 }];

  test('the step curve bears the gradient out, and it is no failure', () => {
    const [one] = check(objectiveOf(network, samples), { parameters }).parameters;
    expect(['pass', 'noise']).toContain(one?.verdict);
  });

  test('a gradient that no step bears out is one', () => {
    const gradient = gradients(objectiveOf(network, samples)).gradient.map((g) => 2 * g + 1);
    expect(check(objectiveOf(network, samples), { parameters, gradient }).verdict).toBe('fail');
  });
});
