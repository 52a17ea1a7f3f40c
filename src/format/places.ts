import type { Problem } from './problems';

/**
 * Line and column, both from 1, of an offset in a text. As in an editor, a byte order mark is no column of the first line. Offsets are
 * best asked for in rising order: each then goes on from the last, and no list of the lines of a large text is made.
 */
export function placesIn(text: string): (offset: number) => { readonly line: number; readonly column: number } {
  const ends = /\r\n|\r|\n/g;
  const first = text.startsWith('\ufeff') ? 1 : 0;
  let [start, line] = [first, 1];
  let next = ends.exec(text);
  return (offset) => {
    if (offset < start) {
      [start, line, ends.lastIndex] = [first, 1, 0];
      next = ends.exec(text);
    }
    while (next && next.index + next[0].length <= offset) {
      [start, line] = [next.index + next[0].length, line + 1];
      next = ends.exec(text);
    }
    return { line, column: Math.max(0, offset - start) + 1 };
  };
}

/** `FILE:LINE:COL: error CODE: message` of every problem, line and column from 1. */
export function problemLines(file: string, text: string, problems: readonly Problem[]): string[] {
  const at = placesIn(text);
  return problems.map(({ offset, severity, code, message }) => {
    const { line, column } = at(offset);
    return `${file}:${String(line)}:${String(column)}: ${severity} ${code}: ${message}`;
  });
}
