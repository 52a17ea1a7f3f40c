import { expect, test } from 'vitest';
import { objectiveOf } from '../../../src/core/network';
import { mutant } from '../mutants';
import { bugs, network, samples } from '../plantedBugs';

type Check = typeof import('../../../src/core/check');

test.each(bugs)(
  '$name: caught, and every wrong parameter named',
  async ({ file = 'backprop.ts', right, wrong, wrongParameters }) => {
    const { check } = await mutant<Check>('check/index.ts', file, right, wrong);
    const report = check(objectiveOf(network, samples));
    expect(report.verdict).toBe('fail');
    const failed = report.parameters.filter(({ verdict }) => verdict === 'fail');
    const named = failed.map(({ parameter: { layer, to, from } }) => [layer, to, from].join());
    expect(named.sort()).toEqual(wrongParameters);
    expect(report.parameters.filter(({ verdict }) => verdict === 'pass')).toHaveLength(18 - failed.length);
  },
);
