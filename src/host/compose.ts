import * as vscode from 'vscode';
import { checkOnSave } from './language/checkOnSave';
import { ClaimActions } from './language/claimActions';
import { Claims } from './language/claims';
import { registerCommands } from './commands';
import { watchGradients } from './commands/judgeGradients';
import { networkFolders } from './commands/networkFolders';
import { contextKeys } from './commands/contextKeys';
import { CodeLenses } from './language/codeLenses';
import { Definitions } from './language/definitions';
import { Diagnostics } from './language/diagnostics';
import { Exercises } from '../app/exercise';
import { Hovers } from './language/hovers';
import { InlayHints } from './language/inlayHints';
import { Labels } from './language/labels';
import { Outline } from './language/outline';
import { followActiveFile, inspectOnOpen } from './panel/activeFile';
import { Inspector } from './panel/inspector';
import { VIEW_TYPE } from './panel/openInspector';
import { keepRuns, type Storage } from '../app/runStore';
import type { Files } from './platform/files';
import type { StartWorker } from '../app/compute';
import { editor } from './platform/editor';
import { panelCommands } from './panel/panelCommands';
import { QuickFixes } from './language/quickFixes';
import { Skeletons } from './language/skeletons';
import { followCursor } from './language/cursor';
import { Sessions } from './platform/sessions';
import { RecordedRunFiles } from './commands/recordedRuns';
import { sheetStatus } from './commands/sheetStatus';
import { statusBar } from './commands/statusBar';
import { languageModelTools } from './tools';
import { mcpServer } from './tools/mcpServer';

/** The files that the extension reads: JSON by language, networks by name. */
const NETWORK_FILES: vscode.DocumentSelector = { pattern: '**/*.nn.json' };

/** What differs from platform to platform. */
interface Platform {
  /** Starts the worker program. */
  readonly startWorker: StartWorker;
  /** Where runs are kept over a reload. */
  readonly storage: Storage;
  /** The files of the user's beside the documents. */
  readonly files: Files;
}

/** Puts the extension together: everything that is registered is disposed with the context. */
export function compose(context: vscode.ExtensionContext, { startWorker, storage, files }: Platform): void {
  const at = (...path: string[]): vscode.Uri => vscode.Uri.joinPath(context.extensionUri, ...path);
  const sessions = new Sessions(startWorker, files);
  const diagnostics = new Diagnostics(sessions);
  const claims = new Claims(sessions);
  const exercises = new Exercises(sessions, context.workspaceState, editor);
  const inspector = new Inspector(context.extensionUri, sessions, panelCommands(files));
  const hovers = new Hovers(sessions);
  const inlayHints = new InlayHints(sessions, hovers);
  const codeLenses = new CodeLenses(sessions);
  const outline = new Outline(sessions);
  const skeletons = new Skeletons();
  const recordedRuns = new RecordedRunFiles(sessions);
  context.subscriptions.push(
    // Before the sessions: that they are closed on deactivation is no end of their runs.
    keepRuns(sessions, storage, editor),
    sessions,
    diagnostics,
    claims,
    exercises,
    inspector,
    vscode.window.registerCustomEditorProvider(VIEW_TYPE, inspector),
    inlayHints,
    codeLenses,
    vscode.languages.registerHoverProvider(NETWORK_FILES, hovers),
    vscode.languages.registerInlayHintsProvider(NETWORK_FILES, inlayHints),
    vscode.languages.registerCodeLensProvider(NETWORK_FILES, codeLenses),
    vscode.languages.registerDocumentSymbolProvider(NETWORK_FILES, outline, { label: 'Network' }),
    vscode.languages.registerFoldingRangeProvider(NETWORK_FILES, outline),
    vscode.languages.registerDefinitionProvider(NETWORK_FILES, new Definitions(sessions, files)),
    vscode.languages.registerRenameProvider(NETWORK_FILES, new Labels(sessions)),
    vscode.languages.registerCodeActionsProvider(NETWORK_FILES, new QuickFixes(sessions, diagnostics), {
      providedCodeActionKinds: QuickFixes.kinds,
    }),
    vscode.languages.registerCodeActionsProvider(NETWORK_FILES, new ClaimActions(sessions, claims), {
      providedCodeActionKinds: ClaimActions.kinds,
    }),
    vscode.languages.registerCompletionItemProvider(NETWORK_FILES, skeletons),
    vscode.languages.registerCodeActionsProvider(NETWORK_FILES, skeletons, {
      providedCodeActionKinds: Skeletons.kinds,
    }),
    watchGradients(files, sessions),
    followCursor(sessions),
    contextKeys(sessions, inspector),
    networkFolders(),
    statusBar(sessions),
    sheetStatus(sessions),
    inspectOnOpen(sessions, inspector),
    followActiveFile(sessions),
    checkOnSave(sessions),
    recordedRuns,
    languageModelTools(context, sessions, startWorker),
    mcpServer(context, sessions, exercises),
    registerCommands(sessions, inspector, exercises, recordedRuns, {
      media: at('media'),
      template: at('dist', 'page.html'),
    }),
  );
  sessions.openAll();
}
