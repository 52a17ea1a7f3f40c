import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { ACTIVATIONS, LOSSES, type ActivationName, type LossName } from '../../src/core/functions';
import { type Network, type Samples, objectiveOf } from '../../src/core/network';
import { createPlainEngine } from '../../src/engine/plainEngine';
import { createSimdEngine } from '../../src/engine/kernels/simd';
import type { GradientEngine, Rows, Wanted } from '../../src/engine/engine';
import { networkCase } from '../core/arbitraries';
import { networkOf, samplesOf } from '../core/networks';
import { drawnCase } from './drawn';
import { largest, largestDifference } from './measures';

/** Runs a pass to its end and says how many pieces it took. */
function pass(engine: GradientEngine, rows: Rows, wanted: Wanted): number {
  engine.begin(rows, wanted);
  let pieces = 1;
  while (!engine.advance()) pieces++;
  return pieces;
}

function all(samples: Samples): Rows {
  return { samples, first: 0, count: samples.count };
}

/** The rows by themselves. */
function gathered({ samples, order, first, count }: Rows): Samples {
  const row = (values: Float64Array, at: number): Float64Array => {
    const width = values.length / samples.count;
    const from = (order?.[first + at] ?? first + at) * width;
    return values.slice(from, from + width);
  };
  const rows = (values: Float64Array): number[] =>
    Array.from({ length: count }, (_, at) => [...row(values, at)]).flat();
  return {
    count,
    inputs: Float64Array.from(rows(samples.inputs)),
    targets: Float64Array.from(rows(samples.targets)),
  };
}

function expectReference(engine: GradientEngine, network: Network, rows: Rows): void {
  const expected = gradients({ network, theta: engine.theta, samples: gathered(rows) });
  pass(engine, rows, 'units');
  if (!Number.isFinite(expected.loss)) {
    expect(engine.dataLoss).toBe(expected.dataLoss);
    return;
  }
  // Where terms of size 1 cancel to nothing, both sides are rounding errors alone.
  const scale = Math.max(largest(expected.gradient), 1e-2);
  expect(largestDifference(engine.gradient, expected.gradient)).toBeLessThanOrEqual(1e-13 * scale);
  expect(Math.abs(engine.dataLoss - expected.dataLoss)).toBeLessThanOrEqual(1e-13 * Math.max(1, expected.dataLoss));
  expect(Math.abs(engine.penalty - expected.penalty)).toBeLessThanOrEqual(1e-13 * Math.max(1, expected.penalty));
  for (const kind of ['z', 'a', 'delta'] as const) {
    engine.units[kind].forEach((means, l) => {
      const exact = expected.units[kind][l] ?? [];
      expect(means.length).toBe(exact.length);
      expect(largestDifference(means, exact)).toBeLessThanOrEqual(1e-13 * Math.max(1, largest(exact)));
    });
  }
}

const activationNames = Object.keys(ACTIVATIONS) as ActivationName[];
const lossNames = Object.keys(LOSSES) as LossName[];

/** The engine where SIMD is there, as it is wherever the tests run. */
function createSimd(network: Network): GradientEngine {
  const engine = createSimdEngine(network);
  if (!engine) throw new Error('this platform has no WebAssembly with SIMD');
  return engine;
}

const engines = [
  { engineName: 'TypeScript', create: createPlainEngine },
  { engineName: 'WebAssembly', create: createSimd },
];

describe.each(engines)('the engine in $engineName gives what the reference gives', ({ create }) => {
  it('on any small network', () => {
    fc.assert(
      fc.property(networkCase(), ({ network, samples }) => {
        expectReference(create(network), network, all(samples));
      }),
      { numRuns: 1000 },
    );
  });

  const pairs = activationNames.flatMap((hidden) => lossNames.map((loss) => ({ hidden, loss })));
  it.each(pairs)('with $hidden under $loss, over several chunks and with ragged edges', ({ hidden, loss }) => {
    const output = {
      type: LOSSES[loss].needsProbabilities ? (LOSSES[loss].withLogits?.activation ?? 'softmax') : hidden,
    };
    for (const units of [
      [7, 13, 9, 5],
      [3, 6, 1],
      [1, 1],
    ]) {
      const { network, samples } = drawnCase(units, 131, { hidden: { type: hidden }, output, loss });
      expectReference(create(network), network, all(samples));
    }
  });

  it('over any rows in any order, one pass after the other', () => {
    const { network, samples } = drawnCase([3, 5, 2], 150);
    const penalised = { ...network, regularization: { l1: 0.02, l2: 0.3 } };
    const engine = create(penalised);
    const order = Uint32Array.from({ length: 150 }, (_, k) => (k * 77) % 150);
    const both: Rows[] = [
      { samples, first: 0, count: 64 },
      { samples, order, first: 0, count: 64 },
      { samples, first: 0, count: 64 },
      { samples, order, first: 100, count: 50 },
      { samples, first: 64, count: 1 },
      { samples: drawnCase([3, 5, 2], 70).samples, first: 0, count: 64 },
      { samples, first: 3, count: 147 },
    ];
    for (const rows of both) expectReference(engine, penalised, rows);
  });

  it('where values are not finite, denormal or saturated', () => {
    const special = [NaN, Infinity, -Infinity, 1e300, -1e300, 5e-324, 0, -0, 800, -800];
    for (const type of activationNames) {
      const output: { type: ActivationName } = { type };
      const network = networkOf({
        layers: [{ units: 1 }, { activation: output, weights: [[1], [-0.5]] }, { weights: [[1, 1]] }],
      });
      const samples = samplesOf({ inputs: special.map((x) => [x]), targets: special.map(() => [0]) });
      for (let first = 0; first < special.length; first++) {
        const rows = { samples, first, count: 1 };
        const engine = create(network);
        const expected = gradients(objectiveOf(network, gathered(rows)));
        pass(engine, rows, 'gradient');
        const exact = [expected.dataLoss, ...expected.gradient];
        [engine.dataLoss, ...engine.gradient].forEach((value, k) => {
          const wanted = exact[k] ?? NaN;
          if (!Number.isFinite(wanted)) expect(value).toBe(wanted);
          // Two units in the last place of each function; below the normal numbers these are multiples of 5e-324.
          else expect(Math.abs(value - wanted)).toBeLessThanOrEqual(4e-15 * Math.abs(wanted) + 2e-323);
        });
      }
    }
  });
});

describe.each(engines)('a pass of the engine in $engineName', ({ create }) => {
  it('that wants only the loss leaves the gradient of the one before', () => {
    const { network, samples } = drawnCase([3, 5, 2], 100);
    const engine = create({ ...network, regularization: { l1: 0.1, l2: 0.1 } });
    pass(engine, all(samples), 'gradient');
    const { dataLoss, penalty, gradient } = engine;
    const before = gradient.slice();
    pass(engine, all(samples), 'loss');
    expect(engine.gradient).toEqual(before);
    expect(engine).toMatchObject({ dataLoss, penalty });
  });

  /** Enough for some ten pieces, and no more: these networks are large. */
  const ROWS = 24;
  it.each([
    ['many units on both sides', [2000, 2000]],
    ['one unit behind many', [60_000, 60]],
    ['many units behind one', [60, 60_000]],
    ['a penalty on top', [2000, 2000]],
  ])(
    'over millions of parameters comes in small pieces: %s',
    (name, units) => {
      const { network, samples } = drawnCase(units, ROWS);
      const l2 = name.includes('penalty') ? 1 : 0;
      const pieces = pass(create({ ...network, regularization: { l1: 0, l2 } }), all(samples), 'gradient');
      // 4 or 8 million multiply-adds a piece, and an operation's 2 (of four units of 60,000: 15) million beyond that.
      const work = 2 * ROWS * network.theta.length;
      expect(pieces).toBeGreaterThanOrEqual(Math.floor(work / 25e6));
    },
    60_000,
  );
});
