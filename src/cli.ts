/** The command line: the same core as the extension, without it. */

import { PROGRAM, run } from './cli/run';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A closed pipe (`| head`) is the reader's way to say that it has seen enough.
    if (error.code === 'EPIPE') process.exit();
    if (stream === process.stdout) process.stderr.write(`${PROGRAM}: the output cannot be written: ${error.message}\n`);
    process.exit(2);
  });
}

// exitCode instead of exit(): what is still to be written to a pipe is written.
void run(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
