import * as vscode from 'vscode';
import { compareWithText } from '../../app/comparison';
import { baseName } from '../../app/names';
import { csvFiles } from '../platform/csv';
import type { FileSession, Sessions } from '../platform/sessions';
import { askForEpoch } from './prompts';
import { sayingWhyNot } from './saving';

/** What of VS Code's git extension is asked. */
interface GitApi {
  getRepository(uri: vscode.Uri): { show(ref: string, path: string): Promise<string> } | null;
}

type CompareItem = vscode.QuickPickItem & { readonly choose: () => Promise<boolean> };

/**
 * Compares a network with `other`, a file or a git revision of the same one, or with what the reader chooses; true where there is a
 * comparison to show.
 */
export async function compareWith(
  sessions: Sessions,
  session: FileSession,
  other?: vscode.Uri | string,
): Promise<boolean> {
  if (session.grading.hidden) {
    void vscode.window.showInformationMessage(
      'Comparing is disabled during an exercise: it would reveal the gradients.',
    );
    return false;
  }
  if (other instanceof vscode.Uri) return withFile(sessions, session, other);
  const choices: CompareItem[] = [{ label: 'Another file…', choose: () => withChosenFile(sessions, session) }];
  const git = await gitApi();
  if (other !== undefined) return withRevision(sessions, session, git, other);
  if (git?.getRepository(session.document.uri)) {
    choices.push(
      {
        label: 'HEAD',
        description: 'this file as it was last committed',
        choose: () => withRevision(sessions, session, git, 'HEAD'),
      },
      { label: 'Another git revision…', choose: () => withChosenRevision(sessions, session, git) },
    );
  }
  if (session.training.log.series) {
    choices.push({ label: 'An epoch of the run…', choose: () => withEpoch(session) });
  }
  const [only] = choices;
  const chosen =
    choices.length === 1
      ? only
      : await vscode.window.showQuickPick(choices, { placeHolder: 'Compare the network with …' });
  return (await chosen?.choose()) ?? false;
}

async function withChosenFile(sessions: Sessions, session: FileSession): Promise<boolean> {
  const { uri } = session.document;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Compare with another network',
      openLabel: 'Compare',
      filters: { Networks: ['nn.json', 'json'] },
      ...(uri.scheme !== 'untitled' && { defaultUri: vscode.Uri.joinPath(uri, '..') }),
    })) ?? [];
  return file ? withFile(sessions, session, file) : false;
}

async function withFile(sessions: Sessions, session: FileSession, file: vscode.Uri): Promise<boolean> {
  return compared(baseName(file), async () => {
    const document = await vscode.workspace.openTextDocument(file);
    const history = sessions.at(file)?.training.log.series?.rows() ?? null;
    const files = csvFiles(file, sessions.files);
    await compareWithText(session, { name: baseName(file), text: document.getText(), files, history });
  });
}

async function withChosenRevision(sessions: Sessions, session: FileSession, git: GitApi): Promise<boolean> {
  const ref = await vscode.window.showInputBox({ prompt: 'A branch, a tag or a commit', value: 'HEAD~1' });
  return ref === undefined || ref.trim() === '' ? false : withRevision(sessions, session, git, ref.trim());
}

async function withRevision(
  sessions: Sessions,
  session: FileSession,
  git: GitApi | undefined,
  ref: string,
): Promise<boolean> {
  const { uri } = session.document;
  return compared(ref, async () => {
    const text = await git?.getRepository(uri)?.show(ref, uri.fsPath);
    if (text === undefined) throw new Error('the file is not in a git repository');
    const files = csvFiles(uri, sessions.files);
    await compareWithText(session, { name: ref, text, files, history: null });
  });
}

async function withEpoch(session: FileSession): Promise<boolean> {
  const epoch = await askForEpoch(session, 'Compare with the network as it was after epoch …');
  const { shown } = session.view;
  if (epoch === undefined || !shown) return false;
  return compared(`epoch ${String(epoch)}`, async () => {
    const theta = await session.view.thetaAt(epoch, 'comparison');
    session.comparison.with({ name: `epoch ${String(epoch)}`, network: shown.model.network, theta, history: null });
  });
}

/** True where `act` did it; else the reader is told why not. */
async function compared(name: string, act: () => Promise<void>): Promise<boolean> {
  let done = false;
  await sayingWhyNot(`Could not compare with ${name}`, async () => {
    await act();
    done = true;
  });
  return done;
}

/** Of VS Code's own git extension, where it is there and on. */
async function gitApi(): Promise<GitApi | undefined> {
  const extension = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git');
  try {
    return (await extension?.activate())?.getAPI(1);
  } catch {
    // Switched off, or without git: there are no revisions then.
    return undefined;
  }
}
