import * as vscode from 'vscode';
import { baseName } from '../../app/names';
import { RecordedRuns } from '../../app/recordedRuns';
import { readBeside } from '../platform/csv';
import type { FileSession, Sessions } from '../platform/sessions';
import { sayingWhyNot } from './saving';

const RUNS = '**/*.nn-run';
/** Milliseconds between two looks at a run that grows. */
const PAUSE = 500;

/** Recorded runs of other programs: opened by a command, and followed while they grow beside an open network file. */
export class RecordedRunFiles implements vscode.Disposable {
  private readonly runs = new RecordedRuns();
  private readonly growing = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly disposables: vscode.Disposable[];
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly sessions: Sessions) {
    const watcher = vscode.workspace.createFileSystemWatcher(RUNS, false, false, true);
    const follow = (uri: vscode.Uri): void => {
      this.follow(uri);
    };
    this.disposables = [watcher, watcher.onDidCreate(follow), watcher.onDidChange(follow)];
  }

  /** "Open recorded run…": shows the run of `file`, or of one that the reader chooses, in the inspector of its network. */
  async open(inspect: (uri: vscode.Uri) => Promise<void>, file?: vscode.Uri): Promise<void> {
    const uri = file ?? (await pickRun());
    if (!uri) return;
    await sayingWhyNot(`Could not open “${baseName(uri)}”`, async () => {
      const session = this.sessions.of(await vscode.workspace.openTextDocument(networkOf(uri)));
      if (!session) throw new Error('there is no network file of that name beside it');
      await inspect(session.document.uri);
      await this.show(session, uri);
    });
  }

  dispose(): void {
    for (const timer of this.growing.values()) clearTimeout(timer);
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** What a program appends is shown soon, with what else it appends until then. */
  private follow(uri: vscode.Uri): void {
    const key = uri.toString();
    if (this.growing.has(key)) return;
    const show = async (): Promise<void> => {
      this.growing.delete(key);
      const session = this.sessions.at(networkOf(uri));
      // A file that is still without a record, or of another network, is left alone until somebody opens it.
      if (session) await this.show(session, uri).catch(() => undefined);
    };
    this.growing.set(
      key,
      setTimeout(() => void show(), PAUSE),
    );
  }

  /** One look after the other, so that a longer run is never followed by a shorter one. */
  private async show(session: FileSession, uri: vscode.Uri): Promise<void> {
    const shown = this.work.then(async () => {
      const bytes = await readBeside(session.document.uri, this.sessions.files, uri);
      await this.runs.show(session, baseName(uri), bytes);
    });
    this.work = shown.catch(() => undefined);
    await shown;
  }
}

/** The recorder names both alike. */
function networkOf(run: vscode.Uri): vscode.Uri {
  return run.with({ path: run.path.replace(/\.nn-run$/i, '.nn.json') });
}

async function pickRun(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Open recorded run',
      openLabel: 'Open',
      filters: { 'Recorded runs': ['nn-run'] },
      ...(folder && { defaultUri: folder }),
    })) ?? [];
  return file;
}
