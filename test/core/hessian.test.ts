import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { gradients, loss } from '../../src/core/backprop';
import { curvature, sharpening, surveying } from '../../src/core/curvature';
import { eigenvalues, extremes, leading } from '../../src/core/eigen';
import { Hessian } from '../../src/core/hessian';
import { hessianKinks } from '../../src/core/hessian/kinks';
import { runToEnd } from '../../src/core/check/steps';
import { ACTIVATIONS, LOSSES } from '../../src/core/functions';
import { networkCase, type Case } from './arbitraries';
import { networkOf, samplesOf } from './networks';
import { objectiveOf, type Objective } from '../../src/core/network';
import { dot } from '../../src/core/vectors';
import { hessianProduct } from './atOnce';

type Golden = Parameters<typeof networkOf>[0] & Parameters<typeof samplesOf>[0] & { hessian: number[][] };

const goldens = JSON.parse(readFileSync(new URL('../fixtures/hessians.json', import.meta.url), 'utf8')) as Golden[];

function fullOf({ network, samples }: Case): Float64Array {
  const hessian = new Hessian(objectiveOf(network, samples));
  runToEnd(hessian.prepare());
  return runToEnd(hessian.full());
}

function rowsOf(h: Float64Array, n: number): number[][] {
  return Array.from({ length: n }, (_, row) => [...h.subarray(row * n, (row + 1) * n)]);
}

/** The largest difference of two matrices, as a part of the largest entry, or of 1. */
function apart(a: readonly number[], b: readonly number[]): number {
  const size = Math.max(1, ...b.map(Math.abs));
  return Math.max(...a.map((value, k) => Math.abs(value - (b[k] ?? NaN)))) / size;
}

describe('H is PyTorch’s to 1e-10', () => {
  it.each(goldens.map((golden, n) => ({ golden, n, name: JSON.stringify(golden.loss) })))('$n $name', ({ golden }) => {
    const one = { network: networkOf(golden), samples: samplesOf(golden) };
    const n = one.network.theta.length;
    const h = fullOf(one);
    expect(apart([...h], golden.hessian.flat())).toBeLessThan(1e-10);
    const hessian = new Hessian(objectiveOf(one.network, one.samples));
    runToEnd(hessian.prepare());
    const diagonal = runToEnd(hessian.diagonal());
    expect(
      apart(
        [...diagonal],
        golden.hessian.map((row, k) => row[k] ?? NaN),
      ),
    ).toBeLessThan(1e-10);
    for (let k = 0; k < n; k++) {
      const column = runToEnd(hessian.product(Float64Array.from({ length: n }, (_, at) => (at === k ? 1 : 0))));
      expect(apart([...column], golden.hessian[k] ?? [])).toBeLessThan(1e-10);
    }
  });

  test('for every activation and loss there is', () => {
    const used = goldens.flatMap(({ layers }) =>
      layers.map(({ activation }) => (typeof activation === 'object' ? activation.type : activation)),
    );
    expect(Object.keys(ACTIVATIONS).filter((name) => !used.some((one) => one === name))).toEqual([]);
    const losses = goldens.map(({ loss }) => (typeof loss === 'object' ? loss.type : loss));
    expect(Object.keys(LOSSES).filter((name) => !losses.some((one) => one === name))).toEqual([]);
  });
});

const direction = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 });

test('vᵀH w = wᵀH v', () => {
  fc.assert(
    fc.property(networkCase(), direction, direction, ({ network, samples }, p, q) => {
      const v = network.theta.map((_, k) => p[k % p.length] ?? 0);
      const w = network.theta.map((_, k) => (q[k % q.length] ?? 0) * (k % 2 === 0 ? 1 : -1));
      const [hv, hw] = [v, w].map((one) => hessianProduct(objectiveOf(network, samples), one));
      // Where a loss alone is infinite, as −ln a of an a that is 0, so is H.
      fc.pre([hv, hw].every((one) => one?.every(Number.isFinite)));
      const products = w.map((value, k) => value * (hv?.[k] ?? NaN));
      const [left, right] = [products, v.map((value, k) => value * (hw?.[k] ?? NaN))].map((terms) =>
        terms.reduce((sum, term) => sum + term, 0),
      );
      const size = products.reduce((sum, term) => sum + Math.abs(term), 1e-12);
      expect(Math.abs((left ?? NaN) - (right ?? NaN))).toBeLessThanOrEqual(1e-10 * Math.max(1, size));
    }),
  );
});

/** Functions whose derivatives jump or bend nowhere, for a difference to go through. */
const smooth = networkCase(
  (g) => !ACTIVATIONS[g.type].vector && !('bends' in ACTIVATIONS[g.type]) && kinksOf(g.type) === 0,
);

function kinksOf(name: keyof typeof ACTIVATIONS): number {
  const row = ACTIVATIONS[name];
  return row.vector ? 0 : row.kinks({}).length;
}

test('H v is what the gradient gains along v', () => {
  fc.assert(
    fc.property(smooth, direction, ({ network, samples }, p) => {
      const bare = { ...network, loss: { type: 'mse' } as const, regularization: { l1: 0, l2: 0.1 } };
      const v = network.theta.map((_, k) => p[k % p.length] ?? 0);
      const product = hessianProduct(objectiveOf(bare, samples), v);
      const at = (h: number): Float64Array =>
        gradients({ network: bare, theta: bare.theta.map((value, k) => value + h * (v[k] ?? 0)), samples }).gradient;
      const quotient = (h: number): Float64Array => {
        const [right, left] = [at(h), at(-h)];
        return right.map((value, k) => (value - (left[k] ?? NaN)) / (2 * h));
      };
      const [coarse, fine] = [quotient(1e-3), quotient(5e-4)];
      const slopes = fine.map((value, k) => (4 * value - (coarse[k] ?? NaN)) / 3);
      expect(apart([...product], [...slopes])).toBeLessThan(1e-6);
    }),
  );
});

test('the eigenvalues of a matrix whose eigenvalues are known', () => {
  // The path graph: 2 − 2 cos(πk/(n + 1)).
  const n = 40;
  const a = Float64Array.from({ length: n * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n];
    return row === column ? 2 : Math.abs(row - column) === 1 ? -1 : 0;
  });
  const known = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1)));
  expect(apart([...runToEnd(eigenvalues(a, n))], known)).toBeLessThan(1e-13);
});

test('eigenvalues that come twice are found as often, though the first vector reaches but one of each', () => {
  const diagonal = [5, 1, 5, -2, 1, 5];
  const multiply = function* (v: Float64Array) {
    yield;
    return v.map((value, k) => value * (diagonal[k] ?? NaN));
  };
  const found = runToEnd(leading(6, multiply, 9));
  expect(
    apart(
      found.map(({ value }) => value),
      [5, 5, 5, 1, 1, -2],
    ),
  ).toBeLessThan(1e-13);
  for (const [n, { value, vector }] of found.entries()) {
    expect(apart([...vector.map((x, k) => x * (diagonal[k] ?? NaN))], [...vector.map((x) => x * value)])).toBeLessThan(
      1e-12,
    );
    for (const [k, other] of found.entries()) expect(dot(vector, other.vector)).toBeCloseTo(k === n ? 1 : 0, 12);
  }
  const { largest, smallest } = runToEnd(extremes(6, multiply));
  expect(apart([largest.value, smallest.value], [5, -2])).toBeLessThan(1e-13);
  const broken = runToEnd(
    extremes(2, function* (v) {
      yield;
      return v.map(() => Infinity);
    }),
  );
  expect([broken.largest.value, ...broken.smallest.vector]).toEqual([NaN, NaN, NaN]);
});

test('of many dimensions the ends are found without all of the steps', () => {
  const n = 400;
  let products = 0;
  const found = runToEnd(
    extremes(n, function* (v) {
      yield;
      products++;
      return v.map((value, k) => value * (k === 7 ? 100 : k === 9 ? -50 : Math.sin(k)));
    }),
  );
  expect(found.largest.value).toBeCloseTo(100, 6);
  expect(found.smallest.value).toBeCloseTo(-50, 6);
  expect(Math.abs(found.largest.vector[7] ?? NaN)).toBeCloseTo(1, 6);
  expect(products).toBeLessThan(40);
});

test('λ_max and λ_min are the ends of the spectrum, with their vectors', () => {
  for (const golden of goldens) {
    const [network, samples] = [networkOf(golden), samplesOf(golden)];
    const { largest, smallest, full } = runToEnd(curvature(objectiveOf(network, samples), true));
    if (!full) throw new Error('asked for');
    const size = Math.max(Math.abs(largest.value), Math.abs(smallest.value), 1e-9);
    expect(Math.abs(largest.value - (full.eigenvalues.at(-1) ?? NaN))).toBeLessThan(1e-10 * size);
    expect(Math.abs(smallest.value - (full.eigenvalues[0] ?? NaN))).toBeLessThan(1e-10 * size);
    for (const { value, vector } of [largest, smallest]) {
      const product = hessianProduct(objectiveOf(network, samples), vector);
      expect(apart([...product], [...vector.map((x) => x * value)])).toBeLessThan(1e-9 * Math.max(1, size));
    }
    expect(rowsOf(full.hessian, network.theta.length)).toHaveLength(network.theta.length);
  }
});

test('a survey says in which layers the two outermost directions lie', () => {
  // J = ½(w₂ w₁ − 1)² at w₁ = 1, w₂ = 3: H = [[9, 5], [5, 1]] by hand.
  const network = networkOf({
    layers: [
      { units: 1 },
      { activation: 'identity', weights: [[1]], biases: false },
      { activation: 'identity', weights: [[3]], biases: false },
    ],
  });
  const objective = objectiveOf(network, samplesOf({ inputs: [[1]], targets: [[1]] }));
  const found = runToEnd(surveying(objective, lossOf(objective)));
  const root = Math.sqrt(41);
  expect(apart([found.lambdaMin, found.lambdaMax], [5 - root, 5 + root])).toBeLessThan(1e-14);
  expect(apart([...(found.spectrum ?? [])], [5 - root, 5 + root])).toBeLessThan(1e-14);
  const across = 25 / ((root - 4) ** 2 + 25);
  expect(apart([...found.steepest], [across, 1 - across])).toBeLessThan(1e-12);
  expect(apart([...found.lowest], [1 - across, across])).toBeLessThan(1e-12);
});

/** J at any θ, as a survey asks for it. */
function lossOf(objective: Objective) {
  return function* (theta: Float64Array) {
    yield;
    return loss({ ...objective, theta });
  };
}

test('a survey of a saddle knows a step that leads down', () => {
  // J = ½(w₂ w₁ − 1)² at 0: H = [[0, −1], [−1, 0]].
  const network = networkOf({
    layers: [
      { units: 1 },
      { activation: 'identity', weights: [[0]], biases: false },
      { activation: 'identity', weights: [[0]], biases: false },
    ],
  });
  const objective = objectiveOf(network, samplesOf({ inputs: [[1]], targets: [[1]] }));
  const { kind, wayDown } = runToEnd(surveying(objective, lossOf(objective)));
  expect(kind).toBe('saddle');
  expect(wayDown?.loss).toBe(loss({ ...objective, theta: wayDown?.step ?? network.theta }));
  // A step of length 1 along (1, 1) or (−1, −1) is the best of those that are tried.
  expect(wayDown?.loss).toBeCloseTo(0.125, 12);
});

test('λ_max along a run is that of each of its points', () => {
  for (const golden of goldens.slice(0, 6)) {
    const [network, samples] = [networkOf(golden), samplesOf(golden)];
    const path = [0, 1, 2].map((epoch) => ({ epoch, theta: network.theta.map((value) => value * (1 + 0.1 * epoch)) }));
    const { epochs, lambdaMax } = runToEnd(sharpening(objectiveOf(network, samples), path));
    expect([...epochs]).toEqual([0, 1, 2]);
    for (const [n, { theta }] of path.entries()) {
      const { largest } = runToEnd(curvature({ network, theta, samples }));
      expect(Math.abs((lambdaMax[n] ?? NaN) - largest.value)).toBeLessThanOrEqual(
        1e-2 * Math.abs(largest.value) + 1e-12,
      );
    }
  }
});

describe('the place where θ stands', () => {
  const line = (w: number, y: number) => ({
    network: networkOf({ layers: [{ units: 1 }, { activation: 'identity', weights: [[w]], biases: false }] }),
    samples: samplesOf({ inputs: [[2]], targets: [[y]] }),
  });
  const kindOf = ({ network, samples }: Case) => runToEnd(curvature(objectiveOf(network, samples))).kind;

  it('is a minimum where a line fits', () => {
    expect(kindOf(line(3, 6))).toBe('minimum');
  });
  it('is a slope elsewhere, and the best rate is that of the parabola', () => {
    expect(kindOf(line(3, 5))).toBe('slope');
    const { network, samples } = line(3, 5);
    const found = runToEnd(curvature(objectiveOf(network, samples)));
    expect(found).toMatchObject({ alongGradient: 4, largestStableLearningRate: 0.5, gradientNorm: 2 });
  });
  it('is a saddle where all weights are 0', () => {
    const network = networkOf({
      layers: [
        { units: 1 },
        { activation: 'tanh', weights: [[0]], biases: false },
        { activation: 'identity', weights: [[0]], biases: false },
      ],
    });
    expect(kindOf({ network, samples: samplesOf({ inputs: [[1]], targets: [[1]] }) })).toBe('saddle');
  });
  it('is flat where no unit is on', () => {
    const network = networkOf({
      layers: [
        { units: 1 },
        { activation: 'relu', weights: [[-1]], biases: false },
        { activation: 'identity', weights: [[1]], biases: false },
      ],
    });
    const samples = samplesOf({ inputs: [[1]], targets: [[1]] });
    expect(kindOf({ network, samples })).toBe('flat');
  });
});

test('kinks are named that make H one-sided', () => {
  const network = networkOf({
    layers: [
      { units: 1 },
      { activation: 'relu', weights: [[0], [1]], biases: false },
      { activation: 'identity', weights: [[1, 1]], biases: false },
    ],
    loss: 'mae',
    regularization: { l1: 0.1 },
  });
  const samples = samplesOf({ inputs: [[1], [2]], targets: [[1], [0]] });
  expect(hessianKinks(objectiveOf(network, samples))).toEqual([
    { kind: 'unit', layer: 2, unit: 1, count: 2 },
    { kind: 'loss', layer: 3, unit: 1, count: 1 },
    { kind: 'penalty', layer: 1, unit: 0, count: 1 },
  ]);
});

test('an output on its kink is one, but not of a loss with logits, nor in a row that does not count', () => {
  const of = (activation: 'relu' | 'sigmoid', loss: 'mse' | 'binaryCrossEntropy', weights?: Float64Array) => {
    const network = networkOf({ layers: [{ units: 1 }, { activation, weights: [[1]], biases: false }], loss });
    const samples = samplesOf({ inputs: [[0], [1]], targets: [[1], [0]] });
    return hessianKinks(objectiveOf(network, { ...samples, ...(weights && { weights }) }));
  };
  expect(of('relu', 'mse')).toEqual([{ kind: 'unit', layer: 2, unit: 1, count: 1 }]);
  expect(of('sigmoid', 'binaryCrossEntropy')).toEqual([]);
  expect(of('relu', 'mse', Float64Array.of(0, 1))).toEqual([]);
});
