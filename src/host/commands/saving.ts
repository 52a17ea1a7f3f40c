import * as vscode from 'vscode';
import { isUnwanted } from '../../app/compute';
import { historyCsv } from '../../app/historyCsv';
import { stemOf } from '../../app/names';
import { messageText } from '../language/fileText';
import type { Files } from '../platform/files';
import type { HostApi } from '../../protocol';
import type { FileSession } from '../platform/sessions';

/** Does what a panel asks for; where it fails, says what was to be done and why it was not: the panel has no place for that. */
export async function sayingWhyNot(what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (isUnwanted(error)) return;
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(messageText(`${what}: ${reason}`));
  }
}

const FILTERS = {
  png: { 'PNG picture': ['png'] },
  svg: { 'SVG drawing': ['svg'] },
  csv: { CSV: ['csv'] },
};

/** Asks where, and writes a picture of the panel, or its numbers, there. */
export async function savePicture(
  files: Files,
  session: FileSession,
  { of, kind, bytes }: Parameters<HostApi['savePicture']>[0],
): Promise<void> {
  await saveBeside(files, session, `-${of}.${kind}`, FILTERS[kind], () => bytes);
}

/** Asks where, and writes the numbers of every epoch that is kept there, as CSV. */
export async function saveHistory(files: Files, session: FileSession): Promise<void> {
  const rows = session.training.log.series?.rows();
  if (rows)
    await saveBeside(files, session, '-loss.csv', FILTERS.csv, () => new TextEncoder().encode(historyCsv(rows)));
}

/** Asks where to save, beside the network's file at first, and writes `content` there. */
async function saveBeside(
  files: Files,
  session: FileSession,
  ending: string,
  filters: Record<string, string[]>,
  content: () => Uint8Array,
): Promise<void> {
  const target = await vscode.window.showSaveDialog({ filters, ...pathBeside(session, ending) });
  if (!target) return;
  await files.write(target, content());
  const open = 'Open';
  const where = vscode.workspace.asRelativePath(target);
  // Not awaited: the message stands until it is dismissed.
  void vscode.window.showInformationMessage(`Saved as ${where}.`, open).then((chosen) => {
    if (chosen === open) void vscode.commands.executeCommand('vscode.open', target);
  });
}

/** What a save dialog proposes: the network's name with this ending, in its folder. */
export function pathBeside({ document: { uri } }: FileSession, ending: string): { readonly defaultUri?: vscode.Uri } {
  const name = stemOf(uri) + ending;
  const folder =
    uri.scheme === 'untitled' ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(uri, '..');
  return folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {};
}
