import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { compose } from './host/compose';
import { nodeStorage, removeOldest } from './host/platform/nodeStorage';
import { nodeWorker } from './host/platform/nodeWorker';

/** Files whose runs are kept over a reload; the oldest make way. */
const MOST_RUNS = 20;

/** The extension in Node: on a desktop, on a remote machine. */
export function activate(context: vscode.ExtensionContext): void {
  const runs = join(context.globalStorageUri.fsPath, 'runs');
  removeOldest(runs, MOST_RUNS).catch(() => undefined);
  const worker = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath;
  compose(context, { startWorker: nodeWorker(worker), storage: nodeStorage(runs), realPath });
}

/** Follows links on disk, so that a link cannot lead out of the workspace. Elsewhere there are none. */
async function realPath(uri: vscode.Uri): Promise<vscode.Uri> {
  return uri.scheme === 'file' ? vscode.Uri.file(await realpath(uri.fsPath)) : uri;
}
