import { useMemo } from 'preact/hooks';
import type { Metric } from '../../src/core/epochs';
import { numberWidth, show, showCount } from '../names';
import { useDigits } from '../panel';
import type { History } from '../state';
import { type TableColumn, VirtualTable } from '../table/virtualTable';
import { METRIC_STYLES } from './curves';

/** Every epoch with everything that is known of it: the chart for those who read rather than look. */
export function EpochTable({ history: { series } }: { readonly history: History }) {
  const digits = useDigits();
  const { metrics } = series;
  const columns = useMemo((): TableColumn<number>[] => {
    const column = (metric: Metric): TableColumn<number> => ({
      id: metric,
      title: METRIC_STYLES[metric].label,
      // As wide as its numbers or its title.
      width: `max(${numberWidth(digits)}, ${String(0.6 * METRIC_STYLES[metric].label.length)}em)`,
      numeric: true,
      cell: (row) => {
        const value = series.value(metric, row);
        return Number.isNaN(value) ? '' : show(value, digits);
      },
    });
    const epoch = {
      id: 'epoch',
      title: 'Epoch',
      width: '5.5em',
      numeric: true,
      cell: (row: number) => showCount(series.epochAt(row)),
    };
    return [epoch, ...metrics.map(column)];
  }, [series, metrics.join(), digits]);
  return <VirtualTable label="Loss per epoch" columns={columns} count={series.length} row={(at) => at} />;
}
