import type { OpenText } from '../../src/app/editor';
import { ShownState } from '../../src/app/panelState';
import { Session } from '../../src/app/session';
import { withEdits } from '../../src/app/weights';
import type { PanelState } from '../../src/protocol';
import { StillEditor } from './editor';
import { MemoryText, csvInMemory, workerInMemory } from './inMemory';

const startWorker = workerInMemory(() => new Promise((resolve) => setImmediate(resolve)));

/** An open file without an editor around it: the real session, and the worker's program at the end of a message channel. */
export class OpenFile {
  readonly document: MemoryText;
  readonly session: Session<MemoryText>;
  readonly editor: StillEditor;
  private readonly shown: ShownState;

  /** `beside`: the files of tensors, by name; what is written goes there. */
  constructor(text: string, csv = '', beside = new Map<string, Uint8Array>()) {
    const document = (this.document = new MemoryText('xor.nn.json', text));
    this.session = new Session(document, startWorker, csvInMemory(csv, beside));
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
