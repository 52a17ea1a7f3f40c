/** The text of a CSV file as it comes in, so that a large one need not be one string. */

export interface CsvText {
  /** Characters in all, or bytes: how much is still to come is told by it. */
  readonly length: number;
  readonly chunks: Iterable<string> | AsyncIterable<string>;
}

/** Characters of a chunk: some five milliseconds' worth of reading. */
export const CHUNK = 1 << 17;

/** A text that is there already. */
export function csvText(text: string): CsvText {
  return { length: text.length, chunks: cut(text) };
}

function* cut(text: string): Generator<string, void> {
  for (let at = 0; at < text.length; at += CHUNK) yield text.slice(at, at + CHUNK);
}

/** UTF-8, in pieces of any length; a byte order mark is left out, and what is no UTF-8 replaced. */
export function* decoded(pieces: Iterable<Uint8Array>): Generator<string, void> {
  const decoder = new TextDecoder('utf-8');
  for (const bytes of pieces) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}
