/** The command line: the same core as the extension, without it. */

import { run } from './cli/run';

// A closed pipe (`| head`) is the reader's way to say that it has seen enough.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

// exitCode instead of exit(): what is still to be written to a pipe is written.
void run(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
