import * as vscode from 'vscode';
import { forEachFile } from '../../app/editor';
import { together } from '../../app/emitter';
import { isRight, type PlacedClaimVerdict } from '../../app/grading';
import { remarkOnFile, remarksOn, type Remark } from '../../app/judgedGradients';
import { openRemarks, spentAttempts, valueRemarks } from '../../app/sheet';
import type { PlacedClaim, Span } from '../../format';
import { rangeOf } from '../platform/editor';
import type { FileSession, Sessions } from '../platform/sessions';
import { SOURCE, toDiagnostic } from './diagnostics';

interface PlacedVerdict extends PlacedClaimVerdict {
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
          this.forgetFile(document);
          this.collection.delete(document.uri);
        },
      ),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        // A file of gradients is judged when the reader asks: until then nothing is known of its new text.
        const isOfFile = [...this.told.values()].some((uri) => uri.toString() === document.uri.toString());
        if (isOfFile) this.collection.delete(document.uri);
        if (this.verdicts.delete(document)) this.drawTicks(document);
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const { document } of editors) this.drawTicks(document);
      }),
    );
  }

  /** The wrong claims of the document's present version whose numbers overlap `range`. */
  wrongAt(document: vscode.TextDocument, range: vscode.Range): readonly PlacedClaim[] {
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
    const { file, refused, hidden } = grading;
    this.forgetFile(document);
    const placed = this.verdicts.has(document) ? remarksOn(grading.verdicts, grading.diagnosis, hidden) : [];
    const problems = placed.map((remark) => remarkDiagnostic(remark, rangeOf(document, remark.claim)));
    const read = text.read?.file;
    if (read && grading.sheet && this.verdicts.has(document)) {
      const values = valueRemarks(read, grading.sheet, hidden);
      problems.push(...values.map((one) => remarkDiagnostic(one, rangeOf(document, one))));
      const spent = spentAttempts(read, grading.sheet, grading.attempts);
      for (const problem of problems) {
        const message = spent.get(document.offsetAt(problem.range.start));
        if (message !== undefined) problem.message = message;
      }
      // The editor's own “Go to Next Problem” (F8) walks them.
      if (grading.locked)
        for (const open of openRemarks(read, grading.sheet))
          problems.push(remarkDiagnostic({ ...open, code: 'open', wrong: false }, rangeOf(document, open)));
    }
    const remark = file && remarkOnFile(file, hidden);
    if (refused) {
      this.tellOfFile(document, refused, (range) =>
        refused.problems.map((problem) => toDiagnostic(problem, range(problem))),
      );
    } else if (remark && file.text !== undefined) {
      this.tellOfFile(document, { ...file, text: file.text }, (range) => [
        remarkDiagnostic(remark, range(remark.claim)),
      ]);
    } else if (remark) {
      // A binary file has no lines: the remark stands in the network, at the parameter's number or its layer.
      const source = text.read?.file.source;
      const { parameter } = remark.claim;
      const place = source?.parameterRange(parameter) ?? source?.layerRange(parameter.layer + 1);
      problems.push(remarkDiagnostic(remark, rangeOf(document, place ?? { offset: 0, length: 0 })));
    }
    this.collection.set(document.uri, problems);
  }

  /** Problems in a file of gradients, of which one is open as text or not. */
  private tellOfFile(
    document: vscode.TextDocument,
    { uri: address, text }: { readonly uri: string; readonly text: string },
    problems: (range: (span: Span) => vscode.Range) => readonly vscode.Diagnostic[],
  ): void {
    const uri = vscode.Uri.parse(address, true);
    const at = positionsIn(text);
    this.collection.set(
      uri,
      problems(({ offset, length }) => new vscode.Range(at(offset), at(offset + length))),
    );
    this.told.set(document, uri);
  }

  private forgetFile(document: vscode.TextDocument): void {
    const file = this.told.get(document);
    if (file) this.collection.delete(file);
    this.told.delete(document);
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

function remarkDiagnostic(
  { code, message, wrong }: Pick<Remark, 'code' | 'message' | 'wrong'>,
  range: vscode.Range,
): vscode.Diagnostic {
  const { Information, Warning } = vscode.DiagnosticSeverity;
  const diagnostic = new vscode.Diagnostic(range, message, wrong ? Warning : Information);
  if (code !== undefined) diagnostic.code = code;
  diagnostic.source = SOURCE;
  return diagnostic;
}
