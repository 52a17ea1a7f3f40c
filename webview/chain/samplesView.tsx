import { useMemo, useState } from 'preact/hooks';
import type { Contributions } from '../../src/core/chain/contributions';
import { useAnswer } from '../answer';
import { Empty } from '../empty';
import { activationName, deltaName, numberWidth, parameterName, shareOfModel, show } from '../names';
import { useDigits, usePanel } from '../panel';
import { SamplesTable, type SamplesTableProps } from '../table/samplesTable';
import type { Sort, TableColumn } from '../table/virtualTable';
import { NoNumbers } from './noNumbers';
import type { ReadingProps } from './readings';
import { useHeld } from './useHeld';
import { COLOURS, type Route } from './routes';

/** What each sample adds to the mean, and in it each coloured path: sums to the whole, sortable. */
export function SamplesView({ model, values, parameter, chain, routes }: ReadingProps) {
  const { host } = usePanel();
  const { revision } = model;
  const coloured = useMemo(() => routes.slice(0, COLOURS), [routes]);
  const [sort, onSort] = useState<Sort>({ column: 'sample', descending: false });
  const nodes = coloured.map((route) => route.nodes);
  const answer = useAnswer(
    chain ? JSON.stringify([revision, parameter, coloured.map(({ key }) => key)]) : null,
    values?.revision ?? 0,
    () => host.contributions({ revision, parameter, routes: nodes }),
  );
  const known = useMemo(
    () => answer.value && chain && { known: answer.value, parameter: chain.parameter, coloured },
    [answer.value],
  );
  const shown = useHeld(known, revision);
  if (!chain) return <NoNumbers />;
  if (answer.error) return <Empty title="No samples">{answer.error}</Empty>;
  if (!shown)
    return (
      <p class="hint" role="status">
        Summing over the samples…
      </p>
    );
  return (
    <Contributed {...shown} {...{ model, sort, onSort }} others={chain.pathCount > BigInt(shown.coloured.length)} />
  );
}

interface ContributedProps
  extends Pick<ReadingProps, 'model' | 'parameter'>, Pick<SamplesTableProps, 'sort' | 'onSort'> {
  readonly known: Contributions;
  readonly coloured: readonly Route[];
  /** True where there are paths that have no colour. */
  readonly others: boolean;
}

function Contributed({ model, parameter, known, coloured, others, sort, onSort }: ContributedProps) {
  const digits = useDigits();
  const numbers = useMemo(() => columnNumbers(known, coloured.length), [known, coloured.length]);
  const width = numberWidth(digits);
  const number = (id: string, title: string, colour?: number): TableColumn<number> => ({
    id,
    title,
    width,
    numeric: true,
    sortable: true,
    cell: (s) => (
      <span class={colour === undefined ? undefined : `in-route route-${String(colour)}`}>
        {show(numbers.get(id)?.[s], digits)}
      </span>
    ),
  });
  const columns: TableColumn<number>[] = [
    number('total', 'Adds'),
    number('delta', deltaName(parameter.layer + 1, parameter.to)),
    ...(parameter.from === 0 ? [] : [number('input', activationName(parameter.layer, parameter.from))]),
    ...(coloured.length > 1 || others
      ? coloured.map((_, r) => number(`route ${String(r)}`, `Path ${String(r + 1)}`, r + 1))
      : []),
    ...(others ? [number('others', 'All others')] : []),
  ];
  const name = parameterName(model.network, parameter);
  const mean = `δ · a${shareOfModel(model)}`;
  return (
    <>
      <p class="hint">
        Contribution of each sample to ∂J/∂{name}: {mean}.
        {model.samples > 1 && ' Click to show a sample everywhere; click again for the mean.'}
      </p>
      <SamplesTable
        label="Contribution of each sample to the derivative"
        count={model.samples}
        {...{ columns, numbers, sort, onSort }}
      />
      <Totals known={known} numbers={numbers} coloured={coloured} others={others} name={name} />
    </>
  );
}

/** The numbers of each column, by its id. */
function columnNumbers(known: Contributions, routes: number): ReadonlyMap<string, Float64Array> {
  const { delta, input, total, routes: all } = known;
  const columns = new Map<string, Float64Array>([
    ['delta', delta],
    ['input', input],
    ['total', total],
  ]);
  const others = total.slice();
  for (let r = 0; r < routes; r++) {
    const own = total.map((_, s) => all[s * routes + r] ?? NaN);
    columns.set(`route ${String(r)}`, own);
    for (const [s, value] of own.entries()) others[s] = (others[s] ?? NaN) - value;
  }
  return columns.set('others', others);
}

interface TotalsProps {
  readonly known: Contributions;
  readonly numbers: ReadonlyMap<string, Float64Array>;
  readonly coloured: readonly Route[];
  readonly others: boolean;
  readonly name: string;
}

/** The sums of the columns, down to ∂J/∂θ. */
function Totals({ known, numbers, coloured, others, name }: TotalsProps) {
  const digits = useDigits();
  const sum = (id: string): number => (numbers.get(id) ?? new Float64Array()).reduce((all, value) => all + value, 0);
  const total = sum('total');
  const rows = [
    ...(coloured.length > 1 || others
      ? coloured.map((route, r) => ({
          text: `Σ path ${String(r + 1)}`,
          value: sum(`route ${String(r)}`),
          colour: route.colour,
        }))
      : []),
    ...(others ? [{ text: 'Σ all others', value: sum('others') }] : []),
    { text: 'Σ all samples', value: total },
    ...(known.penalty === 0 ? [] : [{ text: 'penalty ∂R/∂θ', value: known.penalty }]),
  ];
  return (
    <div class="sum">
      <dl>
        {rows.map(({ text, value, colour }: { text: string; value: number; colour?: number | undefined }) => (
          <div key={text} class="sum-row">
            <dt>
              {colour !== undefined && <i class={`swatch route-${String(colour)}`} />}
              {text}
            </dt>
            <dd class="numeric">{show(value, digits)}</dd>
          </div>
        ))}
        <div class="sum-row total">
          <dt>∂J/∂{name}</dt>
          <dd class="numeric">{show(total + known.penalty, digits)}</dd>
        </div>
      </dl>
    </div>
  );
}
