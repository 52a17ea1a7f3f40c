import type { Pausing } from '../core/check/steps';
import type { OpenText } from './editor';

/** Lines that are joined at a stretch. */
const PIECE = 4096;

/** VS Code's `EndOfLine.CRLF`. */
const CRLF = 2;

/**
 * The text of a document, as `getText` gives it: an editor keeps lines, and joining a million of them takes as long as parsing
 * them. The document must not change until it is done.
 */
export function* wholeText(document: OpenText): Pausing<string> {
  const { lineCount } = document;
  if (!(lineCount > PIECE)) return document.getText();
  const end = document.eol === CRLF ? '\r\n' : '\n';
  const pieces: string[] = [];
  for (let first = 0; first < lineCount; first += PIECE) {
    const count = Math.min(PIECE, lineCount - first);
    pieces.push(Array.from({ length: count }, (_, at) => document.lineAt(first + at).text).join(end));
    yield;
  }
  return pieces.join(end);
}
