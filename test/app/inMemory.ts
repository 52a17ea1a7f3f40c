/** What a session stands on, in memory: a text, the CSV file beside it, and the worker's program at the end of a channel. */

import type { WorkerHandle } from '../../src/app/compute';
import type { OpenText } from '../../src/app/editor';
import type { CsvFiles } from '../../src/app/text';
import { csvText } from '../../src/format';
import { workerOnThisThread } from '../../src/page/memory';

/** A file as an editor would hold it. */
export class MemoryText implements OpenText {
  readonly uri: OpenText['uri'];
  readonly isUntitled = false;
  readonly eol = 1;
  private split: readonly string[] | undefined;
  version = 1;

  constructor(
    fileName: string,
    private text: string,
  ) {
    this.uri = { path: `/networks/${fileName}`, toString: () => `file:///networks/${fileName}` };
  }

  getText(): string {
    return this.text;
  }

  get lineCount(): number {
    return this.lines.length;
  }

  lineAt(line: number): { text: string } {
    return { text: this.lines[line] ?? '' };
  }

  private get lines(): readonly string[] {
    return (this.split ??= this.text.split('\n'));
  }

  positionAt(offset: number): { line: number; character: number } {
    const lines = this.text.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  }

  change(text: string): void {
    this.text = text;
    this.split = undefined;
    this.version++;
  }
}

/** One CSV file, whatever a network calls it, and files of tensors; one that is called “locked…” cannot be written. */
export function csvInMemory(csv: string, beside = new Map<string, Uint8Array>()): CsvFiles {
  return {
    read: () => Promise.resolve(csvText(csv)),
    bytes: (path) => {
      const bytes = beside.get(path);
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`there is no file “${path}”`));
    },
    write: (path, bytes) => {
      if (path.startsWith('locked')) return Promise.reject(new Error(`“${path}” cannot be written`));
      beside.set(path, bytes);
      return Promise.resolve();
    },
    version: () => Promise.resolve('1'),
  };
}

/** The worker's program on the thread that asks; `yieldNow` lets messages in. */
export function workerInMemory(yieldNow: () => Promise<void>): () => WorkerHandle {
  return () => workerOnThisThread(yieldNow);
}
