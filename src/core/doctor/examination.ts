/** What the causes look at: a network, its data, a trial of its training, and trials of changed files. */

import { forward, inputsOf, targetsOf } from '../backprop';
import type { Pausing } from '../check/steps';
import { divisorOf, weightOf } from '../cost';
import { type Curvature, curvature } from '../curvature';
import type { EpochRows } from '../epochs';
import { ACTIVATIONS, LOSSES, sampleLoss } from '../functions';
import { type Dataset, type Loss, type Network, type Objective, type Samples, objectiveOf } from '../network';
import type { HessianProducts } from '../hessian';
import type { StopReason } from '../run';
import { changed, type Change, type ChangedNetwork, type Uniforms } from './changes';
import type { CauseCode, Remedy, FindingSeverity } from './finding';

import { type Reference, referenceOf } from './reference';
import { picked, type LastState, type Sight, afterEpochs, sighting, someRows } from './sight';

/** Multiply-adds of a trial's forward passes at most, about: half a second. */
const TRIAL_WORK = 1.5e8;
/** Multiply-adds of one product with H, of the looks at the curvature. */
const CURVATURE_WORK = 2 ** 26;
/** The most parameters whose curvature is looked at. */
const MOST_CURVED = 2500;
/** A network learns well where J has gone so far from the best constant output to the best that any network can do. */
const WELL = 0.9;
/** Below this part it does not learn. */
const POOR = 0.5;
/** How far off a place is looked for a way down, beside 1 or the parameter's size, and for how many epochs at least. */
const JOLT = 0.05;
const BEYOND = 1500;
/** Parts of the rows that are held out in turn. */
const THIRDS = 3;
/** A change helps where it leaves at most this part of what J is above its floor, */
const HALVED = 0.5;
/** With noise in the targets, it leaves at most this part of J. */
const IMPROVED = 0.85;
/** and takes J so far down, as a part of what there is to learn. */
const GAINED = 0.1;

/** A run that was trained in memory. */
export interface TrainedRun {
  readonly epochs: number;
  readonly end: StopReason;
  readonly theta: Float64Array;
  readonly rows: EpochRows;
}

/** How trials are run: the engine's business. */
export interface TrialTools {
  /** Trains for `epochs`, from `theta` where it is given. */
  train(network: Network, data: Dataset, epochs: number, theta?: Float64Array): Generator<undefined, TrainedRun>;
  readonly uniforms: Uniforms;
  /** Multiplies by H. */
  readonly products: HessianProducts;
}

/** A trial with J, without the penalty, at its end: by the file's loss and targets, whatever was changed. */
export interface Trial extends TrainedRun {
  readonly loss: number;
}

/** Something that may be done against a cause. */
export interface Proposal {
  readonly message: string;
  readonly changes: readonly Change[];
  /** In place of as many epochs as the file's own run. */
  readonly epochs?: number;
}

/** Where a trial starts in place of the changed file's own θ. */
export interface Origin {
  readonly theta: Float64Array;
  /** Tells it from others. */
  readonly name: string;
}

/** θ of the file, or after its training, and what is seen there. */
export interface ExaminedState extends Sight {
  readonly theta: Float64Array;
  /** a^(L) of the rows that are looked at, row-major. */
  readonly outputs: Float64Array;
}

export class Examination {
  readonly samples: Samples;
  /** Rows that are looked at: all of them where they are not too many. */
  readonly rows: Samples;
  readonly reference: Reference;
  /** Severe findings so far, which may explain what other causes would see. */
  readonly severe = new Set<CauseCode>();
  /** All findings so far. */
  readonly found = new Set<CauseCode>();
  /** The loss that outputs are judged by: the file's, but for a cross-entropy that does not look at wrong outputs. */
  readonly judgedBy: Loss;
  private readonly trials = new Map<string, Trial>();
  private readonly curvatures = new Map<ExaminedState, Curvature | undefined>();

  private constructor(
    readonly network: Network,
    readonly data: Dataset,
    private readonly tools: TrialTools,
    /** Of every trial, unless it says another number. */
    readonly epochs: number,
    /** False where the file asks for more epochs than a trial affords. */
    readonly isWhole: boolean,
    readonly start: ExaminedState,
    readonly run: Trial,
    readonly end: ExaminedState,
  ) {
    this.samples = data.training;
    this.rows = someRows(network, data.training);
    this.judgedBy = judgingLoss(network);
    this.reference = referenceOf(network, this.samples, this.judgedBy);
  }

  /** Looks at a network and runs its training for as many of its epochs as a trial affords. */
  static *of(network: Network, data: Dataset, tools: TrialTools, epochs: number): Pausing<Examination> {
    const rows = someRows(network, data.training);
    const cost = data.training.count * (network.theta.length + 64);
    const affordable = Math.max(1, Math.min(epochs, Math.floor(TRIAL_WORK / cost)));
    const length = epochs === 0 ? 0 : affordable;
    const start = yield* look(objectiveOf(network, rows), 'before any step');
    const trained = yield* tools.train(network, data, length);
    const loss = judged(network, data, { network, data }, trained.theta, judgingLoss(network));
    const run = { ...trained, loss: trained.end === 'diverged' ? Infinity : loss };
    const end = yield* look(
      { network, theta: trained.theta, samples: rows },
      afterEpochs(trained.epochs),
      trained.end === 'diverged' ? { epoch: trained.epochs, loss: trained.rows.loss.at(-1) ?? NaN } : undefined,
    );
    return new Examination(network, data, tools, length, length === epochs, start, run, end);
  }

  /** J without the penalty before any step. */
  get firstLoss(): number {
    return this.start.analysis.dataLoss;
  }

  /** What there is to learn: J of the best constant output less the floor, or of the start where one output serves all. */
  get learnable(): number {
    const { constant, floor } = this.reference;
    const difference = constant - floor;
    return difference > 1e-9 * Math.abs(constant) ? difference : Math.max(this.firstLoss - floor, 0);
  }

  /** How far J has come from the best constant output (0) to the floor (1). */
  shareOf(loss: number): number {
    if (this.learnable === 0) return 1;
    return 1 - (loss - this.reference.floor) / this.learnable;
  }

  get share(): number {
    return this.shareOf(this.run.loss);
  }

  get learnsWell(): boolean {
    return this.share >= WELL;
  }

  get learnsPoorly(): boolean {
    return !(this.share >= POOR);
  }

  /** Whether `after` is much better than `before`. */
  isBetter(after: number, before = this.run.loss): boolean {
    const { floor } = this.reference;
    if (!Number.isFinite(after)) return false;
    if (!Number.isFinite(before)) return after <= Math.max(this.firstLoss, this.reference.constant);
    return after - floor <= HALVED * (before - floor) && before - after >= GAINED * this.learnable;
  }

  /** J where adam goes from a place a small distance off `at`: far less than there on a saddle, not so in a minimum. */
  *beyond(at: ExaminedState): Pausing<number> {
    const uniform = this.tools.uniforms(this.network.seed, 1);
    const theta = at.theta.map((value) => value + JOLT * (2 * uniform() - 1) * Math.max(1, Math.abs(value)));
    const adam: Change = { key: 'optimizer', type: 'adam', learningRate: 0.05 };
    const all: Change = { key: 'batchSize', value: 'full' };
    const { loss } = yield* this.try([adam, all], Math.max(this.epochs, BEYOND), {
      theta,
      name: at === this.end ? 'off end' : 'off start',
    });
    return loss;
  }

  /** Trains the changed file for as many epochs as the file itself, or so many. */
  *try(changes: readonly Change[], epochs = this.epochs, from?: Origin): Pausing<Trial> {
    const key = JSON.stringify([changes, epochs, from?.name]);
    const known = this.trials.get(key);
    if (known) return known;
    const made = changed(this.network, this.data, changes, this.tools.uniforms);
    const rowsOfOne = this.samples.count * (made.network.theta.length + 64);
    const affordable = Math.max(1, Math.min(epochs, Math.floor((4 * TRIAL_WORK) / rowsOfOne)));
    const run = yield* this.tools.train(made.network, made.data, affordable, from?.theta);
    const finite = run.end !== 'diverged';
    const trial = { ...run, loss: finite ? judged(this.network, this.data, made, run.theta, this.judgedBy) : Infinity };
    this.trials.set(key, trial);
    return trial;
  }

  /**
   * J of rows that were held out (each third in turn, drawn with the file's seed) while the changed file learned the others, after
   * the epoch that is best for them: what it has learned of the data, and not by heart. The mean of the three, one being luck.
   */
  *heldOut(changes: readonly Change[], epochs: number): Pausing<number> {
    const { network, samples } = this;
    const uniform = this.tools.uniforms(network.seed, network.layers.length);
    const order = Array.from({ length: samples.count }, (_, s) => ({ s, at: uniform() }));
    const rows = order.sort((a, b) => a.at - b.at).map(({ s }) => s);
    let sum = 0;
    for (let third = 0; third < THIRDS; third++) {
      const part = (isHeld: boolean): Samples =>
        picked(
          network,
          samples,
          rows.filter((_, k) => (k % THIRDS === third) === isHeld),
        );
      const data = { training: part(false), validation: part(true) };
      const made = changed(network, data, changes, this.tools.uniforms);
      const run = yield* this.tools.train(made.network, made.data, epochs);
      sum += run.rows.validationLoss.reduce((least, loss) => Math.min(least, loss), Infinity);
    }
    return sum / THIRDS;
  }

  /** The first of the proposals with which the network learns well, else the one that helps most, or null. */
  *mend(proposals: readonly Proposal[]): Pausing<Remedy | null> {
    let best: Remedy | null = null;
    for (const { message, changes, epochs } of proposals) {
      const { loss, epochs: run } = yield* this.try(changes, epochs);
      if (best && !(loss < best.lossAfter)) break;
      if (!this.isBetter(loss)) continue;
      best = { message, changes, lossBefore: this.run.loss, lossAfter: loss, epochs: run };
      if (this.shareOf(loss) >= WELL) break;
    }
    return best;
  }

  /** The proposal, where it leaves a good part less of J, whose floor is not known; or null. */
  *improve({ message, changes }: Proposal): Pausing<Remedy | null> {
    const { loss, epochs } = yield* this.try(changes);
    if (!(loss < IMPROVED * this.run.loss)) return null;
    return { message, changes, lossBefore: this.run.loss, lossAfter: loss, epochs };
  }

  /** Whether adam finds much less from a small distance off `at`, where a minimum would hold it. */
  *leadsDown(at: ExaminedState): Pausing<boolean> {
    return this.run.loss - (yield* this.beyond(at)) >= 2 * GAINED * this.learnable;
  }

  /** How severe a cause is that a remedy answers: nothing is severe where the network learns. */
  severityOf(remedy: Remedy | null): FindingSeverity {
    if (this.learnsWell) return 'note';
    return this.learnsPoorly && remedy ? 'severe' : 'warning';
  }

  /** λ_max and λ_min where `at` looks, seen on some rows; undefined where the network is too large for it. */
  *curvature(at: ExaminedState): Pausing<Curvature | undefined> {
    if (this.curvatures.has(at)) return this.curvatures.get(at);
    const n = this.network.theta.length;
    const affordable = n <= MOST_CURVED && at.theta.every((value) => Number.isFinite(value));
    const rows = someRows(this.network, this.samples, CURVATURE_WORK / (4 * Math.min(n, 400)));
    const objective = { network: this.network, theta: at.theta, samples: rows };
    const found = affordable ? yield* curvature(objective, false, this.tools.products) : undefined;
    this.curvatures.set(at, found);
    return found;
  }
}

/**
 * Where a loss for targets that sum to 1 meets outputs that need not: it is least where every output is 1, whatever the target.
 */
export function ignoresWrongOutputs({ layers, loss }: Network): boolean {
  const { type } = layers.at(-1)?.activation ?? { type: 'identity' };
  return LOSSES[loss.type].targets.sumsToOne === true && !ACTIVATIONS[type].vector;
}

/** The file's loss, or one that does look at wrong outputs. */
function judgingLoss(network: Network): Loss {
  return ignoresWrongOutputs(network) ? { ...network.loss, type: 'binaryCrossEntropy' } : network.loss;
}

function* look(objective: Objective, when: string, diverged?: LastState): Pausing<ExaminedState> {
  const { network, theta, samples: rows } = objective;
  const sight = yield* sighting(objective, when, diverged);
  const outputs = new Float64Array(rows.count * (network.layers.at(-1)?.units ?? 0));
  let pass: ReturnType<typeof forward> | undefined;
  for (let s = 1; s <= rows.count; s++) {
    pass = forward(network, theta, inputsOf(network, rows, s), pass);
    outputs.set(pass.a.at(-1) ?? [], ((s - 1) * outputs.length) / rows.count);
    yield;
  }
  return { ...sight, theta, outputs };
}

/** The mean E of a changed network's outputs, in the file's own units, over the file's targets. */
function judged(
  original: Network,
  { training }: Dataset,
  made: ChangedNetwork,
  theta: Float64Array,
  loss: Loss,
): number {
  const { network, data, outputOf } = made;
  const last = network.layers.length - 1;
  const judge = { ...original, layers: network.layers, loss };
  let [sum, pass]: [number, ReturnType<typeof forward> | undefined] = [0, undefined];
  for (let s = 1; s <= training.count; s++) {
    pass = forward(network, theta, inputsOf(network, data.training, s), pass);
    const [z, a] = [pass.z[last], pass.a[last]];
    if (!z || !a) return NaN;
    const e = sampleLoss(judge, z, outputOf ? a.map(outputOf) : a, targetsOf(original, training, s));
    sum += weightOf(training, s) * e;
  }
  return sum / divisorOf(judge, training);
}
