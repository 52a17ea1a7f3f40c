import * as vscode from 'vscode';
import { baseName } from '../../app/names';
import type { Files } from '../platform/files';

interface Example extends vscode.QuickPickItem {
  readonly file: string;
  /** Files that the network reads its data from. */
  readonly data?: readonly string[];
}

const EXAMPLES: readonly Example[] = [
  {
    label: 'Univariate logistic least squares',
    description: '1-1',
    detail: 'The lecture’s first network: z = θ₁x + θ₂, y = σ(z), J = ½(y − t)².',
    file: 'univariate-logistic.nn.json',
  },
  {
    label: 'Toy exercise',
    description: '1-1-1',
    detail: 'One path with five factors.',
    file: 'toy-1-1-1.nn.json',
  },
  {
    label: 'Multiple units',
    description: '2-2-2',
    detail: 'Two paths from every weight of layer 1 to the loss.',
    file: 'multiple-units-2-2-2.nn.json',
  },
  {
    label: 'Homework',
    description: '2-2-2',
    detail: 'The same network: work out its derivatives by hand and have them judged.',
    file: 'homework-2-2-2.nn.json',
  },
  {
    label: 'Mazur’s worked example',
    description: '2-2-2',
    detail: 'The published step-by-step example with shared biases, so you can check every number.',
    file: 'mazur-2-2-2.nn.json',
  },
  {
    label: 'XOR',
    description: '2-3-1',
    detail: 'The smallest network that needs a hidden layer.',
    file: 'xor.nn.json',
  },
  {
    label: 'Iris',
    description: '4-8-3, CSV',
    detail: 'Three species from four measurements: softmax, cross-entropy, held-out rows.',
    file: 'iris.nn.json',
    data: ['iris.csv'],
  },
  {
    label: 'Two spirals',
    description: '2-16-16-1',
    detail: 'Two classes wound around each other: hard for small networks.',
    file: 'two-spirals.nn.json',
  },
  {
    label: 'Digits',
    description: '784-128-10, CSV',
    detail: 'More than 100,000 parameters on generated digits.',
    file: 'digits-784-128-10.nn.json',
    data: ['digits.csv'],
  },
];

/** The example and the place for it, for callers other than the palette. */
export interface ExampleRequest {
  readonly example: string;
  readonly target: vscode.Uri;
}

/**
 * "New network from example…": asks which, and where to; writes the network (and its CSV beside it) and opens it with the
 * inspector. Nothing that is there already is overwritten without the save dialog's own question.
 */
export async function newFromExample(
  shipped: vscode.Uri,
  files: Files,
  inspect: (uri: vscode.Uri) => Promise<void>,
  request?: ExampleRequest,
): Promise<void> {
  const example = request
    ? EXAMPLES.find(({ file }) => file === request.example)
    : await vscode.window.showQuickPick(EXAMPLES, {
        title: 'New network from example',
        placeHolder: 'Choose a network to start from',
        matchOnDetail: true,
      });
  if (!example) return;
  const target = request?.target ?? (await askWhere(example.file));
  if (!target) return;
  // A save dialog lets one name a folder that is not there yet.
  await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(target, '..'));
  for (const name of example.data ?? []) {
    const copied = await copyBeside(files, vscode.Uri.joinPath(shipped, name), vscode.Uri.joinPath(target, '..', name));
    if (!copied) return;
  }
  await files.write(target, await vscode.workspace.fs.readFile(vscode.Uri.joinPath(shipped, example.file)));
  await inspect(target);
}

async function askWhere(file: string): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: 'New network from example',
    saveLabel: 'Create',
    filters: { 'Neural network': ['nn.json'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}),
  });
  if (!target) return undefined;
  // Some dialogs drop the second half of the extension, without which the file would not be recognised.
  return target.path.endsWith('.nn.json')
    ? target
    : target.with({ path: target.path.replace(/(\.json)?$/, '.nn.json') });
}

/** Copies a data file unless the same bytes are there; another file of that name is kept, and said. */
async function copyBeside(files: Files, from: vscode.Uri, to: vscode.Uri): Promise<boolean> {
  const bytes = await vscode.workspace.fs.readFile(from);
  const present = await vscode.workspace.fs.readFile(to).then(
    (found) => found,
    () => undefined,
  );
  if (!present) {
    await files.write(to, bytes);
    return true;
  }
  if (present.length === bytes.length && present.every((byte, index) => byte === bytes[index])) return true;
  void vscode.window.showErrorMessage(
    `“${baseName(to)}” already exists there and was not overwritten. Choose another folder for the example.`,
  );
  return false;
}
