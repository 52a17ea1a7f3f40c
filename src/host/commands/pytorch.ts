import * as vscode from 'vscode';
import { exportPyTorch } from '../../format/export/pytorch';
import { baseName } from '../../app/names';
import { pathBeside } from './saving';
import type { FileSession } from '../platform/sessions';

/**
 * Writes what is shown (network, weights, data, training) as a PyTorch script to `target`, or where the reader chooses; very
 * many numbers go to a file of the same name beside it. Opens the script.
 */
export async function saveAsPyTorch(session: FileSession, target?: vscode.Uri): Promise<void> {
  await session.text.current();
  const { shown } = session.view;
  if (!shown?.model.data) {
    void vscode.window.showErrorMessage('There is nothing to export: the file has no network with data.');
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
  const name = baseName(file).replace(/\.py$/i, '');
  const exported = exportPyTorch(network, data, shown.theta, `${name}.bin`);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(exported.script));
  if (exported.data) await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(file, '..', `${name}.bin`), exported.data);
  await vscode.window.showTextDocument(file, { preview: false });
}
