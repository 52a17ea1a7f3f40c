import type { EpochRows } from '../core/epochs';
import type {
  BatchPlace,
  RunFinding,
  RunOutcome,
  RunStart,
  StepUnit,
  TrainProgress,
  TrainRequest,
  TrainingSlice,
} from '../protocol';
import type { Compute, Model } from './compute';
import type { RunRecord } from './savedRun';
import { sameNumbers } from './models';
import { RunFindings } from './runFindings';
import { RunLog } from './runLog';
import { failureInWords, outcomeInWords, stoppedAt } from './runWords';
import { Emitter, type Disposable } from './emitter';

/** How long a worker may take to answer a stop before it is killed: a person's “at once” is 100 ms. */
const STOP_PATIENCE = 80;

/** What a run shows while it is on and after it. */
export interface RunState {
  readonly model: Model;
  /** The newest parameters that are known, and the epoch they belong to. */
  readonly theta: Float64Array;
  readonly epoch: number;
  /** Where within the next epoch, between two mini-batches. */
  readonly batch?: BatchPlace;
}

/**
 * One document's training: at most one run at a time, in the worker, from the parameters that it is given. It keeps every
 * epoch's numbers and the newest θ, so that a worker that dies or is killed takes nothing along.
 */
export class Training implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly progressed = new Emitter<TrainProgress>();
  private readonly replaced = new Emitter<void>();
  private cancelling = false;
  private rate: number | undefined;
  private readonly found = new RunFindings(
    async (rows) => (await this.compute.current?.watchEpochs(rows)) ?? [],
    () => {
      this.changed.fire();
    },
  );
  /** Of a run that was kept from another time: what the worker is to take up when it goes on. */
  private dormant: TrainRequest | undefined;

  /** The run of another program that was shown last. */
  private recorded:
    { readonly model: Model; readonly thetas: readonly Float64Array[]; readonly revision: number } | undefined;

  /** The status changed. */
  readonly onDidChange = this.changed.event;
  /** New epochs are in; `state` is up to date. */
  readonly onDidProgress = this.progressed.event;
  /** The curve is another one now, or none; earlier runs have changed with it. */
  readonly onDidReplaceCurve = this.replaced.event;
  readonly log = new RunLog();

  status: TrainingSlice['status'] = 'idle';
  outcome: RunOutcome | null = null;
  /** True of a run of another time that had ended, and to which nothing has been done since. */
  restored = false;
  totalEpochs = 0;
  state: RunState | undefined;

  constructor(private readonly compute: Compute) {}

  /** True from the beginning of a run to its end, while it stands still as well. */
  get active(): boolean {
    return this.status === 'running' || this.status === 'paused';
  }

  /** True from a stop to the run's end. */
  get stopping(): boolean {
    return this.active && this.cancelling;
  }

  /** True of a run that was on when its window or its file was closed, and has not gone on since. */
  get interrupted(): boolean {
    return this.dormant !== undefined;
  }

  /** J after the newest epoch, or NaN. */
  get loss(): number {
    return this.log.series?.last('loss') ?? NaN;
  }

  /** What has gone wrong in the run so far. */
  get findings(): readonly RunFinding[] {
    return this.found.all;
  }

  /** η of the next step of the run that is on; of a run to come, the file's. */
  learningRate(fileRate: number): number {
    return (this.active ? this.rate : undefined) ?? fileRate;
  }

  /**
   * Trains from `start` for the file's number of epochs and resolves when the run has ended, however it ended. Epochs are
   * counted on from `start.epoch`; the curve goes on where it belongs to the same model.
   */
  async run(start: RunState): Promise<void> {
    if (!this.active) await this.begin(start, false);
  }

  /**
   * One epoch or one mini-batch further: of the run that is on, which stands still afterwards, or of one that begins at
   * `start`. Resolves when it stands still.
   */
  async step(start: RunState, unit: StepUnit): Promise<void> {
    if (!this.active) void this.begin(start, true);
    else if (!this.takeUp(true)) this.enter('paused', null);
    await this.compute.current?.step(unit).catch(endsByItself);
  }

  /** η from the next step on; nothing where no run is on. */
  async setLearningRate(learningRate: number): Promise<void> {
    this.takeUp(true);
    const change = this.active ? await this.compute.current?.setLearningRate(learningRate).catch(endsByItself) : null;
    if (!change) return;
    this.rate = learningRate;
    this.log.changeRate(change);
    this.changed.fire();
  }

  private async begin(start: RunState, paused: boolean): Promise<void> {
    const { epochs, optimizer } = start.model.network.training;
    this.recorded = undefined;
    const run = this.log.begin(start, this.state?.model === start.model && start.epoch > 0);
    this.state = start;
    this.totalEpochs = start.epoch + epochs;
    this.rate = optimizer.learningRate;
    this.cancelling = false;
    this.found.begin();
    this.replaced.fire();
    await this.toEnd(start.model, { run, ...(paused && { paused }) });
  }

  private async toEnd(model: Model, request: TrainRequest): Promise<void> {
    this.enter(request.paused ? 'paused' : 'running', null);
    try {
      const outcome = await this.compute.on(model).train(request);
      this.state = { model, theta: outcome.theta, epoch: outcome.epoch };
      await this.found.look(this.log, outcome.epoch);
      this.enter('ended', outcomeInWords(outcome, model, this.log.series));
    } catch (error) {
      this.enter('ended', this.cancelling ? stoppedAt(this.epoch) : failureInWords(error, this.epoch));
    }
  }

  /** Goes on with an interrupted run, standing still at first if `paused`. Says whether there was one. */
  private takeUp(paused: boolean): boolean {
    const { dormant, state } = this;
    if (!dormant || !state) return false;
    this.dormant = undefined;
    void this.toEnd(state.model, { ...dormant, paused });
    return true;
  }

  /**
   * What is needed to have the run back at another time: while one is on, as it is after the epoch under way; undefined
   * where there is none, or nothing new since it was taken back.
   */
  async record(): Promise<RunRecord | undefined> {
    if (this.interrupted) return undefined;
    const saved = this.active ? await this.compute.current?.saveRun().catch(() => null) : null;
    if (!this.active) return this.endedRecord();
    return saved ? this.recordAt(saved, saved.state) : undefined;
  }

  /** What is needed to have a run that has ended back at another time; undefined where there is none. */
  endedRecord(): RunRecord | undefined {
    return this.status === 'ended' && this.state ? this.recordAt(this.state, null) : undefined;
  }

  private recordAt({ epoch, theta }: Pick<RunState, 'epoch' | 'theta'>, state: Float64Array | null): RunRecord {
    const { log, outcome, totalEpochs, findings } = this;
    const { rows, starts } = log.upTo(epoch);
    return { epoch, theta, state, outcome, totalEpochs, findings, rows, starts };
  }

  /** Takes back a run of `model` from another time: one that was on stands still until it is told to go on. */
  restore(model: Model, { epoch, theta, state, outcome, totalEpochs, findings, rows, starts }: RunRecord): void {
    if (this.active) return;
    this.log.restore(model.network.training, rows, starts);
    this.state = { model, theta, epoch };
    this.totalEpochs = totalEpochs;
    this.found.begin(findings);
    this.cancelling = false;
    const run = starts.at(-1);
    this.rate = run?.learningRates.at(-1)?.learningRate ?? model.network.training.optimizer.learningRate;
    this.dormant = run && state ? { run, state, epochs: totalEpochs - run.epoch } : undefined;
    this.replaced.fire();
    if (this.dormant) this.enter('paused', null);
    else this.enter('ended', outcome ?? stoppedAt(epoch), true);
  }

  /**
   * Shows a run that another program made from this network: `rows` and θ after each of its epochs, the first at its start.
   * Where it is the run that is shown, with more epochs, its curve goes on. Nothing while a run is on here.
   */
  showRecorded(model: Model, rows: EpochRows, thetas: readonly Float64Array[], outcome: RunOutcome): void {
    const theta = thetas.at(-1);
    if (this.active || !theta) return;
    const { recorded, log } = this;
    const continues =
      recorded?.model === model && recorded.revision === log.revision && isBeginning(recorded.thetas, thetas);
    const isLonger = continues && thetas.length > recorded.thetas.length;
    log.record(model.network.training, rows, thetas, continues);
    this.recorded = { model, thetas, revision: log.revision };
    this.state = { model, theta, epoch: thetas.length - 1 };
    this.totalEpochs = thetas.length - 1;
    this.found.begin();
    this.dormant = undefined;
    this.cancelling = false;
    if (!continues) this.replaced.fire();
    if (isLonger) this.progressed.fire({ epochs: rows, theta, batch: null, layers: null, findings: [] });
    this.enter('ended', outcome);
  }

  /** True while the run that is shown was made by another program: it has a file of its own. */
  get isRecorded(): boolean {
    return !this.active && this.recorded !== undefined && this.recorded.revision === this.log.revision;
  }

  /** The worker's report. Ignored when no run is on: it was sent before the stop arrived. */
  report(progress: TrainProgress): void {
    const { series } = this.log;
    if (!this.active || !this.state || !series) return;
    const { epochs, theta, batch, findings } = progress;
    series.push(epochs);
    this.state = { model: this.state.model, theta, epoch: series.newest, ...(batch && { batch }) };
    this.progressed.fire(progress);
    const known = this.findings;
    this.found.add(findings);
    this.found.follow(this.log);
    if (this.findings !== known) this.changed.fire();
  }

  /** What an epoch of the curve can be recomputed from, if it is not the newest. */
  startOf(epoch: number): RunStart | undefined {
    return epoch < (this.log.series?.newest ?? NaN) ? this.log.startOf(epoch) : undefined;
  }

  /** Has the run stand still, very soon at the end of an epoch or else within it. */
  async pause(): Promise<void> {
    if (this.status !== 'running') return;
    this.enter('paused', null);
    await this.compute.current?.pause().catch(endsByItself);
  }

  /** Has the run that stands still go on, be it one of before a reload. */
  async resume(): Promise<void> {
    if (this.status !== 'paused' || this.takeUp(false)) return;
    this.enter('running', null);
    await this.compute.current?.resume().catch(endsByItself);
  }

  /** Ends the run within 100 ms: by asking, and if the worker is too busy to answer, by killing it. */
  async stop(): Promise<void> {
    if (!this.active || this.cancelling) return;
    if (this.dormant) {
      this.dormant = undefined;
      this.enter('ended', stoppedAt(this.epoch));
      return;
    }
    this.cancelling = true;
    const timer = setTimeout(() => {
      this.compute.kill('the run was stopped');
    }, STOP_PATIENCE);
    this.compute.stop('training').catch(() => undefined);
    await this.ended();
    clearTimeout(timer);
  }

  /** Resolves when no run is on. */
  async ended(): Promise<void> {
    while (this.active) {
      await new Promise<void>((resolve) => {
        const listener = this.onDidChange(() => {
          listener.dispose();
          resolve();
        });
      });
    }
  }

  /** Forgets the run: the chart is empty again. */
  clear(): void {
    if (this.active) return;
    this.log.clear();
    this.state = undefined;
    this.found.begin();
    this.totalEpochs = 0;
    this.replaced.fire();
    this.enter('idle', null);
  }

  /** Ends a run that is on as stopped: whoever waits for its end hears of it while there still is somebody to tell it. */
  dispose(): void {
    this.cancelling = true;
    if (this.active) this.enter('ended', stoppedAt(this.epoch));
    this.changed.dispose();
    this.progressed.dispose();
    this.replaced.dispose();
  }

  private get epoch(): number {
    return this.state?.epoch ?? 0;
  }

  private enter(status: TrainingSlice['status'], outcome: RunOutcome | null, restored = false): void {
    this.status = status;
    this.restored = restored;
    this.outcome = outcome;
    this.changed.fire();
  }
}

/** Whether a recorded run is another one’s first part; one that was begun anew differs at its start or its end. */
function isBeginning(part: readonly Float64Array[], whole: readonly Float64Array[]): boolean {
  const same = (one: Float64Array | undefined, other: Float64Array | undefined): boolean =>
    one !== undefined && other !== undefined && sameNumbers(one, other);
  return part.length <= whole.length && [0, part.length - 1].every((epoch) => same(part[epoch], whole[epoch]));
}

/** What is asked of a run whose worker ends meanwhile needs no answer: the run says itself how it ended. */
function endsByItself(): undefined {}
