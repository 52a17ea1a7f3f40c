import type { LocalDerivative, PathNode } from '../src/core/chain';
import type { CheckAgainst, CheckProgress, CheckReport } from '../src/core/check';
import type { PlaneKind } from '../src/core/landscape';
import type { ParameterLayout } from '../src/core/network';
import { parameterLayout } from '../src/core/network';
import type { LayerMeasures } from '../src/core/layerMeasures';
import type { Remote } from '../src/channel';
import type { HostApi, ModelSlice, PanelState, ValuesSlice } from '../src/protocol';
import { EpochSeries } from '../src/core/epochs';
import type { Store } from './store';

export type Tab = 'compare' | 'chain' | 'check' | 'learning' | 'parameters' | 'predictions' | 'data';

/** How a derivative is read: the tabs of the Chain view. */
export type ChainReading = 'paths' | 'recursion' | 'matrix' | 'samples' | 'nudge';

/** What the Learning view looks at. */
export type LearningTopic = 'diagnosis' | 'curvature' | 'landscape' | 'samples' | 'histograms';

/** How the reader has arranged the panel: kept while the page is discarded. */
export interface PanelArrangement {
  readonly tab: Tab;
  readonly reading: ChainReading;
  /** What the check's tab shows: the check, or the judgment of somebody's gradients. */
  readonly checkOf: 'check' | 'gradients';
  /** The input whose derivative the chain shows where no parameter is chosen, from 1; 0: none. */
  readonly input: number;
  readonly learning: LearningTopic;
  /** The plane of the landscape. */
  readonly plane: PlaneKind;
  readonly colourBy: 'weight' | 'gradient';
  /** What is seen in the boxes of units: undecided, pictures where a layer is wide. */
  readonly units: 'undecided' | 'numbers' | 'pictures';
  readonly logScale: boolean;
  /** ‖∇J‖₂ in the chart, and the runs before this one. */
  readonly withNorm: boolean;
  /** λ_max beside 2/η in the chart. */
  readonly withCurvature: boolean;
  readonly compare: boolean;
  /** The weight of the moving average that is drawn over the run; 0: none. */
  readonly smoothing: number;
  /** Undecided, the loss is a strip, and open where the graph leaves room for it. */
  readonly loss: 'undecided' | 'open' | 'closed';
  /** Of the predictions: the output that is drawn, from 1, or 0 for all together; and whether as numbers. */
  readonly output: number;
  readonly plotAsTable: boolean;
  /** The epoch since which Δθ of the parameters is; −1: the file's weights. */
  readonly baseline: number;
  /** Shares of the room, 0…1: the graph beside the tabs; above them, where 0 is as much as the graph needs. */
  readonly beside: number;
  readonly above: number;
  /** Large type, for a projector. */
  readonly presentation: boolean;
  /** Height of the loss chart in pixels. */
  readonly lossHeight: number;
  /** Layers that are drawn whole. */
  readonly unfolded: readonly number[];
  /** What the graph shows; null: the whole network. */
  readonly camera: { readonly x: number; readonly y: number; readonly scale: number } | null;
}

const firstView: PanelArrangement = {
  tab: 'chain',
  reading: 'paths',
  checkOf: 'check',
  input: 0,
  learning: 'diagnosis',
  plane: 'path',
  colourBy: 'weight',
  units: 'undecided',
  logScale: false,
  withNorm: false,
  withCurvature: false,
  compare: true,
  smoothing: 0,
  loss: 'undecided',
  output: 0,
  plotAsTable: false,
  baseline: -1,
  beside: 0.5,
  above: 0,
  presentation: false,
  lossHeight: 240,
  unfolded: [],
  camera: null,
};

/** What the host has told, as far as it has told it. */
export interface HostState extends Omit<PanelState, 'history'> {
  readonly ready: boolean;
  readonly history: History | null;
  readonly layers: LayerMeasures | null;
}

/** The epochs of the run on the screen. The series grows in place: another object says that it has. */
export interface History {
  readonly series: EpochSeries;
}

/** What the reader points at in a formula. */
export interface Pointer {
  readonly factor: LocalDerivative | null;
  /** A unit's half, where a derivative of E by it is pointed at, and no factor. */
  readonly node?: PathNode | null;
}

/** Everything that the views draw from. */
export interface PanelStores {
  readonly host: Remote<HostApi>;
  readonly hostState: Store<HostState>;
  readonly view: Store<PanelArrangement>;
  readonly pointer: Store<Pointer>;
  readonly check: Store<CheckState>;
}

/** A report, and what it is about: it is shown for this alone. */
export interface CheckResult {
  readonly report: CheckReport;
  readonly values: number;
  readonly sample: number | null;
  readonly against: CheckAgainst;
}

/** The gradient check: kept here so that it goes on while another tab is in front. */
export interface CheckState {
  readonly progress: CheckProgress | null;
  readonly running: boolean;
  /** What the reader wants the gradient to be compared with. */
  readonly against: CheckAgainst;
  readonly result: CheckResult | null;
  readonly error: string | null;
}

export const emptyHostState: HostState = {
  ready: false,
  file: { name: '' },
  settings: { digits: 5 },
  notice: null,
  model: null,
  values: null,
  selection: { parameter: null, sample: null },
  training: {
    status: 'idle',
    outcome: null,
    totalEpochs: 0,
    batch: null,
    learningRate: 0,
    findings: [],
    lookedAt: null,
    layers: null,
    aside: false,
    unwritten: false,
  },
  claim: null,
  gradients: null,
  exercise: null,
  openClaims: 0,
  history: null,
  earlierRuns: [],
  comparison: null,
  layers: null,
};

/** The slices of an update, as they are kept here. */
export function toldBy(slices: Partial<PanelState>): Partial<HostState> {
  const { history, ...rest } = slices;
  if (history === undefined) return { ...rest, ready: true };
  return { ...rest, ready: true, layers: null, history: history && { series: EpochSeries.from(history) } };
}

/** The arrangement that was saved, wherever it is still what this version saves. */
export function restoreView(saved: unknown): PanelArrangement {
  if (typeof saved !== 'object' || saved === null) return firstView;
  const old = saved as Partial<Record<keyof PanelArrangement, unknown>>;
  const kept = (Object.keys(firstView) as (keyof PanelArrangement)[]).filter((key) =>
    key === 'camera' ? isCamera(old.camera) : sameKind(old[key], firstView[key]),
  );
  return { ...firstView, ...Object.fromEntries(kept.map((key) => [key, old[key]])) };
}

function sameKind(a: unknown, b: unknown): boolean {
  return typeof a === typeof b && Array.isArray(a) === Array.isArray(b);
}

function isCamera(camera: unknown): boolean {
  if (typeof camera !== 'object' || camera === null) return false;
  const { x, y, scale } = camera as Partial<Record<string, unknown>>;
  return [x, y, scale].every((value) => typeof value === 'number' && Number.isFinite(value));
}

/** The values, if they are those of this network: those of the one before may still stand while new ones are computed. */
export function valuesOf({ model, values }: Pick<HostState, 'model' | 'values'>): ValuesSlice | null {
  return model && values?.theta.length === layoutOf(model).count ? values : null;
}

/** The layout of the model's parameter vector. */
export function layoutOf(model: ModelSlice): ParameterLayout {
  return parameterLayout(model.network.layers);
}
