/**
 * The program's outputs, and what becomes of it when they cannot be written. Nothing else in the program prints: what comes from
 * a file, a file's name or an argument passes the filter here.
 */

import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { printable } from '../core/printable';
import { PROGRAM } from './program';

type Output = NodeJS.WriteStream;

/** Characters that are printed at once. */
const PIECE = 2 ** 16;
/** The descriptor of standard output. */
const STDOUT = 1;
/** Milliseconds between two tries to write to a pipe that is full and does not block: another program may have made it so. */
const PIPE_WAIT = 5;

/** Standard error. Node makes the stream at its first use, which takes longer than a small network trains. */
export function standardError(): Output {
  return guarded(process.stderr, () => undefined);
}

/** Writes lines to standard output. None of them can break, steer the terminal or reorder itself. */
export function print(lines: readonly string[]): void {
  write(linesOf(lines));
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
    if (!write(text)) await once(process.stdout, 'drain');
    text = '';
  }
  write(text);
}

/** Writes lines to standard error, as `print` does. */
export function complain(lines: readonly string[]): void {
  if (lines.length > 0) standardError().write(linesOf(lines));
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/**
 * Writes to standard output; a write that fails ends the program. Node takes longer to make its stream than a small file to
 * read: the stream is for Windows, whose consoles take no bytes. False where `drain` of the stream is to be waited for.
 */
function write(text: string): boolean {
  if (process.platform === 'win32') return guarded(process.stdout, tellFailure).write(text);
  try {
    writeDirectly(Buffer.from(text));
  } catch (error) {
    endWith(error as NodeJS.ErrnoException, tellFailure);
  }
  return true;
}

function writeDirectly(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(STDOUT, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIPE_WAIT);
    }
  }
}

function tellFailure(message: string): void {
  complain([`${PROGRAM}: the output cannot be written: ${message}`]);
}

/** The stream, whose first use it may be. */
function guarded(stream: Output, tell: (message: string) => void): Output {
  if (stream.listenerCount('error') === 0) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      endWith(error, tell);
    });
  }
  return stream;
}

function endWith({ code, message }: NodeJS.ErrnoException, tell: (message: string) => void): never {
  // A closed pipe (`| head`) is the reader's way to say that it has seen enough; a socket as a pipe may be reset.
  if (code === 'EPIPE' || code === 'ECONNRESET') process.exit();
  tell(message);
  process.exit(2);
}
