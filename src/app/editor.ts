import type { Span, TextEdit } from '../format';
import type { Disposable, Event } from './emitter';

/** An open file as an editor holds it. VS Code's `TextDocument` is one. */
export interface OpenText {
  readonly uri: { readonly path: string; toString(): string };
  readonly isUntitled: boolean;
  /** Rises with every change of the text. */
  readonly version: number;
  getText(): string;
  readonly lineCount: number;
  /** A line without its end; from 0. */
  lineAt(line: number): { readonly text: string };
  /** How every line but the last ends: 1 is LF, 2 is CR LF. */
  readonly eol: number;
  /** From 0. */
  positionAt(offset: number): { readonly line: number; readonly character: number };
}

/** What the application asks of the editor around it. Messages resolve to the action that the reader chooses, if any. */
export interface Editor {
  info(message: string, ...actions: readonly string[]): Promise<string | undefined>;
  warning(message: string, ...actions: readonly string[]): Promise<string | undefined>;
  error(message: string, ...actions: readonly string[]): Promise<string | undefined>;
  /** A question that has to be answered before anything else is done; undefined: canceled. */
  confirm(message: string, action: string): Promise<string | undefined>;
  /** Says something for some seconds, where it is in nobody's way. */
  status(message: string, milliseconds: number): void;
  /** Shows the progress of a task, in percent of the whole, until it resolves. */
  progress(title: string, task: (progress: Progress) => Promise<void>): Promise<void>;
  /** Makes all edits (sorted, not overlapping), as one step to undo. False where the text changed meanwhile. */
  edit(document: OpenText, edits: readonly TextEdit[]): Promise<boolean>;
  /** Shows the file with `selected` selected and `inView` in sight. */
  show(document: OpenText, selected: Span, inView: Span): Promise<void>;
  /** Opens a new file with this text, not saved yet. */
  openNew(text: string): Promise<void>;
}

export interface Progress {
  report(step: { readonly increment: number; readonly message: string }): void;
  /** The reader does not want the task any more. */
  readonly onDidCancel: Event<void>;
}

/** The files that are open, each with its session. */
export interface OpenFiles<Session> {
  readonly onDidOpen: Event<Session>;
  readonly onDidClose: Event<Session>;
}

/** Subscribes to every file that is open, from its opening to its closing. */
export function forEachFile<Session>(
  files: OpenFiles<Session>,
  opened: (session: Session) => Disposable,
  closed?: (session: Session) => void,
): Disposable {
  const subscriptions = new Map<Session, Disposable>();
  const all = [
    files.onDidOpen((session) => {
      subscriptions.set(session, opened(session));
    }),
    files.onDidClose((session) => {
      subscriptions.get(session)?.dispose();
      subscriptions.delete(session);
      closed?.(session);
    }),
  ];
  return {
    dispose: () => {
      for (const one of [...all, ...subscriptions.values()]) one.dispose();
    },
  };
}
