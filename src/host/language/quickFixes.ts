import * as vscode from 'vscode';
import type { Diagnostics } from './diagnostics';
import { SOURCE } from './diagnostics';
import { rangeOf } from '../platform/editor';
import type { Sessions } from '../platform/sessions';

/** Offers the mend that a problem carries, where there is just one that can be meant. */
export class QuickFixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];

  constructor(
    private readonly sessions: Sessions,
    private readonly diagnostics: Diagnostics,
  ) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const session = this.sessions.of(document);
    if (!session) return [];
    return this.diagnostics.problemsAt(session, range).flatMap(({ fix, message }) => {
      if (!fix) return [];
      const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      for (const edit of fix.edits) action.edit.replace(document.uri, rangeOf(document, edit), edit.text);
      action.diagnostics = context.diagnostics.filter((one) => one.source === SOURCE && one.message === message);
      action.isPreferred = true;
      return [action];
    });
  }
}
