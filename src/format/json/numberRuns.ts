/** Numbers that follow each other in an array, and rows of them: read in one go, as most of a large text is nothing else. */

import { codeAt, isDelimiter, spaceEnd } from './scan';
import type { NumberReader } from './scan';
import type { TapeWriter } from './tapeWriter';

/** Characters between two pauses. */
export const PIECE = 2 ** 16;
/** A row of numbers with more characters than this is read as any other array: number by number, with pauses. */
const LONGEST_ROW = 4 * PIECE;

/**
 * Adds the number that was just read, from `start` to `end`, and in an array those that follow it, up to a piece of the text;
 * returns where they end.
 */
export function addNumbers(tape: TapeWriter, number: NumberReader, start: number, end: number): number {
  const { text } = tape;
  const most = start + PIECE;
  if (!tape.inArray) {
    tape.add('number', start, end);
    return end;
  }
  for (;;) {
    tape.addNumber(number.value, start);
    if (end > most) return end;
    const comma = spaceEnd(text, end);
    if (codeAt(text, comma) !== 0x2c) return end;
    start = spaceEnd(text, comma + 1);
    const next = number.read(start);
    if (next === start || !isDelimiter(text, next)) return end;
    end = next;
  }
}

/**
 * Adds the arrays of nothing but numbers, and of one at least, that begin at `start`, up to a piece of the text; returns
 * where they end.
 */
export function addRows(tape: TapeWriter, number: NumberReader, start: number): number {
  const { text, numbers } = tape;
  const most = start + PIECE;
  tape.endRun();
  for (let end = start; ;) {
    const first = numbers.count;
    let at = start;
    let code = 0x2c;
    while (code === 0x2c && at - start <= LONGEST_ROW) {
      at = spaceEnd(text, at + 1);
      const next = number.read(at);
      if (next === at) break;
      numbers.push(number.value, at);
      at = spaceEnd(text, next);
      code = codeAt(text, at);
    }
    if (code !== 0x5d) {
      numbers.truncate(first);
      return end;
    }
    end = at + 1;
    tape.addRow(start, end, first);
    if (end > most) return end;
    const comma = spaceEnd(text, end);
    if (codeAt(text, comma) !== 0x2c) return end;
    start = spaceEnd(text, comma + 1);
    if (codeAt(text, start) !== 0x5b) return end;
  }
}
