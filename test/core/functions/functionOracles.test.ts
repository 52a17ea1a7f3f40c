/** PyTorch's numbers, and mpmath's where it has none (test/fixtures/functions/make.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  ACTIVATIONS,
  LOSSES,
  lossWithLogits,
  type ActivationName,
  type Constants,
  type LossName,
} from '../../../src/core/functions';
import { createPlainEngine } from '../../../src/engine/plainEngine';
import { Trainer } from '../../../src/engine/trainer';
import { parseNetworkFile } from '../../../src/format';
import { largestDifference } from '../../engine/measures';
import { targetsFor } from '../arbitraries';
import { networkOf } from '../networks';

interface Oracles {
  readonly activations: [ActivationName, Constants, 'torch' | 'mpmath', z: number, a: number, g: number, h: number][];
  readonly losses: [LossName, a: number, y: number, e: number, g: number, h: number][];
  readonly case: { readonly inputs: number[][]; readonly targets: number[][]; readonly theta: number[] };
  readonly training: { readonly optimizer: { type: string }; readonly losses: number[]; readonly theta: number[] }[];
}

const path = join(import.meta.dirname, '../../fixtures/functions/functions.json');
const oracles = JSON.parse(readFileSync(path, 'utf8')) as Oracles;
const near = (value: number, wanted: number): void => {
  expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(wanted)));
};

test.each(oracles.activations)('%s %o of %s at z = %d', (type, constants, _, z, value, derivative, second) => {
  const row = ACTIVATIONS[type];
  if (row.vector) throw new Error(`${type} couples its units`);
  near(row.value(z, constants), value);
  near(row.derivative(z, constants), derivative);
  near(row.second(z, constants), second);
});

test.each(oracles.losses)('%s at a = %d, y = %d', (type, a, y, value, derivative, second) => {
  const row = LOSSES[type];
  near(row.value(a, y, {}), value);
  near(row.derivative(a, y, {}), derivative);
  near(row.second(a, y, {}), second);
});

describe('every row agrees with itself', () => {
  const numbers = fc.double({ min: -7, max: 7, noNaN: true });
  const far = (z: number, places: readonly number[]): boolean => places.every((at) => Math.abs(z - at) > 1e-3);
  /** Central differences with two steps, extrapolated. */
  const slope = (f: (x: number) => number, x: number): number => {
    const at = (h: number): number => (f(x + h) - f(x - h)) / (2 * h);
    return (4 * at(5e-5) - at(1e-4)) / 3;
  };

  it.each(Object.keys(ACTIVATIONS) as ActivationName[])('%s', (type) => {
    const row = ACTIVATIONS[type];
    if (row.vector) {
      const z = Float64Array.of(0.3, -1.2, 0.8);
      const a = new Float64Array(3);
      row.value(z, a);
      const moved = (k: number, x: number): Float64Array => {
        const b = new Float64Array(3);
        row.value(
          z.map((value, i) => (i === k ? x : value)),
          b,
        );
        return b;
      };
      for (const [i, k, n] of [0, 1, 2].flatMap((i) =>
        [0, 1, 2].flatMap((k) => [0, 1, 2].map((n) => [i, k, n] as const)),
      )) {
        expect(row.derivative(a, i, k)).toBeCloseTo(
          slope((x) => moved(k, x)[i] ?? NaN, z[k] ?? NaN),
          8,
        );
        expect(row.second(a, i, k, n)).toBeCloseTo(
          slope((x) => row.derivative(moved(n, x), i, k), z[n] ?? NaN),
          8,
        );
      }
      return;
    }
    const { constant } = row;
    const sets: Constants[] = constant ? [{}, { [constant.key]: 1.75 }] : [{}];
    for (const g of sets) {
      const places = [...row.kinks(g), ...(row.bends ?? [])];
      fc.assert(
        fc.property(numbers, (z) => {
          fc.pre(far(z, places));
          const [value, derivative, second] = [row.value(z, g), row.derivative(z, g), row.second(z, g)];
          expect(derivative).toBeCloseTo(
            slope((x) => row.value(x, g), z),
            8,
          );
          expect(second).toBeCloseTo(
            slope((x) => row.derivative(x, g), z),
            8,
          );
          if (row.fromOutput) expect(row.fromOutput(value, g)).toBeCloseTo(derivative, 11);
          if (row.steepest) expect(Math.abs(derivative)).toBeLessThanOrEqual(row.steepest(g) * (1 + 1e-12));
          if (row.dead?.(z)) expect(Math.abs(value) + Math.abs(derivative)).toBeLessThan(1e-5);
        }),
      );
      for (const at of row.kinks(g)) {
        expect(Math.abs(row.derivative(at + 1e-9, g) - row.derivative(at - 1e-9, g))).toBeGreaterThan(1e-3);
      }
    }
  });

  it.each(Object.keys(LOSSES) as LossName[])('%s', (type) => {
    const row = LOSSES[type];
    const places = [...row.kinks, ...(row.bends?.({}) ?? [])];
    const outputs = row.needsProbabilities ? fc.double({ min: 0.01, max: 0.99, noNaN: true }) : numbers;
    fc.assert(
      fc.property(outputs, outputs, fc.double({ min: -1.9, max: 1.9, noNaN: true }), (a, b, drawn) => {
        const [y = NaN] = targetsFor(type, [drawn]);
        fc.pre(far(a - y, places));
        const scale = Math.max(1, Math.abs(row.second(a, y, {})));
        expect(row.derivative(a, y, {}) / scale).toBeCloseTo(slope((x) => row.value(x, y, {}), a) / scale, 5);
        expect(row.second(a, y, {}) / scale).toBeCloseTo(slope((x) => row.derivative(x, y, {}), a) / scale, 4);
        const gain = row.value(b, y, {}) - row.value(a, y, {});
        if (row.difference) expect(row.difference(a, b, y, {}) / scale).toBeCloseTo(gain / scale, 10);
      }),
    );
  });

  it.each(['binaryCrossEntropy', 'crossEntropy', 'klDivergence'] as const)('%s by z', (loss) => {
    const activation = LOSSES[loss].withLogits?.activation ?? 'identity';
    const network = networkOf({ layers: [{ units: 1 }, { units: 3, activation }], loss });
    const pair = lossWithLogits(network) ?? expect.fail();
    const y = Float64Array.from(targetsFor(loss, [0.3, 0.5, 0.2]));
    const z = Float64Array.of(0.4, -1.3, 2);
    const at = (k: number, x: number): Float64Array => z.map((value, i) => (i === k ? x : value));
    const outputs = (of: Float64Array): Float64Array => {
      const a = new Float64Array(3);
      const row = ACTIVATIONS[activation];
      if (row.vector) row.value(of, a);
      else a.set(of.map((value) => row.value(value, {})));
      return a;
    };
    const delta = (of: Float64Array): Float64Array => {
      const into = new Float64Array(3);
      pair.derivative(of, outputs(of), y, into);
      return into;
    };
    for (let k = 0; k < 3; k++) {
      expect(delta(z)[k]).toBeCloseTo(
        slope((x) => pair.value(at(k, x), y), z[k] ?? NaN),
        8,
      );
      for (let n = 0; n < 3; n++) {
        const second = slope((x) => delta(at(n, x))[k] ?? NaN, z[n] ?? NaN);
        expect(pair.second(outputs(z), y, k, n)).toBeCloseTo(second, 8);
      }
      const moved = at(k, 1.1);
      const [before, after] = [z, moved].map((of) => ({ z: of, a: outputs(of), offset: 0 }));
      if (!before || !after) throw new Error('there are two');
      expect(pair.difference(before, after, y, 0, 3)).toBeCloseTo(pair.value(moved, y) - pair.value(z, y), 12);
    }
  });
});

describe.each(oracles.training)('PyTorch’s training with $optimizer', ({ optimizer, losses, theta }) => {
  const { inputs, targets, theta: start } = oracles.case;
  const rows = (from: number, width: number, count: number): number[][] =>
    Array.from({ length: count }, (_, i) => start.slice(from + i * width, from + (i + 1) * width));
  const file = {
    layers: [
      { units: 2 },
      { activation: 'tanh', weights: rows(0, 2, 3), biases: start.slice(6, 9) },
      { weights: rows(9, 3, 2), biases: start.slice(15, 17) },
    ],
    data: { inputs, targets },
    training: { optimizer, epochs: losses.length - 1 },
  };
  const { network = expect.fail(), data = expect.fail() } = parseNetworkFile(JSON.stringify(file), { fileName: 'a' });

  it('is ours, epoch by epoch', () => {
    const trainer = new Trainer(network, data);
    while (!trainer.end) trainer.run(1000);
    const { loss } = trainer.takeHistory();
    for (const [epoch, theirs] of losses.entries()) {
      expect(Math.abs((loss[epoch] ?? NaN) - theirs)).toBeLessThanOrEqual(1e-10 * Math.max(1, theirs));
    }
    expect(largestDifference(trainer.theta, Float64Array.from(theta))).toBeLessThanOrEqual(1e-8);
  });

  it('is ours without WebAssembly', () => {
    const engine = createPlainEngine(network);
    const own = engine.createOptimizer(network.training.optimizer);
    const measure = (): number => {
      engine.begin({ samples: data.training, first: 0, count: data.training.count }, 'gradient');
      while (!engine.advance());
      return engine.dataLoss;
    };
    for (const theirs of losses) {
      const loss = measure();
      expect(Math.abs(loss - theirs)).toBeLessThanOrEqual(1e-10 * Math.max(1, theirs));
      const all = { from: 0, to: engine.theta.length };
      if (own.search) {
        const search = own.search(engine.theta, engine.gradient, loss, [all]);
        for (let step = search.next(); !step.done;) step = search.next(measure());
      } else {
        own.begin();
        own.update(engine.theta, engine.gradient, all);
      }
    }
  });
});
