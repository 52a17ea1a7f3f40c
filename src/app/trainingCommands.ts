import { layerAt, type Network } from '../core/network';
import { parseNetworkFile } from '../format';
import type { StepUnit } from '../protocol';
import type { Editor, Progress } from './editor';
import { together } from './emitter';
import type { Session } from './session';
import type { RunState } from './training';

/** Runs that end sooner than this need no notification. */
const NOTIFY_AFTER = 700;
/** Milliseconds for which the seed of random weights is told. */
const SEED_SHOWN = 10_000;

/**
 * Trains what the session shows and resolves when the run has ended; a long run shows its progress, with Cancel, where the
 * editor shows progress. Says why when there is nothing to train.
 */
export async function train(session: Session, editor: Editor): Promise<void> {
  const { training } = session;
  // The panel offers to train as soon as Stop is pressed.
  if (training.stopping) await training.ended();
  if (training.active) {
    await session.view.lookAt(null);
    await training.resume();
    return;
  }
  const view = await trainable(session, editor);
  if (!view) return;
  // Where the panel is in sight, it shows the progress itself, and the status bar does always.
  const timer = setTimeout(() => {
    if (session.values.watched) return;
    void editor.progress(`Training ${view.model.network.name}`, (progress) => showProgress(session, progress));
  }, NOTIFY_AFTER);
  await training.run(view);
  clearTimeout(timer);
  if (training.outcome?.kind === 'failed') void editor.error(training.outcome.message);
}

/** One epoch or one mini-batch further; a run that is not there yet begins with it. Resolves when it stands still again. */
export async function step(session: Session, editor: Editor, unit: StepUnit): Promise<void> {
  if (session.training.status === 'running') return;
  if (session.training.active) await session.view.lookAt(null);
  const view = await trainable(session, editor);
  if (view) await session.training.step(view, unit);
}

/** Back to the file's weights, or on to new random ones, whose seed it says: they can be had again. */
export function reset({ text, view }: Session, editor: Editor, to: 'file' | 'random'): void {
  const written = text.model && text.writtenAs(text.model);
  if (to === 'file' || !text.model || !written) {
    view.reset();
    return;
  }
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  view.reset(randomWeights(written.text, text.model.network, seed));
  editor.status(`New random weights (seed ${String(seed)}).`, SEED_SHOWN);
}

/** What is shown, if it can be trained; else says why not. */
async function trainable({ text, view, grading }: Session, editor: Editor): Promise<RunState | undefined> {
  // A file that has been closed meanwhile is nobody's any more.
  if (!(await text.current())) return undefined;
  const { shown } = view;
  if (!shown) {
    void editor.error('Cannot train: the file has errors (see Problems).');
    return undefined;
  }
  if (!shown.model.data) {
    void editor.error('Cannot train: no data. Add "data" with inputs and targets.');
    return undefined;
  }
  if (grading.hidden) {
    if (grading.locked) {
      void editor.info('Training is disabled until all answers of the sheet are correct: its steps would reveal them.');
      return undefined;
    }
    const show = 'Show gradients';
    const message = 'Training is disabled during an exercise: the first step would reveal the gradients.';
    void editor.info(message, show).then((answer) => {
      if (answer === show) grading.hide(false);
    });
    return undefined;
  }
  return shown;
}

async function showProgress({ training }: Session, progress: Progress): Promise<void> {
  let shown = 0;
  const report = (): void => {
    const epoch = training.state?.epoch ?? 0;
    const increment = ((epoch - shown) / training.totalEpochs) * 100;
    shown = epoch;
    const loss = training.loss.toPrecision(5);
    progress.report({ increment, message: `epoch ${String(epoch)} of ${String(training.totalEpochs)} · J = ${loss}` });
  };
  const subscriptions = together(
    training.onDidProgress(report),
    progress.onDidCancel(() => void training.stop()),
  );
  report();
  try {
    await training.ended();
  } finally {
    subscriptions.dispose();
  }
}

/**
 * New initial weights for the network that `text` holds without an error, as its `init` and this seed draw them: what the
 * text would say without its `weights` and `biases`. Undefined where they cannot be drawn.
 */
function randomWeights(text: string, network: Network, seed: number): Float64Array | undefined {
  const file = JSON.parse(text) as { layers: Record<string, unknown>[] };
  const layers = file.layers.map(({ weights: _, biases, ...layer }, l) => ({
    ...layer,
    units: layerAt(network, l + 1).units,
    ...(biases === false && { biases }),
  }));
  return parseNetworkFile(JSON.stringify({ layers, seed }), { fileName: '' }).network?.theta;
}
