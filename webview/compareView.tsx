import { useMemo } from 'preact/hooks';
import type { StructureDifference } from '../src/core/difference';
import { type ParameterId, parameterAt, parameterIndex } from '../src/core/network';
import type { ComparisonSlice, ModelSlice, ValuesSlice } from '../src/protocol';
import type { Route } from './chain/routes';
import { CompareChains } from './compareChains';
import { Button, Choice } from './controls';
import { Empty } from './empty';
import { numberWidth, parameterName, show, showCount } from './names';
import { openChain, useDigits, useHostState, usePanel, useView } from './panel';
import { layoutOf } from './state';
import { type TableColumn, VirtualTable } from './table/virtualTable';

interface CompareViewProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly comparison: ComparisonSlice;
  /** Of the selected parameter's chain. */
  readonly routes: readonly Route[];
}

/** θ − θ′ or ∂J/∂θ − ∂J/∂θ′ of every parameter that both networks have; NaN elsewhere. Null where one of the two is not known. */
export function parameterDifferences(
  comparison: ComparisonSlice,
  values: ValuesSlice | null,
  by: 'weight' | 'gradient',
): Float64Array | null {
  const own = by === 'weight' ? values?.theta : values?.analysis?.gradient;
  const other = by === 'weight' ? comparison.theta : comparison.gradient;
  // ∂E of one sample is no ∂J.
  if (!own || own.length !== other?.length || (by === 'gradient' && values?.sample !== null)) return null;
  return own.map((value, index) => value - (other[index] ?? NaN));
}

/** Another network beside this one: what is built differently, and what differs most. The graph is colored by the same difference. */
export function CompareView({ model, values, comparison, routes }: CompareViewProps) {
  const panel = usePanel();
  const { host, view } = panel;
  const digits = useDigits();
  const by = useView((state) => state.colourBy);
  const selected = useHostState(({ selection }) => selection.parameter);
  const { name, loss, structure } = comparison;
  const layout = useMemo(() => layoutOf(model), [model]);
  const difference = useMemo(() => parameterDifferences(comparison, values, by), [comparison, values, by]);
  const order = useMemo(() => largestFirst(difference), [difference]);
  const [own, other] =
    by === 'weight' ? [values?.theta, comparison.theta] : [values?.analysis?.gradient, comparison.gradient];
  const cell = (numbers: Float64Array | null | undefined) => (id: ParameterId) =>
    show(numbers?.[parameterIndex(layout, id)], digits);
  const symbol = by === 'weight' ? 'θ' : '∂J/∂θ';
  const columns: TableColumn<ParameterId>[] = [
    {
      id: 'name',
      title: 'Parameter',
      width: '7.5em',
      grow: true,
      cell: (id) => <span class="symbol-text">{parameterName(model.network, id)}</span>,
    },
    { id: 'own', title: `${symbol} here`, width: numberWidth(digits), numeric: true, cell: cell(own) },
    { id: 'other', title: `in ${name}`, meaning: name, width: numberWidth(digits), numeric: true, cell: cell(other) },
    { id: 'difference', title: 'Difference', width: numberWidth(digits), numeric: true, cell: cell(difference) },
  ];
  const selectedAt = selected ? order.indexOf(parameterIndex(layout, selected)) : -1;
  return (
    <div class="list-view">
      <div class="list-bar">
        <span>
          Compared with <strong>{name}</strong>{' '}
          {loss !== null && values?.analysis && values.sample === null && (
            <span class="compare-loss numeric">
              J {show(values.analysis.loss, digits)} here, {show(loss, digits)} there
            </span>
          )}
        </span>
        <Choice
          label="Compare"
          options={[
            { value: 'weight', text: 'weights' },
            { value: 'gradient', text: 'gradients' },
          ]}
          value={by}
          onChange={(colourBy) => {
            view.set({ colourBy });
          }}
        />
        <Button
          label="Close"
          title="End the comparison"
          onClick={() => {
            view.set({ tab: 'chain' });
            void host.endComparison();
          }}
        />
      </div>
      {structure.length > 0 && <Structure {...{ structure, name }} />}
      {difference === null ? (
        <Empty title="No gradients to compare">
          {values?.sample === null
            ? 'The other network is built differently, or there is no data.'
            : 'Select the mean of all samples to compare ∂J/∂θ.'}
        </Empty>
      ) : order.length === 0 ? (
        <p class="compare-count muted">All parameters that both networks have are equal.</p>
      ) : (
        <>
          <p class="compare-count muted">
            {showCount(order.length)} of {showCount(layout.count)} parameters differ, the largest difference first.
          </p>
          <VirtualTable
            label="What differs"
            columns={columns}
            count={order.length}
            row={(at) => parameterAt(layout, order[at] ?? 0)}
            selected={selectedAt}
            fitted={selected !== null}
            onSelect={(at) => void host.select(parameterAt(layout, order[at] ?? 0))}
            onOpen={(at) => {
              openChain(panel, parameterAt(layout, order[at] ?? 0));
            }}
          />
        </>
      )}
      <CompareChains {...{ model, values, comparison, routes }} parameter={selected} />
    </div>
  );
}

function Structure({ structure, name }: { readonly structure: readonly StructureDifference[]; readonly name: string }) {
  const words = (setting: StructureDifference['a']): string => (setting === undefined ? 'not there' : String(setting));
  return (
    <ul class="structure" aria-label="What is built differently">
      {structure.map(({ path, a, b }) => (
        <li key={path}>
          <SettingName path={path} />: {words(a)} here, {words(b)} in {name}
        </li>
      ))}
    </ul>
  );
}

/** Layers are numbered from 1, as everywhere in the panel. */
function SettingName({ path }: { readonly path: string }) {
  const [, layer, setting = path] = /^layers\[(\d+)\]\.(.*)$/.exec(path) ?? [];
  return (
    <>
      {layer !== undefined && `Layer ${showCount(Number(layer) + 1)}, `}
      <code>{setting}</code>
    </>
  );
}

/** The parameters that differ, by the size of the difference; those that only this network has last. */
function largestFirst(difference: Float64Array | null): number[] {
  if (!difference) return [];
  const size = (index: number): number => {
    const value = Math.abs(difference[index] ?? NaN);
    return Number.isNaN(value) ? -1 : value;
  };
  return Array.from(difference.keys())
    .filter((index) => difference[index] !== 0)
    .sort((one, two) => size(two) - size(one));
}
