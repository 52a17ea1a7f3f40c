/** Training as a sequence of short steps: it can be run for some milliseconds at a time, and ended between any two of them. */

import { EpochSeries, MOST_ROWS, type EpochRows } from '../core/epochs';
import { trainableRanges } from '../core/frozen';
import { scheduledRate } from '../core/functions/schedules';
import type { Dataset, Network, Samples } from '../core/network';
import type { RateChange, StopReason } from '../core/run';
import { FusedSchedule } from './fused/schedule';
import { createEngine } from './create';
import type { GradientEngine } from './engine';
import { layerMeasures, type LayerMeasures } from '../core/layerMeasures';
import { Measuring } from './measuring';
import type { StatefulOptimizer } from './optimizers';
import { cut, type Range } from './ranges';
import { Rates } from './rates';
import { readRunState, runStateLength, writeRunState, type RunParts, type TrainerState } from './trainerState';
import { Shuffle } from './shuffle';
import { StepLimiter } from './stepLimits';
import { Stopping } from './stopping';
import type { Goal, MidEpoch, TrainerOptions } from './trainerOptions';

/** Parameters that one step of the optimizer changes at most: some milliseconds. */
const UPDATE = 2 ** 19;
/** Multiply-adds between two looks at the clock, about: a tenth of a millisecond. */
const LOOK = 2 ** 18;

/**
 * One run. Row k of its history is J(θ) over *all* training samples after k epochs, row 0 before any step; `theta` and `loss`
 * belong to the newest row always, never to the middle of an epoch. A J that is not finite (a mini-batch's, too), or a θ
 * that is not, ends the run as diverged; its row is not counted, and the last finite epoch stays the newest.
 *
 * Full batch: the pass that measures J after epoch k gives the gradient for epoch k + 1 as well. Mini-batches: a pass for
 * each batch and one over all samples to measure J. How the run is cut into calls does not change a bit of its results.
 */
export class Trainer {
  /** θ after `epoch` epochs. Its content changes as the run goes on. */
  readonly theta: Float64Array;
  epoch = 0;
  /** J(θ); NaN before epoch 0 has been measured. */
  loss = NaN;
  /** Why the run has ended; undefined while it has not. */
  end: StopReason | undefined;
  /** Of the epoch that `measureLayers` asked for last. */
  layers: LayerMeasures | undefined;
  /** Steps of the optimizer that were taken, those before a saved state included. */
  steps = 0;
  /** Called after every epoch, or where many are taken in one call after the last of them, while its state can be saved. */
  onEpoch: (() => void) | undefined;

  private readonly engine: GradientEngine;
  private readonly optimizer: StatefulOptimizer;
  private readonly updates: readonly Range[];
  private readonly samples: Samples;
  private readonly measuring: Measuring;
  private readonly history: EpochSeries;
  private readonly stopping: Stopping;
  private readonly shuffle: Shuffle | undefined;
  private readonly lastEpoch: number;
  private readonly batchSize: number;
  private readonly fullBatch: boolean;
  private readonly rates: Rates;
  private readonly limits: StepLimiter | undefined;
  private readonly parts: RunParts;
  private readonly stepsPerLook: number;
  private readonly fusedEpochs: FusedSchedule;

  /** What is done next, a few milliseconds of it at most. */
  private step: () => void = () => {
    this.beginMeasuring();
  };
  private goal: Goal = {};
  private halted = false;
  private measured = false;
  /** The epoch whose state the run was taken up from: the stop rules have seen it already. */
  private takenUpAt: number | undefined;
  private nextEpoch: number;
  private layersWanted = false;
  /** The first row of the mini-batch under way. */
  private batchStart = 0;
  private nextUpdate = 0;
  private searching: Generator<undefined, void, number> | undefined;

  /** Throws a RangeError where there is nothing to train on, or `state` is not of this network and optimizer. */
  constructor(
    private readonly network: Network,
    data: Dataset,
    options: TrainerOptions = {},
  ) {
    const { training, seed } = network;
    const { theta, epochs, firstEpoch = 0, state, learningRates = [], mostRows = MOST_ROWS, pool } = options;
    const { count } = data.training;
    if (count === 0) throw new RangeError('there are no samples to train on');
    this.samples = data.training;
    this.batchSize = training.batchSize === 'full' ? count : Math.min(training.batchSize, count);
    const weighted = [data.training, data.validation].some((samples) => samples?.weights);
    const start = theta ? { ...network, theta } : network;
    this.engine = createEngine(start, weighted, pool && { pool, rows: this.batchSize });
    this.theta = this.engine.theta.slice();
    const { schedule, optimizer: settings } = training;
    const learningRate = scheduledRate(schedule, firstEpoch, settings.learningRate);
    this.optimizer = this.engine.createOptimizer({ ...settings, learningRate });
    this.updates = trainableRanges(network).flatMap(({ from, to }) => cut(from, to, UPDATE));
    this.rates = new Rates(learningRates, settings.learningRate, schedule);
    this.limits = StepLimiter.of(network);
    this.history = new EpochSeries(mostRows);
    this.stopping = new Stopping(training.stop);
    this.epoch = this.nextEpoch = firstEpoch;
    this.lastEpoch = firstEpoch + (epochs ?? training.epochs);
    this.fullBatch = this.batchSize === count;
    if (this.optimizer.search && !this.fullBatch) {
      throw new RangeError(`${training.optimizer.type} takes the gradient over all rows: it needs "batchSize": "full"`);
    }
    this.shuffle = training.shuffle && !this.fullBatch ? new Shuffle(seed, count) : undefined;
    this.measuring = new Measuring(this.engine, network, data, this.fullBatch);
    this.stepsPerLook = Math.ceil(LOOK / (this.batchSize * (this.theta.length + 16)));
    const { theta: newest, optimizer, rates, shuffle, stopping } = this;
    this.parts = { theta: newest, optimizer, rates, shuffle, stopping };
    if (state) this.restore(state);
    const makeFused = () => (schedule || this.limits ? undefined : this.measuring.createFusedEpochs(optimizer));
    this.fusedEpochs = new FusedSchedule(makeFused, this.engine.theta, this.epoch);
  }

  /**
   * Goes on for about `milliseconds`, however long a pass over the samples takes, or until the goal is reached: then it says
   * true. Returns at once where the run has ended.
   */
  run(milliseconds: number, goal: Goal = {}): boolean {
    const deadline = performance.now() + milliseconds;
    this.goal = goal;
    this.halted = false;
    do {
      if (this.takeFusedEpochs()) continue;
      for (let steps = this.stepsPerLook; steps > 0 && !this.end && !this.halted; steps--) {
        this.step();
        if (this.epochsAtOnce > 0) break;
      }
    } while (!this.end && !this.halted && performance.now() < deadline);
    return this.halted;
  }

  /** The epochs since the last call. */
  takeHistory(): EpochRows {
    return this.history.take();
  }

  /** The state that the last step led to, where `run` stood still between two mini-batches. */
  get midEpoch(): MidEpoch | undefined {
    if (this.fullBatch || !this.halted || this.batchStart === 0) return undefined;
    const batches = Math.ceil(this.samples.count / this.batchSize);
    return { theta: this.engine.theta.slice(), batchesDone: this.batchStart / this.batchSize, batches };
  }

  /** `layers` are those of the next epoch. */
  measureLayers(): void {
    this.layersWanted = true;
  }

  /** η from the next step on. */
  setLearningRate(learningRate: number): RateChange {
    // The step under way has its η already.
    const underWay = this.step === this.update || this.step === this.passSearch;
    const change = { step: underWay ? this.steps + 1 : this.steps, learningRate };
    this.rates.change(change);
    return change;
  }

  /** Ends the run with what it has. An epoch that is not complete is not counted. */
  cancel(): void {
    this.end ??= 'cancelled';
  }

  /** Dismisses the threads that were started; what is known of the newest epoch stays. */
  dispose(): void {
    this.engine.dispose();
  }

  get stateLength(): number {
    return runStateLength(this.parts);
  }

  /** True where an epoch is complete and the next has not begun: the state can be saved, as it can be by `onEpoch`. */
  get betweenEpochs(): boolean {
    return this.step === this.beginEpoch;
  }

  /** Writes what the run can be taken up from, `betweenEpochs`. */
  saveState(into: Float64Array, offset: number): void {
    writeRunState(this.parts, this.epoch, this.steps, into, offset);
  }

  private restore(state: TrainerState): void {
    if (state.length !== this.stateLength) throw new RangeError('the saved state is not from this run');
    const { epoch, steps } = readRunState(this.parts, state);
    this.epoch = this.nextEpoch = this.takenUpAt = epoch;
    this.steps = steps;
    this.rates.skipTo(steps);
    this.engine.theta.set(this.theta);
  }

  /** Epochs that can be taken in one call now, as nobody wants to look between them. */
  private get epochsAtOnce(): number {
    if (this.step !== this.beginEpoch || this.layersWanted || this.halted) return 0;
    const { epoch = Infinity, steps = Infinity } = this.goal;
    const stepsLeft = Math.min(steps, this.rates.nextStep) - this.steps;
    return this.fusedEpochs.atOnce(this.epoch, Math.min(stepsLeft, Math.min(epoch, this.lastEpoch) - this.epoch));
  }

  /** Takes up to a thousand epochs of a small network in one call, to the bit as the steps below; false where it cannot. */
  private takeFusedEpochs(): boolean {
    const count = this.epochsAtOnce;
    const rows = count > 0 && this.fusedEpochs.take(this.epoch, count, this.stopping);
    if (!rows) return false;
    const { history, measuring, nextEpoch } = this;
    const newest = this.epoch + count;
    // Of the others, only those that stay in the history need to be in it.
    for (let epoch = history.nextKept(nextEpoch); epoch < newest; epoch = history.nextKept(epoch + 1)) {
      measuring.read(rows, epoch - nextEpoch, epoch);
      history.add(measuring.row);
    }
    measuring.read(rows, count - 1, newest);
    this.steps += count;
    this.nextEpoch = newest;
    this.conclude('asked');
    return true;
  }

  /** Starts the pass that gives J after this epoch, and its gradient where somebody wants it. */
  private beginMeasuring(): void {
    this.measuring.begin(this.nextEpoch, this.layersWanted);
    this.step = this.measure;
  }

  private readonly measure = (): void => {
    const { measuring, engine } = this;
    if (!measuring.advance()) return;
    if (!measuring.finite) {
      this.diverge();
      return;
    }
    if (this.layersWanted && measuring.hasGradient) {
      this.layersWanted = false;
      this.layers = layerMeasures(this.network, this.nextEpoch, engine.gradient, engine.theta, this.theta);
    }
    this.conclude();
  };

  /** An epoch is complete: its state becomes the newest, and the run ends here or goes on to the next. */
  private conclude(rules: 'ask' | 'asked' = 'ask'): void {
    this.keep();
    if (rules === 'ask' && this.epoch !== this.takenUpAt) this.end = this.stopping.after(this.measuring.row);
    if (!this.end && this.epoch >= this.lastEpoch) this.end = 'epochs';
    this.batchStart = 0;
    this.onEpoch?.();
    if (this.end) return;
    this.step = this.beginEpoch;
    const { epoch = Infinity, steps = Infinity } = this.goal;
    this.halted = this.epoch >= epoch || this.steps >= steps;
  }

  private readonly beginEpoch = (): void => {
    if (this.fullBatch) {
      this.beginUpdate();
      return;
    }
    this.shuffle?.next();
    this.beginBatch();
  };

  private keep(): void {
    const { row } = this.measuring;
    this.epoch = this.nextEpoch++;
    this.loss = row.loss;
    this.theta.set(this.engine.theta);
    this.measured = true;
    this.history.add(row);
  }

  private diverge(): void {
    // Where not even the first J is finite, there is no better state to show than that one.
    if (!this.measured) this.keep();
    this.end = 'diverged';
  }

  private readonly beginBatch = (): void => {
    const { samples } = this;
    const first = this.batchStart;
    const count = Math.min(this.batchSize, samples.count - first);
    this.engine.begin({ samples, order: this.shuffle?.order, first, count }, 'gradient');
    this.step = this.passBatch;
  };

  private readonly passBatch = (): void => {
    if (!this.engine.advance()) return;
    const loss = this.engine.dataLoss + this.engine.penalty;
    if (Number.isFinite(loss)) this.beginUpdate();
    else this.diverge();
  };

  private beginUpdate(): void {
    const { optimizer, engine, measuring } = this;
    optimizer.learningRate = this.rates.at(this.steps, this.epoch);
    if (optimizer.search) {
      this.searching = optimizer.search(engine.theta, engine.gradient, measuring.row.loss, this.updates);
      this.search(this.searching.next());
      return;
    }
    this.limits?.clip(engine.gradient);
    optimizer.begin();
    this.nextUpdate = 0;
    this.step = this.update;
  }

  /** A search for the next θ asks for J and its gradient where θ is now, or is at its end. */
  private search({ done }: IteratorResult<undefined, void>): void {
    if (done) {
      this.limits?.renormalize(this.engine.theta);
      this.steps++;
      this.beginMeasuring();
      return;
    }
    const { samples } = this;
    this.engine.begin({ samples, first: 0, count: samples.count }, 'gradient');
    this.step = this.passSearch;
  }

  private readonly passSearch = (): void => {
    const { engine, searching } = this;
    if (searching && engine.advance()) this.search(searching.next(engine.dataLoss + engine.penalty));
  };

  private readonly update = (): void => {
    const range = this.updates[this.nextUpdate++];
    if (range) this.optimizer.update(this.engine.theta, this.engine.gradient, range);
    if (this.nextUpdate < this.updates.length) return;
    this.limits?.renormalize(this.engine.theta);
    this.steps++;
    this.batchStart += this.batchSize;
    if (this.fullBatch || this.batchStart >= this.samples.count) {
      this.beginMeasuring();
      return;
    }
    this.step = this.beginBatch;
    this.halted = this.steps >= (this.goal.steps ?? Infinity);
  };
}
