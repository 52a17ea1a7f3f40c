import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { check, type CheckReport, type ParameterCheck } from '../../src/core/check';
import { BLOCK } from '../../src/core/check/slopes';
import { Downstream } from '../../src/core/check/downstream';
import { runToEnd } from '../../src/core/check/steps';
import { SHARES } from '../../src/core/check/slope';
import { ACTIVATIONS, LOSSES, type ActivationName, type LossName } from '../../src/core/functions';
import { checkFast, type FastCheckOptions } from '../../src/engine/kernels/checking';
import { kernelGains } from '../../src/engine/kernels/gains';
import { networkCase, type Case } from '../core/arbitraries';
import { golden, goldenNames } from '../core/goldens';
import { drawnCase } from './drawn';
import { objectiveOf, parameterAt, parameterLayout, type Objective } from '../../src/core/network';

const STEP = 2 ** -6;
const activations = Object.keys(ACTIVATIONS) as ActivationName[];
const losses = Object.keys(LOSSES) as LossName[];

/** What E gains by every unit's steps, by kernels and one by one; nothing where there are no kernels for the network. */
function* gainsOf({ network, samples }: Case) {
  const loss = new Downstream(objectiveOf(network, samples));
  runToEnd(loss.prepare());
  const gains = kernelGains(loss, SHARES);
  if (!gains) return;
  for (let layer = 2; layer <= network.layers.length; layer++) {
    for (let unit = 0; unit < (network.layers[layer - 1]?.units ?? 0); unit++) {
      for (let sample = 0; sample < samples.count; sample++) {
        const block = Math.floor(sample / BLOCK);
        gains.take(layer, unit, STEP, block);
        for (const [k, part] of SHARES.entries()) {
          const exact = loss.gain(sample, layer, unit, part * STEP);
          const broken = exact.passed !== undefined || exact.starts > 0;
          yield { fast: gains.values[k * BLOCK + (sample - block * BLOCK)] ?? NaN, exact: exact.value, broken };
        }
      }
    }
  }
}

describe('what E gains by a step', () => {
  it.each([
    ['squared loss', drawnCase([3, 9, 7, 2], 70)],
    ['softplus and sigmoid with binary cross-entropy', crossEntropy('softplus', 'sigmoid')],
    ['sigmoid and softmax with cross-entropy', crossEntropy('sigmoid', 'softmax')],
    ['gelu and absolute error', drawnCase([3, 9, 7, 2], 70, { hidden: { type: 'gelu' }, loss: 'mae' })],
    [
      'a hidden softmax and the Huber loss',
      drawnCase([3, 9, 7, 2], 70, { hidden: { type: 'softmax' }, loss: 'huber' }),
    ],
    ['functions without a kernel', drawnCase([3, 9, 7, 2], 70, { hidden: { type: 'sin' }, loss: 'poisson' })],
  ])('is by kernels what it is one by one: %s', (_, drawn) => {
    let seen = 0;
    for (const { fast, exact, broken } of gainsOf(drawn)) {
      seen++;
      if (broken) expect(fast).toBeNaN();
      // z and a, of order 1, are rounded themselves.
      else expect(Math.abs(fast - exact)).toBeLessThanOrEqual(1e-13 * Math.abs(exact) + 1e-15);
    }
    expect(seen).toBeGreaterThan(1000);
  });

  it('is left to others where the way passes a break, and where no digits are to be lost', () => {
    let [all, broken, left] = [0, 0, 0];
    fc.assert(
      fc.property(networkCase(), (drawn) => {
        for (const gain of gainsOf(drawn)) {
          all++;
          if (gain.broken && gain.exact !== 0) {
            expect(gain.fast).toBeNaN();
            broken++;
          } else if (Number.isNaN(gain.fast)) left++;
          else expect(Math.abs(gain.fast - gain.exact)).toBeLessThanOrEqual(1e-11 * Math.abs(gain.exact) + 1e-15);
        }
      }),
      { numRuns: 300 },
    );
    expect(broken).toBeGreaterThan(0);
    expect(left).toBeLessThan(0.05 * all);
  });
});

describe('the fast check', () => {
  it.each(goldenNames)('passes %s, and fails a gradient that is 1 + 1e-5 times the right one', (name) => {
    const { network, samples } = golden(name);
    expect(checkFast(objectiveOf(network, samples)).verdict).toBe('pass');
    const gradient = gradients(objectiveOf(network, samples)).gradient.map((g) => g * (1 + 1e-5));
    expect(checkFast(objectiveOf(network, samples), { gradient }).verdict).toBe('fail');
  });

  it('finds on any network what the plain one finds, of a right gradient and of one that is a little off', () => {
    let failed = 0;
    fc.assert(
      fc.property(networkCase(), fc.constantFrom(0, 1e-3, -1e-5, 1e-6), ({ network, samples }, off) => {
        const objective = objectiveOf(network, samples);
        const gradient = gradients(objective).gradient.map((g, k) => (k % 3 === 0 ? g * (1 + off) : g));
        failed += compare(objective, { gradient });
      }),
      { numRuns: 600 },
    );
    expect(failed).toBeGreaterThan(100);
  });

  it.each([
    ...activations.map((type): [string, Case] => [type, drawnCase([3, 6, 5, 2], 70, { hidden: { type } })]),
    ...losses.map((loss): [string, Case] => [loss, withOutput(loss)]),
    ...(['mse', 'huber', 'crossEntropy', 'squaredHinge'] as const).map((loss): [string, Case] => [
      `${loss} by other conventions`,
      byConventions(withOutput(loss)),
    ]),
  ])('finds what the plain one finds over two blocks of rows: %s', (_, { network, samples }) => {
    const objective = objectiveOf(network, samples);
    expect(checkFast(objective).verdict).not.toBe('fail');
    const gradient = gradients(objective).gradient.map((g, k) => (k % 3 === 0 ? g * (1 + 1e-6) : g));
    expect(compare(objective, { gradient })).toBeGreaterThan(0);
    compare(objective, { parameters: [parameterAt(parameterLayout(network.layers), 4)] });
  });

  it('says what the plain one says of weights that saturate units, or more where that sees rounding alone', () => {
    const off = fc.constantFrom(0, 1e-4, 1e-5);
    fc.assert(
      fc.property(networkCase(), fc.constantFrom(8, 40), off, ({ network, samples }, scale, off) => {
        const objective = { network, theta: network.theta.map((w) => scale * w), samples };
        const gradient = gradients(objective).gradient.map((g, k) => (k % 2 === 0 ? g * (1 + off) : g));
        const plain = byParameter(check(objective, { gradient }));
        for (const [parameter, { verdict, reason }] of byParameter(checkFast(objective, { gradient }))) {
          const other = plain.get(parameter)?.verdict;
          if (other !== 'noise') expect(verdict, reason).toBe(other);
          if (off === 0) expect(verdict, reason).not.toBe('fail');
        }
      }),
      { numRuns: 600 },
    );
  });

  it('keeps its bound of the derivative that dual numbers give', () => {
    let seen = 0;
    fc.assert(
      fc.property(networkCase(), ({ network, samples }) => {
        const objective = objectiveOf(network, samples);
        const exact = byParameter(check(objective, { against: 'dual' }));
        for (const [parameter, { numeric, errorBound, verdict }] of byParameter(checkFast(objective))) {
          const dual = exact.get(parameter);
          // At a kink a derivative is one of many.
          if (!dual || verdict !== 'pass' || !Number.isFinite(dual.numeric)) continue;
          expect(Math.abs(numeric - dual.numeric)).toBeLessThanOrEqual(errorBound + dual.errorBound);
          seen++;
        }
      }),
      { numRuns: 600 },
    );
    expect(seen).toBeGreaterThan(3000);
  });
});

/** Expects the same of both checks, and says how many parameters fail. */
function compare(objective: Objective, options: FastCheckOptions): number {
  const plain = byParameter(check(objective, options));
  const fast = byParameter(checkFast(objective, options));
  expect(fast.size).toBe(plain.size);
  let failed = 0;
  for (const [parameter, one] of fast) {
    const other = plain.get(parameter);
    expect(one.verdict, `${one.reason}; ${String(other?.reason)}`).toBe(other?.verdict);
    expect(one.break).toEqual(other?.break);
    if (one.verdict === 'fail') failed++;
    const bounds = one.errorBound + (other?.errorBound ?? NaN);
    if (!other || !Number.isFinite(other.numeric + bounds)) continue;
    expect(Math.abs(one.numeric - other.numeric)).toBeLessThanOrEqual(bounds);
  }
  return failed;
}

function byParameter({ parameters }: CheckReport): Map<string, ParameterCheck> {
  return new Map(parameters.map((one) => [JSON.stringify(one.parameter), one]));
}

/** A network that ends as the loss wants it. */
function withOutput(loss: LossName): Case {
  return drawnCase([3, 6, 5, 2], 70, {
    output: { type: LOSSES[loss].needsProbabilities ? 'sigmoid' : 'identity' },
    loss,
  });
}

/** E as the mean over the outputs and without its ½, and rows that do not all count the same. */
function byConventions({ network, samples }: Case): Case {
  const weights = Float64Array.from({ length: samples.count }, (_, s) => s % 4);
  return {
    network: { ...network, loss: { ...network.loss, half: false, outputs: 'mean' } },
    samples: { ...samples, weights },
  };
}

function crossEntropy(hidden: 'softplus' | 'sigmoid', output: 'sigmoid' | 'softmax'): Case {
  const loss = output === 'sigmoid' ? 'binaryCrossEntropy' : 'crossEntropy';
  return drawnCase([3, 8, 5, 4], 67, { hidden: { type: hidden }, output: { type: output }, loss });
}
