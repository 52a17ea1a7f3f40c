import * as vscode from 'vscode';

const NETWORKS = '**/*.nn.json';
/** More folders than these are not listed. */
const MOST = 2000;

/** Keeps the folders that hold network files as a context key, for the explorer's menu on the files beside them. */
export function networkFolders(): vscode.Disposable {
  let disposed = false;
  const update = async (): Promise<void> => {
    const networks = await vscode.workspace.findFiles(NETWORKS, undefined, MOST);
    if (disposed) return;
    const folders = new Set(networks.map((uri) => vscode.Uri.joinPath(uri, '..').fsPath));
    await vscode.commands.executeCommand('setContext', 'gradientInspector.networkFolders', [...folders]);
  };
  const watcher = vscode.workspace.createFileSystemWatcher(NETWORKS, false, true, false);
  void update();
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(() => void update()),
    watcher.onDidDelete(() => void update()),
    new vscode.Disposable(() => {
      disposed = true;
    }),
  );
}
