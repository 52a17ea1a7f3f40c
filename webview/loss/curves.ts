import uPlot from 'uplot';
import type { Sharpness } from '../../src/core/curvature';
import { EpochSeries, type Metric } from '../../src/core/epochs';
import type { EarlierRun } from '../../src/protocol';
import type { Averages } from './averages';
import { rowsInSight, type Zoom } from './sampling';

/** What a metric is called, and the variable of its colour. */
export const METRIC_STYLES: Readonly<Record<Metric, { readonly label: string; readonly colour: string }>> = {
  loss: { label: 'J', colour: '--training' },
  dataLoss: { label: 'data loss', colour: '--training' },
  penalty: { label: 'penalty R', colour: '--muted' },
  validationLoss: { label: 'validation', colour: '--validation' },
  accuracy: { label: 'accuracy', colour: '--training' },
  validationAccuracy: { label: 'validation accuracy', colour: '--validation' },
  gradientNorm: { label: '‖∇J‖₂', colour: '--norm' },
};

/** One line of the chart. */
export interface Curve {
  readonly id: string;
  readonly label: string;
  /** The variable of its colour. */
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly width: number;
  /** ‖∇J‖₂ and λ_max have an axis of their own, on the right. */
  readonly axis: 'loss' | 'norm';
  /** What of its run it is; undefined where its numbers are beside the run's epochs. */
  readonly metric?: Metric;
  /** At the epochs of `numbers`: its values. */
  readonly values?: Float64Array;
  /** The averages that it is drawn from, where it is not the run's own numbers. */
  readonly averages?: Averages;
  /** True of a run's own numbers beneath their average. */
  readonly pale?: boolean;
}

/** So strong are a run's own numbers where their average is drawn over them. */
export const PALE = 0.6;

/** Lines that share their epochs. */
export interface Source {
  readonly series: EpochSeries;
  readonly metrics: readonly Metric[];
  readonly curves: readonly Curve[];
  /** The epochs of curves that have values of their own. */
  readonly epochs?: Float64Array;
}

/**
 * The run on the screen: J, validation where rows are held out, and ‖∇J‖₂ where it is wanted; over each its average, where
 * there are averages.
 */
export function runSource(series: EpochSeries, withNorm: boolean, averages: Averages | null): Source {
  const wanted: readonly Metric[] = ['loss', 'validationLoss', ...(withNorm ? (['gradientNorm'] as const) : [])];
  const metrics = wanted.filter((metric) => metric === 'loss' || series.metrics.includes(metric));
  const own = metrics.map((metric): Curve => {
    const axis = metric === 'gradientNorm' ? 'norm' : 'loss';
    const dash = metric === 'loss' ? undefined : metric === 'validationLoss' ? [6, 4] : [2, 3];
    return { id: metric, metric, ...METRIC_STYLES[metric], width: 1.75, axis, ...(dash && { dash }) };
  });
  if (!averages) return { series, metrics, curves: own };
  const pale = own.map((curve): Curve => ({ ...curve, width: 1.5, pale: true }));
  const smooth = own.map((curve): Curve => ({
    ...curve,
    id: `${curve.id} ${String(averages.weight)}`,
    label: `${curve.label}, ${smoothingInWords(averages)}`,
    width: 2.25,
    averages,
  }));
  return { series, metrics, curves: [...pale, ...smooth] };
}

/** Whether 2/η is near enough to λ_max to be drawn beside it: one that is far above flattens all other lines. */
export function showsLimit({ lambdaMax }: Sharpness, rate: number): boolean {
  return 2 / rate <= 10 * lambdaMax.reduce((most, value) => Math.max(most, value), 0);
}

/** λ_max of the run at the epochs at which it is known, and 2/η: where λ_max is above it, steps overshoot. */
export function sharpnessSource(series: EpochSeries, sharpness: Sharpness, rate: number): Source {
  const { epochs, lambdaMax } = sharpness;
  const limits = epochs.map(() => 2 / rate);
  const limit = { id: '2/η', label: '2/η', colour: '--fail', dash: [6, 3], values: limits } as const;
  const line = { width: 1.75, axis: 'norm' } as const;
  return {
    series,
    metrics: [],
    epochs,
    curves: [
      { id: 'λmax', label: 'λmax', colour: '--earlier-1', values: lambdaMax, ...line },
      ...(showsLimit(sharpness, rate) ? [{ ...limit, ...line }] : []),
    ],
  };
}

/** “smoothed 0.9” */
export function smoothingInWords({ weight }: Averages): string {
  return `smoothed ${String(weight)}`;
}

/** Colours of earlier runs; they repeat. */
const EARLIER = ['--earlier-1', '--earlier-2', '--earlier-3', '--earlier-4'] as const;

/** The variable of an earlier run's colour, which it keeps when others follow. */
export function earlierColour({ id }: EarlierRun): string {
  return EARLIER[(id - 1) % EARLIER.length] ?? EARLIER[0];
}

/** J of the runs before, thin. */
export function earlierSources(runs: readonly EarlierRun[]): Source[] {
  return runs.map((run) => ({
    series: EpochSeries.from(run.rows),
    metrics: ['loss'],
    curves: [
      {
        id: `run ${String(run.id)}`,
        metric: 'loss',
        label: run.settings,
        colour: earlierColour(run),
        width: 1,
        axis: 'loss',
      },
    ],
  }));
}

/** The numbers of all sources for uPlot, over the epochs of all of them. A logarithmic axis has no place for zero or less. */
export function dataOf(sources: readonly Source[], logScale: boolean, zoom: Zoom, pixels: number): uPlot.AlignedData {
  const tables = sources.map(({ series, metrics, curves, epochs }): uPlot.AlignedData => {
    if (epochs) {
      const positive = (value: number): number | null => (value > 0 && Number.isFinite(value) ? value : null);
      return [[...epochs], ...curves.map(({ values }) => Array.from(values ?? [], positive))];
    }
    const rows = rowsInSight(series, metrics, zoom, pixels);
    const columns = curves.map(({ metric, averages, axis }) => {
      const positive = logScale || axis === 'norm';
      return rows.map((row) => {
        if (!metric) return undefined;
        const value = averages ? averages.at(metric, row) : (series.value(metric, row) ?? NaN);
        // Where ‖∇J‖₂ was not measured, its line goes on to where it was.
        if (metric === 'gradientNorm' && Number.isNaN(value)) return undefined;
        return Number.isFinite(value) && (!positive || value > 0) ? value : null;
      });
    });
    return [rows.map((row) => series.epochAt(row)), ...columns];
  });
  const [only] = tables;
  return tables.length === 1 && only ? only : uPlot.join(tables);
}
