import * as vscode from 'vscode';
import { unpackReport } from '../../core/check/packed';
import { parameterLayout } from '../../core/network';
import { parameterName } from '../../core/notation';
import { isUnwanted } from '../../app/compute';
import { messageText } from './fileText';
import type { FileSession, Sessions } from '../platform/sessions';
import { checksOnSave } from '../platform/settings';

/** Milliseconds for which the status bar says that all is well. */
const SHOWN = 5000;

/** With the setting on, saving a network file runs the gradient check on it: quietly where it passes, loudly where it fails. */
export function checkOnSave(sessions: Sessions): vscode.Disposable {
  const checking = new Set<FileSession>();
  return vscode.workspace.onDidSaveTextDocument(async (document) => {
    const session = checksOnSave(document) ? sessions.of(document) : undefined;
    if (!session || checking.has(session)) return;
    checking.add(session);
    try {
      // What was saved while a long check ran is checked as well.
      while (!(await checked(session)) && !document.isDirty);
    } finally {
      checking.delete(session);
    }
  });
}

/** Checks the text's own weights. False where the text has changed meanwhile, so that its verdict is of no interest. */
async function checked(session: FileSession): Promise<boolean> {
  const read = await session.text.current();
  const own = session.text.own;
  // In an exercise the judge of the claims has the word, and the check's numbers are hidden.
  if (!read?.file.network || !own?.model.data || session.grading.hidden) return true;
  const { model, theta } = own;
  try {
    const packed = await session.compute.on(model).check({ theta });
    const { verdict, parameters } = unpackReport(packed, parameterLayout(model.network.layers));
    if (session.document.version !== read.version) return false;
    const [worst] = parameters;
    if (verdict !== 'fail') {
      const passing = parameters.filter((one) => one.verdict === 'pass').length;
      const all = passing === parameters.length ? 'all' : `${String(passing)} of`;
      const message = `$(check) Gradients checked: ${all} ${String(parameters.length)} pass`;
      vscode.window.setStatusBarMessage(message, SHOWN);
    }
    if (verdict === 'fail' && worst) {
      const failing = parameters.filter((one) => one.verdict === 'fail').length;
      const name = `∂J/∂${parameterName(model.network, worst.parameter)}`;
      const of = failing === 1 ? name : `${String(failing)} parameters, worst ${name}`;
      void report(session, `The gradient check fails for ${of}: ${worst.reason}.`);
    }
  } catch (error) {
    // The worker was closed, or the reader has stopped the check.
    if (!isUnwanted(error) && !(error instanceof Error && error.name === 'Stopped')) throw error;
  }
  return true;
}

async function report({ document }: FileSession, message: string): Promise<void> {
  const show = 'Show check';
  if ((await vscode.window.showWarningMessage(messageText(message), show)) !== show) return;
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('gradientInspector.check');
}
