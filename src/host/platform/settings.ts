import * as vscode from 'vscode';

const SECTION = 'gradientInspector';

/** Significant digits of the numbers shown for this document, 3…17. */
export function digitsFor(document: vscode.TextDocument): number {
  const digits: unknown = vscode.workspace.getConfiguration(SECTION, document).get('digits');
  return typeof digits === 'number' && Number.isInteger(digits) ? Math.min(17, Math.max(3, digits)) : 5;
}

/** What stands after the numbers of a document's text: ∂J/∂θ after its parameters, verdicts after its claims. */
export function hintsIn(document: vscode.TextDocument): { readonly gradients: boolean; readonly claims: boolean } {
  const wanted: unknown = vscode.workspace.getConfiguration(SECTION, document).get('inlayHints');
  return {
    gradients: wanted === 'gradients' || wanted === 'all',
    claims: wanted === 'claims' || wanted === 'all',
  };
}

/** True where the inspector is to open beside the text of this document by itself. */
export function inspectsOnOpen(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration(SECTION, document).get('inspectOnOpen') === true;
}

/** True where the inspector that is open is to show the file of the active text editor. */
export function followsActiveFile(): boolean {
  return vscode.workspace.getConfiguration(SECTION).get('followActiveFile') === true;
}

/** Changes that setting of the reader's. */
export async function setFollowsActiveFile(follows: boolean): Promise<void> {
  await vscode.workspace
    .getConfiguration(SECTION)
    .update('followActiveFile', follows, vscode.ConfigurationTarget.Global);
}

/** True where saving this document is to run the gradient check. */
export function checksOnSave(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration(SECTION, document).get('checkOnSave') === true;
}

/** Calls `listener` when any setting of the extension has changed. */
export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SECTION)) listener();
  });
}
