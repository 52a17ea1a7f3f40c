import { isUnwanted, type Compute, type Model } from './compute';
import { Emitter, together, type Disposable } from './emitter';
import { sameNumbers, sameShape } from './models';
import type { RunRecord } from './savedRun';
import type { NetworkText } from './text';
import type { RunState, Training } from './training';

/**
 * What panel and hovers show: a network with its parameters, the file's or a run's. It follows the text, except while a run
 * is on: then it stays with the network that the run began with.
 */
export class View implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly subscriptions: Disposable;
  private epochLookedAt: number | null = null;
  /** The version of the text that had been typed, and not yet been read, when the run ended. */
  private typedDuringRun: number | undefined;
  private disposed = false;

  /** Something else is shown, or how it stands to text and run has changed. */
  readonly onDidChange = this.changed.event;
  shown: RunState | undefined;

  constructor(
    private readonly text: NetworkText,
    private readonly training: Training,
    private readonly compute: Compute,
  ) {
    const follow = (): void => {
      this.follow();
    };
    this.subscriptions = together(
      text.onDidChangeModel((model) => {
        this.adopt(model);
      }),
      training.onDidProgress(follow),
      training.onDidChange(() => {
        if (training.status === 'ended' && !training.restored) this.typedDuringRun = text.unread;
        this.follow();
      }),
      training.onDidReplaceCurve(() => {
        this.epochLookedAt = null;
        this.changed.fire();
      }),
    );
  }

  /** True while the weights that are shown are not those of the text. */
  get unwritten(): boolean {
    const { shown, text } = this;
    return !!shown && !!text.model && !sameNumbers(shown.theta, text.model.network.theta);
  }

  /** True where the text says another network (or other data) than the one that is shown. */
  get textIsAhead(): boolean {
    return !!this.shown && !!this.text.model && this.shown.model !== this.text.model;
  }

  /** The newest weights of an ended run that an edit of the text has put out of sight. */
  get hiddenRun(): RunState | undefined {
    const run = this.training.state;
    if (
      !run ||
      this.training.active ||
      !this.shown ||
      this.epochLookedAt !== null ||
      run.epoch === 0 ||
      this.shown.theta === run.theta
    )
      return undefined;
    return sameNumbers(run.theta, this.shown.theta) ? undefined : run;
  }

  /** The epoch of the run that is shown, while the newest is another. */
  get lookedAt(): number | null {
    if (this.epochLookedAt !== null) return this.epochLookedAt;
    const epoch = this.shown && this.epochInRun(this.shown.theta);
    return epoch !== undefined && epoch < (this.training.state?.epoch ?? 0) ? epoch : null;
  }

  /** True while there is a run, and what is shown is no epoch of it. */
  get aside(): boolean {
    if (!this.shown || !this.training.state || this.epochLookedAt !== null) return false;
    return this.epochInRun(this.shown.theta) === undefined;
  }

  /** Shows this network with these parameters. */
  show(state: RunState): void {
    this.shown = state;
    this.changed.fire();
  }

  /** Takes back a run of another time, and shows it. */
  restore(model: Model, run: RunRecord): void {
    this.training.restore(model, run);
    if (this.training.state) this.show(this.training.state);
  }

  /** Back to the text's network with the text's weights, or with `theta`; the run's curve makes way. */
  reset(theta?: Float64Array): void {
    const { own } = this.text;
    if (this.training.interrupted) void this.training.stop();
    if (this.training.active || !own) return;
    this.training.clear();
    this.show(theta ? { ...own, theta } : own);
  }

  /** Shows the network at θ that was chosen by hand. Nothing while a run is on. */
  moveTo(theta: Float64Array): void {
    if (!this.shown || this.training.active) return;
    this.epochLookedAt = null;
    this.show({ model: this.shown.model, theta, epoch: this.epochInRun(theta) ?? 0 });
  }

  /**
   * Shows the network as it was after this epoch of the run; null: the newest again. Resolves when it is shown, or another
   * epoch was asked for meanwhile.
   */
  async lookAt(epoch: number | null): Promise<void> {
    const { state } = this.training;
    if (!state) return;
    const run = epoch === null ? undefined : this.training.startOf(epoch);
    this.epochLookedAt = run ? epoch : null;
    this.changed.fire();
    if (!run || epoch === null) {
      this.show(this.training.state ?? state);
      return;
    }
    try {
      const { model } = state;
      const theta = await this.compute.on(model).thetaAfter({ run, epoch });
      if (this.epochLookedAt === epoch && this.training.state?.model === model) this.show({ model, theta, epoch });
    } catch (error) {
      // Where another epoch was asked for, this one is of no interest any more; else the newest is shown again.
      if (this.epochLookedAt === epoch && !this.disposed) await this.lookAt(null);
      if (!(error instanceof Error) || (error.name !== 'Stopped' && !isUnwanted(error))) throw error;
    }
  }

  /**
   * θ after this epoch of the run, whatever is shown. A later request of the same requester ends it. Rejects where the run has no
   * such epoch.
   */
  async thetaAt(epoch: number, requester: string): Promise<Float64Array> {
    const { state, log } = this.training;
    if (!state || !(epoch <= (log.series?.newest ?? NaN))) throw new Error(`the run has no epoch ${String(epoch)}`);
    const run = this.training.startOf(epoch);
    return run ? this.compute.on(state.model).thetaAfter({ run, epoch, requester }) : state.theta;
  }

  dispose(): void {
    this.disposed = true;
    this.subscriptions.dispose();
    this.changed.dispose();
  }

  private adopt(model: Model): void {
    const typedDuringRun = this.typedDuringRun !== undefined && this.text.read?.version === this.typedDuringRun;
    this.typedDuringRun = undefined;
    if (this.training.active || typedDuringRun) {
      this.changed.fire();
      return;
    }
    const before = this.shown;
    this.epochLookedAt = null;
    const { theta } = model.network;
    // Weights that were just written to the file are those on the screen: the epoch they come from still holds. Undo and redo
    // bring back those of another epoch.
    const written = before !== undefined && sameShape(before.model, model) && sameNumbers(before.theta, theta);
    this.show({ model, theta, epoch: written ? before.epoch : (this.epochInRun(theta) ?? 0) });
  }

  /** The epoch of the run whose weights these are, where it is its newest or one that a run began at. */
  private epochInRun(theta: Float64Array): number | undefined {
    const { state, log } = this.training;
    if (state && sameNumbers(state.theta, theta)) return state.epoch;
    return log.starts.find((start) => sameNumbers(start.theta, theta))?.epoch;
  }

  private follow(): void {
    const run = this.training.state;
    const own = run?.model === this.shown?.model && this.epochLookedAt === null;
    if (run && own && run.theta !== this.shown?.theta) this.show(run);
    else this.changed.fire();
  }
}
