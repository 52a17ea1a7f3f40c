import * as vscode from 'vscode';
import type { Files } from '../platform/files';
import { sayingWhyNot } from './saving';

const NAME = 'gradient_inspector.py';

/**
 * "Add Python helper…": copies the module that writes network files from a program to `folder`, to the folder of the active
 * file, or to that of the workspace. Another file of that name is replaced only where the reader says so.
 */
export async function addPythonHelper(shipped: vscode.Uri, files: Files, folder?: vscode.Uri): Promise<void> {
  const into = folder ?? activeFolder();
  if (!into) {
    void vscode.window.showInformationMessage('Open a folder first: the Python helper is saved beside your program.');
    return;
  }
  await sayingWhyNot(`Could not add ${NAME}`, async () => {
    const target = vscode.Uri.joinPath(into, NAME);
    const bytes = await vscode.workspace.fs.readFile(shipped);
    const present = await vscode.workspace.fs.readFile(target).then(
      (found) => found,
      () => undefined,
    );
    const isSame = present?.length === bytes.length && present.every((byte, index) => byte === bytes[index]);
    if (present && !isSame) {
      const replace = 'Replace';
      const question = `That folder already has a different ${NAME}. Replace it?`;
      if ((await vscode.window.showWarningMessage(question, { modal: true }, replace)) !== replace) return;
    }
    if (!isSame) await files.write(target, bytes);
    await vscode.window.showTextDocument(target, { preview: false });
  });
}

/** The folder of the file on the screen where it is of the workspace, else the workspace's first. */
function activeFolder(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri && vscode.workspace.getWorkspaceFolder(uri)) return vscode.Uri.joinPath(uri, '..');
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}
