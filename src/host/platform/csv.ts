import * as vscode from 'vscode';
import type { CsvFiles } from '../../app/text';
import type { Files } from './files';

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
  };
}

/** Where a CSV path of the network file `document` points to. */
export function csvUri(document: vscode.Uri, relativePath: string): vscode.Uri {
  return vscode.Uri.joinPath(document, '..', relativePath.replaceAll('\\', '/'));
}

function rootOf(document: vscode.Uri): vscode.Uri {
  return vscode.workspace.getWorkspaceFolder(document)?.uri ?? vscode.Uri.joinPath(document, '..');
}

function isInside(root: vscode.Uri, uri: vscode.Uri): boolean {
  const folder = root.path.endsWith('/') ? root.path : `${root.path}/`;
  return root.scheme === uri.scheme && root.authority === uri.authority && uri.path.startsWith(folder);
}
