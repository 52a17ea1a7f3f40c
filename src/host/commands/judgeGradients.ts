import * as vscode from 'vscode';
import { baseName } from '../../app/names';
import { judgeGradientFile } from '../../app/judgeFile';
import type { Orientation } from '../../format/gradients';
import { editor } from '../platform/editor';
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
  const placeHolder = 'A weight matrix is square: what is a row of it?';
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.orientation;
}
