import { useMemo } from 'preact/hooks';
import { showCount } from '../names';
import { useHostState, usePanel } from '../panel';
import { sortedBy } from './search';
import { type Sort, type TableColumn, VirtualTable } from './virtualTable';

export interface SamplesTableProps {
  readonly label: string;
  /** How many samples there are, or are shown. */
  readonly count: number;
  /** Those after the sample's own number; a cell is given the sample, from 0. */
  readonly columns: readonly TableColumn<number>[];
  /** What a column is sorted by, by its id. */
  readonly numbers: ReadonlyMap<string, Float64Array>;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
}

/** One row a sample, sortable. A click on a row shows its sample everywhere, another the mean again. */
export function SamplesTable({ label, count, columns, numbers, sort, onSort }: SamplesTableProps) {
  const { host } = usePanel();
  const selected = useHostState(({ selection }) => selection.sample);
  const order = useMemo(() => {
    const all = Array.from({ length: count }, (_, s) => s);
    return sortedBy(all, numbers.get(sort.column), sort.descending);
  }, [numbers, sort, count]);
  const number: TableColumn<number> = {
    id: 'sample',
    title: 'Sample',
    width: '5em',
    numeric: true,
    sortable: true,
    cell: (s) => showCount(s + 1),
  };
  return (
    <div class="samples-table">
      <VirtualTable
        label={label}
        columns={[number, ...columns]}
        count={order.length}
        row={(at) => order[at]}
        selected={selected === null ? -1 : order.indexOf(selected - 1)}
        sort={sort}
        onSort={onSort}
        onSelect={(at) => {
          const s = order[at];
          if (s !== undefined) void host.selectSample(s + 1 === selected ? null : s + 1);
        }}
        fitted
      />
    </div>
  );
}
