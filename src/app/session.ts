import type { Handlers } from '../channel';
import type { WorkerEvents } from '../protocol';
import { Comparison } from './comparison';
import { Compute, type StartWorker } from './compute';
import type { OpenText } from './editor';
import { EpochMeasures } from './epochMeasures';
import { Emitter, together, type Disposable } from './emitter';
import { Grading } from './grading';
import { Selection } from './selection';
import { NetworkText, type CsvFiles } from './text';
import { Training } from './training';
import { Values } from './values';
import { View } from './view';
import { ViewRequests } from './viewRequests';

/** All that is known of one open network file: what its text says, what is shown and selected, and its training. */
export class Session<Document extends OpenText = OpenText> implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly checked = new Emitter<{ done: number; total: number }>();
  private readonly judged = new Emitter<{ part: number }>();
  private readonly disposables: Disposable;

  readonly text: NetworkText;
  readonly view: View;
  readonly selection = new Selection();
  readonly compute: Compute;
  readonly training: Training;
  readonly values: Values;
  readonly epochMeasures: EpochMeasures;
  readonly grading: Grading;
  readonly comparison: Comparison;
  readonly viewRequests = new ViewRequests();
  /** Something that a panel shows may have changed; of a run that goes on, only what is beside its epochs. */
  readonly onDidChange = this.changed.event;
  /** How far the gradient check under way is. */
  readonly onDidCheck = this.checked.event;
  /** How far the judging of a file of gradients is. */
  readonly onDidJudge = this.judged.event;

  constructor(
    readonly document: Document,
    startWorker: StartWorker,
    csv: CsvFiles,
  ) {
    const events: Handlers<WorkerEvents> = {
      trained: (progress) => {
        this.training.report(progress);
      },
      checked: (progress) => {
        this.checked.fire(progress);
      },
      judged: (progress) => {
        this.judged.fire(progress);
      },
    };
    const changed = (): void => {
      this.changed.fire();
    };
    const showValues = (): void => {
      if (this.view.shown) this.values.show(this.view.shown, this.selection.sample);
    };
    this.text = new NetworkText(document, csv);
    this.compute = new Compute(
      startWorker,
      events,
      () => this.grading.hidden,
      () => this.grading.hidesForward,
    );
    this.grading = new Grading(document, this.text, this.compute);
    this.training = new Training(this.compute);
    this.view = new View(this.text, this.training, this.compute);
    this.comparison = new Comparison(this.view, this.compute, this.grading);
    this.values = new Values(this.compute, changed);
    this.epochMeasures = new EpochMeasures(this.view, this.training, this.values, changed);
    this.disposables = together(
      this.view.onDidChange(() => {
        if (this.view.shown) this.selection.keepInside(this.view.shown.model);
        showValues();
        this.epochMeasures.update();
        changed();
      }),
      this.selection.onDidChange(() => {
        showValues();
        changed();
      }),
      this.grading.onDidHide(() => {
        this.values.forget();
      }),
      this.grading.onDidJudge(changed),
      this.comparison.onDidChange(changed),
      this.comparison,
      this.text.onDidRead(changed),
      this.changed,
      this.checked,
      this.judged,
      this.text,
      this.values,
      this.view,
      this.training,
      this.compute,
      this.grading,
      this.selection,
      this.viewRequests,
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
