import { join } from 'node:path';
import * as vscode from 'vscode';
import { compose } from './host/compose';
import { nodeFiles } from './host/platform/nodeFiles';
import { nodeStorage, removeOldest } from './host/platform/nodeStorage';
import { nodeWorker } from './disk/nodeWorker';

/** Files whose runs are kept over a reload; the oldest make way. */
const MOST_RUNS = 50;

/** The extension in Node: on a desktop, on a remote machine. */
export function activate(context: vscode.ExtensionContext): void {
  const runs = join(context.globalStorageUri.fsPath, 'runs');
  removeOldest(runs, MOST_RUNS).catch(() => undefined);
  const worker = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath;
  compose(context, { startWorker: nodeWorker(worker), storage: nodeStorage(runs), files: nodeFiles });
}
