import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { check } from '../../src/core/check';
import { BLOCK } from '../../src/core/check/numericGradient';
import { Downstream } from '../../src/core/check/downstream';
import { runToEnd } from '../../src/core/check/steps';
import { SHARES } from '../../src/core/check/slope';
import { checkFast } from '../../src/engine/kernels/checking';
import { kernelGains } from '../../src/engine/kernels/gains';
import { networkCase, type Case } from '../core/arbitraries';
import { golden, goldenNames } from '../core/goldens';
import { drawnCase } from './drawn';
import { objectiveOf } from '../../src/core/network';

const STEP = 2 ** -6;

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

  it('finds on any network what the plain one finds', () => {
    fc.assert(
      fc.property(networkCase(), ({ network, samples }) => {
        const order = (report: ReturnType<typeof check>) =>
          new Map(report.parameters.map((one) => [JSON.stringify(one.parameter), one]));
        const plain = order(check(objectiveOf(network, samples)));
        for (const [parameter, one] of order(checkFast(objectiveOf(network, samples)))) {
          const other = plain.get(parameter);
          expect(one.verdict).toBe(other?.verdict);
          expect(one.break).toEqual(other?.break);
          const bounds = one.errorBound + (other?.errorBound ?? NaN);
          if (!other || !Number.isFinite(other.numeric + bounds)) continue;
          expect(Math.abs(one.numeric - other.numeric)).toBeLessThanOrEqual(bounds);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function crossEntropy(hidden: 'softplus' | 'sigmoid', output: 'sigmoid' | 'softmax'): Case {
  const loss = output === 'sigmoid' ? 'binaryCrossEntropy' : 'crossEntropy';
  return drawnCase([3, 8, 5, 4], 67, { hidden: { type: hidden }, output: { type: output }, loss });
}
