import * as vscode from 'vscode';
import type { FileSession } from '../platform/sessions';

/** Asks for η from the next step on of the run that stands still. */
export async function changeLearningRate(session: FileSession, given?: number): Promise<void> {
  const { training } = session;
  const { shown } = session.view;
  if (!training.active || !shown) {
    void vscode.window.showInformationMessage(
      'The learning rate can be changed only while training runs or is paused.',
    );
    return;
  }
  const now = training.learningRate(shown.model.network.training.optimizer.learningRate);
  const typed =
    given ??
    (await askForNumber(`Learning rate η from the next step on`, String(now), (value) =>
      value > 0 ? undefined : 'Enter a number greater than 0.',
    ));
  if (typed !== undefined) await training.setLearningRate(typed);
}

/** Asks which epoch to look back at. */
export async function showEarlierEpoch(session: FileSession, given?: number): Promise<void> {
  const { series } = session.training.log;
  if (!series || series.length === 0) {
    void vscode.window.showInformationMessage('There are no earlier epochs yet. Train the network first.');
    return;
  }
  const epoch = given ?? (await askForEpoch(session, 'Show the network as it was after epoch …'));
  if (epoch !== undefined) await session.view.lookAt(epoch);
}

/** Asks for an epoch of the run that there is. */
export async function askForEpoch({ training, view }: FileSession, prompt: string): Promise<number | undefined> {
  const { series } = training.log;
  if (!series || series.length === 0) return undefined;
  const [first, newest] = [series.epochAt(0), series.newest];
  const range = `Enter an epoch from ${String(first)} to ${String(newest)}.`;
  return askForNumber(prompt, String(view.lookedAt ?? newest), (value) =>
    Number.isInteger(value) && value >= first && value <= newest ? undefined : range,
  );
}

async function askForNumber(
  prompt: string,
  value: string,
  problem: (value: number) => string | undefined,
): Promise<number | undefined> {
  const typed = await vscode.window.showInputBox({
    prompt,
    value,
    validateInput: (text) => problem(text.trim() === '' ? NaN : Number(text)),
  });
  return typed === undefined ? undefined : Number(typed);
}
