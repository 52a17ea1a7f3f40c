/** The command line: the same core as the extension, without it. */

import module from 'node:module';
import { run } from './cli/run';

// From Node 22 on: what a command loads is compiled once, and kept in the system's folder for temporary files.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

// exitCode instead of exit(): what is still to be written to a pipe is written.
void run(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
