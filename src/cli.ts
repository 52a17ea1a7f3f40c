/** The command line: the same core as the extension, without it. */

import { run } from './cli/run';
import { guardOutput } from './cli/streams';

guardOutput();

// exitCode instead of exit(): what is still to be written to a pipe is written.
void run(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
