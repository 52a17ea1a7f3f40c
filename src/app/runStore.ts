import { decodeRun, encodeRun, sumOf, type RunRecord, type SavedRun } from './savedRun';
import type { Model } from './compute';
import type { Editor, OpenFiles } from './editor';
import { together, type Disposable } from './emitter';
import { sameNumbers, sameShape } from './models';
import { baseName } from './names';
import type { Session } from './session';
import { OPEN_AS_NEW, openAsNewFile } from './weights';

/** Files of the extension's own, by name. */
export interface Storage {
  /** Undefined where there is no such file, or it cannot be read. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Whenever the process ends, the file is the old one or the new one, whole. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

/**
 * Milliseconds from one save of a run that is on to the next, however long a save takes: with the time of a save it is what
 * is lost at most.
 */
const PERIOD = 800;
/** Left to everything else between two saves that take long. */
const SHORTEST_PAUSE = 50;

/**
 * Saves every file's run in `storage` and restores it when the file is open again: a run that was on is interrupted then, one
 * that had ended has its weights. A saved run is removed when its weights are written to the text and when it is reset. To be
 * disposed before the sessions.
 */
export function keepRuns(files: OpenFiles<Session>, storage: Storage, editor: Editor): Disposable {
  const stores = new Map<Session, RunStore>();
  return together(
    files.onDidOpen((session) => {
      stores.set(session, new RunStore(session, storage, editor));
    }),
    files.onDidClose((session) => {
      stores.get(session)?.close();
      stores.delete(session);
    }),
    {
      dispose: () => {
        for (const store of stores.values()) store.dispose();
      },
    },
  );
}

class RunStore implements Disposable {
  private readonly file: Promise<string>;
  private readonly listeners: Disposable;
  private readonly dataSums = new WeakMap<Model, number>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pause = PERIOD;
  private work: Promise<void> = Promise.resolve();
  private waiting = false;
  /** The file may be there. */
  private saved = false;
  /** What was saved has been restored, or there is nothing to restore any more. */
  private settled = false;
  private disposed = false;

  constructor(
    private readonly session: Session,
    private readonly storage: Storage,
    private readonly editor: Editor,
  ) {
    const { training, text } = session;
    this.file = fileFor(session.document.uri.toString());
    this.listeners = together(
      text.onDidRead(() => {
        if (this.settled) this.look(true);
        else this.then(() => this.restore());
      }),
      training.onDidChange(() => {
        this.look(true);
      }),
      training.onDidProgress(() => {
        this.look(false);
      }),
    );
  }

  /** The file has been closed. What has ended and is not in the text is saved as it is, if it was not yet. */
  close(): void {
    const record = this.waiting && !this.written ? this.session.training.endedRecord() : undefined;
    this.dispose();
    if (record) this.then(() => this.store(record));
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.listeners.dispose();
  }

  /** The run has ended, and the text holds its weights. */
  private get written(): boolean {
    const { training, text } = this.session;
    const { status, state } = training;
    return status === 'ended' && !!state && !!text.model && sameNumbers(state.theta, text.model.network.theta);
  }

  /** What to do about the run as it is now; `changed` rather than merely gone on. */
  private look(changed: boolean): void {
    const { status, interrupted, isRecorded } = this.session.training;
    if (status !== 'idle') this.settled = true;
    // A recorded run has its file already.
    if (!this.settled || interrupted || isRecorded) return;
    if (status === 'running' || (status === 'paused' && !changed)) {
      this.timer ??= setTimeout(() => {
        this.save();
      }, this.pause);
      return;
    }
    if (status === 'idle' || this.written) this.then(() => this.remove());
    else this.save();
  }

  private save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting) return;
    this.waiting = true;
    this.then(async () => {
      const start = performance.now();
      const record = await this.session.training.record();
      this.waiting = false;
      if (!record || this.disposed) return;
      await this.store(record);
      this.pause = pauseAfter(performance.now() - start);
    });
  }

  /** One thing after the other: what is written last is the newest. */
  private then(act: () => Promise<void>): void {
    this.work = this.work.then(act).catch((error: unknown) => {
      console.error('Gradient Inspector could not save a run:', error);
    });
  }

  private async store(record: RunRecord): Promise<void> {
    const { training, document, text } = this.session;
    const model = training.state?.model;
    const written = model && text.writtenAs(model)?.text;
    if (!model || written === undefined) return;
    const uri = document.uri.toString();
    const bytes = await encodeRun({ ...record, uri, text: written, dataSum: this.dataSum(model) });
    if (!bytes) return;
    this.saved = true;
    await this.storage.write(await this.file, bytes);
  }

  private async remove(): Promise<void> {
    if (!this.saved) return;
    this.saved = false;
    await this.storage.remove(await this.file);
  }

  private async restore(): Promise<void> {
    const { session } = this;
    if (this.settled) return;
    const bytes = await this.storage.read(await this.file);
    this.saved = bytes !== undefined;
    if (!bytes) {
      this.settled = true;
      return;
    }
    const run = await decodeRun(bytes);
    if (!run || run.uri !== session.document.uri.toString()) {
      this.settled = true;
      await this.remove();
      const name = baseName(session.document.uri);
      void this.editor.warning(`The saved training run of ${name} is damaged and was not restored.`);
      return;
    }
    const model = await session.text.modelOf(run.text);
    // Its CSV may still come; a run that has begun meanwhile takes this one's place.
    if (!model || this.isSettled()) return;
    this.settled = true;
    const own = session.text.model;
    // Another window's untitled file has the same name.
    if (session.document.isUntitled && model !== own) return;
    if (model.network.theta.length !== run.theta.length) await this.remove();
    else if (own && !sameShape(own, model)) void this.offer(run, model);
    else if (this.dataSum(model) === run.dataSum) session.view.restore(model, run);
    else {
      const message = `${endingOf(run)} The data have changed since.`;
      session.view.restore(model, { ...run, state: null, outcome: { kind: 'cancelled', message } });
    }
  }

  /** The text now holds a network of a different shape. */
  private async offer(run: SavedRun, model: Model): Promise<void> {
    const discard = 'Discard';
    const written = this.session.text.writtenAs(model);
    const answer = await this.editor.warning(
      `${endingOf(run)} The file’s network now has a different shape; these weights no longer fit.`,
      OPEN_AS_NEW,
      discard,
    );
    if (answer === OPEN_AS_NEW && written) await openAsNewFile(this.editor, written, run.theta);
    if (answer !== undefined && this.session.training.status === 'idle') this.then(() => this.remove());
  }

  private dataSum(model: Model): number {
    const sum = this.dataSums.get(model) ?? sumOf(model.data);
    this.dataSums.set(model, sum);
    return sum;
  }

  private isSettled(): boolean {
    return this.settled;
  }
}

/** Milliseconds to wait after a save that took so many. */
export function pauseAfter(took: number): number {
  return Math.max(SHORTEST_PAUSE, PERIOD - took);
}

function endingOf({ outcome, epoch }: SavedRun): string {
  return outcome?.message ?? `Training was interrupted at epoch ${String(epoch)}.`;
}

/** The name of the file of a document's run: it tells nothing of the document, and is never too long. */
async function fileFor(uri: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(uri));
  return `${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}.run`;
}
