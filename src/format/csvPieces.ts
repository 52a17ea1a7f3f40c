/** Characters that are read at once: some 20 milliseconds' worth. */
const LENGTH = 1 << 19;

/**
 * Cuts the text of a CSV into pieces of whole rows, to be read one by one. A cut is made behind a line feed with an even number
 * of quotes before it: one that is not within a quoted cell, whose own quotes are doubled (RFC 4180).
 */
export function* csvPieces(text: string, length = LENGTH): Generator<string, void> {
  let start = 0;
  let nextQuote = indexOrEnd(text, '"', 0);
  let isQuoted = false;
  for (let from = length; from < text.length;) {
    const end = Math.min(text.length, indexOrEnd(text, '\n', from) + 1);
    while (nextQuote < end) {
      isQuoted = !isQuoted;
      nextQuote = indexOrEnd(text, '"', nextQuote + 1);
    }
    if (!isQuoted) {
      yield text.slice(start, end);
      start = end;
    }
    from = isQuoted ? end : end + length;
  }
  if (start < text.length) yield text.slice(start);
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const index = text.indexOf(wanted, from);
  return index < 0 ? text.length : index;
}
