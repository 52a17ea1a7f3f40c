import * as vscode from 'vscode';
import type { Inspector } from './inspector';
import { openInspector } from './openInspector';
import type { FileSession, Sessions } from '../platform/sessions';
import { inspectsOnOpen } from '../platform/settings';

/** With the setting on, the inspector opens beside a network file's text, once per opening of the file. */
export function inspectOnOpen(sessions: Sessions, inspector: Inspector): vscode.Disposable {
  const done = new WeakSet<FileSession>();
  const consider = (editor: vscode.TextEditor | undefined): void => {
    const session = sessions.of(editor?.document);
    if (!session || done.has(session)) return;
    done.add(session);
    if (inspectsOnOpen(session.document) && !inspector.isOpen(session)) void openInspector(session.document.uri);
  };
  consider(vscode.window.activeTextEditor);
  return vscode.window.onDidChangeActiveTextEditor(consider);
}
