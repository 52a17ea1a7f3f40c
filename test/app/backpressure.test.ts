import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Backpressure } from '../../src/app/backpressure';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  [10, 0],
  [140, 0],
  [200, 100],
  [60_000, 500],
])('after a message that took %d ms it rests for %d', async (took, rest) => {
  const answers: (() => void)[] = [];
  const line = new Backpressure(() => new Promise((resolve) => answers.push(resolve)));
  line.changed();
  line.changed();
  vi.advanceTimersByTime(took);
  expect(answers).toHaveLength(1);
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  if (rest > 0) {
    await vi.advanceTimersByTimeAsync(rest - 1);
    expect(answers).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(answers).toHaveLength(2);
});
