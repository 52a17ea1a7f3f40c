import { useMemo, useState } from 'preact/hooks';
import { isFrozen } from '../src/core/frozen';
import { type ParameterId, parameterAt, parameterIndex } from '../src/core/network';
import type { ModelSlice, ValuesSlice } from '../src/protocol';
import { TextField } from './controls';
import { Empty } from './empty';
import { BaselineChoice, useBefore } from './baseline';
import { gradientName } from './graph/describe';
import { convention, parameterMeaning, numberWidth, parameterName, show, showCount } from './names';
import { openChain, useDigits, usePanel, useHostState } from './panel';
import { layoutOf } from './state';
import { type Sort, VirtualTable, type TableColumn } from './table/virtualTable';
import { searchable, sortedBy } from './table/search';

interface ParametersViewProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
}

/** Above so many parameters the order stays while training changes them. */
const RESORTED = 5000;

/** Every parameter with its value and its derivative, to sort, to search, to choose from. */
export function ParametersView({ model, values }: ParametersViewProps) {
  const panel = usePanel();
  const { host } = panel;
  const { network } = model;
  const digits = useDigits();
  const selected = useHostState(({ selection }) => selection.parameter);
  const running = useHostState(({ training }) => training.status === 'running');
  const [sort, setSort] = useState<Sort>({ column: 'name', descending: false });
  const [wanted, setWanted] = useState('');
  const layout = useMemo(() => layoutOf(model), [model]);
  const theta = values?.theta ?? network.theta;
  const gradient = values?.analysis?.gradient ?? undefined;
  const hidden = useHostState(({ exercise }) => exercise !== null);
  // What training has changed most: since the file's weights, or since an epoch of the run.
  const before = useBefore(model);
  const change = useMemo(
    () => (values && before.theta ? theta.map((value, at) => value - (before.theta?.[at] ?? NaN)) : undefined),
    [theta, before.theta],
  );
  const moved = useMemo(() => change?.map(Math.abs), [change]);
  const changed = before.epoch !== null || (moved?.some((by) => by > 0) ?? false);

  const matching = useMemo(() => {
    const all = Array.from({ length: layout.count }, (_, index) => index);
    const terms = searchable(wanted).split(/\s+/).filter(Boolean);
    if (terms.length === 0) return all;
    return all.filter((index) => {
      const id = parameterAt(layout, index);
      const text = searchable(
        `${parameterName(network, id)} ${parameterMeaning(id)} layer${String(id.layer)}${isFrozen(network, id) ? ' frozen' : ''}`,
      );
      return terms.every((term) => text.includes(term));
    });
  }, [layout, wanted, network]);
  const keys = { name: undefined, value: theta, gradient, change: moved }[sort.column];
  const still = running && layout.count > RESORTED ? null : keys;
  const order = useMemo(() => sortedBy(matching, keys, sort.descending), [matching, sort, still]);

  if (layout.count === 0) return <Empty title="No parameters">The network has no weights.</Empty>;
  const columns: TableColumn<ParameterId>[] = [
    {
      id: 'name',
      title: 'Parameter',
      width: '7.5em',
      sortable: true,
      cell: (id) => <span class="symbol-text">{parameterName(network, id)}</span>,
    },
    {
      id: 'what',
      title: 'Role',
      // Δθ is what the reader looks for then: it must not lie outside a narrow panel.
      width: changed ? '5.5em' : '11em',
      grow: true,
      cell: (id) => (
        <span class="muted">
          {parameterMeaning(id)}
          {isFrozen(network, id) ? ' · frozen' : ''}
        </span>
      ),
    },
    {
      id: 'value',
      title: 'Value',
      width: numberWidth(digits),
      numeric: true,
      sortable: true,
      cell: (id) => show(theta[parameterIndex(layout, id)], digits),
    },
  ];
  if (!hidden) {
    columns.push({
      id: 'gradient',
      title: `∂${convention(network, values?.sample ?? null).left}/∂θ`,
      width: numberWidth(digits),
      numeric: true,
      sortable: true,
      cell: (id) => (
        <span title={gradientName(model, values?.sample ?? null, id)}>
          {show(gradient?.[parameterIndex(layout, id)], digits)}
        </span>
      ),
    });
  }
  if (changed) {
    columns.push({
      id: 'change',
      title: 'Δθ',
      meaning: before.epoch === null ? 'Δθ since the file’s weights' : `Δθ since epoch ${showCount(before.epoch)}`,
      width: numberWidth(digits),
      numeric: true,
      sortable: true,
      cell: (id) => show(change?.[parameterIndex(layout, id)], digits),
    });
  }
  const selectedAt = selected ? order.indexOf(parameterIndex(layout, selected)) : -1;
  return (
    <div class="list-view">
      <div class="list-bar">
        <TextField
          label="Filter parameters"
          placeholder="Filter, e.g. θ₁₁ or bias or layer2"
          value={wanted}
          size={30}
          onInput={setWanted}
        />
        <span class="muted numeric" role="status">
          {order.length === layout.count
            ? `${showCount(layout.count)} ${layout.count === 1 ? 'parameter' : 'parameters'}`
            : `${showCount(order.length)} of ${showCount(layout.count)}`}
        </span>
        <BaselineChoice
          before={before}
          onChoose={() => {
            setSort({ column: 'change', descending: true });
          }}
        />
      </div>
      {order.length === 0 ? (
        <Empty title="No matches">No parameter’s name or meaning contains “{wanted}”.</Empty>
      ) : (
        <VirtualTable
          label="Parameters"
          columns={columns}
          count={order.length}
          row={(at) => {
            const index = order[at];
            return index === undefined ? undefined : parameterAt(layout, index);
          }}
          selected={selectedAt}
          sort={sort}
          onSort={setSort}
          onSelect={(at) => {
            const index = order[at];
            if (index !== undefined) void host.select(parameterAt(layout, index));
          }}
          onOpen={(at) => {
            const index = order[at];
            if (index !== undefined) openChain(panel, parameterAt(layout, index));
          }}
        />
      )}
    </div>
  );
}
