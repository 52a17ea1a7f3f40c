/** Initial weights and learning rates by their formulas. */

import { expect, test } from 'vitest';
import { drawWeights, INIT_NAMES, type InitName } from '../../../src/core/functions/initialWeights';
import { pytorchSchedule, scheduledRate, SCHEDULES } from '../../../src/core/functions/schedules';

const fans = { fanIn: 2, fanOut: 4 };
const drawn = (init: InitName, uniform: () => number): number[] => {
  const weights = new Float64Array(3).fill(9);
  drawWeights(weights, init, fans, uniform);
  return [...weights];
};

test.each<readonly [InitName, number]>([
  ['xavierUniform', 1],
  ['heUniform', Math.sqrt(3)],
])('%s lies between −scale and scale', (init, scale) => {
  const numbers = [0, 0.75, 0.5];
  const found = drawn(init, () => numbers.shift() ?? NaN);
  for (const [k, value] of [-scale, scale / 2, 0].entries()) expect(found[k]).toBeCloseTo(value, 15);
});

test.each<readonly [InitName, number]>([
  ['xavierNormal', Math.sqrt(1 / 3)],
  ['heNormal', 1],
])('%s is normal, by Box and Muller, two numbers a weight', (init, scale) => {
  const numbers = [0.5, 0, 0.5, 0.5, 0.75, 0.25];
  const found = drawn(init, () => numbers.shift() ?? NaN);
  const [median, quarter] = [Math.sqrt(2 * Math.LN2), 0];
  for (const [k, value] of [median, -median, quarter].entries()) expect(found[k]).toBeCloseTo(scale * value, 14);
  expect(numbers).toEqual([]);
});

test('zeros are 0 without a draw, and there is no other way to begin', () => {
  expect(drawn('zeros', () => NaN)).toEqual([0, 0, 0]);
  expect(INIT_NAMES).toEqual(['xavierUniform', 'xavierNormal', 'heUniform', 'heNormal', 'zeros']);
});

test.each<readonly [Parameters<typeof scheduledRate>[0], readonly number[], readonly number[]]>([
  [undefined, [0, 7], [0.5, 0.5]],
  [{ type: 'step' }, [0, 9, 10, 19, 20], [0.5, 0.5, 0.05, 0.05, 0.005]],
  [{ type: 'step', stepSize: 2, gamma: 0.5 }, [1, 2, 5], [0.5, 0.25, 0.125]],
  [{ type: 'exponential' }, [0, 2], [0.5, 0.5 * 0.95 ** 2]],
  [{ type: 'inverseTime', gamma: 0.5 }, [0, 2], [0.5, 0.25]],
  [{ type: 'inverseTime' }, [100], [0.25]],
  [{ type: 'cosine', epochs: 8, etaMin: 0.1 }, [0, 4, 8], [0.5, 0.3, 0.1]],
  [{ type: 'cosine' }, [500, 1000], [0.25, 0]],
  [{ type: 'warmup' }, [0, 5, 9], [0.5 / 3, 0.5, 0.5]],
  [{ type: 'warmup', epochs: 4, startFactor: 0.5 }, [0, 2, 4], [0.25, 0.375, 0.5]],
])('the rate of %o after %j epochs is %j', (schedule, epochs, rates) => {
  for (const [k, epoch] of epochs.entries())
    expect(scheduledRate(schedule, epoch, 0.5)).toBeCloseTo(rates[k] ?? NaN, 14);
});

test('each is the scheduler of PyTorch, with its constants', () => {
  expect(pytorchSchedule({ type: 'step', stepSize: 3 })).toBe(
    'torch.optim.lr_scheduler.StepLR(optimizer, step_size=int(3.0), gamma=0.1)',
  );
  expect(pytorchSchedule({ type: 'cosine', etaMin: 0.25 })).toBe(
    'torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=int(1000.0), eta_min=0.25)',
  );
  for (const { constants } of Object.values(SCHEDULES)) {
    for (const { symbol, meaning } of constants) expect([symbol, meaning].every((text) => text.length > 0)).toBe(true);
  }
});
