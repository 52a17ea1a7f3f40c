import * as vscode from 'vscode';
import { emptyClaims, parseNetworkFile } from '../format';
import type { Session } from './session';
import type { Sessions } from './sessions';
import type { ReadText } from './textReader';

/** The command that shows the gradients that an exercise hides. */
export const END_EXERCISE = 'gradientInspector.endExercise';

/** The files whose gradients are hidden, by their addresses: kept from one start of VS Code to the next. */
const KEY = 'exercises';

/**
 * Exercise mode: the gradients of a file are hidden, everywhere, until every claim that it asks for is right, or until
 * the reader ends it. Forward values stay in sight.
 */
export class Exercises implements vscode.Disposable {
  private readonly listeners = new Map<Session, vscode.Disposable>();
  private readonly disposables: readonly vscode.Disposable[];

  constructor(
    sessions: Sessions,
    private readonly memory: vscode.Memento,
  ) {
    this.disposables = [
      sessions.onDidOpen((session) => {
        session.grading.hide(this.hidden.includes(session.document.uri.toString()));
        const judged = session.grading.onDidJudge(() => {
          if (session.grading.hidden && session.grading.solved) void this.congratulate(session);
        });
        this.listeners.set(session, judged);
      }),
      sessions.onDidClose((session) => {
        this.listeners.get(session)?.dispose();
        this.listeners.delete(session);
      }),
    ];
  }

  /** Hides the gradients of the session's file; offers empty claims where the file asks for none. */
  async start(session: Session): Promise<void> {
    const read = await session.current();
    if (!read?.file.network || !session.ownView?.model.data) {
      const first = read?.file.network ? 'Add data first.' : 'Fix the file’s errors first.';
      void vscode.window.showInformationMessage(first);
      return;
    }
    if (read.file.claims.length + read.file.source.openClaims.length === 0 && !(await addClaims(session, read))) return;
    if (session.grading.solved) {
      void vscode.window.showInformationMessage('All claims in this file are already correct.');
      return;
    }
    // What training has made of the weights would tell the gradients.
    await session.training.stop();
    session.reset();
    await this.hide(session, true);
  }

  /** Shows the gradients again, whatever is still to be claimed. */
  async end(session: Session): Promise<void> {
    await this.hide(session, false);
  }

  private async congratulate(session: Session): Promise<void> {
    const { asked = 0 } = session.grading.exercise ?? {};
    await this.hide(session, false);
    const all = asked === 1 ? 'Your claim is correct' : `All ${String(asked)} are correct`;
    void vscode.window.showInformationMessage(`Well done! ${all}; gradients are visible again.`);
  }

  private async hide(session: Session, hidden: boolean): Promise<void> {
    session.grading.hide(hidden);
    const uri = session.document.uri.toString();
    const others = this.hidden.filter((one) => one !== uri);
    await this.memory.update(KEY, hidden ? [...others, uri] : others);
  }

  private get hidden(): readonly string[] {
    return this.memory.get<readonly string[]>(KEY, []);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables, ...this.listeners.values()).dispose();
  }
}

/** Offers a null for every parameter of the file. True where the reader wants them. */
async function addClaims({ document }: Session, { file: { source } }: ReadText): Promise<boolean> {
  const add = 'Add empty claims';
  const question = 'This file has no "claimedGradients" yet. Add empty ones?';
  if ((await vscode.window.showInformationMessage(question, add)) !== add) return false;
  const edit = new vscode.WorkspaceEdit();
  for (const layer of source.layout.layers.keys()) {
    const claims = emptyClaims(document.getText(), source, layer + 2);
    if (claims) edit.insert(document.uri, document.positionAt(claims.offset), claims.text);
  }
  if (!(await vscode.workspace.applyEdit(edit))) return false;
  await showOpenClaim(document);
  return true;
}

/** Puts the cursor on the first null among the claims, with the lines of its layer in view. */
export async function showOpenClaim(document: vscode.TextDocument): Promise<void> {
  const { openClaims } = parseNetworkFile(document.getText(), { fileName: '' }).source;
  const [first] = openClaims;
  const last = openClaims.filter(({ parameter }) => parameter.layer === first?.parameter.layer).at(-1);
  if (!first || !last) return;
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const editor = await vscode.window.showTextDocument(document, visible?.viewColumn ?? vscode.ViewColumn.One);
  const [start, end] = [first.offset, first.offset + first.length].map((offset) => document.positionAt(offset));
  if (!start || !end) return;
  editor.selection = new vscode.Selection(start, end);
  const lines = new vscode.Range(
    start.with(Math.max(0, start.line - 2)),
    document.positionAt(last.offset + last.length),
  );
  editor.revealRange(lines, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
