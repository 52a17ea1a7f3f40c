import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { checkOnSave } from './host/checkOnSave';
import { ClaimActions } from './host/claimActions';
import { Claims } from './host/claims';
import { registerCommands } from './host/commands';
import { contextKeys } from './host/contextKeys';
import { Diagnostics } from './host/diagnostics';
import { Exercises } from './host/exercise';
import { Hovers } from './host/hovers';
import { Inspector, VIEW_TYPE } from './host/inspector';
import { inspectOnOpen } from './host/inspectOnOpen';
import { keepRuns } from './host/keeper';
import { nodeStorage, removeOldest } from './host/nodeStorage';
import { nodeWorker } from './host/nodeWorker';
import { QuickFixes } from './host/quickFixes';
import { followCursor, revealInText } from './host/selection';
import { Sessions } from './host/sessions';
import { statusBar } from './host/statusBar';
import { reset, step, train } from './host/trainingUi';
import { writeWeightsToFile } from './host/weights';

/** The files that the extension reads: JSON by language, networks by name. */
const NETWORK_FILES: vscode.DocumentSelector = { pattern: '**/*.nn.json' };

/** Files whose runs are kept over a reload; the oldest make way. */
const MOST_RUNS = 20;

export function activate(context: vscode.ExtensionContext): void {
  const at = (...path: string[]): vscode.Uri => vscode.Uri.joinPath(context.extensionUri, ...path);
  const sessions = new Sessions(nodeWorker(at('dist', 'worker.js').fsPath), realPath);
  const runs = join((context.storageUri ?? context.globalStorageUri).fsPath, 'runs');
  void removeOldest(runs, MOST_RUNS);
  const diagnostics = new Diagnostics(sessions);
  const claims = new Claims(sessions);
  const exercises = new Exercises(sessions, context.workspaceState);
  const inspector = new Inspector(at('dist'), sessions, (session) => ({
    reveal: (parameter) => void revealInText(session, parameter),
    train: () => void train(session),
    step: (unit) => void step(session, unit),
    reset: (to) => {
      reset(session, to);
    },
    writeWeights: () => void writeWeightsToFile(session),
    showProblems: () => void vscode.commands.executeCommand('workbench.actions.view.problems'),
    endExercise: () => void exercises.end(session),
  }));
  context.subscriptions.push(
    // Before the sessions: that they are closed on deactivation is no end of their runs.
    keepRuns(sessions, nodeStorage(runs)),
    sessions,
    diagnostics,
    claims,
    exercises,
    inspector,
    vscode.window.registerCustomEditorProvider(VIEW_TYPE, inspector),
    vscode.languages.registerHoverProvider(NETWORK_FILES, new Hovers(sessions)),
    vscode.languages.registerCodeActionsProvider(NETWORK_FILES, new QuickFixes(sessions, diagnostics), {
      providedCodeActionKinds: QuickFixes.kinds,
    }),
    vscode.languages.registerCodeActionsProvider(NETWORK_FILES, new ClaimActions(sessions, claims), {
      providedCodeActionKinds: ClaimActions.kinds,
    }),
    followCursor(sessions),
    contextKeys(sessions, inspector),
    statusBar(sessions),
    inspectOnOpen(sessions, inspector),
    checkOnSave(sessions),
    registerCommands(sessions, inspector, exercises, at('media', 'examples')),
  );
  sessions.openAll();
}

/** Follows links on disk, so that a link cannot lead out of the workspace. Elsewhere there are none. */
async function realPath(uri: vscode.Uri): Promise<vscode.Uri> {
  return uri.scheme === 'file' ? vscode.Uri.file(await realpath(uri.fsPath)) : uri;
}
