import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gradients, loss } from '../../../src/core/backprop';
import { check, checking } from '../../../src/core/check';
import { hasLossWithLogits } from '../../../src/core/functions';
import { parameterIndex, parameterLayout, objectiveOf } from '../../../src/core/network';
import { networkCase } from '../arbitraries';
import { golden, goldenNames } from '../goldens';
import { networkOf, samplesOf } from '../networks';

describe.each(goldenNames)('%s', (name) => {
  const { network, samples } = golden(name);
  const { theta } = network;

  test('backpropagation passes, every parameter within its bound', () => {
    const report = check({ network, theta, samples });
    expect(report.verdict).toBe('pass');
    expect(report.parameters).toHaveLength(theta.length);
    for (const { absoluteError, errorBound } of report.parameters)
      expect(absoluteError).toBeLessThanOrEqual(errorBound);
  });

  test('so does one sample without the penalty', () => {
    const report = check({ network, theta, samples }, { sample: samples.count });
    expect(report.verdict).toBe('pass');
    const { gradient } = gradients({ network, theta, samples }, samples.count);
    const layout = parameterLayout(network.layers);
    for (const { parameter, analytic } of report.parameters) {
      expect(analytic).toBe(gradient[parameterIndex(layout, parameter)]);
    }
  });

  test('so does it against dual numbers', () => {
    const report = check({ network, theta, samples }, { against: 'dual' });
    expect(report.verdict).toBe('pass');
    expect(report.method).toContain('dual numbers');
  });

  test('a gradient that is 1 + 1e-5 times the right one fails in every parameter that is not 0', () => {
    const right = gradients({ network, theta, samples }).gradient;
    for (const against of ['differences', 'dual'] as const) {
      const gradient = right.map((g) => g * (1 + 1e-5));
      const report = check({ network, theta, samples }, { gradient, against });
      expect(report.verdict).toBe('fail');
      for (const { analytic, verdict, errorBound } of report.parameters) {
        // What is as small as the rounding of J (e^−730 in a saturated output) is 0 to any difference quotient.
        const zero = Math.abs(analytic) <= errorBound;
        expect(verdict).toBe(zero ? 'pass' : 'fail');
      }
    }
  });
});

test('any network’s gradient is never called wrong, and the difference quotients keep their bounds', () => {
  fc.assert(
    fc.property(networkCase(), ({ network, samples }) => {
      const report = check(objectiveOf(network, samples));
      for (const one of report.parameters) {
        expect(one.verdict, one.reason).not.toBe('fail');
        if (one.verdict !== 'pass') continue;
        expect(one.absoluteError).toBeLessThanOrEqual(one.errorBound + 1e-9 * Math.abs(one.analytic));
      }
    }),
    { numRuns: 300 },
  );
});

test('the numerical derivative is that of plain central differences of the loss', () => {
  fc.assert(
    fc.property(networkCase(smooth), ({ network, samples }) => {
      // mae and huber have kinks, and of −ln(1 − a) near a = 1 a plain difference is all rounding.
      fc.pre(network.loss.type === 'mse' || hasLossWithLogits(network));
      const { regularization } = network;
      const bare = { ...network, regularization: { ...regularization, l1: 0 } };
      const report = check(objectiveOf(bare, samples));
      fc.pre(report.parameters.every(({ numeric }) => Number.isFinite(numeric)));
      for (const { parameter, numeric } of report.parameters) {
        const index = parameterIndex(parameterLayout(bare.layers), parameter);
        const at = (h: number) =>
          loss({ network: bare, theta: bare.theta.map((value, k) => (k === index ? value + h : value)), samples });
        const [coarse = NaN, plain = NaN] = [1e-4, 1e-5].map((h) => (at(h) - at(-h)) / (2 * h));
        fc.pre(Number.isFinite(coarse) && Number.isFinite(plain));
        // How far the plain quotient is off shows in how far two of them differ; the rest is the rounding of J.
        const tolerance = 2 * Math.abs(coarse - plain) + 1e-5 * Math.max(1, Math.abs(plain));
        expect(Math.abs(numeric - plain)).toBeLessThanOrEqual(tolerance);
      }
    }),
    { numRuns: 100 },
  );
});

/** Where no derivative of g jumps: a plain difference quotient across a jump is no oracle. */
function smooth(g: { readonly type: string }): boolean {
  return !['relu', 'leakyRelu', 'elu', 'softsign'].includes(g.type);
}

describe('what is asked for', () => {
  const { network, samples } = golden('xor');

  test('some parameters only', () => {
    const parameters = [
      { layer: 2, to: 1, from: 0 },
      { layer: 1, to: 3, from: 2 },
    ];
    const whole = check(objectiveOf(network, samples));
    const some = check(objectiveOf(network, samples), { parameters });
    expect(some.parameters).toHaveLength(2);
    for (const one of some.parameters) {
      expect(parameters).toContainEqual(one.parameter);
      expect(whole.parameters.map(({ numeric }) => numeric)).toContain(one.numeric);
    }
  });

  test('a sample or a parameter that is not there is refused', () => {
    const { theta } = network;
    expect(() => check({ network, theta, samples }, { sample: 5 })).toThrow('there is no sample 5');
    const parameters = [{ layer: 3, to: 1, from: 1 }];
    expect(() => check({ network, theta, samples }, { parameters })).toThrow('there is no parameter 3,1,1');
  });

  test('progress rises to its total, in steps', () => {
    const layers = [{ units: 3 }, ...[40, 40, 1].map((units, l) => layerOf(units, [3, 40, 40][l] ?? 0))];
    const wide = networkOf({ layers });
    const many = samplesOf({ inputs: new Array(200).fill([0.1, 0.2, 0.3]), targets: new Array(200).fill([1]) });
    const steps = [...checking(objectiveOf(wide, many))];
    expect(steps.length).toBeGreaterThan(20);
    expect(steps.every(({ done, total }, k) => total === wide.theta.length && done >= (steps[k - 1]?.done ?? 0))).toBe(
      true,
    );
  });
});

function layerOf(units: number, before: number) {
  const weights = Array.from({ length: units }, (_, i) =>
    Array.from({ length: before }, (_, j) => Math.sin(i + 7 * j)),
  );
  return { activation: 'tanh' as const, weights };
}

describe('a kink', () => {
  const relu = networkOf({
    layers: [
      { units: 2 },
      {
        activation: 'relu',
        weights: [
          [0.5, 1],
          [1, -1],
        ],
        biases: [0.1, 0],
      },
      { weights: [[1, 2]] },
    ],
  });
  const verdictOf = (inputs: number[][], targets: number[][]) =>
    check(objectiveOf(relu, samplesOf({ inputs, targets })));

  test('that is met is named by unit, layer and sample', () => {
    const report = verdictOf(
      [
        [1, 0.3],
        [0.4, 0.4],
      ],
      [[3], [3]],
    );
    expect(report.verdict).toBe('inconclusive');
    const kinks = report.parameters.filter(({ verdict }) => verdict === 'kink');
    // Unit 2 has z = 0 for sample 2; only what enters that unit moves it.
    expect(kinks.map(({ parameter }) => parameter)).toEqual(
      expect.arrayContaining([
        { layer: 1, to: 2, from: 0 },
        { layer: 1, to: 2, from: 1 },
        { layer: 1, to: 2, from: 2 },
      ]),
    );
    expect(kinks).toHaveLength(3);
    for (const { reason, break: at } of kinks) {
      expect(reason).toContain('z₂⁽²⁾ (unit 2 of layer 2) of sample 2 is at a kink');
      expect(at).toMatchObject({ kind: 'unit', layer: 2, unit: 2, sample: 2 });
    }
  });

  test('in a row that does not count is none, and the others count by their weights', () => {
    const samples = {
      ...samplesOf({
        inputs: [
          [1, 0.3],
          [0.4, 0.4],
          [-1, 0.5],
        ],
        targets: [[3], [3], [1]],
      }),
      weights: Float64Array.of(3, 0, 0.5),
    };
    const { verdict, parameters } = check(objectiveOf(relu, samples));
    expect(verdict).toBe('pass');
    const { gradient } = gradients(objectiveOf(relu, samples));
    const layout = parameterLayout(relu.layers);
    for (const { parameter, numeric, break: met } of parameters) {
      const right = gradient[parameterIndex(layout, parameter)] ?? NaN;
      expect(Math.abs(numeric - right)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(right)));
      expect(met?.sample).not.toBe(2);
    }
  });

  test('beside it, a smaller or a one-sided step still decides', () => {
    for (const distance of [1e-2, 1e-4, 1e-7, 1e-10]) {
      const report = verdictOf([[0.4 + distance, 0.4]], [[3]]);
      expect(report.verdict).toBe('pass');
      const gradient = gradients(
        objectiveOf(relu, samplesOf({ inputs: [[0.4 + distance, 0.4]], targets: [[3]] })),
      ).gradient;
      const wrong = check(objectiveOf(relu, samplesOf({ inputs: [[0.4 + distance, 0.4]], targets: [[3]] })), {
        gradient: gradient.map((g) => g * (1 + 1e-5)),
      });
      expect(wrong.parameters.every(({ verdict, analytic }) => verdict === 'fail' || analytic === 0)).toBe(true);
    }
  });

  test('excuses no gradient that neither side gives', () => {
    const samples = samplesOf({ inputs: [[0.4, 0.4]], targets: [[3]] });
    const gradient = gradients(objectiveOf(relu, samples)).gradient.map((g) => g + 3);
    const parameters = [{ layer: 1, to: 2, from: 1 }];
    const [one] = check(objectiveOf(relu, samples), { gradient, parameters }).parameters;
    expect(one?.verdict).toBe('fail');
    expect(one?.reason).toContain('lies outside');
  });

  test('of the loss and of the penalty are named as such', () => {
    const mae = networkOf({ layers: [{ units: 1 }, { weights: [[0]] }], loss: 'mae', regularization: { l1: 0.1 } });
    const report = check(objectiveOf(mae, samplesOf({ inputs: [[1], [0]], targets: [[5], [0]] })));
    const reasons = new Map(report.parameters.map(({ parameter, reason }) => [parameter.from, reason]));
    expect(reasons.get(1)).toContain('|θ₁₁⁽¹⁾| of the penalty is at a kink');
    expect(reasons.get(0)).toContain('the loss of output 1 (a₁ − y) of sample 2 is at a kink');
  });
});

test('where rounding dominates, that is said, with the step curve', () => {
  // The output is near 1e12, where doubles lie 1e-4 apart, and the hidden unit moves it by hundredths.
  const network = networkOf({
    layers: [{ units: 1 }, { activation: 'tanh', weights: [[0.5]] }, { weights: [[0.5]], biases: [1e12] }],
  });
  const report = check(objectiveOf(network, samplesOf({ inputs: [[1]], targets: [[1e12]] })), {
    parameters: [{ layer: 1, to: 1, from: 1 }],
  });
  expect(report.verdict).toBe('inconclusive');
  expect(report.parameters[0]?.verdict).toBe('noise');
  expect(report.parameters[0]?.reason).toMatch(
    /rounding dominates; the difference quotient is .+ at h = .+, .+ at h = /,
  );
});

test('0 against 0 passes, and a gradient that is no number fails', () => {
  const network = networkOf({ layers: [{ units: 1 }, { activation: 'relu', weights: [[1]], biases: [-9] }] });
  const samples = samplesOf({ inputs: [[1]], targets: [[0]] });
  expect(check(objectiveOf(network, samples))).toMatchObject({
    verdict: 'pass',
    parameters: [{ relativeError: 0, reason: 'both are exactly 0' }, { relativeError: 0 }],
  });
  const gradient = Float64Array.of(NaN, 0);
  expect(check(objectiveOf(network, samples), { gradient })).toMatchObject({
    verdict: 'fail',
    parameters: [{ verdict: 'fail', reason: 'the gradient is NaN where the loss has a finite derivative' }, {}],
  });
});

test('a loss that overflows is not decided upon', () => {
  const network = networkOf({ layers: [{ units: 1 }, { weights: [[1e200]] }] });
  const report = check(objectiveOf(network, samplesOf({ inputs: [[1]], targets: [[0]] })));
  expect(report.verdict).toBe('inconclusive');
  expect(report.parameters[0]?.reason).toContain('not finite');
});

test('the worst stands first', () => {
  const { network, samples } = golden('random-02');
  const gradient = gradients(objectiveOf(network, samples)).gradient.slice();
  gradient[7] = (gradient[7] ?? NaN) * 1.01;
  gradient[20] = (gradient[20] ?? NaN) * 1.5;
  const { parameters } = check(objectiveOf(network, samples), { gradient });
  const layout = parameterLayout(network.layers);
  expect(parameters.slice(0, 3).map(({ parameter, verdict }) => [parameterIndex(layout, parameter), verdict])).toEqual([
    [20, 'fail'],
    [7, 'fail'],
    [expect.any(Number), 'pass'],
  ]);
});
