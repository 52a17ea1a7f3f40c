import * as vscode from 'vscode';
import type { ParameterId } from '../../core/network';
import { DERIVATION_FORMAT_NAMES, type DerivationSource } from '../../app/derivation';
import { compareWith } from './compare';
import { copyDerivation, pickFormat, saveDerivation } from './derivation';
import { showOpenClaim, type Exercises } from '../../app/exercise';
import { newFromExample, type ExampleRequest } from './examples';
import { editor } from '../platform/editor';
import type { Inspector } from '../panel/inspector';
import { openInspector, showText } from '../panel/openInspector';
import { setFollowsActiveFile } from '../platform/settings';
import { OPEN_MODEL, openModel } from './openModel';
import { addPythonHelper } from './pythonHelper';
import { judgeGradients, networkBeside } from './judgeGradients';
import { changeLearningRate, showEarlierEpoch } from './prompts';
import type { RecordedRunFiles } from './recordedRuns';
import { saveAsPyTorch } from './pytorch';
import { saveAsWebPage } from './webPage';
import { saveHistory, sayingWhyNot } from './saving';
import { createSheet, gradeFolder } from './sheets';
import type { FileSession, Sessions } from '../platform/sessions';
import { reset, step, train } from '../../app/trainingCommands';
import { writeWeightsToFile } from '../../app/weights';

/** The command that brings the chain of a parameter to the front: a file's address and the parameter, or nothing. */
export const SHOW_CHAIN = 'gradientInspector.showChain';

/** Selects the first claim of a file (its address) that is still to be filled in. */
export const SHOW_OPEN_CLAIM = 'gradientInspector.showOpenClaim';

/** Every command of the extension. Each returns when what it started has been done, so that a caller can wait for it. */
export function registerCommands(
  sessions: Sessions,
  inspector: Inspector,
  exercises: Exercises,
  recordedRuns: RecordedRunFiles,
  { media, template }: { readonly media: vscode.Uri; readonly template: vscode.Uri },
): vscode.Disposable {
  const { files } = sessions;
  /** About the file of this address; without one, as where the panel's context menu asks, about the one that is worked on. */
  const on = async (file: unknown, act: (session: FileSession) => unknown): Promise<void> => {
    const isAddress = typeof file === 'string' || file instanceof vscode.Uri;
    const session = isAddress ? sessions.at(vscode.Uri.parse(file.toString(), true)) : inspector.target;
    if (session) await act(session);
    else void vscode.window.showInformationMessage('Open a network file (.nn.json) first.');
  };
  const onTarget = (act: (session: FileSession) => unknown) => (): Promise<void> => on(undefined, act);

  const inspect = async (uri?: vscode.Uri): Promise<void> => {
    const target = uri ?? activeTabUri();
    if (target?.path.endsWith('.nn.json')) await openInspector(target);
    else void vscode.window.showInformationMessage('Open a network file (.nn.json) first.');
  };

  const showChain = async (file?: string, parameter?: ParameterId): Promise<void> => {
    const session = file === undefined ? inspector.target : sessions.at(vscode.Uri.parse(file, true));
    if (!session) return;
    const chosen = parameter ?? (await parameterAtCursor(session));
    if (!chosen) {
      void vscode.window.showInformationMessage('Place the cursor on a weight or a bias to see its derivative chain.');
      return;
    }
    await openInspector(session.document.uri);
    session.selection.select(chosen);
    session.viewRequests.ask('chain');
  };

  /** Of the network beside `file` where the explorer asks, else of the one that commands are about. */
  const judge = async (file?: vscode.Uri): Promise<void> => {
    const { target } = inspector;
    const folderOf = (uri: vscode.Uri): string => vscode.Uri.joinPath(uri, '..').toString();
    const isElsewhere = file !== undefined && (!target || folderOf(target.document.uri) !== folderOf(file));
    const beside = isElsewhere ? await networkBeside(file) : undefined;
    const session = beside ? sessions.of(await vscode.workspace.openTextDocument(beside)) : isElsewhere ? null : target;
    if (session === null) return;
    if (!session) {
      void vscode.window.showInformationMessage('Open a network file (.nn.json) first.');
      return;
    }
    if (!(await judgeGradients(files, session, file))) return;
    await openInspector(session.document.uri);
    session.viewRequests.ask('gradients');
  };

  const compare = async (session: FileSession, other?: vscode.Uri | string): Promise<void> => {
    if (!(await compareWith(sessions, session, other))) return;
    await openInspector(session.document.uri);
    session.viewRequests.ask('compare');
  };

  /** Two files that are selected in the explorer: the first beside the second. */
  const compareFiles = async (_clicked?: vscode.Uri, selected: readonly vscode.Uri[] = []): Promise<void> => {
    const [first, second] = selected;
    if (!first || !second) {
      void vscode.window.showInformationMessage('Select two network files (.nn.json) in the Explorer first.');
      return;
    }
    const session = sessions.of(await vscode.workspace.openTextDocument(first));
    if (session) await compare(session, second);
  };

  /** What is on the screen, or under the cursor where nothing is selected. */
  const derivationSubject = async (session: FileSession): Promise<DerivationSource | undefined> => {
    await session.text.current();
    const { shown } = session.view;
    const parameter = session.selection.parameter ?? (await parameterAtCursor(session));
    if (shown && parameter) return { view: shown, parameter, sample: session.selection.sample };
    void vscode.window.showInformationMessage('Select a weight or bias to copy its derivation.');
    return undefined;
  };

  const commands: Readonly<Record<string, (...args: never[]) => Promise<void>>> = {
    'gradientInspector.inspect': inspect,
    'gradientInspector.showText': onTarget(({ document }) => showText(document.uri)),
    'gradientInspector.followActiveFile': () => setFollowsActiveFile(true),
    'gradientInspector.stayWithFile': () => setFollowsActiveFile(false),
    'gradientInspector.train': (file?: unknown) => on(file, (session) => train(session, editor)),
    'gradientInspector.pause': (file?: unknown) => on(file, ({ training }) => training.pause()),
    'gradientInspector.resume': (file?: unknown) => on(file, (session) => train(session, editor)),
    'gradientInspector.stop': (file?: unknown) => on(file, ({ training }) => training.stop()),
    'gradientInspector.stepEpoch': onTarget((session) => step(session, editor, 'epoch')),
    'gradientInspector.stepBatch': onTarget((session) => step(session, editor, 'batch')),
    'gradientInspector.changeLearningRate': (rate?: unknown) =>
      on(undefined, (session) => changeLearningRate(session, numberOf(rate))),
    'gradientInspector.lookBack': (epoch?: unknown) =>
      on(undefined, (session) => showEarlierEpoch(session, numberOf(epoch))),
    'gradientInspector.reset': onTarget((session) => {
      reset(session, editor, 'file');
    }),
    'gradientInspector.resetRandom': onTarget((session) => {
      reset(session, editor, 'random');
    }),
    'gradientInspector.saveHistory': onTarget((session) =>
      sayingWhyNot('Could not save the training history', () => saveHistory(files, session)),
    ),
    'gradientInspector.exportPyTorch': (target?: unknown) =>
      on(undefined, (session) => saveAsPyTorch(files, session, targetOf(session, target))),
    'gradientInspector.exportPage': (target?: unknown) =>
      on(undefined, (session) => saveAsWebPage(files, session, template, targetOf(session, target))),
    'gradientInspector.writeWeights': onTarget((session) => writeWeightsToFile(session, editor)),
    'gradientInspector.check': (file?: unknown) =>
      on(file, async (session) => {
        await openInspector(session.document.uri);
        session.viewRequests.ask('check');
      }),
    'gradientInspector.judgeGradients': judge,
    'gradientInspector.compareWith': (file?: unknown, other?: vscode.Uri) =>
      on(file, (session) => compare(session, other)),
    'gradientInspector.compareFiles': compareFiles,
    'gradientInspector.startExercise': (file?: unknown) => on(file, (session) => exercises.start(session)),
    'gradientInspector.endExercise': (file?: unknown) =>
      on(file, (session) => {
        exercises.end(session);
      }),
    'gradientInspector.newSheet': (choice?: Parameters<typeof createSheet>[1]) =>
      on(undefined, (session) => createSheet(session, choice)),
    'gradientInspector.gradeFolder': (folder?: vscode.Uri) => gradeFolder(files, folder),
    'gradientInspector.newFromExample': (request?: ExampleRequest) =>
      newFromExample(vscode.Uri.joinPath(media, 'examples'), files, openInspector, request),
    [OPEN_MODEL]: (model?: vscode.Uri) => openModel(files, openInspector, model),
    'gradientInspector.openRun': (file?: vscode.Uri) => recordedRuns.open(openInspector, file),
    'gradientInspector.addPythonHelper': (folder?: vscode.Uri) =>
      addPythonHelper(vscode.Uri.joinPath(media, 'python', 'gradient_inspector.py'), files, folder),
    'gradientInspector.copyDerivation': (format?: unknown) =>
      onTarget(async (session) => {
        const subject = await derivationSubject(session);
        const given = DERIVATION_FORMAT_NAMES.find((name) => name === format);
        const chosen = subject && (given ?? (await pickFormat()));
        if (chosen) await copyDerivation(session, subject, chosen);
      })(),
    'gradientInspector.saveDerivation': (target?: unknown) =>
      onTarget(async (session) => {
        const subject = await derivationSubject(session);
        if (!subject) return;
        await sayingWhyNot('Could not save the derivation', () =>
          saveDerivation(files, session, subject, targetOf(session, target)),
        );
      })(),
    [SHOW_CHAIN]: showChain,
    [SHOW_OPEN_CLAIM]: (file: string) => on(file, ({ document }) => showOpenClaim(document, editor)),
    'gradientInspector.presentation': onTarget(async (session) => {
      await openInspector(session.document.uri);
      session.viewRequests.ask('presentation');
    }),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(name, run as (...args: unknown[]) => Promise<void>),
    ),
  );
}

/** What a program asked for; a menu hands over the file that it is in, or the panel's context. */
function numberOf(given: unknown): number | undefined {
  return typeof given === 'number' ? given : undefined;
}

function targetOf({ document }: FileSession, given: unknown): vscode.Uri | undefined {
  return given instanceof vscode.Uri && given.toString() !== document.uri.toString() ? given : undefined;
}

async function parameterAtCursor(session: FileSession): Promise<ParameterId | undefined> {
  const active = vscode.window.activeTextEditor;
  if (active?.document !== session.document) return undefined;
  const read = await session.text.current();
  return read?.file.source.parameterAt(session.document.offsetAt(active.selection.active));
}

/** The file of the active tab, be it text or a panel. */
function activeTabUri(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
}
