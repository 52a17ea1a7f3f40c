import * as vscode from 'vscode';
import { forEachFile } from '../../app/editor';
import { together } from '../../app/emitter';
import { isRight, type Verdict } from '../../app/grading';
import { remarksOn, type Remark } from '../../app/judgedGradients';
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
  /** The files of gradients that bear Problems, by the network that they are of. */
  private readonly told = new Map<vscode.TextDocument, vscode.Uri>();
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
          const file = this.told.get(document);
          if (file) this.collection.delete(file);
          this.told.delete(document);
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

  private tell({ document, grading, text }: FileSession): void {
    const { file, hidden } = grading;
    const placed = this.verdicts.has(document) ? remarksOn(grading.verdicts, grading.diagnosis, hidden) : [];
    const problems = placed.map((remark) => toDiagnostic(remark, rangeOf(document, remark.claim)));
    const before = this.told.get(document);
    if (before) this.collection.delete(before);
    this.told.delete(document);
    if (file) {
      const verdicts = file.claims.flatMap((claim, at) => {
        const judged = file.judgment.claims[at];
        return judged ? [{ claim, judged }] : [];
      });
      const remarks = remarksOn(verdicts, file.judgment.diagnosis, hidden);
      if (file.text === undefined) {
        // A binary file has no lines: the remark stands at the parameter's number in the network.
        for (const remark of remarks) problems.push(toDiagnostic(remark, this.parameterRange(document, text, remark)));
      } else {
        const uri = vscode.Uri.parse(file.uri, true);
        const at = positionsIn(file.text);
        const rangeIn = ({ offset, length }: Claim): vscode.Range => new vscode.Range(at(offset), at(offset + length));
        this.collection.set(
          uri,
          remarks.map((remark) => toDiagnostic(remark, rangeIn(remark.claim))),
        );
        this.told.set(document, uri);
      }
    }
    this.collection.set(document.uri, problems);
  }

  private parameterRange(
    document: vscode.TextDocument,
    { read }: FileSession['text'],
    { claim }: Remark,
  ): vscode.Range {
    const place = read?.file.source.parameterRange(claim.parameter) ?? { offset: 0, length: 0 };
    return new vscode.Range(document.positionAt(place.offset), document.positionAt(place.offset + place.length));
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

/** From an offset to line and character, of a text that no editor has open. */
function positionsIn(text: string): (offset: number) => vscode.Position {
  return (offset) => {
    const before = text.slice(0, offset);
    const line = before.split(/\r\n|\r|\n/).length - 1;
    const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
    return new vscode.Position(line, offset - start);
  };
}

function toDiagnostic({ judged: { diagnosis, verdict }, message }: Remark, range: vscode.Range): vscode.Diagnostic {
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
