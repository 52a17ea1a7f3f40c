import * as vscode from 'vscode';
import { SKELETONS } from '../../app/skeletons';

/** Offers an empty network file something to begin with: as completions, and as quick fixes of its problem. */
export class Skeletons implements vscode.CompletionItemProvider, vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];

  provideCompletionItems(document: vscode.TextDocument): vscode.CompletionItem[] {
    if (!isEmpty(document)) return [];
    return SKELETONS.map(({ label, description, snippet }, at) => {
      const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Snippet);
      item.insertText = new vscode.SnippetString(snippet);
      item.documentation = description;
      item.range = wholeOf(document);
      item.filterText = ' ';
      item.sortText = String(at);
      return item;
    });
  }

  provideCodeActions(document: vscode.TextDocument): vscode.CodeAction[] {
    if (!isEmpty(document)) return [];
    return SKELETONS.map(({ label, snippet }) => {
      const action = new vscode.CodeAction(`Insert ${label}`, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.set(document.uri, [new vscode.SnippetTextEdit(wholeOf(document), new vscode.SnippetString(snippet))]);
      return action;
    });
  }
}

function isEmpty(document: vscode.TextDocument): boolean {
  return document.lineCount < MANY_LINES && document.getText().trim() === '';
}

/** A file with so many lines is not read for this. */
const MANY_LINES = 100;

function wholeOf(document: vscode.TextDocument): vscode.Range {
  return new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
}
