/** What the inspector does when another file becomes active, as the settings say. */

import * as vscode from 'vscode';
import { followsActiveFile, inspectsOnOpen } from '../platform/settings';
import type { FileSession, Sessions } from '../platform/sessions';
import type { Inspector } from './inspector';
import { inspectorTabs, openInspector } from './openInspector';

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

/**
 * With the setting on, the inspector that is open shows the network file of the active text editor. Tabs that the reader has
 * pinned stay.
 */
export function followActiveFile(sessions: Sessions): vscode.Disposable {
  let work = Promise.resolve();
  const follow = async (editor: vscode.TextEditor): Promise<void> => {
    const { document } = editor;
    const tabs = inspectorTabs();
    if (vscode.window.activeTextEditor !== editor || tabs.length === 0 || !sessions.of(document)) return;
    const file = document.uri.toString();
    if (tabs.some(({ tab, uri }) => tab.isActive && uri.toString() === file)) return;
    await openInspector(document.uri);
    const others = inspectorTabs().filter(({ tab, uri }) => !tab.isPinned && uri.toString() !== file);
    await vscode.window.tabGroups.close(
      others.map(({ tab }) => tab),
      true,
    );
  };
  return vscode.window.onDidChangeActiveTextEditor((editor) => {
    if (!editor || !followsActiveFile()) return;
    // One after the other: opening a file makes others active for a moment.
    work = work.then(() => follow(editor)).catch(() => undefined);
  });
}
