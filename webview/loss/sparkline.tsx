import type { EpochSeries } from '../../src/core/epochs';
import { show } from '../names';
import { useDigits } from '../panel';
import { rowsInSight } from './sampling';

const width = 130;
const height = 20;

/** The curve of J in a line of text. The chart and its table say the same in full. */
export function Sparkline({ series }: { readonly series: EpochSeries }) {
  const points = rowsInSight(series, ['loss'], null, width)
    .map((row) => ({ epoch: series.epochAt(row), loss: series.value('loss', row) ?? NaN }))
    .filter(({ loss }) => Number.isFinite(loss));
  const first = series.epochAt(0);
  const span = Math.max(1, series.newest - first);
  const most = points.reduce((max, { loss }) => Math.max(max, loss), -Infinity);
  const least = points.reduce((min, { loss }) => Math.min(min, loss), 0);
  const at = ({ epoch, loss }: (typeof points)[number]): string => {
    const x = 1 + ((epoch - first) / span) * (width - 2);
    const y = height - 1.5 - ((loss - least) / (most - least || 1)) * (height - 3);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return (
    <svg
      class="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      aria-hidden="true"
    >
      <polyline points={points.map(at).join(' ')} />
    </svg>
  );
}

/** J after the newest epoch. */
export function Newest({ series }: { readonly series: EpochSeries }) {
  const digits = useDigits();
  return (
    <span class="newest">
      J <span class="numeric">{show(series.value('loss', series.length - 1), digits)}</span>
    </span>
  );
}
