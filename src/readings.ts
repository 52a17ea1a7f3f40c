/**
 * Every reading that a panel asks for: one record each. The worker's handlers, the application's, the checks of what a panel
 * sends and what an exercise hides all follow from it; how it is worked out stands in worker/answers.ts.
 */

import * as v from 'valibot';
import type { Chain } from './core/chain';
import type { InputChain } from './core/chain/inputChain';
import type { ChainComparison } from './core/chain/comparison';
import type { Contributions } from './core/chain/contributions';
import type { LayerWindow } from './core/chain/layerWindow';
import type { LossSlice } from './core/chain/nudge';
import type { Recursion } from './core/chain/recursion';
import type { StepCurve } from './core/check/stepCurve';
import type { CurvatureSurvey, Sharpness } from './core/curvature';
import type { DescentStep } from './core/descent';
import type { LearningDiagnosis } from './core/doctor';
import type { EpochHistograms } from './core/epochHistograms';
import type { Histograms } from './core/histograms';
import type { Plane, RunPoint } from './core/landscape';
import type { Predictions } from './core/predictions';
import type { RateChange } from './core/run';
import type { SampleGradients } from './core/sampleGradients';
import type { SampleRows } from './core/sampleRows';
import type { UnitSpreads } from './core/unitSpread';

/** Everything that, beside network and data, a run depends on. */
export interface RunStart {
  /** Tells one run from another. */
  readonly id: number;
  readonly theta: Float64Array;
  /** The number of the epoch that `theta` is the state after. */
  readonly epoch: number;
  readonly learningRates: readonly RateChange[];
}

type Entries = v.ObjectEntries;

interface Reading<E extends Entries, Answer> {
  /** The schema of what is asked: nothing else reaches the worker from a panel. */
  readonly asks: E;
  /** True where the answer holds a derivative, or numbers that one can be read off: an exercise hides it. */
  readonly hidden: boolean;
  /** True where a later request of the same requester takes the place of this one; else each is answered. */
  readonly latestOnly: boolean;
  /** True where it is told the run that is shown, too. */
  readonly ofRun?: boolean;
  /** True where it is told θ′ of the network that is compared with, too, and refused while there is none. */
  readonly ofComparison?: boolean;
  /** Never there: it carries the answer's type. */
  readonly answer?: Answer;
}

/** A record whose answer is an `Answer`. */
function reading<Answer>() {
  return <E extends Entries>(record: Reading<E, Answer>): Reading<E, Answer> => record;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const positive = v.pipe(count, v.minValue(1));
const finite = v.pipe(v.number(), v.finite());
const parameter = v.object({ layer: positive, to: positive, from: count });
/** From 1; null: J over all samples. */
const sample = v.nullable(positive);
/** What is asked about, in readings and in the panel's other messages. */
export const SUBJECTS = { count, positive, finite, parameter, sample };
const upTo = (most: number) => v.pipe(positive, v.maxValue(most));
const about = { parameter, sample };
const vector = v.custom<Float64Array>((value) => value instanceof Float64Array);
const node = v.object({ kind: v.picklist(['z', 'a']), layer: positive, unit: positive });
const nodes = (most: number) => v.pipe(v.array(node), v.maxLength(most), v.readonly());
// A path passes z and a of every layer, of which there are 64 at most.
const route = nodes(128);
const unit = v.object({ layer: positive, unit: positive });
const stretch = v.object({ first: count, count: upTo(100) });
/** The range of Δ over which J is drawn, and at how many even places besides 0 and the kinks. */
const range = v.pipe(
  v.object({ from: finite, to: finite, points: v.pipe(upTo(1000), v.minValue(2)) }),
  v.check(({ from, to }) => from < to, 'from < to'),
);

export const READINGS = {
  chain: reading<Chain>()({
    asks: { ...about, paths: upTo(10_000) },
    hidden: true,
    latestOnly: true,
  }),
  /** Of an input of one sample. */
  inputChain: reading<InputChain>()({
    asks: { input: positive, sample: positive, paths: upTo(10_000) },
    hidden: true,
    latestOnly: true,
  }),
  chainComparison: reading<ChainComparison>()({
    asks: { ...about, paths: upTo(100) },
    hidden: true,
    latestOnly: true,
    ofComparison: true,
  }),
  /** Over all samples, whichever is selected. */
  contributions: reading<Contributions>()({
    asks: { parameter, routes: v.pipe(v.array(route), v.maxLength(100), v.readonly()) },
    hidden: true,
    latestOnly: true,
  }),
  recursions: reading<Recursion[]>()({
    asks: { sample: positive, nodes: nodes(1000), limit: upTo(1000) },
    hidden: true,
    latestOnly: true,
  }),
  layerWindow: reading<LayerWindow>()({
    asks: { window: v.object({ layer: positive, samples: stretch, rows: stretch, columns: stretch }) },
    hidden: true,
    latestOnly: true,
  }),
  /** J(θ_ij + step) − J(θ_ij). */
  nudge: reading<number>()({
    asks: { ...about, step: finite },
    hidden: true,
    latestOnly: true,
  }),
  slice: reading<LossSlice>()({
    asks: { ...about, range },
    hidden: true,
    latestOnly: true,
  }),
  descend: reading<DescentStep>()({
    asks: { ...about, learningRate: finite },
    hidden: true,
    latestOnly: true,
  }),
  /** The difference quotients of every step, and the Taylor remainders of `gradient`. */
  stepCurve: reading<StepCurve>()({
    asks: { ...about, gradient: finite },
    hidden: true,
    latestOnly: true,
  }),
  /** Second derivatives of J over all samples. */
  curvature: reading<CurvatureSurvey>()({
    asks: {},
    hidden: true,
    latestOnly: true,
  }),
  /** λ_max after 1, 2, 4, … epochs of the run that is shown. */
  sharpness: reading<Sharpness>()({
    asks: {},
    hidden: true,
    latestOnly: true,
    ofRun: true,
  }),
  /** A plane of θ to look at J over. */
  plane: reading<Plane>()({
    asks: { kind: v.picklist(['path', 'gradient', 'eigenvectors', 'random']), seed: count },
    hidden: true,
    latestOnly: true,
    ofRun: true,
  }),
  /** J at places α, β of θ + α across + β up. */
  losses: reading<Float64Array>()({
    asks: { across: vector, up: vector, places: vector },
    hidden: true,
    latestOnly: true,
  }),
  /** Why the network does not learn, by trial runs of the file's training, of so many epochs where a number is asked for. */
  diagnosis: reading<LearningDiagnosis>()({
    asks: { epochs: v.optional(count) },
    hidden: true,
    latestOnly: true,
  }),
  /** How θ, ∂J/∂θ, a and δ of each layer are spread. */
  histograms: reading<Histograms>()({
    asks: {},
    hidden: true,
    latestOnly: true,
  }),
  /** The same over the epochs of the run that is shown. */
  epochHistograms: reading<EpochHistograms>()({
    asks: {},
    hidden: true,
    latestOnly: true,
    ofRun: true,
  }),
  sampleGradients: reading<SampleGradients>()({
    asks: {},
    hidden: true,
    latestOnly: true,
  }),
  rows: reading<SampleRows>()({
    asks: { first: positive, count: upTo(10_000) },
    hidden: false,
    latestOnly: false,
  }),
  /** How z and a of these units are spread over the samples, with so many multiply-adds. */
  unitSpreads: reading<UnitSpreads>()({
    asks: { units: v.pipe(v.array(unit), v.maxLength(1000), v.readonly()), work: upTo(1e9) },
    hidden: false,
    latestOnly: true,
  }),
  /** Over all rows, and at most `rows` of each set themselves. */
  predictions: reading<Predictions>()({
    asks: { rows: v.pipe(count, v.maxValue(10_000)) },
    hidden: false,
    latestOnly: false,
  }),
} as const;

type Readings = typeof READINGS;
export type ReadingName = keyof Readings;
/** What is asked of a reading. */
export type Ask<K extends ReadingName> =
  Readings[K] extends Reading<infer E, unknown> ? v.InferOutput<v.ObjectSchema<E, undefined>> : never;
/** What it answers. */
export type Answer<K extends ReadingName> = NonNullable<Readings[K]['answer']>;

export const READING_NAMES = Object.keys(READINGS) as readonly ReadingName[];

/**
 * At which θ. A request takes the place of the one before it of the same requester and method: that one is rejected with an error
 * named `Superseded`. Without a requester it is left alone.
 */
export interface At {
  readonly theta: Float64Array;
  readonly requester?: string;
  /** Where the reading is about it: the runs of the curve that is shown, and its newest θ. */
  readonly run?: { readonly starts: readonly RunStart[]; readonly newest: RunPoint };
  /** Where the reading is about it: θ′ of a network built alike. */
  readonly other?: Float64Array;
}

/** What the worker answers. */
export type WorkerReadings = { [K in ReadingName]: (request: At & Ask<K>) => Answer<K> };

/** What a panel may ask: of the network of this revision, and refused when that is not the newest. */
export type PanelReadings = { [K in ReadingName]: (request: { readonly revision: number } & Ask<K>) => Answer<K> };

/** The schemas of what a panel may ask. */
export const READING_SCHEMAS = Object.fromEntries(
  READING_NAMES.map((name) => [name, v.object({ revision: count, ...READINGS[name].asks })]),
);
