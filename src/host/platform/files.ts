import * as vscode from 'vscode';
import { CHUNK, decoded, type CsvText } from '../../format';

/** The files of the user's that the extension reads and writes beside the documents. */
export interface Files {
  /** Opens a CSV file that must be in the folder `root` once all links are followed; throws an Error that calls it `name`. */
  openCsv(root: vscode.Uri, uri: vscode.Uri, name: string): Promise<CsvText>;
  /** The bytes of such a file. */
  read(root: vscode.Uri, uri: vscode.Uri, name: string): Promise<Uint8Array>;
  /** True where the file is in the folder `root` once all links are followed; it need not be there yet. */
  isInside(root: vscode.Uri, uri: vscode.Uri): Promise<boolean>;
  /** Writes a file whole or not at all; throws an Error that says why not. */
  write(uri: vscode.Uri, bytes: Uint8Array): Promise<void>;
}

/** Larger files than this are refused rather than read into the extension host. */
const MAX_BYTES = 1 << 30;

/**
 * Files as a file system provider has them, on a virtual workspace or in a browser: it has no links that lead out of a folder,
 * and renaming is the closest to writing a file whole that it has.
 */
export const providedFiles: Files = {
  openCsv: async (_root, uri, name) => {
    const bytes = await readProvided(uri, name);
    return { length: bytes.length, chunks: decoded(cut(bytes)) };
  },
  read: async (_root, uri, name) => readProvided(uri, name),
  isInside: () => Promise.resolve(true),
  write: async (uri, bytes) => {
    const { fs } = vscode.workspace;
    const unfinished = uri.with({ path: `${uri.path}.new` });
    try {
      await fs.writeFile(unfinished, bytes);
      await fs.rename(unfinished, uri, { overwrite: true });
    } catch (error) {
      await Promise.resolve(fs.delete(unfinished)).catch(() => undefined);
      throw new Error(`“${uri.path}” cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  },
};

async function readProvided(uri: vscode.Uri, name: string): Promise<Uint8Array> {
  const { fs } = vscode.workspace;
  const { type, size } = await fs.stat(uri);
  if ((type & vscode.FileType.File) === 0) throw new Error(`“${name}” is not a regular file`);
  if (size > MAX_BYTES) throw new Error(`“${name}” is larger than 1 GiB`);
  return fs.readFile(uri);
}

function* cut(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

export async function fileExists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
