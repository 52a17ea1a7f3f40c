import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** A file of the workspace, which is a copy of the example networks. */
export function workspaceFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the suite runs with a folder open');
  return vscode.Uri.joinPath(folder.uri, name);
}

/** Opens a copy of an example as text, alone on the screen. */
export async function openCopy(example: string, change = (text: string): string => text): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  const bytes = await vscode.workspace.fs.readFile(workspaceFile(example));
  const uri = workspaceFile(`copy-${String(Date.now())}-${example}`);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(change(new TextDecoder().decode(bytes))));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Resolves with the document's problems of ours as soon as they fulfil `wanted`. */
export async function problemsOf(
  document: Pick<vscode.TextDocument, 'uri'>,
  wanted: (problems: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const ours = (): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Gradient Inspector');
  return new Promise((resolve) => {
    const look = (): void => {
      const problems = ours();
      if (!wanted(problems)) return;
      listener.dispose();
      resolve(problems);
    };
    const listener = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

/** Replaces the first occurrence of `old` in the text by `text`. */
export async function replace(document: vscode.TextDocument, old: string, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, rangeOf(document, old), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Where `text` first stands in the document, from `after` on. */
export function rangeOf(document: vscode.TextDocument, text: string, after = ''): vscode.Range {
  const from = document.getText().indexOf(after);
  const offset = document.getText().indexOf(text, from + after.length);
  assert.ok(from >= 0 && offset >= 0, `“${text}” is not in the text`);
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + text.length));
}

/** What the hovers say at a place, as Markdown. */
export async function hoverAt(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
    .filter((text) => text !== '') // JSON's own provider may answer with nothing, before ours or after it
    .join('\n');
}

/** The columns in which the document is open as text and in the inspector. */
export function columnsOf(uri: vscode.Uri): { text: number[]; inspector: number[] } {
  const columns: { text: number[]; inspector: number[] } = { text: [], inspector: [] };
  for (const group of vscode.window.tabGroups.all) {
    for (const { input } of group.tabs) {
      if (input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()) {
        columns.text.push(group.viewColumn);
      }
      if (input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString()) {
        columns.inspector.push(group.viewColumn);
      }
    }
  }
  return columns;
}

/** Resolves as soon as the tabs are as `wanted`. */
export async function tabsAre(wanted: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!wanted()) return;
      listener.dispose();
      resolve();
    };
    const listener = vscode.window.tabGroups.onDidChangeTabs(look);
    look();
  });
}
