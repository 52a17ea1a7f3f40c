import type { Sharpness } from '../../src/core/curvature';
import type { Metric } from '../../src/core/epochs';
import type { LayerMeasures } from '../../src/core/layerMeasures';
import { superscript } from '../../src/core/notation';
import type { EarlierRun } from '../../src/protocol';
import { SHORT, show, showCount } from '../names';
import { useDigits, useHostState } from '../panel';
import type { History } from '../state';
import type { Averages } from './averages';
import { earlierColour, smoothingInWords, METRIC_STYLES, showsLimit } from './curves';

interface ReadoutProps {
  readonly history: History;
  readonly averages: Averages | null;
  readonly epoch: number | null;
}

/** The numbers under the crosshair, or the newest. */
export function Readout({ history: { series }, averages, epoch }: ReadoutProps) {
  const digits = useDigits();
  const row = epoch === null ? series.length - 1 : series.rowOf(epoch);
  return (
    <span class="readout numeric">
      <span>epoch {showCount(series.epochAt(row))}</span>
      {series.metrics.map((metric) => {
        const value = series.value(metric, row);
        const { label } = METRIC_STYLES[metric];
        if (value === undefined || Number.isNaN(value)) return null;
        return (
          <span key={metric}>
            {swatched.has(metric) && <i class={`swatch metric-${metric}`} />}
            {label} {metric.toLowerCase().endsWith('accuracy') ? percent(value) : show(value, digits)}
            {averages && swatched.has(metric) && (
              <span class="muted">
                {' '}
                ({smoothingInWords(averages)}: {show(averages.at(metric, row), SHORT)})
              </span>
            )}
          </span>
        );
      })}
    </span>
  );
}

interface SharpnessReadoutProps {
  readonly sharpness: Sharpness;
  readonly rate: number;
  readonly epoch: number | null;
}

/** λ_max at the epoch at which it was known last, beside 2/η. */
export function SharpnessReadout({ sharpness, rate, epoch }: SharpnessReadoutProps) {
  const { epochs, lambdaMax } = sharpness;
  const digits = useDigits();
  const after = epoch === null ? -1 : epochs.findIndex((known) => known > epoch);
  const at = Math.max(0, (after < 0 ? epochs.length : after) - 1);
  const value = lambdaMax[at] ?? NaN;
  const optimizer = useHostState(({ model }) => model?.network.training.optimizer.type);
  const meaning =
    optimizer !== 'gd'
      ? 'the limit is that of plain gradient descent'
      : value > 2 / rate
        ? 'steps along the steepest direction overshoot'
        : 'steps are stable';
  return (
    <span class="readout numeric">
      <span>
        <i class="swatch metric-lambdaMax" />λ<sub>max</sub> {show(value, digits)} after epoch{' '}
        {showCount(epochs[at] ?? 0)}
      </span>
      <span>
        <i class="swatch metric-limit" />
        2/η {show(2 / rate, digits)}
      </span>
      {!showsLimit(sharpness, rate) && <span class="muted">far above the chart</span>}
      <span class="muted">{meaning}</span>
    </span>
  );
}

/** Metrics that are lines of the chart. */
const swatched: ReadonlySet<Metric> = new Set<Metric>(['loss', 'validationLoss', 'gradientNorm']);

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** The runs before this one, with their settings, as the legend of the thin lines. */
export function EarlierRuns({ runs }: { readonly runs: readonly EarlierRun[] }) {
  return (
    <ul class="earlier-runs" aria-label="Earlier runs">
      {runs.map((run) => (
        <li key={run.id}>
          <i class="swatch" style={{ background: `var(${earlierColour(run)})` }} />
          {run.settings}
          <span class="muted numeric">
            {' '}
            · epoch {showCount(run.rows.epochs.at(-1) ?? 0)} · J {show(run.rows.loss.at(-1), SHORT)}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** How much each θ^(l) is pulled and moves: the newest epoch at which it was measured, at most 30 times a second. */
export function LayerReadout({ layers }: { readonly layers: LayerMeasures }) {
  const { epoch, gradientNorms, updateRatios } = layers;
  return (
    <ul class="layer-readout numeric" aria-label={`Gradient and update of each layer at epoch ${showCount(epoch)}`}>
      {Array.from(gradientNorms, (norm, l) => (
        <li
          key={l}
          title={`Of θ${superscript(`(${String(l + 1)})`)} at epoch ${showCount(epoch)}: norm of the gradient, and norm of the update relative to the norm of θ`}
        >
          <span class="symbol-text">θ{superscript(`(${String(l + 1)})`)}</span> ‖∇‖ {show(norm, SHORT)} · ‖Δθ‖/‖θ‖{' '}
          {show(updateRatios[l], SHORT)}
        </li>
      ))}
    </ul>
  );
}
