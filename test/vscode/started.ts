import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** `npm start` under way. */
export interface Started {
  /** What it printed for the browser. */
  readonly url: URL;
  /** Sends Ctrl-C and resolves when it has ended. */
  readonly interrupt: () => Promise<void>;
}

/** Runs `npm start`'s script until it has printed its URL; rejects with its output when it ends before. */
export async function started(): Promise<Started> {
  const start = spawn(process.execPath, ['test/vscode/start.mjs'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(start, 'exit');
  const interrupt = async (): Promise<void> => {
    start.kill('SIGINT');
    await exited;
  };
  try {
    return { url: await printedUrl(start.stdout), interrupt };
  } catch (error) {
    await interrupt();
    throw error;
  }
}

async function printedUrl(output: NodeJS.ReadableStream): Promise<URL> {
  let text = '';
  for await (const chunk of output) {
    text += String(chunk);
    const url = /http:\S+/.exec(text)?.[0];
    if (url && text.endsWith('Ctrl-C ends it.\n')) return new URL(url);
  }
  throw new Error(`npm start ended:\n${text}`);
}
