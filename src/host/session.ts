import * as vscode from 'vscode';
import type { Handlers } from '../channel';
import { parameterIndex, parameterLayout, sameParameter, type ParameterId } from '../core/network';
import type { NetworkFile, Problem } from '../format';
import type { WorkerEvents } from '../protocol';
import { Compute, isUnwanted, type Model, type StartWorker } from './compute';
import type { CsvFiles } from './platform/csv';
import { Grading } from './grading';
import type { RecordOfRun } from './keptRun';
import { sameModel, sameNumbers, sameShape } from './models';
import type { Slice } from './slices';
import { TextReader, type ReadText } from './textReader';
import { Training, type RunState } from './training';
import { Values } from './values';
import { ViewRequests } from './viewRequests';

/** The text that a model was read from, and where its numbers are in it. */
export type WrittenModel = Pick<ReadText, 'text'> & Pick<NetworkFile, 'source'>;

/** Of fewer samples than this, the first is shown at first; of more, their mean. */
const FEW = 10;

function openingSample({ data }: Model): number | null {
  const count = data?.training.count ?? 0;
  return count > 1 && count < FEW ? 1 : null;
}

/**
 * All that is known of one open network file: the text as last read, the last network without an error, what the panel
 * and the hovers show (that network with the file's weights, or a run's), the selection, and the training.
 *
 * The view follows the text, except while a run is on: then it stays with the network that the run began with.
 */
export class Session implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<readonly Slice[]>();
  private readonly checked = new vscode.EventEmitter<{ done: number; total: number }>();
  readonly viewRequests = new ViewRequests();
  private readonly disposables: vscode.Disposable[] = [this.changed, this.checked, this.viewRequests];
  private textModel: Model | undefined;
  private shown: RunState | undefined;
  private revision = 0;
  private readonly texts = new WeakMap<Model, WrittenModel>();
  private wasUnwritten = false;
  private disposed = false;
  private epochLookedAt: number | null = null;

  readonly grading = new Grading();
  readonly compute: Compute;
  readonly training: Training;
  readonly values: Values;
  private readonly reader: TextReader;
  /** Slices of the panel's state that are new. */
  readonly onDidChange = this.changed.event;
  /** The text was read: its problems, and its positions, are those of its present version. */
  readonly onDidRead: vscode.Event<ReadText>;
  /** How far the gradient check under way is. */
  readonly onDidCheck = this.checked.event;

  selectedParameter: ParameterId | null = null;
  selectedSample: number | null = null;

  constructor(
    readonly document: vscode.TextDocument,
    startWorker: StartWorker,
    csv: CsvFiles,
  ) {
    this.reader = new TextReader(document, csv, (read) => {
      this.take(read);
    });
    this.onDidRead = this.reader.onDidRead;
    const events: Handlers<WorkerEvents> = {
      trained: (progress) => {
        this.training.report(progress);
      },
      checked: (progress) => {
        this.checked.fire(progress);
      },
    };
    this.compute = new Compute(startWorker, events, () => this.grading.hidden);
    this.training = new Training(this.compute);
    this.values = new Values(this.compute, () => {
      this.fire('values', 'notice');
    });
    this.disposables.push(
      this.reader,
      this.values,
      this.training,
      this.compute,
      this.grading,
      this.grading.onDidJudge(() => {
        this.fire('claim', 'exercise', 'openClaims');
      }),
      this.grading.onDidHide(() => {
        this.values.forget();
        this.fire('claim', 'exercise', 'openClaims', 'history', 'earlierRuns');
      }),
      this.training.onDidProgress(() => {
        this.follow();
      }),
      this.training.onDidChange(() => {
        this.follow();
        this.fire('training', 'notice');
      }),
      this.training.onDidReplaceCurve(() => {
        this.epochLookedAt = null;
        this.fire('history', 'earlierRuns');
      }),
    );
  }

  // ── The text ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What the text says at its present version, or undefined once the session is disposed. */
  current(): Promise<ReadText | undefined> {
    return this.reader.current();
  }

  /** Reads the text again although it did not change: its CSV did. */
  reload(): Promise<void> {
    return this.reader.reload();
  }

  /** The CSV file that the text names; undefined where it names none or has not been read. */
  get csvPath(): string | undefined {
    return this.reader.csvPath;
  }

  /** What is wrong with the text as it was last read. */
  get problems(): readonly Problem[] {
    return this.reader.read?.file.problems ?? [];
  }

  /** The network that `text` says: the one of the document where that says the same. Undefined where it has an error. */
  async modelOf(text: string): Promise<Model | undefined> {
    const { network, data, source } = await this.reader.readOther(text);
    if (!network) return undefined;
    const model = { revision: ++this.revision, network, data };
    if (this.textModel && sameModel(this.textModel, model)) return this.textModel;
    this.texts.set(model, { text, source });
    return model;
  }

  /** The text that a model was read from. */
  textOf(model: Model): WrittenModel | undefined {
    return this.texts.get(model);
  }

  private take({ text, file: { network, data, source } }: ReadText): void {
    if (network) this.adopt({ revision: this.revision + 1, network, data }, { text, source });
    this.fire('notice', 'training');
  }

  private adopt(model: Model, { text, source }: WrittenModel): void {
    if (this.textModel && sameModel(this.textModel, model)) return;
    const before = this.shown;
    this.revision = model.revision;
    this.textModel = model;
    this.texts.set(model, { text, source });
    if (this.training.active) return;
    this.epochLookedAt = null;
    // Weights that were just written to the file are those on the screen: the epoch they come from still holds.
    const written =
      before !== undefined && sameShape(before.model, model) && sameNumbers(before.theta, model.network.theta);
    this.show({ model, theta: model.network.theta, epoch: written ? before.epoch : 0 });
    this.fire('file', 'model');
  }

  // ── The view ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What panel and hovers show: a network with its parameters, the file's or a run's. */
  get view(): RunState | undefined {
    return this.shown;
  }

  /** True while what is shown is not what the text says. */
  get unwritten(): boolean {
    const { shown, textModel } = this;
    return !!shown && !!textModel && !sameNumbers(shown.theta, textModel.network.theta);
  }

  /** True where the text says another network (or other data) than the one that is shown. */
  get textIsAhead(): boolean {
    return !!this.shown && !!this.textModel && this.shown.model !== this.textModel;
  }

  /** The text's own network with the text's own parameters. */
  get ownView(): RunState | undefined {
    return this.textModel && { model: this.textModel, theta: this.textModel.network.theta, epoch: 0 };
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

  /** Shows this network with these parameters, here and in every hover. */
  show(view: RunState): void {
    const model = view.model !== this.shown?.model;
    if (!this.shown?.model.data) this.selectedSample = openingSample(view.model);
    this.shown = view;
    if (model) this.keepSelectionInside(view.model);
    this.values.show(view, this.selectedSample);
    if (model) this.fire('model', 'selection', 'claim', 'values', 'notice');
    // The training slice carries the whole curve: it is sent when something in it changed, not with every epoch.
    if (this.unwritten !== this.wasUnwritten) this.fire('training', 'claim', 'notice');
    this.wasUnwritten = this.unwritten;
  }

  /** Takes back a run of another time, and shows it. */
  restore(model: Model, run: RecordOfRun): void {
    this.training.restore(model, run);
    if (this.training.state) this.show(this.training.state);
  }

  /** Back to the text's network with the text's weights, or with `theta`; the run's curve makes way. */
  reset(theta?: Float64Array): void {
    const own = this.ownView;
    if (this.training.interrupted) void this.training.stop();
    if (this.training.active || !own) return;
    this.training.clear();
    this.show(theta ? { ...own, theta } : own);
  }

  /** The epoch that is shown while the newest is another. */
  get lookedAt(): number | null {
    return this.epochLookedAt;
  }

  /**
   * Shows the network, here and in every hover, as it was after this epoch of the run; null: the newest again. Resolves when
   * it is shown, or another epoch was asked for meanwhile.
   */
  async lookAt(epoch: number | null): Promise<void> {
    const { state } = this.training;
    if (!state) return;
    const run = epoch === null ? undefined : this.training.startOf(epoch);
    this.epochLookedAt = run ? epoch : null;
    this.fire('training', 'notice');
    if (!run || epoch === null) {
      this.show(this.training.state ?? state);
      return;
    }
    try {
      const { model } = state;
      const theta = await this.compute.on(model).lookBack({ run, epoch });
      if (this.epochLookedAt === epoch && this.training.state?.model === model) this.show({ model, theta, epoch });
    } catch (error) {
      // Where another epoch was asked for, this one is of no interest any more; else the newest is shown again.
      if (this.epochLookedAt === epoch && !this.disposed) await this.lookAt(null);
      if (!(error instanceof Error) || (error.name !== 'Stopped' && !isUnwanted(error))) throw error;
    }
  }

  private follow(): void {
    const run = this.training.state;
    const own = run?.model === this.shown?.model && this.epochLookedAt === null;
    if (run && own && run.theta !== this.shown?.theta) this.show(run);
    else if (this.textIsAhead) this.fire('notice');
  }

  /** Selects a parameter, or nothing where the network that is shown has no such parameter. */
  select(parameter: ParameterId | null): void {
    const view = this.shown;
    const exists = parameter && view && parameterIndex(parameterLayout(view.model.network.layers), parameter) >= 0;
    const next = exists ? parameter : null;
    if (sameParameter(next ?? undefined, this.selectedParameter ?? undefined)) return;
    this.selectedParameter = next;
    this.fire('selection', 'claim');
  }

  /** Shows the values of this row (from 1), or of their mean: null, or a row that the data do not have. */
  selectSample(sample: number | null): void {
    const count = this.shown?.model.data?.training.count ?? 0;
    const next = sample !== null && sample <= count ? sample : null;
    if (next === this.selectedSample) return;
    this.selectedSample = next;
    this.fire('selection');
    if (this.shown) this.values.show(this.shown, next);
  }

  private keepSelectionInside({ network, data }: Model): void {
    const parameter = this.selectedParameter;
    if (parameter && parameterIndex(parameterLayout(network.layers), parameter) < 0) this.selectedParameter = null;
    if ((this.selectedSample ?? 0) > (data?.training.count ?? 0)) this.selectedSample = null;
  }

  private fire(...slices: readonly Slice[]): void {
    if (!this.disposed) this.changed.fire(slices);
  }

  dispose(): void {
    this.disposed = true;
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
