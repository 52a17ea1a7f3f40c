/** What a session stands on, in memory: a text, the CSV file beside it, and the worker's program at the end of a channel. */

import type { WorkerHandle } from '../../src/app/compute';
import type { OpenText } from '../../src/app/editor';
import type { CsvFiles } from '../../src/app/text';
import { csvText } from '../../src/format';
import { MemoryText as PageText, workerOnThisThread } from '../../src/page/memory';

/** A file on a disk as an editor would hold it. */
export class MemoryText extends PageText {
  override readonly uri: OpenText['uri'];

  constructor(fileName: string, text: string) {
    super(fileName, text);
    this.uri = { path: `/networks/${fileName}`, toString: () => `file:///networks/${fileName}` };
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
