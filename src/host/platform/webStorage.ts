import * as vscode from 'vscode';
import { providedFiles } from './files';
import type { Storage } from '../../app/runStore';

/** Files in a folder of VS Code's own file system, where there is no other. */
export function webStorage(folder: vscode.Uri): Storage {
  const { fs } = vscode.workspace;
  const file = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);
  return {
    read: (name) => Promise.resolve(fs.readFile(file(name))).catch(() => undefined),
    write: (name, bytes) => providedFiles.write(file(name), bytes),
    remove: (name) => Promise.resolve(fs.delete(file(name))).catch(() => undefined),
  };
}
