/** How the answer to each reading is worked out: a generator, so that the worker can pause it, or leave it. */

import { gradients, type Analysis } from '../core/backprop';
import { chaining } from '../core/chain';
import { comparingChains } from '../core/chain/comparison';
import { contributing } from '../core/chain/contributions';
import { inputChaining } from '../core/chain/inputChain';
import { windowing } from '../core/chain/layerWindow';
import { nudging, slicing } from '../core/chain/nudge';
import { recursing } from '../core/chain/recursion';
import { curving } from '../core/check/stepCurve';
import { sharpening, surveying } from '../core/curvature';
import { descending } from '../core/descent';
import { diagnosing, type TrialTools } from '../core/doctor';
import type { SamplePasses } from '../core/cachedPasses';
import { countingEpochs, FINE_BARS } from '../core/epochHistograms';
import { counting } from '../core/histograms';
import { doubling, evenly, lossesAt, planeThrough, type LossAt, type RunPoint } from '../core/landscape';
import type { Dataset, Objective } from '../core/network';
import { predicting } from '../core/predictions';
import { comparingSamples } from '../core/sampleGradients';
import { readingRows } from '../core/sampleRows';
import { spreadingUnits } from '../core/unitSpread';
import { analysing } from '../engine/analysis';
import type { Checkpoints } from '../engine/checkpoints';
import { kernelProducts } from '../engine/kernels/hessian';
import type { Answer, Ask, ReadingName } from '../readings';
import type { RunSharpness } from './runSharpness';

/** The run that was last on. */
export interface RecordedRunStates {
  readonly states: Checkpoints;
  readonly sharpness: RunSharpness;
  /** Whether it trains. */
  readonly isMoving: () => boolean;
}

/** What a reading is worked out on. */
export interface Subject {
  readonly objective: Objective;
  readonly data: Dataset;
  /** θ′ of the network that is compared with. Throws where there is none. */
  readonly other: () => Float64Array;
  /** J, ∂J/∂θ and the means of all samples, fast. */
  readonly analyse: () => Generator<void, Analysis>;
  /** J at any θ, fast. */
  readonly lossAt: () => LossAt;
  /** θ after epochs of the run that is shown, the first and the newest among them; empty where none is. */
  readonly path: () => Generator<void, readonly RunPoint[]>;
  /** The run that is shown, where it is the last that was on here. */
  readonly recorded: RecordedRunStates | undefined;
  /** What the doctor trains with. */
  readonly trials: TrialTools;
  /** The passes of all samples at this θ, kept from one reading to the next; undefined where there are too many. */
  readonly passes: { all(): Generator<void, SamplePasses | undefined>; known(): SamplePasses | undefined };
}

/** Epochs of a run whose histograms are counted at most. */
const MOST_COLUMNS = 48;
/** Points of a run's path over a plane at most. */
const MOST_POINTS = 64;

type Answers = { readonly [K in ReadingName]: (subject: Subject, asked: Ask<K>) => Generator<unknown, Answer<K>> };

export const ANSWERS: Answers = {
  *chain({ objective, passes }, { parameter, sample, paths }) {
    // Of one sample the pass is made sooner than all are kept.
    const known = sample === null ? yield* passes.all() : passes.known();
    const options = { paths, passes: known, ...(sample !== null && { sample }) };
    return yield* chaining(objective, parameter, options);
  },
  *chainComparison({ objective, passes, other }, { parameter, sample, paths }) {
    const options = { paths, passes: passes.known(), ...(sample !== null && { sample }) };
    return yield* comparingChains(objective, other(), parameter, options);
  },
  inputChain: ({ objective }, { input, ...options }) => inputChaining(objective, input, options),
  contributions: ({ objective }, { parameter, routes }) => contributing(objective, parameter, routes),
  recursions: ({ objective }, { sample, nodes, limit }) => recursing(objective, sample, nodes, limit),
  layerWindow: ({ objective }, { window }) => windowing(objective, window),
  *nudge({ objective }, { parameter, sample, step }) {
    const steps = Float64Array.of(step);
    const [gain = NaN] = yield* nudging(objective, parameter, steps, sample ?? undefined);
    return gain;
  },
  slice: ({ objective }, { parameter, sample, range }) =>
    slicing(objective, parameter, { ...range, sample: sample ?? undefined }),
  *descend({ objective, analyse }, { parameter, sample, learningRate }) {
    const { gradient } = sample === null ? yield* analyse() : gradients(objective, sample);
    const options = { learningRate, sample: sample ?? undefined };
    return yield* descending(objective, parameter, gradient, options);
  },
  stepCurve: ({ objective }, { parameter, sample, gradient }) =>
    curving(objective, parameter, gradient, sample ?? undefined),
  curvature: ({ objective, lossAt }) => surveying(objective, lossAt(), kernelProducts),
  *sharpness({ objective, path, recorded }) {
    if (recorded?.isMoving()) return recorded.sharpness.ask();
    return yield* sharpening(objective, doubling(yield* path()), kernelProducts, recorded?.sharpness.known);
  },
  *plane({ objective, analyse, path }, asked) {
    const { loss, gradient } = yield* analyse();
    const options = { ...asked, loss, gradient, path: evenly(yield* path(), MOST_POINTS) };
    return yield* planeThrough(objective, options, kernelProducts);
  },
  losses: ({ objective: { theta }, lossAt }, { across, up, places }) => lossesAt(theta, [across, up], places, lossAt()),
  diagnosis: ({ objective: { network }, data, trials }, { epochs }) => diagnosing(network, data, trials, epochs),
  *histograms({ objective, analyse }) {
    const { gradient } = yield* analyse();
    return yield* counting(objective, gradient);
  },
  *epochHistograms({ objective, path }) {
    const { network, samples } = objective;
    return yield* countingEpochs(evenly(yield* path(), MOST_COLUMNS), function* (theta) {
      const at = { network, theta, samples };
      const { gradient } = yield* analysing(at);
      return yield* counting(at, gradient, FINE_BARS);
    });
  },
  sampleGradients: ({ objective }) => comparingSamples(objective),
  rows: ({ objective }, { first, count }) => readingRows(objective, first, count),
  unitSpreads: ({ objective }, { units, work }) => spreadingUnits(objective, units, work),
  predictions: ({ objective: { network, theta }, data }, { rows }) => predicting(network, theta, data, rows),
};
