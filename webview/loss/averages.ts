import { doubled, type EpochSeries, type Metric } from '../../src/core/epochs';

/** The averages of one metric, as far as they are worked out. */
interface MetricAverages {
  values: Float64Array;
  /** The epochs that they were worked out for: a series may thin its rows, or put another in the place of its newest. */
  epochs: Float64Array;
  count: number;
}

/**
 * Exponential moving averages of a run's numbers, for the eye: s = w^Δ s + (1 − w^Δ) x, where Δ is the epochs since the last
 * number, from the first number on. The run's own numbers stay as they are. A number that is not finite is left out.
 */
export class Averages {
  private readonly columns = new Map<Metric, MetricAverages>();

  /** `weight` w is that of what was, 0 < w < 1. */
  constructor(
    private readonly series: EpochSeries,
    readonly weight: number,
  ) {}

  /** The average at a row; NaN where the run has no number there. */
  at(metric: Metric, row: number): number {
    let column = this.columns.get(metric);
    if (!column) {
      column = { values: new Float64Array(64), epochs: new Float64Array(64), count: 0 };
      this.columns.set(metric, column);
    }
    this.bringUp(column, metric, row);
    const raw = this.series.value(metric, row) ?? NaN;
    return Number.isFinite(raw) ? (column.values[row] ?? NaN) : NaN;
  }

  private bringUp(column: MetricAverages, metric: Metric, row: number): void {
    const { series } = this;
    // Rows that are no longer those of the series: the newest alone, or after a thinning all.
    const known = (count: number): boolean => count === 0 || column.epochs[count - 1] === series.epochAt(count - 1);
    if (!known(column.count)) column.count--;
    if (!known(column.count)) column.count = 0;
    while (column.values.length <= row) {
      column.values = doubled(column.values);
      column.epochs = doubled(column.epochs);
    }
    for (; column.count <= row; column.count++) {
      const at = column.count;
      const epoch = series.epochAt(at);
      const raw = series.value(metric, at) ?? NaN;
      // Where there is no number the average stands, of the epoch that it is of.
      const before = at === 0 ? NaN : (column.values[at - 1] ?? NaN);
      column.epochs[at] = epoch;
      if (!Number.isFinite(raw)) column.values[at] = before;
      else if (Number.isNaN(before)) column.values[at] = raw;
      else {
        const kept = this.weight ** (epoch - this.numberBefore(metric, at));
        column.values[at] = kept * before + (1 - kept) * raw;
      }
    }
  }

  /** The epoch of the last finite number before a row. */
  private numberBefore(metric: Metric, row: number): number {
    let at = row - 1;
    while (at > 0 && !Number.isFinite(this.series.value(metric, at))) at--;
    return this.series.epochAt(at);
  }
}
