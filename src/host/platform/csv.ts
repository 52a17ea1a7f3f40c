import * as vscode from 'vscode';
import type { CsvFiles } from '../../app/text';
import type { Files } from './files';
import { isInside } from './inside';

/**
 * The CSV files beside `document`. Nothing outside the document's workspace folder is ever read, not even through a link; a
 * file that belongs to no workspace folder may read its own folder.
 */
export function csvFiles(document: vscode.Uri, files: Files): CsvFiles {
  const root = rootOf(document);
  const find = (relativePath: string): vscode.Uri => {
    const uri = csvUri(document, relativePath);
    if (!isInside(root, uri)) throw new Error(`“${relativePath}” is outside the workspace folder`);
    return uri;
  };
  return {
    version: async (relativePath) => {
      const { mtime, size } = await vscode.workspace.fs.stat(find(relativePath));
      return `${String(mtime)} ${String(size)}`;
    },
    read: async (relativePath) => files.openCsv(root, find(relativePath), relativePath),
    write: async (relativePath, bytes) => files.write(find(relativePath), bytes),
    bytes: async (relativePath) => files.read(root, find(relativePath), relativePath),
  };
}

/** The bytes of a file under the same rule. */
export async function readBeside(document: vscode.Uri, files: Files, file: vscode.Uri): Promise<Uint8Array> {
  const root = rootOf(document);
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  if (!isInside(root, file)) throw new Error(`“${name}” is outside the workspace folder`);
  return files.read(root, file, name);
}

/** Where a CSV path of the network file `document` points to. */
export function csvUri(document: vscode.Uri, relativePath: string): vscode.Uri {
  return vscode.Uri.joinPath(document, '..', relativePath.replaceAll('\\', '/'));
}

function rootOf(document: vscode.Uri): vscode.Uri {
  return vscode.workspace.getWorkspaceFolder(document)?.uri ?? vscode.Uri.joinPath(document, '..');
}
