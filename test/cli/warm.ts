/** The command line in a process that stays: as its bundle runs it, one command after the other, with outputs that are told. */

import { Readable } from 'node:stream';
import { run } from '../../src/cli/run';
import type { Outcome } from './cli';

export interface Request {
  readonly args: readonly string[];
  readonly stdin: string;
}

process.on('message', ({ args, stdin }: Request) => {
  const said = { stdout: '', stderr: '' };
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(stdin)]), configurable: true });
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (chunk: string | Uint8Array): boolean => {
      said[name] += Buffer.from(chunk as string).toString();
      return true;
    };
  }
  void run(args).then((status) => {
    const outcome: Outcome = { status, ...said };
    process.send?.(outcome);
  });
});
