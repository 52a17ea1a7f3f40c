import * as vscode from 'vscode';
import { connect, type Handlers, type Port } from '../../channel';
import type { ParameterId } from '../../core/network';
import type { HostApi, PanelApi } from '../../protocol';
import { faithful } from '../../wire';
import { isUnwanted } from '../compute';
import { hostGuards } from '../guards';
import { OneAtATime } from '../oneAtATime';
import { PanelProgress } from './panelProgress';
import { readings } from '../readings';
import { saveChart, saveHistory, sayingWhyNot } from '../saving';
import type { Session } from '../session';
import { onDidChangeSettings } from '../platform/settings';
import { thetaAt } from '../thetaAt';
import { slicesOf, snapshot, type Slice } from '../slices';

/** What a panel asks of the rest of the extension. */
export interface PanelActions {
  readonly reveal: (parameter: ParameterId) => void;
  readonly train: () => void;
  readonly step: HostApi['stepTraining'];
  readonly reset: HostApi['reset'];
  readonly writeWeights: () => void;
  readonly showProblems: () => void;
  readonly startExercise: () => void;
  readonly endExercise: () => void;
}

/**
 * Connects one webview to its session: a whole snapshot when the page says that it is ready (again, whenever it was
 * discarded while hidden), then the slices that changed. Dispose it with the panel.
 */
export function connectPanel(panel: vscode.WebviewPanel, session: Session, actions: PanelActions): vscode.Disposable {
  const { training, compute } = session;

  /** Tells what this panel asks for from what others do. */
  const asker = crypto.randomUUID();

  const handlers: Handlers<HostApi> = {
    ready: () => {
      ready = true;
      progress.forget();
      values.restart();
      for (const part of snapshot(session)) tell(remote.update(part));
      session.values.want(true);
      showPending();
    },
    select: (parameter) => {
      session.select(parameter);
      if (session.selectedParameter) actions.reveal(session.selectedParameter);
    },
    selectSample: (sample) => {
      session.selectSample(sample);
    },
    reveal: actions.reveal,
    ...readings(session, viewOf, asker),
    rows: ({ revision, first, count }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).rows({ theta, first, count });
    },
    predictions: ({ revision, rows }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).predictions({ theta, rows });
    },
    check: ({ revision, sample, against }) => {
      const { model, theta } = viewOf(revision);
      return compute.on(model).check({ theta, against, ...(sample === null ? {} : { sample }) });
    },
    stopCheck: () => compute.stop('check'),
    train: actions.train,
    pauseTraining: () => training.pause(),
    resumeTraining: actions.train,
    cancelTraining: () => training.stop(),
    stepTraining: actions.step,
    setLearningRate: (learningRate) => training.setLearningRate(learningRate),
    lookAt: (epoch) => session.lookAt(epoch),
    thetaAt: (epoch) => thetaAt(session, epoch, asker),
    reset: actions.reset,
    writeWeights: actions.writeWeights,
    saveChart: ({ kind, bytes }) =>
      sayingWhyNot('Could not save the chart image', () => saveChart(session, kind, bytes)),
    saveHistory: () => sayingWhyNot('Could not save the training history', () => saveHistory(session)),
    showProblems: actions.showProblems,
    startExercise: actions.startExercise,
    endExercise: actions.endExercise,
    showTrained: () => {
      const run = session.hiddenRun;
      if (run) session.show(run);
    },
  };

  function viewOf(revision: number): NonNullable<Session['view']> {
    const view = session.view;
    if (view?.model.revision !== revision) throw new Error('the network has changed meanwhile');
    return view;
  }

  let ready = false;
  const channel = connect<PanelApi, HostApi>(faithful(webviewPort(panel.webview)), handlers, hostGuards);
  const { remote } = channel;
  const progress = new PanelProgress((news) => remote.trainProgress(news));
  const values = new OneAtATime(() => remote.update(slicesOf(session, ['values'])));
  const send = (slices: readonly Slice[]): void => {
    if (!ready) return;
    if (slices.includes('history')) progress.forget();
    // A network and its values go together. Values alone change with every epoch of a run, and those of a large one take their
    // time; the last, when the run has ended, wait for none.
    const together = slices.includes('model') || !slices.includes('values') || !training.active;
    const now = together ? slices : slices.filter((slice) => slice !== 'values');
    if (now.length > 0) tell(remote.update(slicesOf(session, now)));
    if (!together) values.changed();
  };

  const showPending = (): void => {
    const view = ready ? session.viewRequests.take() : undefined;
    if (view) tell(remote.show(view));
  };

  // While the page loads, the worker can be at it.
  session.values.want(panel.visible);

  return vscode.Disposable.from(
    session.onDidChange(send),
    session.viewRequests.onDidAsk(showPending),
    onDidChangeSettings(() => {
      send(['settings']);
    }),
    training.onDidProgress((news) => {
      if (ready) progress.add(news);
    }),
    session.onDidCheck((progress) => {
      if (ready) tell(remote.checkProgress(progress));
    }),
    // A hidden webview is discarded and hears nothing: it will say that it is ready again.
    panel.onDidChangeViewState(() => {
      ready &&= panel.visible;
      session.values.want(panel.visible);
    }),
    new vscode.Disposable(() => {
      session.values.want(false);
      channel.dispose();
    }),
  );
}

/** A panel that was closed before it could answer needs no telling. */
function tell(told: Promise<void>): void {
  told.catch((error: unknown) => {
    if (!isUnwanted(error)) throw error;
  });
}

function webviewPort(webview: vscode.Webview): Port {
  return {
    post: (message) => void webview.postMessage(message),
    onMessage: (listener) => {
      const subscription = webview.onDidReceiveMessage(listener);
      return () => {
        subscription.dispose();
      };
    },
  };
}
