import * as vscode from 'vscode';
import type { Problem } from '../../format';
import { rangeOf } from '../platform/editor';
import { forEachFile } from '../../app/editor';
import type { FileSession, Sessions } from '../platform/sessions';
import type { ReadText } from '../../app/text';

/** Who tells a problem, in the Problems view. */
export const SOURCE = 'Gradient Inspector';

/** New problems wait for this much quiet, so that a half-typed number is not shouted at; fixed ones go at once. */
const QUIET = 400;

/** Keeps the Problems view in step with every open network file. */
export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('gradientInspector');
  private readonly timers = new Map<FileSession, ReturnType<typeof setTimeout>>();
  private readonly problems = new Map<FileSession, ReadText>();
  private readonly disposables: vscode.Disposable[] = [this.collection];

  constructor(sessions: Sessions) {
    const listen = (session: FileSession): vscode.Disposable =>
      session.text.onDidRead((read) => {
        this.update(session, read);
      });
    this.disposables.push(
      forEachFile(sessions, listen, (session) => {
        clearTimeout(this.timers.get(session));
        this.timers.delete(session);
        this.problems.delete(session);
        this.collection.delete(session.document.uri);
      }),
    );
  }

  /** The problems of the document's present version that overlap `range`, as they were last published or are about to be. */
  problemsAt(session: FileSession, range: vscode.Range): readonly Problem[] {
    const read = this.problems.get(session);
    if (read?.version !== session.document.version) return [];
    return read.file.problems.filter((problem) => {
      return range.intersection(rangeOf(session.document, problem)) !== undefined;
    });
  }

  private update(session: FileSession, read: ReadText): void {
    this.problems.set(session, read);
    clearTimeout(this.timers.get(session));
    const { document } = session;
    const next = read.file.problems.map((problem) => toDiagnostic(problem, rangeOf(document, problem)));
    const shown = this.collection.get(document.uri);
    if (!shown || next.length === 0) {
      this.collection.set(document.uri, next);
      return;
    }
    // What is still wrong stays, what is fixed goes at once, what is new comes after some quiet.
    const messages = new Set(shown.map(({ message }) => message));
    const still = next.filter(({ message }) => messages.has(message));
    this.collection.set(document.uri, still);
    if (still.length === next.length) return;
    const publish = (): void => {
      this.collection.set(document.uri, next);
    };
    this.timers.set(session, setTimeout(publish, QUIET));
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

/** A problem of a text as the Problems view shows it. */
export function toDiagnostic({ message, severity, code }: Problem, range: vscode.Range): vscode.Diagnostic {
  const { Error, Warning } = vscode.DiagnosticSeverity;
  const diagnostic = new vscode.Diagnostic(range, message, severity === 'error' ? Error : Warning);
  diagnostic.code = code;
  diagnostic.source = SOURCE;
  return diagnostic;
}
