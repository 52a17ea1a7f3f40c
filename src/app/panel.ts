import { connect, type Handlers, type Port } from '../channel';
import { pathEdits, type Change } from '../core/doctor/changes';
import { weightsInto } from '../core/network';
import { changeKeys } from '../format';
import type { HostApi, PanelApi } from '../protocol';
import { READING_NAMES, READINGS, type At, type PanelReadings, type ReadingName } from '../readings';
import { jsonSafe } from '../wire';
import { Backpressure } from './backpressure';
import { isUnwanted, type Model } from './compute';
import type { Editor } from './editor';
import { together, type Disposable, type Event } from './emitter';
import { hostGuards } from './guards';
import { PanelProgress } from './panelProgress';
import { ShownState, type PanelSettings } from './panelState';
import type { Session } from './session';
import { reset, step, train } from './trainingCommands';
import type { RunState, Training } from './training';
import { writeWeightsToFile } from './weights';

/** What a panel asks for that only the editor around it can do. */
export type PanelCommands = Pick<
  Handlers<HostApi>,
  | 'reveal'
  | 'showProblems'
  | 'startExercise'
  | 'savePicture'
  | 'saveHistory'
  | 'copyDerivation'
  | 'saveDerivation'
  | 'judgeGradients'
  | 'compareWith'
>;

/** Where a panel is. */
export interface PanelPlace {
  readonly port: Port;
  readonly editor: Editor;
  readonly commands: PanelCommands;
  readonly settings: () => PanelSettings;
  /** False while nobody sees the panel: its page is gone then, and hears nothing. */
  readonly visible: () => boolean;
  /** Settings or visibility have changed. */
  readonly onDidChange: Event<void>;
}

/**
 * Connects a panel to its session: a whole snapshot when the page says that it is ready (again, whenever it was discarded
 * while hidden), then the slices that changed. Dispose it with the panel.
 */
export function connectPanel(session: Session, place: PanelPlace): Disposable {
  const { training, compute, view, selection, viewRequests } = session;
  const { editor, commands } = place;

  /** Tells what this panel asks for from what others do. */
  const requester = crypto.randomUUID();

  const viewOf = (revision: number): RunState => {
    const { shown } = view;
    if (shown?.model.revision !== revision) throw new Error('the network has changed in the meantime');
    return shown;
  };

  const handlers: Handlers<HostApi> = {
    ready: () => {
      ready = true;
      state.restart();
      values.restart();
      // The network first: a large network's values take time to arrive.
      progress.forget();
      tell(remote.update(state.take(state.changed().filter((slice) => slice !== 'values'))));
      tell(remote.update(state.take(['values'])));
      session.values.want(true);
      showPending();
    },
    select: (parameter) => {
      selection.select(parameter);
      if (selection.parameter) void commands.reveal(selection.parameter);
    },
    selectSample: (sample) => {
      selection.selectSample(sample);
    },
    ...commands,
    ...readings(session, viewOf, requester),
    leave: (reading) => compute.current?.leave(`${requester} ${reading}`),
    check: ({ revision, sample, against }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).check({ theta, against, ...(sample === null ? {} : { sample }) });
    },
    stopCheck: () => compute.stop('check'),
    // Answered at once: the end of a run is told by its state.
    train: () => void train(session, editor),
    pauseTraining: () => training.pause(),
    resumeTraining: () => void train(session, editor),
    cancelTraining: () => training.stop(),
    stepTraining: (unit) => void step(session, editor, unit),
    setLearningRate: (learningRate) => training.setLearningRate(learningRate),
    lookAt: (epoch) => view.lookAt(epoch),
    weightsInto: ({ revision, units }) => {
      const { model, theta } = viewOf(revision);
      return weightsInto(model.network, theta, units);
    },
    thetaAt: (epoch) => view.thetaAt(epoch, requester),
    reset: (to) => {
      reset(session, editor, to);
    },
    moveTo: ({ revision, theta }) => {
      if (viewOf(revision).theta.length === theta.length && !session.grading.hidden) view.moveTo(theta);
    },
    writeWeights: () => void writeWeightsToFile(session, editor),
    applyRemedy: (changes) => void applyRemedy(session, editor, changes),
    endExercise: () => {
      session.grading.hide(false);
    },
    endComparison: () => {
      session.comparison.with(undefined);
    },
    showTrained: () => {
      if (view.hiddenRun) view.show(view.hiddenRun);
    },
  };

  let ready = false;
  let scheduled = false;
  const state = new ShownState(session, place.settings);
  const channel = connect<PanelApi, HostApi>(jsonSafe(place.port), handlers, hostGuards);
  const { remote } = channel;
  const progress = new PanelProgress((news) => remote.trainProgress(news));
  const values = new Backpressure(() => remote.update(state.take(['values'])));

  /** One message for all that changes together. */
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      if (ready) send();
    });
  };
  const send = (): void => {
    const slices = state.changed();
    if (slices.includes('history')) progress.forget();
    if (!training.active) progress.flush();
    // A network and its values go together. Values alone change with every epoch of a run, and those of a large one take their
    // time; the last, when the run has ended, wait for none.
    const apart = slices.includes('values') && !slices.includes('model') && training.active;
    const now = apart ? slices.filter((slice) => slice !== 'values') : slices;
    if (now.length > 0) tell(remote.update(state.take(now)));
    if (apart) values.changed();
  };

  const showPending = (): void => {
    const wanted = ready ? viewRequests.take() : undefined;
    if (wanted) tell(remote.show(wanted));
  };

  // While the page loads, the worker can be at it.
  session.values.want(place.visible());

  return together(
    session.onDidChange(schedule),
    viewRequests.onDidAsk(showPending),
    training.onDidProgress((news) => {
      if (ready) progress.add(news);
    }),
    session.onDidCheck((checked) => {
      if (ready) tell(remote.checkProgress(checked));
    }),
    // A hidden webview is discarded and hears nothing: it will say that it is ready again.
    place.onDidChange(() => {
      ready &&= place.visible();
      session.values.want(place.visible());
      schedule();
    }),
    {
      dispose: () => {
        ready = false;
        session.values.want(false);
        channel.dispose();
      },
    },
  );
}

/** A panel that was closed before it could answer needs no telling. */
function tell(told: Promise<void>): void {
  told.catch((error: unknown) => {
    if (!isUnwanted(error)) throw error;
  });
}

/**
 * The answers of the worker to what a panel asks. What `viewOf` gives for a revision, or refuses, is what they are about;
 * `requester` tells this panel from others, so that what it asks for takes the place of what it asked for before.
 */
function readings(
  { compute, training, comparison }: Session,
  viewOf: (revision: number) => RunState,
  requester: string,
): Handlers<PanelReadings> {
  const handler =
    (name: ReadingName) =>
    ({ revision, ...asked }: { readonly revision: number }): Promise<unknown> => {
      const { model, theta } = viewOf(revision);
      const run = READINGS[name].ofRun ? runOf(training, model) : undefined;
      const other = READINGS[name].ofComparison ? comparison.other : undefined;
      return compute.on(model)[name]({
        theta,
        requester: `${requester} ${name}`,
        ...(run && { run }),
        ...(other && { other }),
        ...asked,
      } as never);
    };
  return Object.fromEntries(READING_NAMES.map((name) => [name, handler(name)])) as unknown as Handlers<PanelReadings>;
}

/** Makes the changes of a remedy in the text, as one step to undo. */
async function applyRemedy({ document, text }: Session, editor: Editor, changes: readonly Change[]): Promise<void> {
  const read = await text.current();
  const network = read?.file.network;
  if (!read) return;
  if (!network) {
    void editor.error('The change was not made: the text has errors. Fix them first.');
    return;
  }
  const edits = pathEdits(network, changes);
  if (!edits || document.version !== read.version) return;
  const made = await editor.edit(document, changeKeys(read.text, edits));
  if (!made) void editor.error('The change was not made: the text changed meanwhile.');
}

/** The runs of the curve that is shown, where they are of this network. */
function runOf({ log, state }: Training, model: Model): At['run'] {
  return state?.model === model
    ? { starts: log.starts, newest: { epoch: state.epoch, theta: state.theta } }
    : undefined;
}
