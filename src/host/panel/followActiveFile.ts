import * as vscode from 'vscode';
import { followsActiveFile } from '../platform/settings';
import type { Sessions } from '../platform/sessions';
import { inspectorTabs, openInspector } from './openInspector';

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
    const others = tabs.filter(({ tab, uri }) => !tab.isPinned && uri.toString() !== file);
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
