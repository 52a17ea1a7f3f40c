import * as vscode from 'vscode';
import { exportPyTorch } from '../../format/export/pytorch';
import { baseName } from '../names';
import { pathBeside, sayingWhyNot } from '../saving';
import type { Session } from '../session';

/**
 * Writes what is shown (network, weights, data, training) as a PyTorch script to `target`, or where the reader chooses; very
 * many numbers go to a file of the same name beside it. Opens the script.
 */
export async function saveAsPyTorch(session: Session, target?: vscode.Uri): Promise<void> {
  await session.current();
  const { view } = session;
  if (!view?.model.data) {
    void vscode.window.showErrorMessage('There is nothing to export: the file has no network with data.');
    return;
  }
  const { network, data } = view.model;
  const file =
    target ??
    (await vscode.window.showSaveDialog({
      filters: { Python: ['py'] },
      ...pathBeside(session, '.py'),
    }));
  if (!file) return;
  const exported = exportPyTorch(network, data, view.theta, { fileName: baseName(file) });
  await sayingWhyNot('The script was not saved', async () => {
    // The numbers first: a script is not to be there without them.
    const { data: beside } = exported;
    if (beside) await session.files.write(vscode.Uri.joinPath(file, '..', beside.name), beside.bytes);
    await session.files.write(file, new TextEncoder().encode(exported.script));
    await vscode.window.showTextDocument(file, { preview: false });
  });
}
