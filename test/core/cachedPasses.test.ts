import { expect, test } from 'vitest';
import { samplePasses } from '../../src/core/backprop';
import { cachedPasses } from '../../src/core/cachedPasses';
import { runToEnd } from '../../src/core/check/steps';
import { objectiveOf } from '../../src/core/network';
import { golden } from './goldens';

const { network, samples } = golden('lecture-2-2-2');
const objective = objectiveOf(network, samples);

test('kept passes are those that are computed, of all rows or of one', () => {
  const passes = runToEnd(cachedPasses(objective));
  const computed = (only?: number) => [...samplePasses(objective, only)].map(({ loss }) => loss);
  expect([...(passes?.() ?? [])].map(({ loss }) => loss)).toEqual(computed());
  expect([...(passes?.(1) ?? [])].map(({ loss }) => loss)).toEqual(computed(1));
});

test('nothing is kept, and nothing computed, where it would take more than 64 MiB', () => {
  const many = { ...samples, count: 2 ** 20 };
  const steps = cachedPasses({ ...objective, samples: many });
  expect(steps.next()).toEqual({ done: true, value: undefined });
});
