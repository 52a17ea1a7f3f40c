import * as vscode from 'vscode';
import type { PanelCommands } from '../../app/panel';
import type { RunState } from '../../app/training';
import { copyDerivation, saveDerivation } from '../commands/derivation';
import { judgeGradients } from '../commands/judgeGradients';
import { saveHistory, savePicture, sayingWhyNot } from '../commands/saving';
import { revealInText } from '../language/cursor';
import type { Files } from '../platform/files';
import type { FileSession } from '../platform/sessions';

/** What the panel of a session asks VS Code for. */
export function panelCommands(files: Files): (session: FileSession) => PanelCommands {
  return (session) => commandsOf(files, session);
}

function commandsOf(files: Files, session: FileSession): PanelCommands {
  const viewOf = (revision: number): RunState => {
    const { shown } = session.view;
    if (shown?.model.revision !== revision) throw new Error('the network has changed in the meantime');
    return shown;
  };
  return {
    reveal: (parameter) => void revealInText(session, parameter),
    showProblems: () => void vscode.commands.executeCommand('workbench.actions.view.problems'),
    startExercise: () =>
      void vscode.commands.executeCommand('gradientInspector.startExercise', session.document.uri.toString()),
    savePicture: (picture) => sayingWhyNot('Could not save the picture', () => savePicture(files, session, picture)),
    saveHistory: () => sayingWhyNot('Could not save the training history', () => saveHistory(files, session)),
    compareWith: () =>
      void vscode.commands.executeCommand('gradientInspector.compareWith', session.document.uri.toString()),
    judgeGradients: async () => {
      if (await judgeGradients(files, session)) session.viewRequests.ask('gradients');
    },
    copyDerivation: ({ revision, parameter, sample, format }) =>
      sayingWhyNot('Could not copy the derivation', () =>
        copyDerivation(session, { view: viewOf(revision), parameter, sample }, format),
      ),
    saveDerivation: ({ revision, parameter, sample }) =>
      sayingWhyNot('Could not save the derivation', () =>
        saveDerivation(files, session, { view: viewOf(revision), parameter, sample }),
      ),
  };
}
