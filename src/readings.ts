/**
 * Every reading that a panel asks for: one record each. The worker's handlers, the application's, the checks of what a panel
 * sends and what an exercise hides all follow from it.
 */

import * as v from 'valibot';
import { gradients, type Analysis } from './core/backprop';
import { chaining } from './core/chain';
import { contributing } from './core/chain/contributions';
import { windowing } from './core/chain/layerWindow';
import { nudging, slicing } from './core/chain/nudge';
import { recursing } from './core/chain/recursion';
import { curving } from './core/check/stepCurve';
import { surveying } from './core/curvature';
import { descending } from './core/descent';
import { diagnosing, type TrialTools } from './core/doctor';
import type { Passes } from './core/cachedPasses';
import type { Dataset, Objective } from './core/network';
import { predicting } from './core/predictions';
import { comparingSamples } from './core/sampleGradients';
import { readingRows } from './core/sampleRows';

/** What a reading is worked out on. */
export interface Subject {
  readonly objective: Objective;
  readonly data: Dataset;
  /** J, ∂J/∂θ and the means of all samples, fast. */
  readonly analyse: () => Generator<void, Analysis>;
  /** What the doctor trains with. */
  readonly trials: TrialTools;
  /** The passes of all samples at this θ, kept from one reading to the next; undefined where there are too many. */
  readonly passes: { all(): Generator<void, Passes | undefined>; known(): Passes | undefined };
}

type Entries = v.ObjectEntries;
/** What is asked, as the entries of an object's schema describe it. */
type Asked<E extends Entries> = v.InferOutput<v.ObjectSchema<E, undefined>>;

interface Reading<E extends Entries, Answer> {
  /** The schema of what is asked: nothing else reaches `answer` from a panel. */
  readonly asks: E;
  /** True where the answer holds a derivative, or numbers that one can be read off: an exercise hides it. */
  readonly hidden: boolean;
  /** True where a later request of the same requester takes the place of this one; else each is answered. */
  readonly latestOnly: boolean;
  readonly answer: (subject: Subject, asked: Asked<E>) => Generator<unknown, Answer>;
}

function reading<E extends Entries, Answer>(record: Reading<E, Answer>): Reading<E, Answer> {
  return record;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const positive = v.pipe(count, v.minValue(1));
const upTo = (most: number) => v.pipe(positive, v.maxValue(most));
const finite = v.pipe(v.number(), v.finite());
const parameter = v.object({ layer: positive, to: positive, from: count });
/** From 1; null: J over all samples. */
const sample = v.nullable(positive);
const about = { parameter, sample };
const node = v.object({ kind: v.picklist(['z', 'a']), layer: positive, unit: positive });
const nodes = (most: number) => v.pipe(v.array(node), v.maxLength(most), v.readonly());
// A path passes z and a of every layer, of which there are 64 at most.
const route = nodes(128);
const stretch = v.object({ first: count, count: upTo(100) });
/** The range of Δ over which J is drawn, and at how many even places besides 0 and the kinks. */
const range = v.pipe(
  v.object({ from: finite, to: finite, points: v.pipe(upTo(1000), v.minValue(2)) }),
  v.check(({ from, to }) => from < to, 'from < to'),
);

export const READINGS = {
  chain: reading({
    asks: { ...about, paths: upTo(10_000) },
    hidden: true,
    latestOnly: true,
    *answer({ objective, passes }, { parameter, sample, paths }) {
      // Of one sample the pass is made sooner than all are kept.
      const known = sample === null ? yield* passes.all() : passes.known();
      const options = { paths, passes: known, ...(sample !== null && { sample }) };
      return yield* chaining(objective, parameter, options);
    },
  }),
  /** Over all samples, whichever is selected. */
  contributions: reading({
    asks: { parameter, routes: v.pipe(v.array(route), v.maxLength(100), v.readonly()) },
    hidden: true,
    latestOnly: true,
    answer: ({ objective }, { parameter, routes }) => contributing(objective, parameter, routes),
  }),
  recursions: reading({
    asks: { sample: positive, nodes: nodes(1000), limit: upTo(1000) },
    hidden: true,
    latestOnly: true,
    answer: ({ objective }, { sample, nodes, limit }) => recursing(objective, sample, nodes, limit),
  }),
  layerWindow: reading({
    asks: { window: v.object({ layer: positive, samples: stretch, rows: stretch, columns: stretch }) },
    hidden: true,
    latestOnly: true,
    answer: ({ objective }, { window }) => windowing(objective, window),
  }),
  /** J(θ_ij + step) − J(θ_ij). */
  nudge: reading({
    asks: { ...about, step: finite },
    hidden: true,
    latestOnly: true,
    *answer({ objective }, { parameter, sample, step }) {
      const steps = Float64Array.of(step);
      const [gain = NaN] = yield* nudging(objective, parameter, steps, sample ?? undefined);
      return gain;
    },
  }),
  slice: reading({
    asks: { ...about, range },
    hidden: true,
    latestOnly: true,
    answer: ({ objective }, { parameter, sample, range }) =>
      slicing(objective, parameter, { ...range, sample: sample ?? undefined }),
  }),
  descend: reading({
    asks: { ...about, learningRate: finite },
    hidden: true,
    latestOnly: true,
    *answer({ objective, analyse }, { parameter, sample, learningRate }) {
      const { gradient } = sample === null ? yield* analyse() : gradients(objective, sample);
      const options = { learningRate, sample: sample ?? undefined };
      return yield* descending(objective, parameter, gradient, options);
    },
  }),
  /** The difference quotients of every step, and the Taylor remainders of `gradient`. */
  stepCurve: reading({
    asks: { ...about, gradient: finite },
    hidden: true,
    latestOnly: true,
    answer: ({ objective }, { parameter, sample, gradient }) =>
      curving(objective, parameter, gradient, sample ?? undefined),
  }),
  /** Second derivatives of J over all samples. */
  curvature: reading({
    asks: {},
    hidden: true,
    latestOnly: true,
    answer: ({ objective }) => surveying(objective),
  }),
  /** Why the network does not learn, by trial runs of the file's training, of so many epochs where a number is asked for. */
  diagnosis: reading({
    asks: { epochs: v.optional(count) },
    hidden: true,
    latestOnly: true,
    answer: ({ objective: { network }, data, trials }, { epochs }) => diagnosing(network, data, trials, epochs),
  }),
  sampleGradients: reading({
    asks: {},
    hidden: true,
    latestOnly: true,
    answer: ({ objective }) => comparingSamples(objective),
  }),
  rows: reading({
    asks: { first: positive, count: upTo(10_000) },
    hidden: false,
    latestOnly: false,
    answer: ({ objective }, { first, count }) => readingRows(objective, first, count),
  }),
  /** Over all rows, and at most `rows` of each set themselves. */
  predictions: reading({
    asks: { rows: v.pipe(count, v.maxValue(10_000)) },
    hidden: false,
    latestOnly: false,
    answer: ({ objective: { network, theta }, data }, { rows }) => predicting(network, theta, data, rows),
  }),
} as const;

type Readings = typeof READINGS;
export type ReadingName = keyof Readings;
/** What is asked of a reading. */
export type Ask<K extends ReadingName> = Parameters<Readings[K]['answer']>[1];
/** What it answers. */
export type Answer<K extends ReadingName> =
  ReturnType<Readings[K]['answer']> extends Generator<unknown, infer A> ? A : never;

export const READING_NAMES = Object.keys(READINGS) as readonly ReadingName[];

/**
 * At which θ. A request takes the place of the one before it of the same requester and method: that one is rejected with an error
 * named `Superseded`. Without a requester it is left alone.
 */
export interface At {
  readonly theta: Float64Array;
  readonly requester?: string;
}

/** What the worker answers. */
export type WorkerReadings = { [K in ReadingName]: (request: At & Ask<K>) => Answer<K> };

/** What a panel may ask: of the network of this revision, and refused when that is not the newest. */
export type PanelReadings = { [K in ReadingName]: (request: { readonly revision: number } & Ask<K>) => Answer<K> };

/** The schemas of what a panel may ask. */
export const READING_SCHEMAS = Object.fromEntries(
  READING_NAMES.map((name) => [name, v.object({ revision: count, ...READINGS[name].asks })]),
);
