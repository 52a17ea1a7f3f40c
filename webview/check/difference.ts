/** Two lines of text one above the other: what they share at both ends, and what differs in between. */

export interface Difference {
  readonly before: string;
  readonly right: string;
  readonly yours: string;
  readonly after: string;
}

/** A word, a number, a run of spaces or one other character, with the marks that belong to it. */
const TOKEN = /[\p{L}\p{N}_.⁽⁾′]+|\s+|./gu;

/** Splits by words, so that no name is cut in two. */
export function textDifference(right: string, yours: string): Difference {
  const a: readonly string[] = right.match(TOKEN) ?? [];
  const b: readonly string[] = yours.match(TOKEN) ?? [];
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start++;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = (tokens: readonly string[]): string => tokens.slice(start, tokens.length - end).join('');
  return {
    before: a.slice(0, start).join(''),
    right: middle(a),
    yours: middle(b),
    after: a.slice(a.length - end).join(''),
  };
}
