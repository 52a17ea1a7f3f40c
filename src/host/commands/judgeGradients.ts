import * as vscode from 'vscode';
import { forEachFile, type OpenFiles } from '../../app/editor';
import { together } from '../../app/emitter';
import { baseName } from '../../app/names';
import { judgeGradientFile } from '../../app/judgeFile';
import type { Orientation } from '../../format/gradients';
import { editor, inBackground } from '../platform/editor';
import { readBeside } from '../platform/csv';
import type { Files } from '../platform/files';
import type { FileSession } from '../platform/sessions';
import { sayingWhyNot } from './saving';

/** The ending of the files that hold gradients. */
const ENDINGS = ['json', 'npz', 'safetensors'];

/** Judges the gradients of `file`, or of one that the reader chooses; true where there is a judgment to show. */
export async function judgeGradients(files: Files, session: FileSession, file?: vscode.Uri): Promise<boolean> {
  const uri = file ?? (await pickGradients(session));
  if (!uri) return false;
  let judged = false;
  await sayingWhyNot(`Could not judge “${baseName(uri)}”`, async () => {
    const bytes = await readBeside(session.document.uri, files, uri);
    const { readGradients } = await import('../../format/gradients');
    judged = await judgeGradientFile(session, editor, { uri, bytes, read: readGradients, askOrientation });
  });
  return judged;
}

/**
 * Judges the file of gradients of each network again whenever it is written, by whatever program, and withdraws what was said
 * of one that is deleted or holds no such gradients any more.
 */
export function watchGradients(files: Files, sessions: OpenFiles<FileSession>): vscode.Disposable {
  return vscode.Disposable.from(
    forEachFile(sessions, (session) => {
      const { grading } = session;
      let watched: { readonly uri: string; readonly watcher: vscode.Disposable } | undefined;
      const judging = grading.onDidJudge(() => {
        const { uri } = grading.file ?? grading.refused ?? {};
        if (uri === watched?.uri) return;
        watched?.watcher.dispose();
        watched =
          uri === undefined ? undefined : { uri, watcher: watchFile(files, session, vscode.Uri.parse(uri, true)) };
      });
      return together(judging, {
        dispose: () => {
          watched?.watcher.dispose();
        },
      });
    }),
  );
}

function watchFile(files: Files, session: FileSession, uri: vscode.Uri): vscode.Disposable {
  const { grading, document } = session;
  const [folder, name] = [vscode.Uri.joinPath(uri, '..'), baseName(uri)];
  // In a pattern, brackets of a name would be a set of characters.
  const pattern = new vscode.RelativePattern(folder, name.replace(/[[\]{}*?]/g, '?'));
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  let orientation: Orientation | undefined;
  const again = async (): Promise<void> => {
    const before = grading.judgments;
    orientation = grading.file?.orientation ?? orientation;
    const askAgain = (): ReturnType<typeof askOrientation> =>
      orientation ? Promise.resolve(orientation) : askOrientation();
    try {
      const bytes = await readBeside(document.uri, files, uri);
      const { readGradients } = await import('../../format/gradients');
      await judgeGradientFile(session, inBackground, { uri, bytes, read: readGradients, askOrientation: askAgain });
    } catch {
      // Half written, or of another network: where it has lines it was said there what is wrong with it.
      if (grading.judgments === before) grading.withdrawFile();
    }
  };
  const changed = (one: vscode.Uri): void => {
    if (one.toString() === uri.toString()) void again();
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(changed),
    watcher.onDidCreate(changed),
    watcher.onDidDelete((one) => {
      if (one.toString() === uri.toString()) grading.withdrawFile();
    }),
  );
}

/** The open network, or one beside the file of gradients, that the gradients are of; undefined where there is none. */
export async function networkBeside(file: vscode.Uri): Promise<vscode.Uri | undefined> {
  const folder = vscode.Uri.joinPath(file, '..');
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const networks = entries.map(([name]) => name).filter((name) => name.endsWith('.nn.json'));
  const [only] = networks;
  const name =
    networks.length > 1
      ? await vscode.window.showQuickPick(networks, { placeHolder: 'Which network are these gradients of?' })
      : only;
  return name === undefined ? undefined : vscode.Uri.joinPath(folder, name);
}

async function pickGradients({ document: { uri } }: FileSession): Promise<vscode.Uri | undefined> {
  const folder = uri.scheme === 'untitled' ? undefined : vscode.Uri.joinPath(uri, '..');
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Judge gradients from a file',
      openLabel: 'Judge',
      filters: { Gradients: ENDINGS },
      ...(folder && { defaultUri: folder }),
    })) ?? [];
  return file;
}

async function askOrientation(): Promise<Orientation | undefined> {
  const items: (vscode.QuickPickItem & { readonly orientation: Orientation })[] = [
    { label: 'One row per unit', description: 'as PyTorch, W @ x', orientation: 'units-by-inputs' },
    { label: 'One row per input', description: 'as Keras, or NumPy’s X @ W', orientation: 'inputs-by-units' },
  ];
  const placeHolder = 'A weight matrix is square: what does each row hold?';
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.orientation;
}
