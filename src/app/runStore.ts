import * as vscode from 'vscode';
import { decodeRun, encodeRun, sumOf, type KeptRun } from './savedRun';
import { sameNumbers, sameShape } from './models';
import type { Storage } from './storage';
import type { Session } from './session';
import type { Sessions } from '../host/platform/sessions';
import type { RunState } from './training';
import { OPEN_AS_NEW, openAsNewFile } from './weights';

/** Between two writes of a run that is on, at least; a large one is written so seldom that it takes 2 % of the time. */
const INTERVAL = 1000;
const REST = 50;

/**
 * Keeps every file's run in `storage`, for when the extension host ends with the window, and takes it back when the file is
 * open again. It is forgotten when its weights are written to the text, when it is reset, and when its file is closed after
 * it has ended. To be disposed before the sessions.
 */
export function keepRuns(sessions: Sessions, storage: Storage): vscode.Disposable {
  const keepers = new Map<Session, RunKeeper>();
  return vscode.Disposable.from(
    sessions.onDidOpen((session) => {
      keepers.set(session, new RunKeeper(session, storage));
    }),
    sessions.onDidClose((session) => {
      keepers.get(session)?.close();
      keepers.delete(session);
    }),
    new vscode.Disposable(() => {
      for (const keeper of keepers.values()) keeper.dispose();
    }),
  );
}

class RunKeeper implements vscode.Disposable {
  private readonly file: Promise<string>;
  private readonly listeners: vscode.Disposable;
  private readonly dataSums = new WeakMap<RunState['model'], number>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private rest = INTERVAL;
  private work: Promise<void> = Promise.resolve();
  private waiting = false;
  /** The file may be there. */
  private kept = false;
  /** What was kept has been taken back, or there is nothing to take back any more. */
  private settled = false;
  private disposed = false;

  constructor(
    private readonly session: Session,
    private readonly storage: Storage,
  ) {
    const { training } = session;
    this.file = fileFor(session.document.uri);
    this.listeners = vscode.Disposable.from(
      session.onDidRead(() => {
        if (this.settled) this.look(true);
        else this.then(() => this.takeBack());
      }),
      training.onDidChange(() => {
        this.look(true);
      }),
      training.onDidProgress(() => {
        this.look(false);
      }),
    );
  }

  /** The file has been closed: the end of a run that has ended; one that is on is kept. */
  close(): void {
    const { status } = this.session.training;
    this.dispose();
    if (status === 'ended') this.then(() => this.remove());
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.listeners.dispose();
  }

  /** What to do about the run as it is now; `changed` rather than merely gone on. */
  private look(changed: boolean): void {
    const { training, ownView } = this.session;
    const { status, state } = training;
    if (status !== 'idle') this.settled = true;
    if (!this.settled || training.interrupted) return;
    if (status === 'running' || (status === 'paused' && !changed)) {
      this.timer ??= setTimeout(() => {
        this.save();
      }, this.rest);
      return;
    }
    const written = status === 'ended' && state && ownView && sameNumbers(state.theta, ownView.theta);
    if (status === 'idle' || written) this.then(() => this.remove());
    else this.save();
  }

  private save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting) return;
    this.waiting = true;
    this.then(() => this.write());
  }

  /** One thing after the other: what is written last is the newest. */
  private then(act: () => Promise<void>): void {
    this.work = this.work.then(act).catch((error: unknown) => {
      console.error('Gradient Inspector could not keep a run:', error);
    });
  }

  private async write(): Promise<void> {
    const { training, document } = this.session;
    const record = await training.record();
    this.waiting = false;
    const model = training.state?.model;
    const text = model && this.session.textOf(model)?.text;
    if (!record || !model || text === undefined || this.disposed) return;
    const start = performance.now();
    const uri = document.uri.toString();
    const bytes = encodeRun({ ...record, uri, text, dataSum: this.dataSum(model) });
    if (bytes) {
      this.kept = true;
      await this.storage.write(await this.file, bytes);
    }
    this.rest = Math.max(INTERVAL, REST * (performance.now() - start));
  }

  private async remove(): Promise<void> {
    if (!this.kept) return;
    this.kept = false;
    await this.storage.remove(await this.file);
  }

  private async takeBack(): Promise<void> {
    const { session } = this;
    if (this.settled) return;
    const bytes = await this.storage.read(await this.file);
    const run = bytes && decodeRun(bytes);
    this.kept = bytes !== undefined;
    if (run?.uri !== session.document.uri.toString()) {
      this.settled = true;
      await this.remove();
      return;
    }
    const model = await session.modelOf(run.text);
    // Its CSV may still come; a run that has begun meanwhile takes this one's place.
    if (!model || this.isSettled()) return;
    this.settled = true;
    const own = session.ownView?.model;
    const foreign = session.document.isUntitled && model !== own;
    if (foreign || model.network.theta.length !== run.theta.length) await this.remove();
    else if (own && !sameShape(own, model)) void this.offer(run, model);
    else if (this.dataSum(model) === run.dataSum) session.restore(model, run);
    else
      session.restore(model, {
        ...run,
        state: null,
        outcome: `${run.outcome ?? interrupted(run)} Its data have changed since.`,
      });
  }

  /** The text now holds a network of another shape. */
  private async offer(run: KeptRun, model: RunState['model']): Promise<void> {
    const discard = 'Discard';
    const written = this.session.textOf(model);
    const answer = await vscode.window.showWarningMessage(
      `${run.outcome ?? interrupted(run)} The text’s network has another shape now: these weights do not fit it.`,
      OPEN_AS_NEW,
      discard,
    );
    if (answer === OPEN_AS_NEW && written) await openAsNewFile(written, run.theta);
    if (answer !== undefined && this.session.training.status === 'idle') this.then(() => this.remove());
  }

  private dataSum(model: RunState['model']): number {
    const sum = this.dataSums.get(model) ?? sumOf(model.data);
    this.dataSums.set(model, sum);
    return sum;
  }

  private isSettled(): boolean {
    return this.settled;
  }
}

function interrupted({ epoch }: KeptRun): string {
  return `Training was interrupted at epoch ${String(epoch)}.`;
}

/** The name of the file of a document's run: it tells nothing of the document, and is never too long. */
async function fileFor(document: vscode.Uri): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(document.toString()));
  return `${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}.run`;
}
