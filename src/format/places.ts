/** Line and column, both from 1, of an offset in a text. As in an editor, a byte order mark is no column of the first line. */
export function placesIn(text: string): (offset: number) => { readonly line: number; readonly column: number } {
  const starts = [text.startsWith('\ufeff') ? 1 : 0];
  const ends = /\r\n|\r|\n/g;
  let next = ends.exec(text);
  return (offset) => {
    // Lines are looked for as far as somebody asks: a text may have 64 million.
    for (; next && next.index + next[0].length <= offset; next = ends.exec(text))
      starts.push(next.index + next[0].length);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(0, offset - (starts[low] ?? 0)) + 1 };
  };
}
