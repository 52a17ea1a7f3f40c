/** One line that is written over again and again, where somebody watches: on a terminal, and nowhere else. */

import type { WriteStream } from 'node:tty';
import { formatNumber } from '../core/notation';
import { printable } from '../core/printable';

/** Milliseconds between two states of the line. */
const INTERVAL = 100;
const CLEAR = '\r\x1b[K';

export interface ProgressLine {
  show(state: { readonly epoch: number; readonly loss: number }): void;
  /** Leaves no trace of the line. */
  clear(): void;
}

/** A run's line on what `open` gives, which is asked for only when there is something to show. */
export function progressLine(open: () => WriteStream, name: string, epochs: number): ProgressLine {
  let shown = performance.now();
  let isThere = false;
  return {
    show: ({ epoch, loss }) => {
      if (performance.now() - shown < INTERVAL) return;
      shown = performance.now();
      const stream = open();
      if (!stream.isTTY) return;
      isThere = true;
      const line = `${name}: epoch ${String(epoch)} of ${String(epochs)}, J = ${formatNumber(loss, 6)}`;
      stream.write(CLEAR + cut(printable(line), stream.columns));
    },
    clear: () => {
      if (isThere) open().write(CLEAR);
    },
  };
}

/** So that it does not wrap, and no number loses digits unseen. A terminal that does not know its width says 0. */
function cut(line: string, columns: number): string {
  return columns > 0 && line.length >= columns ? `${line.slice(0, columns - 2)}…` : line;
}
