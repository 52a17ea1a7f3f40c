import * as vscode from 'vscode';
import type { CsvFiles } from '../../app/text';
import { CHUNK, decoded } from '../../format';

/** Tells a link's real place, where the platform has links. */
export type RealPath = (uri: vscode.Uri) => Promise<vscode.Uri>;

/** Larger files than this are refused rather than read into the extension host. */
const MAX_BYTES = 1 << 30;

/**
 * The CSV files beside `document`. Nothing outside the document's workspace folder is ever read, not even through a link; a
 * file that belongs to no workspace folder may read its own folder.
 */
export function csvFiles(document: vscode.Uri, realPath: RealPath): CsvFiles {
  const find = async (relativePath: string): Promise<{ uri: vscode.Uri; stat: vscode.FileStat }> => {
    const uri = csvUri(document, relativePath);
    const root = rootOf(document);
    if (!isInside(root, uri)) throw new Error(`“${relativePath}” is outside the workspace folder`);
    const stat = await vscode.workspace.fs.stat(uri).then(
      (found) => found,
      () => undefined,
    );
    if (!stat) throw new Error(`there is no file “${relativePath}”`);
    if (!isInside(await realPath(root), await realPath(uri))) {
      throw new Error(`“${relativePath}” is a link that leads outside the workspace folder`);
    }
    if (stat.size > MAX_BYTES) throw new Error(`“${relativePath}” is larger than 1 GiB`);
    return { uri, stat };
  };
  return {
    version: async (relativePath) => {
      const { stat } = await find(relativePath);
      return `${String(stat.mtime)} ${String(stat.size)}`;
    },
    read: async (relativePath) => {
      const { uri } = await find(relativePath);
      try {
        const bytes = await vscode.workspace.fs.readFile(uri);
        return { length: bytes.length, chunks: decoded(cut(bytes)) };
      } catch (error) {
        throw new Error(`“${relativePath}” cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

function* cut(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
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
