/** What a session stands on, in a page without an editor: a text, the files beside it, and the worker's program on this thread. */

import type { WorkerHandle } from '../app/compute';
import type { OpenText } from '../app/editor';
import type { CsvFiles } from '../app/text';
import type { Port } from '../channel';
import { csvText } from '../format';
import { placesIn } from '../format/places';
import { serve } from '../worker/service';

/** A file as an editor would hold it. */
export class MemoryText implements OpenText {
  readonly uri: OpenText['uri'];
  readonly isUntitled = false;
  readonly eol = 1;
  private split: readonly string[] | undefined;
  version = 1;

  constructor(
    readonly fileName: string,
    private text: string,
  ) {
    this.uri = { path: `/${fileName}`, toString: () => `memory:/${fileName}` };
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
    const { line, column } = placesIn(this.text)(offset);
    return { line: line - 1, character: column - 1 };
  }

  change(text: string): void {
    this.text = text;
    this.split = undefined;
    this.version++;
  }
}

/** The files that the network reads, by the names that it gives them. */
export function filesInMemory(files: ReadonlyMap<string, Uint8Array>): CsvFiles {
  const bytes = (path: string): Promise<Uint8Array> => {
    const found = files.get(path);
    return found ? Promise.resolve(found) : Promise.reject(new Error(`“${path}” is not part of this page`));
  };
  return {
    bytes,
    read: async (path) => csvText(new TextDecoder().decode(await bytes(path))),
    write: (path) => Promise.reject(new Error(`“${path}” cannot be written: a page has no files`)),
    version: () => Promise.resolve('1'),
  };
}

/** The worker's program at the other end of a message channel; between its slices `yieldNow` lets the page be drawn. */
export function workerOnThisThread(
  yieldNow: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve)),
): WorkerHandle {
  const { port1, port2 } = new MessageChannel();
  const served = serve(portOf(port2), yieldNow);
  return {
    port: portOf(port1),
    onDeath: () => undefined,
    terminate: () => {
      served.dispose();
      port1.close();
    },
  };
}

/** Both ends of a wire in memory. */
export function wire(): readonly [Port, Port] {
  const { port1, port2 } = new MessageChannel();
  return [portOf(port1), portOf(port2)];
}

function portOf(port: MessagePort): Port {
  return {
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      const receive = ({ data }: MessageEvent): void => {
        listener(data);
      };
      port.addEventListener('message', receive);
      port.start();
      return () => {
        port.removeEventListener('message', receive);
      };
    },
  };
}
