import * as vscode from 'vscode';
import type { StepUnit } from '../../protocol';
import { END_EXERCISE } from '../exercise';
import { randomWeights } from './randomWeights';
import { messageText } from '../language/fileText';
import type { Session } from '../session';
import type { RunState } from '../training';

/** Runs that end sooner than this need no notification. */
const NOTIFY_AFTER = 700;
/** Milliseconds for which the seed of random weights is told. */
const SEED_SHOWN = 10_000;

/**
 * Trains what the session shows and resolves when the run has ended; a long run shows its progress, with Cancel, where
 * VS Code shows progress. Says why when there is nothing to train.
 */
export async function train(session: Session): Promise<void> {
  const { training } = session;
  if (training.active) {
    await session.lookAt(null);
    await training.resume();
    return;
  }
  const view = await trainable(session);
  if (!view) return;
  // Where the panel is in sight, it shows the progress itself, and the status bar does always.
  const timer = setTimeout(() => {
    if (!session.values.watched) void showProgress(session);
  }, NOTIFY_AFTER);
  await training.run(view);
  clearTimeout(timer);
  const failed = training.outcome?.startsWith('Training failed');
  if (failed) void vscode.window.showErrorMessage(messageText(training.outcome ?? ''));
}

/** One epoch or one mini-batch further; a run that is not there yet begins with it. Resolves when it stands still again. */
export async function step(session: Session, unit: StepUnit): Promise<void> {
  if (session.training.status === 'running') return;
  if (session.training.active) await session.lookAt(null);
  const view = await trainable(session);
  if (view) await session.training.step(view, unit);
}

/** Back to the file's weights, or on to new random ones, whose seed it says: they can be had again. */
export function reset(session: Session, to: 'file' | 'random'): void {
  const own = session.ownView;
  const written = own && session.textOf(own.model);
  if (to === 'file' || !own || !written) {
    session.reset();
    return;
  }
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  session.reset(randomWeights(written.text, own.model.network, seed));
  vscode.window.setStatusBarMessage(`New random weights, drawn with "seed": ${String(seed)}`, SEED_SHOWN);
}

/** What is shown, if it can be trained; else says why not. */
async function trainable(session: Session): Promise<RunState | undefined> {
  // A file that has been closed meanwhile is nobody's any more.
  if (!(await session.current())) return undefined;
  const view = session.view;
  if (!view) {
    void vscode.window.showErrorMessage(
      'There is no network to train: the text has errors. They are listed in the Problems view.',
    );
    return undefined;
  }
  if (!view.model.data) {
    void vscode.window.showErrorMessage(
      'There is nothing to train on: the file has no data. Add "data" with inputs and targets.',
    );
    return undefined;
  }
  if (session.grading.hidden) {
    const show = 'Show gradients';
    const message = 'During an exercise nothing is trained: the first step would tell the gradients.';
    void vscode.window.showInformationMessage(message, show).then((answer) => {
      if (answer === show) void vscode.commands.executeCommand(END_EXERCISE, session.document.uri.toString());
    });
    return undefined;
  }
  return view;
}

async function showProgress({ training, view }: Session): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: messageText(`Training ${view?.model.network.name ?? ''}`),
    cancellable: true,
  };
  await vscode.window.withProgress(options, async (progress, cancelled) => {
    let shown = 0;
    const report = (): void => {
      const epoch = training.state?.epoch ?? 0;
      const increment = ((epoch - shown) / training.totalEpochs) * 100;
      shown = epoch;
      const loss = training.loss.toPrecision(5);
      progress.report({
        increment,
        message: `epoch ${String(epoch)} of ${String(training.totalEpochs)} · J = ${loss}`,
      });
    };
    const subscriptions = [
      training.onDidProgress(report),
      cancelled.onCancellationRequested(() => void training.stop()),
    ];
    report();
    try {
      await training.ended();
    } finally {
      vscode.Disposable.from(...subscriptions).dispose();
    }
  });
}
