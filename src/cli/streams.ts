/** The program's outputs, and what becomes of it when they cannot be written. */

import { PROGRAM } from './program';

type Output = NodeJS.WriteStream;

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

/** Writes lines to standard error. */
export function complain(lines: readonly string[]): void {
  if (lines.length > 0) standardError().write(`${lines.join('\n')}\n`);
}

function guard(stream: Output, tell: (message: string) => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A closed pipe (`| head`) is the reader's way to say that it has seen enough.
    if (error.code === 'EPIPE') process.exit();
    tell(error.message);
    process.exit(2);
  });
}
