import * as vscode from 'vscode';
import { hintsAllowed } from '../../app/sheet';
import { forEachFile } from '../../app/editor';
import type { FileSession, Sessions } from '../platform/sessions';
import { SHOW_OPEN_CLAIM } from './index';

/** Of the locked sheet in the active editor: how far it is, in the status bar. A click selects the next open answer. */
export function sheetStatus(sessions: Sessions): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('gradientInspector.sheet', vscode.StatusBarAlignment.Left, 49);
  item.name = 'Exercise sheet';
  const update = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const session = document && sessions.of(document);
    const score = session?.grading.locked ? session.grading.exercise : null;
    if (!session || !score) {
      item.hide();
      return;
    }
    item.text = `$(pencil) ${String(score.right)} of ${String(score.asked)} correct`;
    item.tooltip = tooltipOf(session, score.next);
    item.command = { title: 'Next', command: SHOW_OPEN_CLAIM, arguments: [session.document.uri.toString()] };
    item.show();
  };
  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveTextEditor(update),
    forEachFile(sessions, (session) => session.grading.onDidJudge(update), update),
  );
}

/** The next question, hints that were given and those that there are, and the keys. */
function tooltipOf({ grading, text }: FileSession, next: string | undefined): string {
  const exercise = text.read?.file.exercise;
  const allowed = exercise ? hintsAllowed(exercise) : 0;
  const given = [...grading.attempts.values()].reduce((sum, { size }) => sum + size, 0);
  const hints =
    allowed === Infinity
      ? `${String(given)} hints used`
      : `${String(Math.min(given, allowed))} of ${String(allowed)} hints used`;
  return [...(next === undefined ? [] : [`Next: ${next}`]), hints, 'F8 goes to the next open or wrong answer'].join(
    '\n',
  );
}
