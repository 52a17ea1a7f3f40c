import * as vscode from 'vscode';
import type { Editor } from '../../app/editor';
import { withEdits } from '../../app/weights';
import type { Span, TextEdit } from '../../format';
import { messageText } from '../language/fileText';

/** From here on, many small edits cost VS Code more than one large one. */
const MANY_EDITS = 500;

const { window, workspace } = vscode;

/** VS Code, as the application asks of it. */
export const editor: Editor = {
  info: async (message, ...actions) => window.showInformationMessage(messageText(message), ...actions),
  warning: async (message, ...actions) => window.showWarningMessage(messageText(message), ...actions),
  error: async (message, ...actions) => window.showErrorMessage(messageText(message), ...actions),
  confirm: async (message, action) => window.showWarningMessage(messageText(message), { modal: true }, action),
  status: (message, milliseconds) => void window.setStatusBarMessage(message, milliseconds),
  progress: progressAt(vscode.ProgressLocation.Notification),
  edit: async (document, edits) => {
    const uri = vscode.Uri.parse(document.uri.toString(), true);
    const at = (offset: number): vscode.Position => {
      const { line, character } = document.positionAt(offset);
      return new vscode.Position(line, character);
    };
    const edit = new vscode.WorkspaceEdit();
    for (const { offset, length, text } of edits.length > MANY_EDITS ? [merged(document.getText(), edits)] : edits) {
      edit.replace(uri, new vscode.Range(at(offset), at(offset + length)), text);
    }
    return workspace.applyEdit(edit);
  },
  show: async ({ uri }, selected, inView) => {
    const visible = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
    const document = visible?.document ?? (await workspace.openTextDocument(vscode.Uri.parse(uri.toString(), true)));
    const shown = await window.showTextDocument(document, visible?.viewColumn ?? vscode.ViewColumn.One);
    const { start, end } = rangeOf(document, selected);
    shown.selection = new vscode.Selection(start, end);
    shown.revealRange(rangeOf(document, inView), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  },
  openNew: async (content) => {
    await window.showTextDocument(await workspace.openTextDocument({ language: 'json', content }));
  },
};

/** The range of a span of the document's text. */
export function rangeOf(document: vscode.TextDocument, { offset, length }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

/** One edit from the first to the last of `edits`, with the same effect. */
function merged(text: string, edits: readonly TextEdit[]): TextEdit {
  const start = edits[0]?.offset ?? 0;
  const last = edits.at(-1);
  const end = last ? last.offset + last.length : 0;
  const inside = edits.map((edit) => ({ ...edit, offset: edit.offset - start }));
  return { offset: start, length: end - start, text: withEdits(text.slice(start, end), inside) };
}

function progressAt(location: vscode.ProgressLocation): Editor['progress'] {
  return async (title, task) => {
    await window.withProgress({ location, title: messageText(title), cancellable: true }, (progress, cancelled) =>
      task({
        report: (step) => {
          progress.report(step);
        },
        onDidCancel: (listener) => cancelled.onCancellationRequested(listener),
      }),
    );
  };
}

/** For what nobody asked for: the progress is in the status bar. */
export const inBackground: Editor = { ...editor, progress: progressAt(vscode.ProgressLocation.Window) };
