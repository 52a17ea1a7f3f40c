import * as vscode from 'vscode';
import type { Storage } from '../../app/runStore';

/** Files in a folder of VS Code's own file system, where there is no other. */
export function webStorage(folder: vscode.Uri): Storage {
  const { fs } = vscode.workspace;
  const file = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);
  return {
    read: (name) => Promise.resolve(fs.readFile(file(name))).catch(() => undefined),
    write: async (name, bytes) => {
      const unfinished = file(`${name}.new`);
      await fs.writeFile(unfinished, bytes);
      await fs.rename(unfinished, file(name), { overwrite: true });
    },
    remove: (name) => Promise.resolve(fs.delete(file(name))).catch(() => undefined),
  };
}
