import type { ModelSlice, PanelState, TrainingSlice } from '../protocol';
import type { Model } from './compute';
import { baseName } from './names';
import { noticeFor } from './notices';
import { gradientsSlice } from './judgedGradients';
import type { Session } from './session';

/** A part of what the panel shows that is sent by itself. */
export type Slice = keyof PanelState;

/** What of a panel's state is not its session's. */
export interface PanelSettings {
  /** Significant digits of every number shown. */
  readonly digits: number;
}

/** `of` is what is compared; `make` is the slice that follows from it, made only where it is sent. */
interface SliceRow<Source, Shown> {
  readonly of: (session: Session, settings: PanelSettings) => Source;
  readonly make: (source: Source, session: Session) => Shown;
}

/** Every slice, the network first: a large network's values take time to arrive. */
const SLICES: { readonly [K in Slice]: SliceRow<unknown, PanelState[K]> } = {
  file: shown(({ document }) => ({ name: baseName(document.uri) })),
  settings: shown((_, { digits }) => ({ digits })),
  notice: shown(noticeFor),
  model: row(
    ({ view }) => view.shown?.model.revision,
    (_, { view }) => (view.shown ? modelSlice(view.shown.model) : null),
  ),
  selection: shown(({ selection }) => ({ parameter: selection.parameter, sample: selection.sample })),
  training: shown(trainingSlice),
  claim: shown(({ view, grading, selection }) =>
    view.unwritten || view.textIsAhead ? null : grading.claimFor(selection.parameter),
  ),
  gradients: row(
    ({ grading }) => `${String(grading.judgments)} ${String(grading.hidden)}`,
    (_, { grading, text }) => gradientsSlice(grading, text.model?.network),
  ),
  exercise: shown(({ grading }) => grading.exercise),
  openClaims: shown(({ grading }) => grading.open),
  // The curve of ‖∇J‖₂ is of gradients, too. Its newest epochs are sent as progress, not with the curve.
  history: row(
    ({ grading, training }) => (grading.hidden ? null : training.log.revision),
    (revision, { training }) => (revision === null ? null : (training.log.series?.rows() ?? null)),
  ),
  earlierRuns: shown(({ grading, training }) => (grading.hidden ? [] : training.log.earlier)),
  values: shown(({ values }) => values.slice),
  comparison: row(
    ({ comparison }) => comparison.slice,
    (slice) => slice,
  ),
};
const names = Object.keys(SLICES) as Slice[];

/** What a panel shows of a session, and which parts of it differ from what the panel was sent. */
export class ShownState {
  private readonly sent = new Map<Slice, unknown>();

  constructor(
    private readonly session: Session,
    private readonly settings: () => PanelSettings,
  ) {}

  /** The slices that differ from those sent last; all of them after `restart`. */
  changed(): readonly Slice[] {
    const settings = this.settings();
    return names.filter(
      (name) => !this.sent.has(name) || !same(this.sent.get(name), SLICES[name].of(this.session, settings)),
    );
  }

  /** These slices as they are now, to be sent. */
  take(wanted: readonly Slice[]): Partial<PanelState> {
    const settings = this.settings();
    return Object.fromEntries(
      wanted.map((name) => {
        const source = SLICES[name].of(this.session, settings);
        this.sent.set(name, source);
        return [name, SLICES[name].make(source, this.session)];
      }),
    );
  }

  /** The panel is a new page: it has been sent nothing. */
  restart(): void {
    this.sent.clear();
  }
}

function row<Source, Shown>(
  of: SliceRow<Source, Shown>['of'],
  make: SliceRow<Source, Shown>['make'],
): SliceRow<unknown, Shown> {
  return { of, make: (source, session) => make(source as Source, session) };
}

/** A slice that is small enough to be compared itself. */
function shown<Shown>(of: SliceRow<Shown, Shown>['of']): SliceRow<unknown, Shown> {
  return row(of, (slice) => slice);
}

/** Equal by their parts; arrays of numbers are equal only where they are the same array. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => same(left[key], right[key]));
}

function modelSlice({ revision, network, data }: Model): ModelSlice {
  return {
    revision,
    network,
    samples: data?.training.count ?? 0,
    ...(data?.training.weights && { weightSum: data.training.weights.reduce((sum, weight) => sum + weight, 0) }),
    validationSamples: data?.validation?.count ?? 0,
    inputNames: data?.inputNames ?? null,
    classNames: data?.classNames ?? null,
    standardization: data?.standardization ?? null,
  };
}

function trainingSlice({ training, view, epochMeasures }: Session): TrainingSlice {
  const { status, outcome, totalEpochs, state, findings } = training;
  return {
    status,
    outcome,
    totalEpochs,
    batch: state?.batch ?? null,
    learningRate: training.learningRate(view.shown?.model.network.training.optimizer.learningRate ?? 0),
    findings,
    lookedAt: view.lookedAt,
    layers: epochMeasures.measures,
    aside: view.aside,
    unwritten: view.unwritten,
  };
}
