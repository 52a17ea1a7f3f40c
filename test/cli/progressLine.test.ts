import type { WriteStream } from 'node:tty';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { progressLine } from '../../src/cli/progressLine';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a stream is sent when epoch 12 of 50 has been reached. */
function shownOn(stream: { readonly isTTY?: boolean; readonly columns?: number }): string[] {
  const written: string[] = [];
  const open = () => ({ ...stream, write: (text: string) => written.push(text) }) as unknown as WriteStream;
  const line = progressLine(open, 'toy', 50);
  line.show({ epoch: 11, loss: 2 });
  vi.advanceTimersByTime(1000);
  line.show({ epoch: 12, loss: 1.5e-29 });
  line.clear();
  return written;
}

test.each([
  [80, 'toy: epoch 12 of 50, J = 1.5e−29'],
  [33, 'toy: epoch 12 of 50, J = 1.5e−29'],
  [32, 'toy: epoch 12 of 50, J = 1.5e−…'],
  [10, 'toy: epo…'],
  // Not every terminal knows its width.
  [0, 'toy: epoch 12 of 50, J = 1.5e−29'],
])('on a terminal of %i columns it is one line, and says where it is cut', (columns, line) => {
  expect(shownOn({ isTTY: true, columns })).toEqual([`\r\x1b[K${line}`, '\r\x1b[K']);
});

test('elsewhere there is none', () => {
  expect(shownOn({})).toEqual([]);
});
