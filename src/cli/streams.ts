/**
 * The program's outputs, and what becomes of it when they cannot be written. Nothing else in the program prints: what comes from
 * a file, a file's name or an argument passes the filter here.
 */

import { once } from 'node:events';
import { printable } from '../core/printable';
import { PROGRAM } from './program';

type Output = NodeJS.WriteStream;

/** Characters that are printed at once. */
const PIECE = 2 ** 16;

/** Standard output; a write that fails ends the program. */
export function guardOutput(): void {
  guard(process.stdout, (message) => {
    complain([`${PROGRAM}: the output cannot be written: ${message}`]);
  });
}

/** Standard error. Node makes the stream at its first use, which takes longer than a small network trains. */
export function standardError(): Output {
  if (process.stderr.listenerCount('error') === 0) guard(process.stderr, () => undefined);
  return process.stderr;
}

/** Writes lines to standard output. None of them can break, steer the terminal or reorder itself. */
export function print(lines: readonly string[]): void {
  process.stdout.write(linesOf(lines));
}

/** Writes a text of lines, the last of which is ended, to standard output. The names in it must be single lines. */
export function printText(text: string): void {
  print(text.split('\n').slice(0, -1));
}

/** Writes a text that is printable already, as JSON is, to standard output, no faster than it is read. */
export async function printPieces(pieces: Iterable<string>): Promise<void> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE) continue;
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    text = '';
  }
  process.stdout.write(text);
}

/** Writes lines to standard error, as `print` does. */
export function complain(lines: readonly string[]): void {
  if (lines.length > 0) standardError().write(linesOf(lines));
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function guard(stream: Output, tell: (message: string) => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A closed pipe (`| head`) is the reader's way to say that it has seen enough.
    if (error.code === 'EPIPE') process.exit();
    tell(error.message);
    process.exit(2);
  });
}
