import * as vscode from 'vscode';
import type { ParameterId } from '../../core/network';
import type { DerivationFormat } from '../../readings';
import { copyDerivation, pickFormat, saveDerivation, type DerivationSubject } from './derivation';
import { END_EXERCISE, showOpenClaim, type Exercises } from '../exercise';
import { newFromExample, type ExampleRequest } from './examples';
import { openInspector, type Inspector } from '../panel/inspector';
import { changeLearningRate, lookBack } from './prompts';
import { saveAsPyTorch } from './pytorch';
import { saveHistory } from '../saving';
import type { Session } from '../session';
import type { Sessions } from '../sessions';
import { reset, step, train } from './trainingUi';
import { writeWeightsToFile } from './weights';

/** The command that brings the chain of a parameter to the front: a file's address and the parameter, or nothing. */
export const SHOW_CHAIN = 'gradientInspector.showChain';

/** Puts the cursor on the first claim of a file (its address) that is still to be filled in. */
export const SHOW_OPEN_CLAIM = 'gradientInspector.showOpenClaim';

/** Every command of the extension. Each returns when what it started has been done, so that a caller can wait for it. */
export function registerCommands(
  sessions: Sessions,
  inspector: Inspector,
  exercises: Exercises,
  shipped: vscode.Uri,
): vscode.Disposable {
  const on = async (file: string | undefined, act: (session: Session) => unknown): Promise<void> => {
    const session = file === undefined ? inspector.target : sessions.at(vscode.Uri.parse(file, true));
    if (session) await act(session);
    else void vscode.window.showInformationMessage('Open a network file (.nn.json) first.');
  };
  const onTarget = (act: (session: Session) => unknown) => (): Promise<void> => on(undefined, act);

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
    session.select(chosen);
    session.viewRequests.ask('chain');
  };

  /** What is on the screen, or under the cursor where nothing is selected. */
  const derivationSubject = async (session: Session): Promise<DerivationSubject | undefined> => {
    await session.current();
    const { view } = session;
    const parameter = session.selectedParameter ?? (await parameterAtCursor(session));
    if (view && parameter) return { view, parameter, sample: session.selectedSample };
    void vscode.window.showInformationMessage(
      'Select a weight or a bias first: its derivation is what is taken along.',
    );
    return undefined;
  };

  const commands: Readonly<Record<string, (...args: never[]) => Promise<void>>> = {
    'gradientInspector.inspect': inspect,
    'gradientInspector.train': onTarget(train),
    'gradientInspector.pause': (file?: string) => on(file, ({ training }) => training.pause()),
    'gradientInspector.resume': (file?: string) => on(file, train),
    'gradientInspector.stop': (file?: string) => on(file, ({ training }) => training.stop()),
    'gradientInspector.stepEpoch': onTarget((session) => step(session, 'epoch')),
    'gradientInspector.stepBatch': onTarget((session) => step(session, 'batch')),
    'gradientInspector.changeLearningRate': (rate?: number) =>
      on(undefined, (session) => changeLearningRate(session, rate)),
    'gradientInspector.lookBack': (epoch?: number) => on(undefined, (session) => lookBack(session, epoch)),
    'gradientInspector.reset': onTarget((session) => {
      reset(session, 'file');
    }),
    'gradientInspector.resetRandom': onTarget((session) => {
      reset(session, 'random');
    }),
    'gradientInspector.saveHistory': onTarget(saveHistory),
    'gradientInspector.exportPyTorch': (target?: vscode.Uri) =>
      on(undefined, (session) => saveAsPyTorch(session, target)),
    'gradientInspector.writeWeights': onTarget(writeWeightsToFile),
    'gradientInspector.check': onTarget(async (session) => {
      await openInspector(session.document.uri);
      session.viewRequests.ask('check');
    }),
    'gradientInspector.startExercise': onTarget((session) => exercises.start(session)),
    [END_EXERCISE]: (file?: string) => on(file, (session) => exercises.end(session)),
    'gradientInspector.newFromExample': (request?: ExampleRequest) => newFromExample(shipped, openInspector, request),
    'gradientInspector.copyDerivation': (format?: DerivationFormat) =>
      onTarget(async (session) => {
        const subject = await derivationSubject(session);
        const chosen = subject && (format ?? (await pickFormat()));
        if (chosen) await copyDerivation(session, subject, chosen);
      })(),
    'gradientInspector.saveDerivation': (target?: vscode.Uri) =>
      onTarget(async (session) => {
        const subject = await derivationSubject(session);
        if (subject) await saveDerivation(session, subject, target);
      })(),
    [SHOW_CHAIN]: showChain,
    [SHOW_OPEN_CLAIM]: (file: string) => on(file, ({ document }) => showOpenClaim(document)),
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

async function parameterAtCursor(session: Session): Promise<ParameterId | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document !== session.document) return undefined;
  const read = await session.current();
  return read?.file.source.parameterAt(session.document.offsetAt(editor.selection.active));
}

/** The file of the active tab, be it text or a panel. */
function activeTabUri(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
}
