import * as vscode from 'vscode';
import type { OpenFiles } from '../../app/editor';
import { Emitter } from '../../app/emitter';
import type { StartWorker } from '../../app/compute';
import { csvFiles, csvUri } from './csv';
import type { Files } from './files';
import { Session } from '../../app/session';

/** A session of a document of VS Code. */
export type FileSession = Session<vscode.TextDocument>;

/** Quiet time before the text is read again: short enough to feel live, long enough not to read every keystroke. */
const READ_DELAY = 120;

/** True for documents that are network files of the user's (not, say, the git side of a diff). */
function isNetworkFile(document: vscode.TextDocument): boolean {
  const { scheme, path } = document.uri;
  const writable = scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(scheme) === true;
  return writable && path.toLowerCase().endsWith('.nn.json');
}

/** A session for every network file that is open, from its opening to its closing. */
export class Sessions implements OpenFiles<FileSession>, vscode.Disposable {
  private readonly sessions = new Map<vscode.TextDocument, FileSession>();
  private readonly timers = new Map<vscode.TextDocument, ReturnType<typeof setTimeout>>();
  private readonly opened = new Emitter<FileSession>();
  private readonly closed = new Emitter<FileSession>();
  private readonly disposables: vscode.Disposable[];

  readonly onDidOpen = this.opened.event;
  readonly onDidClose = this.closed.event;

  constructor(
    private readonly startWorker: StartWorker,
    readonly files: Files,
  ) {
    const csvWatcher = vscode.workspace.createFileSystemWatcher('**/*.csv');
    const reload = (uri: vscode.Uri): void => {
      for (const session of this.sessions.values()) if (readsFrom(session, uri)) void session.text.reload();
    };
    this.disposables = [
      this.opened,
      this.closed,
      csvWatcher,
      csvWatcher.onDidChange(reload),
      csvWatcher.onDidCreate(reload),
      csvWatcher.onDidDelete(reload),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.open(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.close(document);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.readAfter(document, READ_DELAY);
      }),
    ];
  }

  /** Opens sessions for the documents that were open before. Call it once the listeners are in place. */
  openAll(): void {
    for (const document of vscode.workspace.textDocuments) this.open(document);
  }

  [Symbol.iterator](): Iterator<FileSession> {
    return this.sessions.values();
  }

  /** The session of a document, opened if need be; undefined where it is no network file. */
  of(document: vscode.TextDocument | undefined): FileSession | undefined {
    return document && (this.sessions.get(document) ?? this.open(document));
  }

  /** The open session of the document at this address. */
  at(uri: vscode.Uri | undefined): FileSession | undefined {
    const key = uri?.toString();
    return [...this.sessions.values()].find(({ document }) => document.uri.toString() === key);
  }

  private open(document: vscode.TextDocument): FileSession | undefined {
    if (this.sessions.has(document) || !isNetworkFile(document)) return undefined;
    const session = new Session(document, this.startWorker, csvFiles(document.uri, this.files));
    this.sessions.set(document, session);
    this.opened.fire(session);
    // Not now: opening is part of activating the extension, and a large text takes its time.
    this.readAfter(document, 0);
    return session;
  }

  private close(document: vscode.TextDocument): void {
    const session = this.sessions.get(document);
    if (!session) return;
    clearTimeout(this.timers.get(document));
    this.timers.delete(document);
    this.sessions.delete(document);
    this.closed.fire(session);
    session.dispose();
  }

  private readAfter(document: vscode.TextDocument, delay: number): void {
    const session = this.sessions.get(document);
    if (!session) return;
    clearTimeout(this.timers.get(document));
    const read = (): void => void session.text.current();
    this.timers.set(document, setTimeout(read, delay));
  }

  dispose(): void {
    for (const document of [...this.sessions.keys()]) this.close(document);
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

function readsFrom(session: FileSession, csv: vscode.Uri): boolean {
  const path = session.text.csvPath;
  return path !== undefined && csvUri(session.document.uri, path).toString() === csv.toString();
}
