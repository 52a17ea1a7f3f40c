import type { ModelSlice, PanelState, TrainingSlice } from '../protocol';
import { baseName } from './names';
import { noticeFor } from './panel/notices';
import type { Session } from './session';
import { digitsFor } from './platform/settings';

/** A part of what the panel shows that is sent by itself. */
export type Slice = keyof PanelState;

/** These parts of what the panel shows of a session. */
export function slicesOf(session: Session, names: readonly Slice[]): Partial<PanelState> {
  const makers = makersOf(session);
  return Object.fromEntries(names.map((name) => [name, makers[name]()]));
}

/** All that the panel shows of a session: the network first, since the numbers of a large one take their time to arrive. */
export function snapshot(session: Session): readonly Partial<PanelState>[] {
  const names = Object.keys(makersOf(session)) as Slice[];
  return [
    slicesOf(
      session,
      names.filter((name) => name !== 'values'),
    ),
    slicesOf(session, ['values']),
  ];
}

/** Each part is made when it is asked for: a long run's curve is not copied for the sake of a notice. */
function makersOf(session: Session): { readonly [K in Slice]: () => PanelState[K] } {
  const { document, training, values } = session;
  return {
    file: () => ({ name: baseName(document.uri) }),
    settings: () => ({ digits: digitsFor(document) }),
    notice: () =>
      noticeFor(document, session.problems, {
        hasView: session.view !== undefined,
        textIsAhead: session.textIsAhead,
        running: training.active,
        interruptedEpoch: training.interrupted ? training.state?.epoch : undefined,
        hiddenEpoch: session.hiddenRun?.epoch,
        failure: values.failure,
      }),
    model: () => modelSlice(session),
    values: () => values.slice,
    selection: () => ({ parameter: session.selectedParameter, sample: session.selectedSample }),
    training: () => trainingSlice(session),
    claim: () =>
      session.unwritten || session.textIsAhead ? null : session.grading.claimFor(session.selectedParameter),
    exercise: () => session.grading.exercise,
    openClaims: () => session.grading.open,
    // The curve of ‖∇J‖₂ is of gradients, too.
    history: () => (session.grading.hidden ? null : (training.log.series?.rows() ?? null)),
    earlierRuns: () => (session.grading.hidden ? [] : training.log.earlier),
  };
}

function modelSlice({ view }: Session): ModelSlice | null {
  if (!view) return null;
  const { revision, network, data } = view.model;
  return {
    revision,
    network,
    samples: data?.training.count ?? 0,
    validationSamples: data?.validation?.count ?? 0,
    inputNames: data?.inputNames ?? null,
    classNames: data?.classNames ?? null,
    standardization: data?.standardization ?? null,
  };
}

function trainingSlice({ training, view, lookedAt, unwritten }: Session): TrainingSlice {
  const { status, outcome, totalEpochs, state, findings } = training;
  return {
    status,
    outcome,
    totalEpochs,
    batch: state?.batch ?? null,
    learningRate: training.learningRate(view?.model.network.training.optimizer.learningRate ?? 0),
    findings,
    lookedAt,
    unwritten,
  };
}
