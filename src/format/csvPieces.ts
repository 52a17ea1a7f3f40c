/**
 * Joins the chunks of a CSV's text into pieces of whole rows, to be read one by one. A cut is made behind a line feed with an even
 * number of quotes before it: one that is not within a quoted cell, whose own quotes are doubled (RFC 4180).
 */
export async function* csvPieces(
  chunks: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  let rest = '';
  let isQuoted = false;
  for await (const chunk of chunks) {
    const found = lastRowEnd(chunk, isQuoted);
    isQuoted = found.isQuoted;
    if (found.end === 0) rest += chunk;
    else {
      yield rest + chunk.slice(0, found.end);
      rest = chunk.slice(found.end);
    }
  }
  if (rest !== '') yield rest;
}

/** Behind the last line feed outside of quotes, or 0; and whether the chunk ends within them. */
function lastRowEnd(chunk: string, startsQuoted: boolean): { readonly end: number; readonly isQuoted: boolean } {
  let end = 0;
  let isQuoted = startsQuoted;
  for (let from = 0; ;) {
    const found = chunk.indexOf('"', from);
    const quote = found < 0 ? chunk.length : found;
    if (!isQuoted) {
      const line = chunk.slice(from, quote).lastIndexOf('\n');
      if (line >= 0) end = from + line + 1;
    }
    if (found < 0) return { end, isQuoted };
    isQuoted = !isQuoted;
    from = quote + 1;
  }
}
