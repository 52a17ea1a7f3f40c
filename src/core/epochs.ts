/** The numbers of a run's epochs, in bounded memory: kept by the worker, the host and the panel by the same rule. */

/** What is known after an epoch. A run has a column only for those that it can have. */
export const METRICS = [
  /** J over the training samples. */
  'loss',
  /** J = data loss + penalty; both only where the file has a penalty. */
  'dataLoss',
  'penalty',
  /** The mean loss over the held-out rows, without the penalty. */
  'validationLoss',
  /** The shares of rows whose class is predicted, of the training and of the held-out rows; only where targets are classes. */
  'accuracy',
  'validationAccuracy',
  /** ‖∇J‖₂ over the parameters that are trained; NaN at epochs at which it was not measured. */
  'gradientNorm',
] as const;

export type Metric = (typeof METRICS)[number];

/** One epoch; epoch 0 is the state before any step. */
export type EpochRow = { readonly epoch: number } & { readonly [M in Metric]?: number | undefined };

/** Rows of rising epochs as columns, all of one length but for those that the run does not have: they are empty. */
export type EpochRows = { readonly epochs: Float64Array } & { readonly [M in Metric]: Float64Array };

/** Rows that are kept at most (and one or two beside). */
export const MOST_ROWS = 1_000_000;

/**
 * Every epoch as long as there are no more than `most`; beyond, every 2nd, then every 4th, … epoch, and always the first
 * and the newest. Which epochs are kept depends on their numbers alone, so that what one side dropped no other waits for.
 */
export class EpochSeries {
  private epochs = new Float64Array(64);
  private readonly columns = new Map<Metric, Float64Array>();
  private count = 0;
  private first: number | undefined;
  private stride = 1;

  constructor(private readonly most = MOST_ROWS) {}

  /** The series that `rows` are all of so far. */
  static from(rows: EpochRows): EpochSeries {
    const series = new EpochSeries();
    series.push(rows);
    return series;
  }

  get length(): number {
    return this.count;
  }

  /** The epoch of a row, NaN where there is no such row. */
  epochAt(row: number): number {
    return row < this.count ? (this.epochs[row] ?? NaN) : NaN;
  }

  /** The newest epoch; NaN before the first. */
  get newest(): number {
    return this.epochAt(this.count - 1);
  }

  /** The metrics that this run has, in the order of `METRICS`. */
  get metrics(): readonly Metric[] {
    return METRICS.filter((metric) => this.columns.has(metric));
  }

  /** A metric of a row; undefined where the run does not have it or there is no such row. */
  value(metric: Metric, row: number): number | undefined {
    return row < this.count ? this.columns.get(metric)?.[row] : undefined;
  }

  /** The newest value of a metric, or NaN. */
  last(metric: Metric): number {
    return this.value(metric, this.count - 1) ?? NaN;
  }

  /** The row of the newest epoch that is not after `epoch`; −1 where all are after it. */
  rowOf(epoch: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.epochs[middle] ?? NaN) <= epoch) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The first of the epochs from `epoch` on that stays when there is a newer one, as far as is known now. */
  nextKept(epoch: number): number {
    return Math.ceil(epoch / this.stride) * this.stride;
  }

  /** Appends an epoch; one that is not after the newest is left out: it is there already. */
  add(row: EpochRow): void {
    const at = this.place(row.epoch);
    if (at < 0) return;
    for (const metric of METRICS) {
      const value = row[metric];
      if (value !== undefined) this.column(metric)[at] = value;
    }
  }

  /** Appends rows, as `add` does one. */
  push(rows: EpochRows): void {
    const present = METRICS.filter((metric) => rows[metric].length > 0);
    for (let row = 0; row < rows.epochs.length; row++) {
      const at = this.place(rows.epochs[row] ?? NaN);
      if (at < 0) continue;
      for (const metric of present) this.column(metric)[at] = rows[metric][row] ?? NaN;
    }
  }

  /** Forgets the epochs after this one. */
  truncate(epoch: number): void {
    this.count = this.rowOf(epoch) + 1;
  }

  /** A copy of the rows from an epoch to another; without them, of all rows. */
  rows(from = -Infinity, to = Infinity): EpochRows {
    const [first, end] = [this.rowOf(from - 1) + 1, this.rowOf(to) + 1];
    return this.copy((column) => column.slice(first, end));
  }

  /** A copy of the rows up to an epoch: of more than `most` every 2nd, 4th, … row, and the last. */
  thinned(most: number, upTo: number): EpochRows {
    const count = this.rowOf(upTo) + 1;
    const stride = 2 ** Math.max(0, Math.ceil(Math.log2(count / most)));
    const length = Math.ceil((count - 1) / stride) + Math.min(count, 1);
    return this.copy((column) =>
      Float64Array.from({ length }, (_, at) => column[Math.min(at * stride, count - 1)] ?? NaN),
    );
  }

  private copy(part: (column: Float64Array) => Float64Array): EpochRows {
    const copies = METRICS.map((metric) => {
      const column = this.columns.get(metric);
      return [metric, column ? part(column) : new Float64Array(0)];
    });
    return { epochs: part(this.epochs), ...(Object.fromEntries(copies) as Record<Metric, Float64Array>) };
  }

  /** All rows; afterwards there are none, but what is kept from here on follows the same rule as before. */
  take(): EpochRows {
    const rows = this.rows();
    this.count = 0;
    return rows;
  }

  /** The row that `epoch` goes to, with room made for it, or −1. */
  private place(epoch: number): number {
    this.first ??= epoch;
    if (this.count > 0 && epoch <= this.newest) return -1;
    while (epoch - this.first >= this.most * this.stride) {
      this.stride *= 2;
      this.thin();
    }
    // The newest row is always there; one that is there only for this makes room for the next.
    if (this.count > 0 && !this.keeps(this.newest)) this.count--;
    if (this.count === this.epochs.length) this.grow();
    this.epochs[this.count] = epoch;
    for (const column of this.columns.values()) column[this.count] = NaN;
    return this.count++;
  }

  private keeps(epoch: number): boolean {
    return epoch === this.first || epoch % this.stride === 0;
  }

  private thin(): void {
    const kept: number[] = [];
    for (let row = 0; row < this.count; row++) if (this.keeps(this.epochAt(row))) kept.push(row);
    for (const values of [this.epochs, ...this.columns.values()]) {
      for (const [to, from] of kept.entries()) values[to] = values[from] ?? NaN;
    }
    this.count = kept.length;
  }

  private grow(): void {
    this.epochs = doubled(this.epochs);
    for (const [metric, values] of this.columns) this.columns.set(metric, doubled(values));
  }

  private column(metric: Metric): Float64Array {
    let values = this.columns.get(metric);
    if (!values) {
      values = new Float64Array(this.epochs.length).fill(NaN);
      this.columns.set(metric, values);
    }
    return values;
  }
}

/** The values with as much room again behind them. */
export function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}
