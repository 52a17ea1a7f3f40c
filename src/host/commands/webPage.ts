import * as vscode from 'vscode';
import { baseName } from '../../app/names';
import { pageNetwork, pageOf } from '../../format/export/page';
import { csvFiles } from '../platform/csv';
import type { Files } from '../platform/files';
import type { FileSession } from '../platform/sessions';
import { pathBeside, sayingWhyNot } from './saving';

/**
 * Writes the network's text, with the files that it reads, as a page that needs nothing else to `target`, or where the reader
 * chooses. `template` is the build's page.
 */
export async function saveAsWebPage(
  files: Files,
  session: FileSession,
  template: vscode.Uri,
  target?: vscode.Uri,
): Promise<void> {
  const { document, text, grading } = session;
  const network = (await text.current())?.file.network;
  if (!network) {
    void vscode.window.showErrorMessage('Nothing to export: fix the file’s errors first.');
    return;
  }
  if (grading.hidden) {
    void vscode.window.showInformationMessage('A web page would show the gradients: end the exercise first.');
    return;
  }
  const file =
    target ?? (await vscode.window.showSaveDialog({ filters: { HTML: ['html'] }, ...pathBeside(session, '.html') }));
  if (!file) return;
  await sayingWhyNot('Could not save the web page', async () => {
    const beside = csvFiles(document.uri, files);
    const page = await pageNetwork(baseName(document.uri), document.getText(), (path) => beside.bytes(path));
    const empty = new TextDecoder().decode(await vscode.workspace.fs.readFile(template));
    await files.write(file, new TextEncoder().encode(pageOf(empty, network.name, page)));
    const open = 'Open in browser';
    // Not awaited: the message stands until it is dismissed.
    void vscode.window
      .showInformationMessage(`Saved as ${vscode.workspace.asRelativePath(file)}.`, open)
      .then((chosen) => {
        if (chosen === open) void vscode.env.openExternal(file);
      });
  });
}
