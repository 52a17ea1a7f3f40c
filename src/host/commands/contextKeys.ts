import * as vscode from 'vscode';
import type { Inspector } from '../panel/inspector';
import { forEachFile } from '../../app/editor';
import type { Sessions } from '../platform/sessions';

/** Keeps the `when` clauses of package.json true to the session that commands would act on. */
export function contextKeys(sessions: Sessions, inspector: Inspector): vscode.Disposable {
  const shown = new Map<string, unknown>();
  const set = (key: string, value: unknown): void => {
    if (shown.get(key) === value) return;
    shown.set(key, value);
    void vscode.commands.executeCommand('setContext', `gradientInspector.${key}`, value);
  };
  const update = (): void => {
    const session = inspector.target;
    set('training', session?.training.status);
    set('trained', (session?.training.log.series?.length ?? 0) > 1);
    set('unwritten', session?.view.unwritten ?? false);
    set('exercise', session?.grading.hidden ?? false);
  };
  return vscode.Disposable.from(
    inspector.onDidChangeTarget(update),
    vscode.window.onDidChangeActiveTextEditor(update),
    forEachFile(sessions, (session) => session.onDidChange(update), update),
  );
}
