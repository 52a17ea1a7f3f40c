/** The command line in a process that stays: as its bundle runs it, one command after the other, with outputs that are told. */

import fs from 'node:fs';
import { Readable } from 'node:stream';
import { run } from '../../src/cli/run';
import type { Outcome } from './cli';

export interface Request {
  readonly args: readonly string[];
  readonly stdin: string;
}

/** The descriptor that the command line writes its standard output to. */
const STDOUT = 1;
const { writeSync } = fs;

process.on('message', ({ args, stdin }: Request) => {
  const said = { stdout: '', stderr: '' };
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(stdin)]), configurable: true });
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (chunk: string | Uint8Array): boolean => {
      said[name] += Buffer.from(chunk as string).toString();
      return true;
    };
  }
  fs.writeSync = ((to: number, chunk: Uint8Array, ...rest: [number]) => {
    if (to !== STDOUT) return writeSync(to, chunk, ...rest);
    const written = chunk.subarray(rest[0]);
    said.stdout += Buffer.from(written).toString();
    return written.length;
  }) as typeof writeSync;
  void run(args).then((status) => {
    const outcome: Outcome = { status, ...said };
    process.send?.(outcome);
  });
});
