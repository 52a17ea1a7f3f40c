import type { EpochSeries, Metric } from '../../src/core/epochs';

/** The stretch of epochs that is in sight; null: all of them. */
export type Zoom = { readonly from: number; readonly to: number } | null;

/**
 * Rows of `series` that draw as all of those in sight would in so many pixels: of each stretch of rows that shares a pixel,
 * the lowest and the highest of every metric. All of them are the run's own numbers; none is a mean.
 */
export function rowsInSight(series: EpochSeries, metrics: readonly Metric[], zoom: Zoom, pixels: number): number[] {
  const first = zoom ? Math.max(0, series.rowOf(zoom.from)) : 0;
  const end = zoom ? Math.min(series.length, series.rowOf(zoom.to) + 2) : series.length;
  const width = Math.max(1, Math.ceil((end - first) / Math.max(1, pixels)));
  const rows: number[] = [];
  for (let start = first; start < end; start += width) {
    const stop = Math.min(end, start + width);
    if (width <= 2) for (let row = start; row < stop; row++) rows.push(row);
    else rows.push(...extremes(series, metrics, start, stop));
  }
  if (rows.at(-1) !== end - 1 && end > first) rows.push(end - 1);
  return rows;
}

function extremes(series: EpochSeries, metrics: readonly Metric[], start: number, stop: number): number[] {
  const found = new Set([start]);
  for (const metric of metrics) {
    let [lowest, highest] = [start, start];
    let [low, high] = [Infinity, -Infinity];
    for (let row = start; row < stop; row++) {
      const value = series.value(metric, row) ?? NaN;
      if (value < low) [low, lowest] = [value, row];
      if (value > high) [high, highest] = [value, row];
    }
    found.add(lowest).add(highest);
  }
  return [...found].sort((a, b) => a - b);
}
