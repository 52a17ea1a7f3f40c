/** Runs the command line as a user does: the bundle, in a process of its own, or in one that stays where the process is not what is tested. */

import { buildSync } from 'esbuild';
import { type SpawnOptions, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Request } from './warm';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Cli {
  /** A folder of the test's own. */
  readonly folder: string;
  /** The program, for node to run. */
  readonly bundle: string;
  /** Runs to the end, in `folder`, with `stdin` as standard input, in a process that runs one command after the other. */
  run(args: readonly string[], stdin?: string): Promise<Outcome>;
  /** The same in a process of its own. */
  runAlone(args: readonly string[], stdin?: string): Promise<Outcome>;
  /** Starts without waiting. */
  start(args: readonly string[], options?: SpawnOptions): ReturnType<typeof spawn>;
  /** Resolves when the process that stays has ended by itself: no command has left anything open. */
  dispose(): Promise<void>;
}

export const goldens = fileURLToPath(new URL('../fixtures/goldens/', import.meta.url));

/** Builds the command line into a folder for temporary files. */
export function buildCli(): Cli {
  const folder = mkdtempSync(join(tmpdir(), 'gradient-inspector-'));
  const bundle = join(folder, 'cli.js');
  const source = (path: string): string => fileURLToPath(new URL(`../../${path}.ts`, import.meta.url));
  buildSync({
    entryPoints: {
      ...{ cli: source('src/cli'), warm: source('test/cli/warm') },
      ...{ poolWorker: source('src/worker/poolWorker'), worker: source('src/worker/node') },
    },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    define: { VERSION: '"1.2.3"' },
  });
  const start: Cli['start'] = (args, options) =>
    spawn(process.execPath, [bundle, ...args], { cwd: folder, ...options });
  let warm: ReturnType<typeof startWarm> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return {
    folder,
    bundle,
    start,
    run: (args, stdin = '') => {
      const outcome = last.then(() => {
        warm ??= startWarm(folder);
        return warm.run({ args, stdin });
      });
      last = outcome.catch(() => undefined);
      return outcome;
    },
    runAlone: (args, stdin = '') =>
      new Promise((resolve, reject) => {
        const child = start(args);
        const text = { stdout: '', stderr: '' };
        child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
        child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
        child.on('error', reject).on('close', (status) => resolve({ status, ...text }));
        // A command that fails before it reads closes the pipe.
        child.stdin?.on('error', () => undefined).end(stdin);
      }),
    dispose: async () => {
      await warm?.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The process that stays, of the bundle in `folder`. */
function startWarm(folder: string) {
  const child = fork(join(folder, 'warm.js'), { cwd: folder, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  return {
    run: (request: Request): Promise<Outcome> => {
      child.send(request);
      const died = ended.then((): never => {
        throw new Error(`${request.args.join(' ')} ended the process`);
      });
      return Promise.race([once(child, 'message').then(([outcome]) => outcome as Outcome), died]);
    },
    end: async (): Promise<void> => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
