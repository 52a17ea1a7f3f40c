import * as vscode from 'vscode';
import { exportPyTorch } from '../../format/export/pytorch';
import { baseName } from '../../app/names';
import { pathBeside, sayingWhyNot } from './saving';
import type { Files } from '../platform/files';
import type { FileSession } from '../platform/sessions';

/**
 * Writes what is shown (network, weights, data, training) as a PyTorch script to `target`, or where the reader chooses; very
 * many numbers go to a file of the same name beside it. Opens the script.
 */
export async function saveAsPyTorch(files: Files, session: FileSession, target?: vscode.Uri): Promise<void> {
  await session.text.current();
  const { shown } = session.view;
  if (!shown?.model.data) {
    void vscode.window.showErrorMessage('Nothing to export: the file has no valid network with data.');
    return;
  }
  if (session.grading.locked) {
    void vscode.window.showInformationMessage('A script would compute the answers: solve the sheet first.');
    return;
  }
  const { network, data } = shown.model;
  const file =
    target ??
    (await vscode.window.showSaveDialog({
      filters: { Python: ['py'] },
      ...pathBeside(session, '.py'),
    }));
  if (!file) return;
  const { script, data: beside } = exportPyTorch(network, data, shown.theta, { fileName: baseName(file) });
  await sayingWhyNot('Could not save the script', async () => {
    // The numbers first: a script is not to be there without them.
    if (beside) await files.write(vscode.Uri.joinPath(file, '..', beside.name), beside.bytes);
    await files.write(file, new TextEncoder().encode(script));
    await vscode.window.showTextDocument(file, { preview: false });
  });
}
