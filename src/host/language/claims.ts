import * as vscode from 'vscode';
import { forEachFile } from '../../app/editor';
import { together } from '../../app/emitter';
import { isRight, type Verdict } from '../../app/grading';
import type { JudgedClaim } from '../../core/mistakes/claims';
import type { Claim } from '../../format';
import type { FileSession, Sessions } from '../platform/sessions';
import { SOURCE } from './diagnostics';

interface PlacedVerdict extends Verdict {
  readonly range: vscode.Range;
}

/**
 * Shows what the judge says of the gradients that a text claims: a wrong one is a Problem on its number that says what was
 * done instead, a right one bears a quiet ✓.
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
  /** Of the text as it stands; gone with its next change. */
  private readonly verdicts = new Map<vscode.TextDocument, readonly PlacedVerdict[]>();
  private readonly subscriptions: vscode.Disposable;

  constructor(sessions: Sessions) {
    this.subscriptions = vscode.Disposable.from(
      this.collection,
      this.tick,
      forEachFile(
        sessions,
        (session) => {
          const { grading } = session;
          return together(
            grading.onDidJudge(() => {
              this.place(session);
            }),
            grading.onDidHide(() => {
              this.tell(session);
            }),
          );
        },
        ({ document }) => {
          this.verdicts.delete(document);
          this.collection.delete(document.uri);
        },
      ),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0 || !this.verdicts.delete(document)) return;
        this.drawTicks(document);
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const { document } of editors) this.drawTicks(document);
      }),
    );
  }

  /** The wrong claims of the document's present version whose numbers overlap `range`. */
  wrongAt(document: vscode.TextDocument, range: vscode.Range): readonly Claim[] {
    const verdicts = this.verdicts.get(document) ?? [];
    const wrong = verdicts.filter(({ judged, range: place }) => !isRight(judged) && range.intersection(place));
    return wrong.map(({ claim }) => claim);
  }

  private place(session: FileSession): void {
    const { document, grading } = session;
    this.verdicts.set(
      document,
      grading.verdicts.map((verdict) => ({ ...verdict, range: rangeOf(document, verdict.claim) })),
    );
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
    this.subscriptions.dispose();
  }
}

function toDiagnostic({ diagnosis, verdict }: JudgedClaim, range: vscode.Range, message: string): vscode.Diagnostic {
  const { Information, Warning } = vscode.DiagnosticSeverity;
  const severity = verdict === 'too-coarse' ? Information : Warning;
  const diagnostic = new vscode.Diagnostic(range, message, severity);
  if (diagnosis) diagnostic.code = diagnosis.code;
  diagnostic.source = SOURCE;
  return diagnostic;
}

function rangeOf(document: vscode.TextDocument, { offset, length }: Claim): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}
