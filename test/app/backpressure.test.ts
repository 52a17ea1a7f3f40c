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
  let sent = 0;
  const line = new Backpressure(() => {
    sent++;
    return new Promise((resolve) => setTimeout(resolve, took));
  });
  line.changed();
  line.changed();
  await vi.advanceTimersByTimeAsync(took);
  if (rest > 0) {
    await vi.advanceTimersByTimeAsync(rest - 1);
    expect(sent).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(sent).toBe(2);
});
