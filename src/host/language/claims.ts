import * as vscode from 'vscode';
import type { JudgedClaim } from '../../core/mistakes/claims';
import type { Claim, NetworkFile } from '../../format';
import { isUnwanted } from '../../app/compute';
import { SOURCE } from './diagnostics';
import { isRight } from '../../app/grading';
import type { FileSession, Sessions } from '../platform/sessions';
import type { ReadText } from '../../app/text';

/** A claim with its place in the text, and what the judge says. */
interface Verdict {
  readonly claim: Claim;
  readonly judged: JudgedClaim;
  readonly range: vscode.Range;
}

/**
 * Holds the gradients that a text claims against the exact ones whenever it is read: a wrong one is a Problem on its number
 * that says what was done instead, a right one bears a quiet ✓.
 */
export class Claims implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('gradientInspector.claims');
  private readonly tick = vscode.window.createTextEditorDecorationType({
    after: {
      contentText: '✓',
      margin: '0 0 0 0.3em',
      color: new vscode.ThemeColor('editorCodeLens.foreground'),
    },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly readers = new Map<FileSession, vscode.Disposable>();
  /** Of the text as it stands; gone with its next change. */
  private readonly verdicts = new Map<vscode.TextDocument, readonly Verdict[]>();
  private readonly disposables: vscode.Disposable[];

  constructor(sessions: Sessions) {
    this.disposables = [
      this.collection,
      this.tick,
      sessions.onDidOpen((session) => {
        const judge = (read: ReadText): void => void this.judge(session, read);
        const tell = (): void => {
          this.tell(session);
        };
        const listeners = [session.text.onDidRead(judge), session.grading.onDidHide(tell)];
        this.readers.set(session, vscode.Disposable.from(...listeners));
      }),
      sessions.onDidClose((session) => {
        this.readers.get(session)?.dispose();
        this.readers.delete(session);
        this.verdicts.delete(session.document);
        this.collection.delete(session.document.uri);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0 || !this.verdicts.delete(document)) return;
        this.drawTicks(document);
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const { document } of editors) this.drawTicks(document);
      }),
    ];
  }

  /** The wrong claims of the document's present version whose numbers overlap `range`. */
  wrongAt(document: vscode.TextDocument, range: vscode.Range): readonly Claim[] {
    const verdicts = this.verdicts.get(document) ?? [];
    const wrong = verdicts.filter(({ judged, range: place }) => !isRight(judged) && range.intersection(place));
    return wrong.map(({ claim }) => claim);
  }

  private async judge(session: FileSession, { version, file }: ReadText): Promise<void> {
    const own = session.text.own;
    const { claims } = file;
    let judged: readonly JudgedClaim[] = [];
    if (claims.length > 0 && file.network && own?.model.data) {
      try {
        judged = await session.compute.on(own.model).claims({ theta: own.theta, claims, asker: 'text' });
      } catch (error) {
        if (isUnwanted(error)) return;
        throw error;
      }
    }
    // What was judged in an older text is not said about a newer one, nor about one that was closed meanwhile.
    if (session.document.version === version && this.readers.has(session)) this.publish(session, file, judged);
  }

  private publish(
    session: FileSession,
    { network, claims, source }: NetworkFile,
    judged: readonly JudgedClaim[],
  ): void {
    const { document, grading } = session;
    const verdicts = claims.flatMap((claim, at): Verdict[] => {
      const one = judged[at];
      return one ? [{ claim, judged: one, range: rangeOf(document, claim) }] : [];
    });
    this.verdicts.set(document, verdicts);
    // A text with an error is judged when it is mended; until then the last score stands.
    if (network) grading.judge(judged, claims.length + source.openClaims);
    this.tell(session);
    this.drawTicks(document);
  }

  private tell({ document, grading }: FileSession): void {
    const problems = (this.verdicts.get(document) ?? []).flatMap(({ judged, range }) => {
      const message = grading.remarkOn(judged);
      return message ? [toDiagnostic(judged, range, message)] : [];
    });
    this.collection.set(document.uri, problems);
  }

  private drawTicks(document: vscode.TextDocument): void {
    const right = (this.verdicts.get(document) ?? []).filter(({ judged }) => isRight(judged));
    const ranges = right.map(({ range }) => range);
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) editor.setDecorations(this.tick, ranges);
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables, ...this.readers.values()).dispose();
  }
}

function toDiagnostic({ diagnosis }: JudgedClaim, range: vscode.Range, message: string): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
  if (diagnosis) diagnostic.code = diagnosis.code;
  diagnostic.source = SOURCE;
  return diagnostic;
}

function rangeOf(document: vscode.TextDocument, { offset, length }: Claim): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}
