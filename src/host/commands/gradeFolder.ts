/** “Grade folder…”, in a program of its own: the judge of sheets is large, and few people grade. */

import * as vscode from 'vscode';
import { type Submission, gradeAll } from '../../app/classes/grade';
import { classReport } from '../../app/classes/report';
import { baseName } from '../../app/names';
import { sheetOf } from '../../app/sheet';
import { loadNetworkFile } from '../../format';
import { placesIn } from '../../format/places';
import { idProblem } from '../../format/roster';
import { csvFiles } from '../platform/csv';
import type { Files } from '../platform/files';
import { sayingWhyNot } from './saving';

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
  const pattern = new vscode.RelativePattern(folder, '**/*.nn.json');
  const found = await vscode.workspace.findFiles(pattern, '**/node_modules/**', MOST);
  if (found.length === 0) throw new Error('it has no network files (.nn.json)');
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
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
    const solved = key && (await exists(key)) ? await readSheet(files, key) : undefined;
    if (solved?.content?.data) references.set(submission, sheetOf(solved.content, solved.content.data.training));
  }
  const graded = gradeAll(submissions, (submission) => references.get(submission));
  return classReport(graded, `Grades: ${baseName(folder)}`, 'markdown');
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

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
