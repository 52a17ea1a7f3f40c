import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { WorkerHandle } from '../../src/app/compute';
import type { OpenText } from '../../src/app/editor';
import { Emitter } from '../../src/app/emitter';
import { ShownState } from '../../src/app/panelState';
import { Session } from '../../src/app/session';
import { withEdits } from '../../src/app/weights';
import type { Port } from '../../src/channel';
import { csvText } from '../../src/format';
import type { PanelState } from '../../src/protocol';
import { serve } from '../../src/worker/service';
import { StillEditor } from './editor';

/** A text in memory, with its earlier versions for Undo. */
export class MemoryText implements OpenText {
  readonly uri = { path: '/networks/xor.nn.json', toString: () => 'file:///networks/xor.nn.json' };
  readonly isUntitled = false;
  version = 1;

  constructor(private text: string) {}

  getText(): string {
    return this.text;
  }

  positionAt(offset: number): { line: number; character: number } {
    const lines = this.text.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  }

  change(text: string): void {
    this.text = text;
    this.version++;
  }
}

/** An open file without an editor around it: the real session, and the worker's program at the end of a message channel. */
export class OpenFile {
  readonly document: MemoryText;
  readonly session: Session<MemoryText>;
  readonly editor: StillEditor;
  private readonly shown: ShownState;

  /** `beside`: the files of tensors, by name; what is written goes there. */
  constructor(text: string, beside = new Map<string, Uint8Array>()) {
    const document = (this.document = new MemoryText(text));
    const csv = {
      read: () => Promise.resolve(csvText('')),
      bytes: (path: string) => {
        const bytes = beside.get(path);
        return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`there is no file “${path}”`));
      },
      write: (path: string, bytes: Uint8Array) => {
        if (path.startsWith('locked')) return Promise.reject(new Error(`“${path}” cannot be written`));
        beside.set(path, bytes);
        return Promise.resolve();
      },
      version: () => Promise.resolve(''),
    };
    this.session = new Session(document, startWorker, csv);
    this.editor = Object.assign(new StillEditor(), {
      edit: async (_: OpenText, edits: Parameters<typeof withEdits>[1]) => {
        await this.type(withEdits(document.getText(), edits));
        return true;
      },
    });
    this.shown = new ShownState(this.session, () => ({ digits: 5 }));
    this.session.values.want(true);
  }

  /** The text is this one now, and has been read. */
  async type(text: string): Promise<void> {
    this.document.change(text);
    await this.session.text.current();
  }

  /** What a panel shows now. */
  get state(): PanelState {
    this.shown.restart();
    return this.shown.take(this.shown.changed()) as PanelState;
  }
}

function startWorker(): WorkerHandle {
  const { port1, port2 } = new MessageChannel();
  const served = serve(portOf(port2), () => new Promise((resolve) => setImmediate(resolve)));
  return {
    port: portOf(port1),
    onDeath: () => undefined,
    terminate: () => {
      served.dispose();
      port1.close();
    },
  };
}

function portOf(port: MessagePort): Port {
  const heard = new Emitter<unknown>();
  port.on('message', (message: unknown) => {
    heard.fire(message);
  });
  return {
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      const subscription = heard.event(listener);
      return () => {
        subscription.dispose();
      };
    },
  };
}
