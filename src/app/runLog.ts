import { EpochSeries, type EpochRows } from '../core/epochs';
import type { TrainingSettings } from '../core/network';
import { formatNumber } from '../core/notation';
import type { EarlierRun, RateChange, RunStart } from '../protocol';
import type { RunState } from './training';

/** Runs that are kept to compare with, and rows of each. */
const MOST_RUNS = 8;
const MOST_EARLIER_ROWS = 4096;
/** Rows of a run that is kept for another time. */
const MOST_KEPT_ROWS = 2 ** 14;

/** Runs that are being continued: begun one after the other on one curve. */
interface Curve {
  readonly series: EpochSeries;
  readonly settings: TrainingSettings;
  starts: RunStart[];
}

/** The curve of a document's training, what each of its epochs can be recomputed from, and the curves before it. */
export class RunLog {
  private curve: Curve | undefined;
  private runs = 0;
  private archived = 0;
  private changes = 0;
  earlier: readonly EarlierRun[] = [];

  /** Rises whenever the curve is another one, or goes on from an earlier epoch. */
  get revision(): number {
    return this.changes;
  }

  /** The curve's numbers; undefined before the first run and after `clear`. */
  get series(): EpochSeries | undefined {
    return this.curve?.series;
  }

  /**
   * A run begins at `start`. Its curve goes on from the one that is there if `continues`; epochs that are there after that
   * start are then left to the comparison. Otherwise it is a new curve.
   */
  begin({ model, theta, epoch }: RunState, continues: boolean): RunStart {
    if (!this.curve || !continues) {
      this.archive();
      this.curve = { series: new EpochSeries(), settings: model.network.training, starts: [] };
    } else if (epoch < this.curve.series.newest) {
      this.archive();
      this.curve.series.truncate(epoch);
    }
    const start = { id: ++this.runs, theta, epoch, learningRates: [] };
    this.curve.starts = [...this.curve.starts.filter((before) => before.epoch < epoch), start];
    return start;
  }

  /** The learning rate of the run under way has been changed. */
  changeRate(change: RateChange): void {
    const last = this.curve?.starts.at(-1);
    if (!this.curve || !last) return;
    const learningRates = [...last.learningRates.filter(({ step }) => step < change.step), change];
    this.curve.starts = [...this.curve.starts.slice(0, -1), { ...last, learningRates }];
  }

  /** The runs of the curve, the first first. */
  get starts(): readonly RunStart[] {
    return this.curve?.starts ?? [];
  }

  /** What this epoch of the curve can be recomputed from. */
  startOf(epoch: number): RunStart | undefined {
    const starts = this.curve?.starts.filter((start) => start.epoch <= epoch);
    return starts?.at(-1);
  }

  /** The curve up to this epoch, thinned out where it is long, and all that its epochs can be recomputed from. */
  upTo(epoch: number): { readonly rows: EpochRows; readonly starts: readonly RunStart[] } {
    const { series = new EpochSeries(), starts = [] } = this.curve ?? {};
    return { rows: series.thinned(MOST_KEPT_ROWS, epoch), starts };
  }

  /**
   * A curve that another program makes: what is known after each of its epochs, so that each can be looked at. `continues`
   * where all that is there is a part of it.
   */
  record(settings: TrainingSettings, rows: EpochRows, thetas: readonly Float64Array[], continues: boolean): void {
    if (!continues || !this.curve) {
      this.archive();
      this.curve = { series: new EpochSeries(), settings, starts: [] };
      this.runs++;
    }
    this.curve.series.push(rows);
    this.curve.starts = thetas.map((theta, epoch) => ({ id: this.runs, theta, epoch, learningRates: [] }));
  }

  /** A curve of another time. */
  restore(settings: TrainingSettings, rows: EpochRows, starts: readonly RunStart[]): void {
    this.archive();
    this.curve = { series: EpochSeries.from(rows), settings, starts: [...starts] };
    this.runs = Math.max(this.runs, ...starts.map(({ id }) => id));
  }

  /** The chart is empty again. */
  clear(): void {
    this.archive();
    this.curve = undefined;
  }

  /** The curve is about to be replaced or cut. */
  private archive(): void {
    this.changes++;
    if (!this.curve || this.curve.series.length < 2) return;
    const { series, settings, starts } = this.curve;
    const rows = new EpochSeries(MOST_EARLIER_ROWS);
    rows.push(series.rows());
    const rates = starts.flatMap(({ learningRates }) => learningRates);
    const run = { id: ++this.archived, settings: settingsInWords(settings, rates), rows: rows.rows() };
    this.earlier = [...this.earlier, run].slice(-MOST_RUNS);
  }
}

/** “adam, η = 0.01 → 0.001, batches of 32” */
function settingsInWords({ optimizer, batchSize }: TrainingSettings, changes: readonly RateChange[]): string {
  const rates = [optimizer.learningRate, ...changes.map(({ learningRate }) => learningRate)];
  const rate = rates.map((value) => formatNumber(value, 4)).join(' → ');
  const batches = batchSize === 'full' ? 'full batch' : `batches of ${String(batchSize)}`;
  return `${optimizer.type}, η = ${rate}, ${batches}`;
}
