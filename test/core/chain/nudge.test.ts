import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forward, gradients, inputsOf, loss } from '../../../src/core/backprop';
import { descending } from '../../../src/core/descent';
import { findingKinks } from '../../../src/core/check/kinks';
import {
  type Network,
  type ParameterId,
  type Samples,
  parameterAt,
  parameterIndex,
  parameterLayout,
  objectiveOf,
} from '../../../src/core/network';
import { nudging, slicing } from '../../../src/core/chain/nudge';
import { runToEnd } from '../../../src/core/check/steps';
import { networkCase, parameterCase } from '../arbitraries';
import { networkOf, samplesOf } from '../networks';

const steps = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: -3000, max: 3000 }).map((n) => n / 1000),
  ),
  { minLength: 1, maxLength: 5 },
);

describe('J(θ + Δ) − J(θ)', () => {
  test('is the difference of the two losses, all samples’ or one’s', () => {
    fc.assert(
      fc.property(parameterCase, steps, fc.boolean(), ({ network, samples, parameter }, by, one) => {
        const rows = one ? only(network, samples, samples.count) : samples;
        const bare = one ? { ...network, regularization: { l1: 0, l2: 0 } } : network;
        const before = loss({ network: bare, theta: network.theta, samples: rows });
        const sample = one ? samples.count : undefined;
        const gains = runToEnd(nudging(objectiveOf(network, samples), parameter, Float64Array.from(by), sample));
        for (const [k, step] of by.entries()) {
          const after = loss({ network: bare, theta: moved(network, parameter, step), samples: rows });
          fc.pre(isWellConditioned(samples, before, after));
          expect(Math.abs((gains[k] ?? NaN) - (after - before))).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(before)));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('keeps its digits where the two losses agree in all of theirs', () => {
    // E = ½ (w − 1e8)² at w = 1: its slope is 1 − 1e8, and J has no digit for what 1e-9 changes.
    const network = networkOf({ layers: [{ units: 1 }, { weights: [[1]], biases: false }] });
    const samples = samplesOf({ inputs: [[1]], targets: [[1e8]] });
    const step = 2 ** -30;
    const [gain = NaN] = runToEnd(
      nudging(objectiveOf(network, samples), { layer: 1, to: 1, from: 1 }, Float64Array.of(step)),
    );
    expect(gain).toBe(0.5 * step * (step + 2 * (1 - 1e8)));
  });

  test('is 0 in a weight whose input is 0, where J is infinite too', () => {
    // z = 1·0 + 1e200·1e200 does not depend on the first weight.
    const network = networkOf({ layers: [{ units: 2 }, { weights: [[1, 1e200]], biases: false }] });
    const samples = samplesOf({ inputs: [[0, 1e200]], targets: [[0]] });
    const objective = objectiveOf(network, samples);
    expect(loss(objective)).toBe(Infinity);
    const gains = runToEnd(nudging(objective, { layer: 1, to: 1, from: 1 }, Float64Array.of(-1, 0.5, 2)));
    expect([...gains]).toEqual([0, 0, 0]);
  });

  test('over more samples than are passed forward together', () => {
    const network = networkOf({ layers: [{ units: 1 }, { activation: 'tanh', weights: [[0.5]] }, { weights: [[2]] }] });
    const inputs = Array.from({ length: 150 }, (_, s) => [s / 75 - 1]);
    const samples = samplesOf({ inputs, targets: inputs.map(([x = 0]) => [x * x]) });
    const parameter = { layer: 1, to: 1, from: 1 };
    const [gain = NaN] = runToEnd(nudging(objectiveOf(network, samples), parameter, Float64Array.of(0.25)));
    const after = loss({ network, theta: moved(network, parameter, 0.25), samples });
    expect(gain).toBeCloseTo(after - loss(objectiveOf(network, samples)), 14);
  });
});

describe('the kinks along a parameter', () => {
  const straight: ReadonlySet<string> = new Set(['relu', 'leakyRelu', 'identity']);
  const piecewiseLinear = networkCase(({ type }) => straight.has(type) || type === 'sigmoid').filter(({ network }) =>
    network.layers.slice(0, -1).every(({ activation }) => straight.has(activation.type)),
  );

  test('of a piecewise linear network are those, and only those, at which some z or residual changes side', () => {
    fc.assert(
      fc.property(piecewiseLinear, fc.nat(), ({ network, samples }, seed) => {
        const parameter = parameterOf(network, seed);
        const { kinks, count } = runToEnd(findingKinks(objectiveOf(network, samples), parameter, { from: -2, to: 2 }));
        expect(kinks).toHaveLength(count);
        const ofUnits = kinks.filter(({ kind }) => kind === 'unit');
        for (let s = 1; s <= samples.count; s++) {
          for (let k = 0; k < SCAN; k++) {
            const [p, q] = [scanned(k), scanned(k + 1)];
            const before = sides(network, moved(network, parameter, p), samples, s);
            const after = sides(network, moved(network, parameter, q), samples, s);
            for (const [unit, side] of before) {
              const other = after.get(unit);
              if (other === undefined || side === other) continue;
              const met = ofUnits.filter(
                (kink) => kink.sample === s && `${String(kink.layer)} ${String(kink.unit)}` === unit,
              );
              expect(met.some(({ step }) => step >= p - 1e-9 && step <= q + 1e-9)).toBe(true);
            }
          }
        }
        for (const { kind, step, layer, unit, sample } of kinks) {
          if (kind !== 'unit') continue;
          const { z } = forward(network, moved(network, parameter, step), inputsOf(network, samples, sample));
          expect(Math.abs(z[layer - 1]?.[unit - 1] ?? NaN)).toBeLessThanOrEqual(1e-12);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are named by unit and sample, nearest first: relu, |a − y|, Huber’s thresholds and the penalty’s |θ|', () => {
    const relu = networkOf({ layers: [{ units: 1 }, { activation: 'relu', weights: [[1]], biases: [0.5] }] });
    const samples = samplesOf({ inputs: [[1], [-2]], targets: [[0], [0]] });
    const parameter = { layer: 1, to: 1, from: 1 };
    const kinksOf = (network: Network) =>
      runToEnd(findingKinks(objectiveOf(network, samples), parameter, { from: -4, to: 4 })).kinks;
    expect(kinksOf(relu)).toEqual([
      { step: -0.75, kind: 'unit', layer: 2, unit: 1, sample: 2, bend: false },
      { step: -1.5, kind: 'unit', layer: 2, unit: 1, sample: 1, bend: false },
    ]);
    const line = { layers: [{ units: 1 }, { weights: [[1]], biases: [0.5] }] };
    expect(kinksOf(networkOf({ ...line, loss: 'mae' })).map(({ step, kind }) => [step, kind])).toEqual([
      [-0.75, 'loss'],
      [-1.5, 'loss'],
    ]);
    expect(kinksOf(networkOf({ ...line, loss: 'huber' })).map(({ step, bend }) => [step, bend])).toEqual([
      [-0.25, true],
      [-0.5, true],
      [-1.25, true],
      [-2.5, true],
    ]);
    expect(kinksOf(networkOf({ ...line, regularization: { l1: 0.1 } }))).toEqual([
      { step: -1, kind: 'penalty', layer: 0, unit: 0, sample: 0, bend: false },
    ]);
  });

  test('a bend of a curved network is met to the last digits', () => {
    const network = networkOf({
      layers: [
        { units: 1 },
        { activation: 'tanh', weights: [[0.3]] },
        { activation: 'relu', weights: [[1]], biases: [-0.5] },
      ],
    });
    const samples = samplesOf({ inputs: [[2]], targets: [[1]] });
    const { kinks } = runToEnd(
      findingKinks(objectiveOf(network, samples), { layer: 1, to: 1, from: 1 }, { from: -1, to: 1 }),
    );
    // tanh(2 (0.3 + Δ)) = 0.5
    expect(kinks.map(({ step }) => step)).toEqual([expect.closeTo(Math.atanh(0.5) / 2 - 0.3, 14)]);
  });
});

test('a slice holds both ends, 0 and its kinks, and J there', () => {
  const network = networkOf({ layers: [{ units: 1 }, { activation: 'relu', weights: [[1]], biases: [0.3] }] });
  const samples = samplesOf({ inputs: [[1]], targets: [[2]] });
  const parameter = { layer: 1, to: 1, from: 1 };
  const slice = runToEnd(slicing(objectiveOf(network, samples), parameter, { from: -2, to: 2, points: 8 }));
  const steps = [...slice.steps];
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(steps).toEqual(expect.arrayContaining([-2, 0, 2, -1.3]));
  expect(slice).toMatchObject({ from: -2, to: 2, kinkCount: 1 });
  for (const [k, step] of steps.entries()) {
    const j = 0.5 * (Math.max(0, 1 + step + 0.3) - 2) ** 2;
    expect(slice.gains[k]).toBeCloseTo(j - 0.5 * 0.7 ** 2, 14);
  }
});

test('a step of gradient descent moves every parameter that is not frozen', () => {
  fc.assert(
    fc.property(parameterCase, fc.boolean(), ({ network, samples, parameter }, frozen) => {
      const layers = network.layers.map((layer, l) => ({ ...layer, frozenWeights: frozen && l === 1 }));
      const some = { ...network, layers };
      const { gradient, loss: before } = gradients(objectiveOf(some, samples));
      const learningRate = 0.1;
      const layout = parameterLayout(layers);
      const next = some.theta.map((value, k) => {
        const { layer, from } = parameterAt(layout, k);
        return frozen && layer === 1 && from > 0 ? value : value - learningRate * (gradient[k] ?? NaN);
      });
      const after = loss({ network: some, theta: next, samples });
      fc.pre(isWellConditioned(samples, before, after));
      const step = runToEnd(descending(objectiveOf(some, samples), parameter, gradient, { learningRate }));
      expect(step.before).toBeCloseTo(before, 12);
      expect(Math.abs(step.gain - (after - before))).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(before)));
      const index = parameterIndex(layout, parameter);
      const own = (next[index] ?? NaN) - (some.theta[index] ?? NaN);
      expect(step.own).toMatchObject({ value: some.theta[index], gradient: gradient[index] });
      expect(step.own.step).toBeCloseTo(own, 12);
      expect(step.own.frozen).toBe(frozen && parameter.layer === 1 && parameter.from > 0);
      const [gain] = runToEnd(nudging(objectiveOf(some, samples), parameter, Float64Array.of(step.own.step)));
      expect(step.own.gain).toBe(gain);
    }),
  );
});

test.each([
  [{ layer: 1, to: 2, from: 1 }, undefined, 'there is no parameter 1,2,1 (l,i,j): of layer 1, i is 1…1 and j is 0…1'],
  [{ layer: 1, to: 1, from: 1 }, 2, 'there is no sample 2: the training samples are 1…1'],
])('nudging %o in sample %o is refused', (parameter, sample, message) => {
  const network = networkOf({ layers: [{ units: 1 }, { weights: [[1]] }] });
  const samples = samplesOf({ inputs: [[1]], targets: [[1]] });
  const at = [objectiveOf(network, samples), parameter] as const;
  expect(() => runToEnd(nudging(...at, Float64Array.of(1), sample))).toThrow(new RangeError(message));
  expect(() => runToEnd(slicing(...at, { from: -1, to: 1, points: 3, sample }))).toThrow(new RangeError(message));
  const options = { learningRate: 1, sample };
  expect(() => runToEnd(descending(...at, network.theta, options))).toThrow(new RangeError(message));
});

/** Where an output comes nearer to 0 or 1 than e⁻¹⁵, its logarithm has lost the digits by which the losses are compared. */
function isWellConditioned({ count }: Samples, ...losses: readonly number[]): boolean {
  return losses.every((j) => Math.abs(j) * count < 15);
}

const SCAN = 400;

function scanned(k: number): number {
  return -2 + (4 * k) / SCAN;
}

/** For every unit behind the input: is its z above 0? Where rounding decides, it is left out. */
function sides(network: Network, theta: Float64Array, samples: Samples, sample: number): Map<string, boolean> {
  const { z } = forward(network, theta, inputsOf(network, samples, sample));
  const found = new Map<string, boolean>();
  for (const [l, { activation }] of network.layers.entries()) {
    if (l === 0 || activation.type === 'identity' || activation.type === 'sigmoid') continue;
    for (const [k, value] of (z[l] ?? []).entries()) {
      if (Math.abs(value) > 1e-9) found.set(`${String(l + 1)} ${String(k + 1)}`, value > 0);
    }
  }
  return found;
}

function moved(network: Network, parameter: ParameterId, step: number): Float64Array {
  const theta = network.theta.slice();
  const index = parameterIndex(parameterLayout(network.layers), parameter);
  theta[index] = (theta[index] ?? NaN) + step;
  return theta;
}

function only(network: Network, samples: Samples, sample: number): Samples {
  const outputs = samples.targets.length / samples.count;
  return {
    count: 1,
    inputs: inputsOf(network, samples, sample),
    targets: samples.targets.subarray((sample - 1) * outputs, sample * outputs),
  };
}

function parameterOf(network: Network, seed: number): ParameterId {
  const layout = parameterLayout(network.layers);
  return parameterAt(layout, seed % layout.count);
}
