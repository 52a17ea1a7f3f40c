/** Scales that are far apart: a right gradient never fails, and a wrong one still does. */

import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import { type CheckReport, check } from '../../../src/core/check';
import { parameterIndex, parameterLayout, objectiveOf } from '../../../src/core/network';
import { parseNetworkFile } from '../../../src/format';
import { type Case, networkCase } from '../arbitraries';
import { networkOf, samplesOf } from '../networks';

const folder = new URL('../../fixtures/extreme/', import.meta.url);
const files = readdirSync(folder);

/** Failures of a gradient that is a number: where it overflows it is wrong. */
function failures({ parameters }: CheckReport): object[] {
  return parameters.filter(({ verdict, analytic }) => verdict === 'fail' && Number.isFinite(analytic));
}

describe.each(files)('%s', (fileName) => {
  const { network, data } = parseNetworkFile(readFileSync(new URL(fileName, folder), 'utf8'), { fileName });
  it.each(['differences', 'dual'] as const)('has no gradient that fails against %s', (against) => {
    if (!network || !data) throw new Error('the file is to be right');
    expect(failures(check(objectiveOf(network, data.training), { against }))).toEqual([]);
  });
});

const power = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: -300, max: 300 }) },
);

/** Any network whose layers, biases and inputs are scaled by powers of ten of their own. */
const extreme: fc.Arbitrary<Case> = fc
  .tuple(networkCase(), fc.array(power, { minLength: 10, maxLength: 10 }))
  .map(([{ network, samples }, powers]) => {
    const theta = network.theta.slice();
    for (const [l, { weights, rows, columns, biases }] of parameterLayout(network.layers).layers.entries()) {
      const scale = (first: number, count: number, by: number): void => {
        for (let k = first; k < first + count; k++) theta[k] = (theta[k] ?? NaN) * 10 ** by;
      };
      scale(weights, rows * columns, powers[2 * l] ?? 0);
      if (biases >= 0) scale(biases, rows, powers[2 * l + 1] ?? 0);
    }
    const inputs = samples.inputs.map((x) => x * 10 ** (powers[9] ?? 0));
    return { network: { ...network, theta }, samples: { ...samples, inputs } };
  });

test('no gradient fails at any mixture of scales, by differences or dual numbers', () => {
  fc.assert(
    fc.property(extreme, ({ network, samples }) => {
      for (const against of ['differences', 'dual'] as const) {
        expect(failures(check(objectiveOf(network, samples), { against }))).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
});

test('a wrong gradient fails at scales that are far apart', () => {
  const network = networkOf({
    layers: [
      { units: 2 },
      { activation: 'tanh', weights: [[3e-201, -2e-201]], biases: [0.3] },
      { activation: 'identity', weights: [[2e-120], [1e-120]], biases: false },
    ],
  });
  const samples = samplesOf({ inputs: [[1e200, 2e200]], targets: [[1e-120, 0]] });
  const right = gradients(objectiveOf(network, samples)).gradient;
  for (const parameter of [
    { layer: 1, to: 1, from: 1 },
    { layer: 1, to: 1, from: 0 },
  ]) {
    const gradient = right.slice();
    const index = parameterIndex(parameterLayout(network.layers), parameter);
    gradient[index] = (gradient[index] ?? NaN) * 1.001;
    for (const against of ['differences', 'dual'] as const) {
      const report = check(objectiveOf(network, samples), { gradient, against });
      expect(report.parameters.filter(({ verdict }) => verdict === 'fail').map((one) => one.parameter)).toEqual([
        parameter,
      ]);
    }
  }
});
