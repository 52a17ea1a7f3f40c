import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradients } from '../../../src/core/backprop';
import { type CheckReport, check } from '../../../src/core/check';
import { packReport, unpackReport } from '../../../src/core/check/packed';
import { objectiveOf, parameterLayout } from '../../../src/core/network';
import { networkCase } from '../arbitraries';
import { networkOf, samplesOf } from '../networks';

/** What a reader of a report sees, getters too. */
function said({ verdict, method, parameters }: CheckReport): unknown {
  const rows = parameters.map((one) => {
    const { parameter, analytic, numeric, errorBound, absoluteError, relativeError, reason } = one;
    return {
      parameter,
      analytic,
      numeric,
      errorBound,
      absoluteError,
      relativeError,
      reason,
      by: one.verdict,
      at: one.break,
    };
  });
  return { verdict, method, rows };
}

test('a report of any network says the same when it is packed and unpacked', () => {
  fc.assert(
    fc.property(networkCase(), fc.boolean(), ({ network, samples }, wrong) => {
      const right = gradients(objectiveOf(network, samples)).gradient;
      const gradient = right.map((g, k) => (wrong && k % 2 === 0 ? g + 1 : g));
      const report = check(objectiveOf(network, samples), { gradient });
      const layout = parameterLayout(network.layers);
      expect(said(unpackReport(packReport(report, layout), layout))).toEqual(said(report));
    }),
  );
});

test('so does one with a pass, a kink, and a failure', () => {
  // relu′ of z = 0 jumps from 0 to 1; of the two weights behind it one is given right and one wrong.
  const network = networkOf({
    layers: [{ units: 1 }, { activation: 'relu', weights: [[0], [1]], biases: false }, { weights: [[1, 1]] }],
  });
  const samples = samplesOf({ inputs: [[1]], targets: [[3]] });
  const gradient = gradients(objectiveOf(network, samples)).gradient.map((g, k) => (k === 3 ? g + 1 : g));
  const report = check(objectiveOf(network, samples), { gradient });
  expect(report.parameters.map(({ verdict }) => verdict)).toEqual(expect.arrayContaining(['pass', 'kink', 'fail']));
  const layout = parameterLayout(network.layers);
  expect(said(unpackReport(packReport(report, layout), layout))).toEqual(said(report));
});
