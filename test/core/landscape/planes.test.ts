import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients, loss } from '../../../src/core/backprop';
import { runToEnd } from '../../../src/core/check/steps';
import {
  doubling,
  evenly,
  lossesAt,
  moved,
  planeThrough,
  type Plane,
  type RunPoint,
} from '../../../src/core/landscape';
import { principal, type PlaneKind } from '../../../src/core/landscape/directions';
import { objectiveOf, parameterLayout, type Objective } from '../../../src/core/network';
import { dot, lengthOf } from '../../../src/core/vectors';
import { networkCase } from '../arbitraries';
import { networkOf, samplesOf } from '../networks';

function planeOf(objective: Objective, kind: PlaneKind, path: readonly RunPoint[] = [], seed = 1): Plane {
  const { loss, gradient } = gradients(objective);
  return runToEnd(planeThrough(objective, { kind, seed, loss, gradient, path }));
}

/** 2-3-1 with numbers of its own, so that nothing is 0 by symmetry. */
const network = networkOf({
  layers: [
    { units: 2 },
    {
      activation: 'tanh',
      weights: [
        [0.4, -0.7],
        [1.1, 0.2],
        [-0.3, 0.9],
      ],
      biases: [0.1, -0.2, 0.3],
    },
    { activation: 'sigmoid', weights: [[0.8, -0.5, 0.6]], biases: [0.05] },
  ],
});
const samples = samplesOf({
  inputs: [
    [0, 1],
    [1, 0],
    [1, 1],
    [0.5, -1],
  ],
  targets: [[1], [1], [0], [0.3]],
});
const objective = objectiveOf(network, samples);
const { theta } = network;
const kinds = ['path', 'gradient', 'eigenvectors', 'random'] as const;

/** A run that went along two directions at right angles, ten times as far along the first. */
const [first, second] = [theta.map((_, k) => Number(k === 0)), theta.map((_, k) => Number(k === 5))];
const path: RunPoint[] = [0, 1, 2, 3, 4].map((epoch) => ({
  epoch,
  theta: moved(theta, [first, second], 10 * (epoch - 4), [0, 1, -1, 1, 0][epoch] ?? 0),
}));

describe('J over a plane', () => {
  it.each(kinds)('of %s is J at the places of the plane', (kind) => {
    const { across, up, window } = planeOf(objective, kind, path);
    const places = Float64Array.of(0, 0, window.across[0], window.up[1], 0.3 * window.across[1], -0.2);
    const lossAt = function* (at: Float64Array) {
      yield;
      return loss({ network, theta: at, samples });
    };
    const losses = runToEnd(lossesAt(theta, [across.direction, up.direction], places, lossAt));
    const brute = [0, 1, 2].map((n) => {
      const at = theta.slice();
      for (let k = 0; k < at.length; k++) {
        at[k] =
          (theta[k] ?? NaN) +
          (places[2 * n] ?? NaN) * (across.direction[k] ?? NaN) +
          (places[2 * n + 1] ?? NaN) * (up.direction[k] ?? NaN);
      }
      return loss({ network, theta: at, samples });
    });
    expect([...losses]).toEqual(brute);
    expect(losses[0]).toBe(loss(objective));
    expect(() => runToEnd(lossesAt(theta, [Float64Array.of(1), up.direction], places, lossAt))).toThrow(RangeError);
  });

  it('rises along each direction by slope α + ½ bend α², and the directions are at right angles', () => {
    fc.assert(
      fc.property(
        networkCase((g) => g.type === 'tanh' || g.type === 'sigmoid'),
        fc.constantFrom('gradient', 'eigenvectors'),
        ({ network: drawn, samples: rows }, kind) => {
          const smooth = objectiveOf({ ...drawn, loss: { type: 'mse' }, regularization: { l1: 0, l2: 0.1 } }, rows);
          fc.pre(lengthOf(gradients(smooth).gradient) > 1e-6);
          const { across, up } = planeOf(smooth, kind);
          expect(Math.abs(dot(across.direction, up.direction))).toBeLessThan(1e-9);
          for (const { is, direction, slope, bend } of [across, up]) {
            if (is === 'none') continue;
            expect(lengthOf(direction)).toBeCloseTo(1, 9);
            const at = (h: number): number =>
              loss({ ...smooth, theta: smooth.theta.map((value, k) => value + h * (direction[k] ?? NaN)) });
            const h = 1e-3;
            const scale = 1 + Math.abs(slope) + Math.abs(bend);
            expect(Math.abs((at(h) - at(-h)) / (2 * h) - slope)).toBeLessThan(1e-4 * scale);
            expect(Math.abs((at(h) - 2 * at(0) + at(-h)) / h ** 2 - bend)).toBeLessThan(1e-3 * scale);
          }
        },
      ),
    );
  });

  it('goes along −∇J first where it is one of the gradient', () => {
    const { gradient } = gradients(objective);
    const { across, up } = planeOf(objective, 'gradient');
    expect([across.is, up.is]).toEqual(['descent', 'eigenvector']);
    expect(across.slope).toBeCloseTo(-lengthOf(gradient), 12);
  });

  it('has directions whose every unit is as long as in θ where they are random, others for another seed', () => {
    const [one, other] = [planeOf(objective, 'random', [], 1), planeOf(objective, 'random', [], 2)];
    expect(one.across.direction).not.toEqual(other.across.direction);
    expect(planeOf(objective, 'random', [], 1)).toEqual(one);
    for (const { direction } of [one.across, one.up]) {
      for (const { rows, columns, weights, biases } of parameterLayout(network.layers).layers) {
        for (let i = 0; i < rows; i++) {
          const of = (values: Float64Array): number =>
            Math.hypot(
              ...values.subarray(weights + i * columns, weights + (i + 1) * columns),
              values[biases + i] ?? NaN,
            );
          expect(of(direction)).toBeCloseTo(of(theta), 12);
        }
      }
    }
  });

  it('still has a second direction where the gradient is the top eigenvector, and none of one parameter', () => {
    // J = ½(2θ − 5)² and a bias: H has rank 1, and ∇J lies in it.
    const line = networkOf({ layers: [{ units: 1 }, { activation: 'identity', weights: [[3]], biases: [0] }] });
    const one = samplesOf({ inputs: [[2]], targets: [[5]] });
    const plane = planeOf(objectiveOf(line, one), 'gradient');
    expect(Math.abs(dot(plane.across.direction, plane.up.direction))).toBeLessThan(1e-12);
    expect(lengthOf(plane.up.direction)).toBeCloseTo(1, 12);
    const single = networkOf({ layers: [{ units: 1 }, { activation: 'identity', weights: [[3]], biases: false }] });
    for (const kind of ['gradient', 'eigenvectors', 'random'] as const) {
      const { across, up } = planeOf(objectiveOf(single, one), kind);
      expect([lengthOf(across.direction) > 0, up.is, [...up.direction]]).toEqual([true, 'none', [0]]);
    }
  });
});

describe('the path of a run', () => {
  it('lies in the plane of its two principal directions, where it went along two', () => {
    const plane = planeOf(objective, 'path', path);
    expect([plane.across.is, plane.up.is]).toEqual(['principal', 'principal']);
    expect(plane.held).toBeCloseTo(1, 12);
    for (const [n, { theta: there }] of path.entries()) {
      const back = moved(
        theta,
        [plane.across.direction, plane.up.direction],
        plane.path.across[n] ?? NaN,
        plane.path.up[n] ?? NaN,
      );
      expect(Math.max(...back.map((value, k) => Math.abs(value - (there[k] ?? NaN))))).toBeLessThan(1e-12);
      expect(plane.path.across[n]).toBeGreaterThan(plane.window.across[0]);
      expect(plane.path.up[n]).toBeLessThan(plane.window.up[1]);
    }
    // It went ten times as far along the first direction.
    expect(Math.abs(dot(plane.across.direction, first))).toBeGreaterThan(0.999);
    expect([...plane.path.epochs]).toEqual([0, 1, 2, 3, 4]);
  });

  it('is projected to the nearest point of a plane that it does not lie in', () => {
    const plane = planeOf(objective, 'random', path);
    expect(plane.held).toBeLessThan(1);
    for (const [n, { theta: there }] of path.entries()) {
      const [alpha, beta] = [plane.path.across[n] ?? NaN, plane.path.up[n] ?? NaN];
      const directions = [plane.across.direction, plane.up.direction] as const;
      const off = moved(theta, directions, alpha, beta).map((value, k) => value - (there[k] ?? NaN));
      for (const direction of directions) expect(Math.abs(dot(off, direction))).toBeLessThan(1e-9);
    }
  });

  it('of a run that went straight ahead leaves the second direction to the gradient', () => {
    const straight = [0, 1, 2].map((epoch) => ({ epoch, theta: moved(theta, [first, second], epoch - 2, 0) }));
    const { across, up } = planeOf(objective, 'path', straight);
    expect([across.is, up.is]).toEqual(['principal', 'descent']);
    expect(() => planeOf(objective, 'path', [{ epoch: 0, theta }])).toThrow('train first');
  });
});

describe('the points of a run', () => {
  const points = (epochs: readonly number[]): RunPoint[] => epochs.map((epoch) => ({ epoch, theta }));
  const epochsOf = (some: readonly RunPoint[]): number[] => some.map(({ epoch }) => epoch);

  it('are thinned evenly, with both ends', () => {
    const all = points(Array.from({ length: 101 }, (_, n) => n));
    expect(epochsOf(evenly(all, 5))).toEqual([0, 25, 50, 75, 100]);
    expect(evenly(all, 200)).toBe(all);
  });

  it('are those after 1, 2, 4, … epochs, or the nearest after them', () => {
    expect(epochsOf(doubling(points(Array.from({ length: 21 }, (_, n) => n))))).toEqual([0, 1, 2, 4, 8, 16, 20]);
    expect(epochsOf(doubling(points([10, 16, 22, 28, 40])))).toEqual([10, 16, 22, 28, 40]);
    expect(doubling([])).toEqual([]);
  });
});

describe('principal directions', () => {
  it('are those of a case that is known by hand', () => {
    // Σ (dᵀv)² is 2·9 along (1, 1, 0)/√2, 2·4 along (1, −1, 0)/√2 and 1 along the third.
    const root = Math.SQRT1_2;
    const vectors = [
      [3 * root, 3 * root, 0],
      [-3 * root, -3 * root, 0],
      [2 * root, -2 * root, 0],
      [-2 * root, 2 * root, 0],
      [0, 0, 1],
    ].map((numbers) => Float64Array.from(numbers));
    const { directions, shares } = runToEnd(principal(vectors));
    expect(shares.map((share) => share.toFixed(12))).toEqual([18 / 27, 8 / 27].map((share) => share.toFixed(12)));
    expect(Math.abs(dot(directions[0] ?? theta, Float64Array.of(root, root, 0)))).toBeCloseTo(1, 12);
    expect(Math.abs(dot(directions[1] ?? theta, Float64Array.of(root, -root, 0)))).toBeCloseTo(1, 12);
  });
});
