/**
 * Joins the chunks of a CSV's text into pieces of whole rows, to be read one by one. A cut is made behind a line feed that is
 * not within a quoted cell (RFC 4180): one that begins with a quote and whose own quotes are doubled. A quote in the middle
 * of another cell is a character like any other.
 */
export async function* csvPieces(
  chunks: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  let rest = '';
  const place = new QuoteState();
  for await (const chunk of chunks) {
    const end = place.pass(chunk);
    if (end === 0) rest += chunk;
    else {
      yield rest + chunk.slice(0, end);
      rest = chunk.slice(end);
    }
  }
  if (rest !== '') yield rest;
}

/** Where the text stands between two chunks. */
class QuoteState {
  private isQuoted = false;
  /** The last character; a line feed before the first. */
  private last = '\n';
  /** The last character has closed a quoted cell, unless another quote follows. */
  private hasClosed = false;

  /** Goes over a chunk, and says where the last row ends in it; 0 where none does. */
  pass(chunk: string): number {
    let end = 0;
    let closed = this.hasClosed ? -1 : NaN;
    for (let from = 0; ;) {
      const found = chunk.indexOf('"', from);
      const quote = found < 0 ? chunk.length : found;
      if (!this.isQuoted) {
        const line = chunk.slice(from, quote).lastIndexOf('\n');
        if (line >= 0) end = from + line + 1;
      }
      if (found < 0) break;
      const before = chunk[found - 1] ?? this.last;
      if (this.isQuoted) closed = found;
      if (this.isQuoted || closed === found - 1 || ',\n\r'.includes(before)) this.isQuoted = !this.isQuoted;
      from = found + 1;
    }
    this.hasClosed = closed === chunk.length - 1 && !this.isQuoted;
    this.last = chunk.at(-1) ?? this.last;
    return end;
  }
}
