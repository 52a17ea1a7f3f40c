/**
 * The check against an oracle of its own: ∂J/∂θ of networks at any scales, found in numbers of 1,600 digits
 * (test/fixtures/highPrecision/make.py, with mpmath) and rounded once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { type CheckReport, check } from '../../src/core/check';
import { objectiveOf, type Objective } from '../../src/core/network';
import { checkFast, type FastCheckOptions } from '../../src/engine/kernels/checking';
import { parseNetworkFile } from '../../src/format';

interface Case {
  readonly kind: 'plain' | 'saturated' | 'extreme' | 'cancelling';
  readonly network: object;
  /** null where it is beyond the doubles. */
  readonly gradient: readonly (number | null)[];
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/highPrecision/cases.json'), 'utf8'),
) as Case[];
const CHECKS = [
  ['differences', check],
  ['differences by kernels', checkFast],
  [
    'dual numbers',
    (objective: Objective, { gradient }: FastCheckOptions) =>
      check(objective, { ...(gradient && { gradient }), against: 'dual' }),
  ],
] as const;

function read({ network: file, gradient }: Case) {
  const { network, data, problems } = parseNetworkFile(JSON.stringify(file), { fileName: 'case.nn.json' });
  if (!network || !data) throw new Error(problems.map(({ message }) => message).join('; '));
  return { network, samples: data.training, right: Float64Array.from(gradient, (value) => value ?? NaN) };
}

/** A gradient that is no number is wrong. */
const failures = ({ parameters }: CheckReport): object[] =>
  parameters.filter(({ verdict, analytic }) => verdict === 'fail' && Number.isFinite(analytic));

describe.each(CHECKS)('by %s', (_, run) => {
  it('the right gradient never fails, nor does backpropagation’s', () => {
    for (const one of cases) {
      const { network, samples, right } = read(one);
      const context = JSON.stringify(one);
      expect(failures(run(objectiveOf(network, samples), { gradient: right })), context).toEqual([]);
      expect(failures(run(objectiveOf(network, samples), {})), context).toEqual([]);
    }
  });

  it('a gradient that is off by a hundredth of a percent fails at ordinary scales', () => {
    let wrong = 0;
    for (const one of cases.filter(({ kind }) => kind === 'plain')) {
      const { network, samples, right } = read(one);
      const largest = right.reduce((best, value, at) => (Math.abs(value) > Math.abs(right[best] ?? 0) ? at : best), 0);
      if (right[largest] === 0) continue;
      wrong++;
      for (const factor of [1.0001, 0, -1]) {
        const gradient = right.map((value, at) => (at === largest ? factor * value : value));
        const report = run(objectiveOf(network, samples), { gradient });
        expect(report.verdict, JSON.stringify(one)).toBe('fail');
        expect(report.parameters.filter(({ verdict }) => verdict === 'fail')).toHaveLength(1);
      }
    }
    expect(wrong).toBeGreaterThan(20);
  });
});

it('backpropagation gives the right gradient at ordinary scales, to 1e-12 of its largest part', () => {
  for (const one of cases.filter(({ kind }) => kind === 'plain')) {
    const { network, samples, right } = read(one);
    const found = gradients(objectiveOf(network, samples)).gradient;
    const scale = right.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [at, value] of right.entries())
      expect(Math.abs((found[at] ?? NaN) - value)).toBeLessThanOrEqual(1e-12 * scale);
  }
});
