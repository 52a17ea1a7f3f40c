import * as vscode from 'vscode';

const NETWORKS = '**/*.nn.json';
/** More folders than these are not listed. */
const MOST = 2000;

/** Keeps the folders that hold network files as a context key, for the explorer's menu on the files beside them. */
export function networkFolders(): vscode.Disposable {
  let disposed = false;
  let running: Promise<void> | undefined;
  let again = false;
  const list = async (): Promise<void> => {
    const networks = await vscode.workspace.findFiles(NETWORKS, '**/node_modules/**', MOST);
    if (disposed) return;
    // As the context key `resourceDirname` names them.
    const paths = networks
      .map((uri) => vscode.Uri.joinPath(uri, '..'))
      .map(({ scheme, fsPath, path }) => (scheme === 'file' ? fsPath : path));
    await vscode.commands.executeCommand('setContext', 'gradientInspector.networkFolders', [...new Set(paths)]);
  };
  /** One search at a time; however many files come meanwhile, one more. */
  const update = async (): Promise<void> => {
    again = true;
    running ??= (async () => {
      while (again && !disposed) {
        again = false;
        await list();
      }
      running = undefined;
    })();
    await running;
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
