/** Runs the command line as a user does: the bundle, in a process of its own. */

import { buildSync } from 'esbuild';
import { type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  /** Runs to the end, in `folder`, with `stdin` as standard input. */
  run(args: readonly string[], stdin?: string): Promise<Outcome>;
  /** Starts without waiting. */
  start(args: readonly string[], options?: SpawnOptions): ReturnType<typeof spawn>;
  dispose(): void;
}

export const goldens = fileURLToPath(new URL('../fixtures/goldens/', import.meta.url));

/** Builds the command line into a folder for temporary files. */
export function buildCli(): Cli {
  const folder = mkdtempSync(join(tmpdir(), 'gradient-inspector-'));
  const bundle = join(folder, 'cli.js');
  const source = (path: string): string => fileURLToPath(new URL(`../../src/${path}.ts`, import.meta.url));
  buildSync({
    entryPoints: { cli: source('cli'), poolWorker: source('worker/poolWorker'), worker: source('worker/node') },
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
  return {
    folder,
    bundle,
    start,
    run: (args, stdin = '') =>
      new Promise((resolve, reject) => {
        const child = start(args);
        const text = { stdout: '', stderr: '' };
        child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
        child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
        child.on('error', reject).on('close', (status) => resolve({ status, ...text }));
        // A command that fails before it reads closes the pipe.
        child.stdin?.on('error', () => undefined).end(stdin);
      }),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
