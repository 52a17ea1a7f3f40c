import * as vscode from 'vscode';
import { superscript } from '../../core/notation';
import type { ClaimedQuantity } from '../../core/exercise/exercise';
import { newSheet } from '../../app/classes/newSheet';
import type { Submission } from '../../app/classes/grade';
import { sheetOf } from '../../app/sheet';
import { baseName } from '../../app/names';
import { loadNetworkFile } from '../../format';
import { placesIn } from '../../format/places';
import { idProblem } from '../../format/roster';
import { csvFiles } from '../platform/csv';
import { type Files, fileExists } from '../platform/files';
import type { FileSession } from '../platform/sessions';
import { sayingWhyNot } from './saving';

interface QuantityItem extends vscode.QuickPickItem {
  readonly quantities?: readonly ClaimedQuantity[];
  readonly layer?: number;
}

/** “New exercise sheet…”: asks what is asked, and opens a sheet that is not saved yet. */
export async function createSheet(
  session: FileSession,
  choice?: { quantities: ClaimedQuantity[]; layers: number[] },
): Promise<void> {
  const read = await session.text.current();
  const { own } = session.text;
  if (!read?.file.network || !own?.model.data) {
    const todo = read?.file.network ? 'Add data first.' : 'Fix the file’s errors first.';
    void vscode.window.showInformationMessage(`Cannot make an exercise sheet. ${todo}`);
    return;
  }
  const { network } = read.file;
  const chosen = choice ?? (await pickQuestions(network.layers.length));
  if (!chosen || chosen.quantities.length + chosen.layers.length === 0) return;
  const content = newSheet(read.text, network, own.model.data.training, chosen);
  const document = await vscode.workspace.openTextDocument({ language: 'json', content });
  await vscode.window.showTextDocument(document, { preview: false });
}

async function pickQuestions(layers: number): Promise<{ quantities: ClaimedQuantity[]; layers: number[] } | undefined> {
  const items: QuantityItem[] = [
    { label: 'z and a', description: 'the forward pass', quantities: ['z', 'a'] },
    { label: 'J', description: 'the loss', quantities: ['loss'] },
    { label: 'δ', description: 'of every unit', quantities: ['delta'] },
    ...Array.from({ length: layers - 1 }, (_, index): QuantityItem => {
      const layer = index + 1;
      return {
        label: `∂J/∂θ${superscript(`(${String(layer)})`)}`,
        description: `layer ${String(layer)}`,
        layer,
        picked: true,
      };
    }),
    { label: 'θ after one step', description: 'θ − η ∂J/∂θ', quantities: ['step'] },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'New exercise sheet',
    placeHolder: 'What does the sheet ask?',
    canPickMany: true,
  });
  if (!picked) return undefined;
  return {
    quantities: picked.flatMap(({ quantities = [] }) => quantities),
    layers: picked.flatMap(({ layer }) => (layer === undefined ? [] : [layer])),
  };
}

/** Sheets of one folder that are graded at most. */
const MOST = 2000;

/** “Grade folder…”: every sheet in the folder against its key where there is one beside it, and the report in an editor. */
export async function gradeFolder(files: Files, folder?: vscode.Uri): Promise<void> {
  const [chosen] = folder
    ? [folder]
    : ((await vscode.window.showOpenDialog({
        title: 'Grade folder',
        openLabel: 'Grade',
        canSelectFiles: false,
        canSelectFolders: true,
      })) ?? []);
  if (!chosen) return;
  await sayingWhyNot(`Could not grade “${baseName(chosen)}”`, async () => {
    const title = { location: vscode.ProgressLocation.Notification, title: 'Grading', cancellable: true };
    const report = await vscode.window.withProgress(title, (progress, canceled) =>
      reportOn(files, chosen, (done, all) => {
        progress.report({ increment: 100 / all, message: `${String(done)} of ${String(all)}` });
        return !canceled.isCancellationRequested;
      }),
    );
    if (report === undefined) return;
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: report });
    await vscode.window.showTextDocument(document, { preview: false });
  });
}

/** The report as Markdown; undefined where it was canceled. */
async function reportOn(
  files: Files,
  folder: vscode.Uri,
  goesOn: (done: number, all: number) => boolean,
): Promise<string | undefined> {
  const found = await networksIn(folder);
  if (found.length === 0) throw new Error('it has no network files (.nn.json)');
  const keys = folder.with({ path: `${folder.path.replace(/\/+$/, '')}.key` });
  const references = new Map<Submission, ReturnType<typeof sheetOf>>();
  const submissions: Submission[] = [];
  for (const uri of found) {
    if (!goesOn(submissions.length + 1, found.length)) return undefined;
    const submission = await readSheet(files, uri);
    submissions.push(submission);
    const key =
      idProblem(submission.owner) === undefined
        ? vscode.Uri.joinPath(keys, submission.owner, baseName(uri))
        : undefined;
    const solved = key && (await fileExists(key)) ? await readSheet(files, key) : undefined;
    if (solved?.content?.data) references.set(submission, sheetOf(solved.content, solved.content.data.training));
  }
  const { classReport, gradeAll } = await import('../../app/classes');
  const graded = gradeAll(submissions, (submission) => references.get(submission));
  return classReport(graded, `Grades: ${baseName(folder)}`, 'markdown');
}

/** The network files below a folder, whatever VS Code's search leaves out; links to folders, which may lead back, are not followed. */
async function networksIn(folder: vscode.Uri): Promise<vscode.Uri[]> {
  const found: vscode.Uri[] = [];
  const open = [folder];
  for (let next = open.pop(); next && found.length < MOST; next = open.pop()) {
    for (const [name, type] of await vscode.workspace.fs.readDirectory(next)) {
      const uri = vscode.Uri.joinPath(next, name);
      if (type === vscode.FileType.Directory && name !== 'node_modules') open.push(uri);
      else if ((type & vscode.FileType.File) !== 0 && name.toLowerCase().endsWith('.nn.json')) found.push(uri);
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1)).slice(0, MOST);
}

async function readSheet(files: Files, uri: vscode.Uri): Promise<Submission> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  const beside = csvFiles(uri, files);
  const { network, problems, ...rest } = await loadNetworkFile(text, {
    fileName: baseName(uri),
    readCsv: (path) => beside.read(path),
    readBytes: (path) => beside.bytes(path),
  });
  const at = placesIn(text);
  return {
    file: vscode.workspace.asRelativePath(uri),
    owner: baseName(vscode.Uri.joinPath(uri, '..')),
    text,
    content: network && { ...rest, network },
    problems: problems
      .filter(({ severity }) => severity === 'error')
      .map(({ code, message, offset }) => ({ code, message, ...at(offset) })),
  };
}
