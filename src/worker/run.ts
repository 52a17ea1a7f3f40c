/** One training run in the worker: slices of training, and between them the news. */

import { Checkpoints } from '../engine/checkpoints';
import type { Trainer } from '../engine/trainer';
import type { Goal } from '../engine/trainerOptions';
import type { LastState } from '../core/doctor/sight';
import type { Observation } from '../core/run';
import type { RunFinding, RateChange, RunSnapshot, StepUnit, TrainOutcome, TrainProgress } from '../protocol';
import type { RunSharpness } from './runSharpness';
import { inSlices, REPORT_INTERVAL, SLICE, type Yield } from './slices';

/** Each report carries θ, which takes about this many milliseconds a parameter to copy, hand over and draw. */
const INTERVAL_OF_PARAMETER = 1 / 4000;

/** An epoch that is complete within this many milliseconds is completed before the run stands still. */
const PAUSE_PATIENCE = 2 * SLICE;

/** Milliseconds that the last look at a run that was stopped may take: it is to end within 100. */
const LAST_LOOK = SLICE;

/** What is seen of the network at θ after so many epochs, or where the run diverged, at its last finite state; in steps. */
export type Observer = (
  theta: Float64Array,
  epoch: number,
  diverged?: LastState,
) => Generator<unknown, readonly Observation[]>;

/** Tells the other side about progress; resolves when it has taken it in. */
type Report = (progress: TrainProgress) => Promise<unknown>;

/**
 * Runs `trainer` to its end in slices, between which it can be stopped, paused, stepped, saved and given another learning
 * rate. Reports its first epoch at once, then at most ten times a second, less often where θ is large or the other side is slow,
 * and has its network looked at after 1, 2, 4, 8, … epochs and the last. With `paused` it stands still at its start.
 */
export class Run {
  /** States to look back at. */
  readonly checkpoints: Checkpoints;
  private paused: Promise<void> | undefined;
  private unpause: () => void = () => undefined;
  private goal: Goal | undefined;
  /** When a run that is to stand still does so, within an epoch if need be. */
  private pauseBy = Infinity;
  /** When a run that was stopped has no time left to look at itself. */
  private lookBy = Infinity;
  private stepped: (() => void)[] = [];
  private saved: RunSnapshot | undefined;
  private savers: ((saved: RunSnapshot | null) => void)[] = [];
  /** The epoch at which the network's health was looked at last; the start of the run is not looked at. */
  private looked: number;
  private readonly found = new Set<string>();
  private findings: RunFinding[] = [];
  private lastReport = performance.now();
  /** The epoch that was reported last. */
  private told = -Infinity;
  private reporting = false;
  private readonly interval: number;
  private readonly start: number;

  constructor(
    private readonly trainer: Trainer,
    private readonly look: Observer,
    /** λ_max of some epochs. */
    private readonly sharpness: RunSharpness,
    private readonly report: Report,
    private readonly yieldNow: Yield,
    paused: boolean,
  ) {
    this.start = trainer.epoch;
    this.looked = this.start;
    this.interval = Math.max(REPORT_INTERVAL, trainer.theta.length * INTERVAL_OF_PARAMETER);
    if (paused) this.standStill();
    const checkpoints = new Checkpoints(trainer.stateLength);
    this.checkpoints = checkpoints;
    trainer.onEpoch = () => {
      checkpoints.offer(trainer.epoch, trainer);
      if (this.savers.length > 0) this.saved ??= this.takeState();
      // Of a run that is stepped through, every epoch is looked at.
      if (this.goal) trainer.measureLayers();
    };
    trainer.measureLayers();
    sharpness.offer(trainer.epoch, trainer.theta);
  }

  /** Resolves when the run has ended, after its last epochs have been reported. */
  async toEnd(): Promise<TrainOutcome> {
    try {
      await this.runToEnd();
    } finally {
      // Whether it came to its end or broke off: nobody is to wait for it any more.
      this.endStep();
      for (const answer of this.savers.splice(0)) answer(null);
    }
    const { epoch, loss, theta, end = 'cancelled' } = this.trainer;
    return { epoch, loss, theta, stopReason: end };
  }

  private async runToEnd(): Promise<void> {
    const { trainer } = this;
    while (!trainer.end) {
      if (this.paused) {
        this.tell();
        this.endStep();
        await this.paused;
        continue;
      }
      const { epoch = Infinity, steps = Infinity } = this.goal ?? {};
      const started = performance.now();
      if (trainer.run(SLICE, { epoch: Math.min(epoch, this.nextLook), steps })) {
        if (trainer.epoch >= epoch || trainer.steps >= steps) this.standStill();
        // A look at a large network takes as long as several epochs.
        if (this.isDue) this.tell();
        if (trainer.epoch >= this.nextLook) await this.examine();
      }
      this.sharpness.goOn(performance.now() - started);
      if (performance.now() >= this.pauseBy) this.standStill();
      if (this.isDue) this.tell();
      await this.yieldNow();
    }
    const { epoch, loss } = trainer;
    if (trainer.end === 'diverged') await this.examine({ epoch, loss });
    else await this.examine();
    this.tell();
  }

  /** A side that is slow to take in the last report gets more epochs with the next, not more reports. */
  private get isDue(): boolean {
    if (this.reporting) return false;
    const isFirst = this.trainer.epoch > this.start && this.told <= this.start;
    return isFirst || performance.now() - this.lastReport >= this.interval;
  }

  /** Stands still after the epoch under way if that is complete very soon, else within it. */
  pause(): void {
    if (this.trainer.betweenEpochs) this.standStill();
    if (this.paused) return;
    this.goal = this.after('epoch');
    this.pauseBy = performance.now() + PAUSE_PATIENCE;
  }

  /** Whether it trains: it has not ended, and does not stand still. */
  get isMoving(): boolean {
    return !this.paused && !this.trainer.end;
  }

  /** Goes on to the end, whatever it was to stand still for. */
  resume(): void {
    this.goal = undefined;
    this.goOn();
  }

  /** One epoch or one mini-batch further; resolves when the run stands still again, or has ended. */
  async step(unit: StepUnit): Promise<void> {
    if (this.trainer.end) return;
    this.goal = this.after(unit);
    const done = new Promise<void>((resolve) => this.stepped.push(resolve));
    this.goOn();
    await done;
  }

  /** The state after the newest epoch, or the one under way, once it has been told of; null where the run ends before. */
  async save(): Promise<RunSnapshot | null> {
    const { trainer } = this;
    if (trainer.end) return null;
    if (trainer.betweenEpochs) this.saved ??= this.takeState();
    const saved = new Promise<RunSnapshot | null>((resolve) => this.savers.push(resolve));
    if (this.paused) this.tell();
    return saved;
  }

  /** η from the next step on; says which step that is. */
  setLearningRate(learningRate: number): RateChange {
    return this.trainer.setLearningRate(learningRate);
  }

  /** Ends the run with what it has. */
  stop(): void {
    this.trainer.cancel();
    this.lookBy = performance.now() + LAST_LOOK;
    this.goOn();
  }

  private standStill(): void {
    this.paused ??= new Promise((resolve) => {
      this.unpause = resolve;
    });
  }

  private goOn(): void {
    this.paused = undefined;
    this.pauseBy = Infinity;
    this.unpause();
  }

  /** The network is looked at after 1, 2, 4, 8, … epochs. */
  private get nextLook(): number {
    return Math.max(this.start + 1, 2 * this.looked - this.start);
  }

  /** Looks at the newest epoch where that has not been done yet; a run that is stopped gives up a long look. */
  private async examine(diverged?: LastState): Promise<void> {
    const { epoch, theta } = this.trainer;
    if (epoch === this.looked && !diverged) return;
    this.looked = epoch;
    this.sharpness.offer(epoch, theta);
    const steps = until(() => performance.now() >= this.lookBy, this.look(theta, epoch, diverged));
    for (const finding of await inSlices(steps, this.yieldNow)) {
      // Where a gradient fades or grows most may move on: that it does is news once.
      const key = finding.units.length === 0 ? finding.code : `${finding.code} ${String(finding.layer)}`;
      if (this.found.has(key)) continue;
      this.found.add(key);
      this.findings.push({ ...finding, epoch });
    }
  }

  private after(unit: StepUnit): Goal {
    return unit === 'epoch' ? { epoch: this.trainer.epoch + 1 } : { steps: this.trainer.steps + 1 };
  }

  private takeState(): RunSnapshot {
    const { trainer } = this;
    const state = new Float64Array(trainer.stateLength);
    trainer.saveState(state, 0);
    return { epoch: trainer.epoch, theta: trainer.theta.slice(), state };
  }

  private endStep(): void {
    for (const resolve of this.stepped.splice(0)) resolve();
  }

  /** Tells the news, and then gives the state to those who asked for it. */
  private tell(): void {
    this.tellNews();
    const { saved } = this;
    if (!saved) return;
    this.saved = undefined;
    for (const answer of this.savers.splice(0)) answer(saved);
  }

  /** Posting clones θ: it may change as soon as this returns. */
  private tellNews(): void {
    const { trainer } = this;
    const epochs = trainer.takeHistory();
    const within = trainer.midEpoch;
    if (epochs.epochs.length === 0 && !within && this.findings.length === 0) return;
    this.lastReport = performance.now();
    this.told = trainer.epoch;
    this.reporting = true;
    const done = (): void => {
      this.reporting = false;
    };
    const batch = within ? { done: within.batchesDone, of: within.batches } : null;
    const { theta } = within ?? trainer;
    const layers = trainer.layers ?? null;
    // Where the other side is gone or could not use the report, training goes on: the outcome is still asked for.
    const findings = this.findings.splice(0);
    this.report({ epochs, theta, batch, layers, findings }).then(done, done);
    trainer.measureLayers();
  }
}

/** What `steps` find, or nothing where they are told to give up before they are done. */
function* until<T>(
  givesUp: () => boolean,
  steps: Generator<unknown, readonly T[]>,
): Generator<undefined, readonly T[]> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (givesUp()) return [];
    yield;
  }
}
