import * as vscode from 'vscode';
import { compose } from './host/compose';
import { providedFiles } from './host/platform/files';
import { webStorage } from './host/platform/webStorage';
import { webWorker } from './host/platform/webWorker';

/** The extension in a browser. */
export function activate(context: vscode.ExtensionContext): void {
  const worker = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.web.js');
  const runs = vscode.Uri.joinPath(context.globalStorageUri, 'runs');
  compose(context, {
    startWorker: webWorker(worker),
    storage: webStorage(runs),
    files: providedFiles,
  });
}
