import * as vscode from 'vscode';
import type { ParameterId } from '../../core/network';
import { rangeOf } from '../platform/editor';
import type { FileSession, Sessions } from '../platform/sessions';

/** Keeps the text's cursor and the panel's selection on the same parameter. */
export function followCursor(sessions: Sessions): vscode.Disposable {
  return vscode.window.onDidChangeTextEditorSelection(async ({ textEditor, selections }) => {
    const { document } = textEditor;
    const session = sessions.of(document);
    const cursor = selections[0]?.active;
    if (!session || !cursor) return;
    const read = await session.text.current();
    if (read?.version !== document.version) return;
    const { source } = read.file;
    const offset = document.offsetAt(cursor);
    const parameter = source.parameterAt(offset) ?? source.claimedParameterAt(offset);
    if (parameter) session.selection.select(parameter);
  });
}

/** Selects the parameter's number in the editors that show the text; focus stays where it is. */
export async function revealInText(session: FileSession, parameter: ParameterId): Promise<void> {
  const { document } = session;
  const read = await session.text.current();
  const place = read?.file.source.parameterRange(parameter);
  if (!place || read?.version !== document.version) return;
  const range = rangeOf(document, place);
  for (const editor of vscode.window.visibleTextEditors) {
    if (editor.document !== document || editor.selection.isEqual(range)) continue;
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}
