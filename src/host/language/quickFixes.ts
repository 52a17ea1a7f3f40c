import * as vscode from 'vscode';
import { OPEN_MODEL } from '../commands/openModel';
import type { Diagnostics } from './diagnostics';
import { SOURCE } from './diagnostics';
import { rangeOf } from '../platform/editor';
import type { Sessions } from '../platform/sessions';

/** Offers the fix that a problem carries, where there is just one that can be meant. */
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
    return this.diagnostics.problemsAt(session, range).flatMap(({ code, fix, message }) => {
      if (!fix && code !== 'foreign-file') return [];
      const action = new vscode.CodeAction(fix?.title ?? 'Import', vscode.CodeActionKind.QuickFix);
      if (fix) action.edit = new vscode.WorkspaceEdit();
      else action.command = { title: action.title, command: OPEN_MODEL, arguments: [document.uri] };
      for (const edit of fix?.edits ?? []) action.edit?.replace(document.uri, rangeOf(document, edit), edit.text);
      action.diagnostics = context.diagnostics.filter((one) => one.source === SOURCE && one.message === message);
      action.isPreferred = true;
      return [action];
    });
  }
}
