import { useCallback, useMemo, useState } from 'preact/hooks';
import { printable } from '../src/core/printable';
import type { ImageShape } from '../src/core/network';
import { subscript } from '../src/core/notation';
import type { ModelSlice, ValuesSlice } from '../src/protocol';
import type { Answer } from '../src/readings';
import { useAnswer } from './answer';
import { Empty } from './empty';
import { inputName, numberWidth, show, showCount } from './names';
import { useDigits, usePanel, useHostState } from './panel';
import { type TableColumn, VirtualTable } from './table/virtualTable';
import { InputImage } from './unitPictures/inputImage';

interface DataViewProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
}

/** One row of the samples. */
interface DataRow {
  readonly sample: number;
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
  readonly outputs: Float64Array;
  readonly loss: number;
}

/** Numbers of a row that are shown; more would not be read. */
const MOST_COLUMNS = 5;

/** The training samples with what the network makes of them; a click shows that sample everywhere. */
export function DataView({ model, values }: DataViewProps) {
  const { host } = usePanel();
  const digits = useDigits();
  const selected = useHostState(({ selection }) => selection.sample);
  const [window, setWindow] = useState({ first: 1, count: 64 });
  const asked = { first: window.first, count: Math.min(window.count, model.samples - window.first + 1) };
  const subject = `${String(model.revision)} ${String(asked.first)} ${String(asked.count)}`;
  const rows = useAnswer(model.samples > 0 ? subject : null, values?.revision ?? 0, () =>
    host.rows({ revision: model.revision, ...asked }),
  );
  const columns = useMemo(() => columnsOf(model, digits), [model, digits]);
  const onShow = useCallback((first: number, count: number) => {
    // Whole pages, so that scrolling by a line asks for nothing.
    const from = Math.floor(first / PAGE) * PAGE;
    const to = Math.ceil((first + count) / PAGE) * PAGE;
    setWindow((old) =>
      old.first === from + 1 && old.count === to - from ? old : { first: from + 1, count: to - from },
    );
  }, []);
  if (model.samples === 0) {
    return (
      <Empty title="No data">
        The file has no <code>"data"</code>; without it, J and its gradients are undefined.
      </Empty>
    );
  }
  if (rows.error) return <Empty title="No rows">{rows.error}</Empty>;
  return (
    <div class="list-view">
      <VirtualTable
        label="Training samples"
        columns={columns}
        count={model.samples}
        rowHeight={model.network.layers[0]?.shape ? IMAGE_ROW : undefined}
        row={(at) => (rows.value ? rowOf(model, rows.value, at + 1) : undefined)}
        selected={selected === null ? -1 : selected - 1}
        onShow={onShow}
        onSelect={(at) => {
          void host.selectSample(at + 1 === selected ? null : at + 1);
        }}
      />
    </div>
  );
}

const PAGE = 64;
/** Pixels: an image of 40 with some room. */
const IMAGE_ROW = 44;

function rowOf({ network }: ModelSlice, rows: Answer<'rows'>, sample: number): DataRow | undefined {
  const at = sample - rows.first;
  if (at < 0 || at >= rows.count) return undefined;
  const inputs = network.layers[0]?.units ?? 0;
  const outputs = network.layers.at(-1)?.units ?? 0;
  return {
    sample,
    inputs: rows.inputs.subarray(at * inputs, (at + 1) * inputs),
    targets: rows.targets.subarray(at * outputs, (at + 1) * outputs),
    outputs: rows.outputs.subarray(at * outputs, (at + 1) * outputs),
    loss: rows.losses[at] ?? NaN,
  };
}

function columnsOf(model: ModelSlice, digits: number): TableColumn<DataRow>[] {
  const { network } = model;
  const classNames = model.classNames?.map(printable);
  const width = numberWidth(digits);
  const inputs = network.layers[0]?.units ?? 0;
  const outputs = network.layers.at(-1)?.units ?? 0;
  const shape = network.layers[0]?.shape;
  const several = (
    count: number,
    name: (unit: number) => string,
    read: (row: DataRow) => Float64Array,
  ): TableColumn<DataRow>[] => {
    const shown = count <= MOST_COLUMNS + 1 ? count : MOST_COLUMNS;
    const some = Array.from({ length: shown }, (_, k): TableColumn<DataRow> => ({
      id: name(k + 1),
      title: name(k + 1),
      width,
      numeric: true,
      cell: (row) => show(read(row)[k], digits),
    }));
    if (shown === count) return some;
    return [...some, { id: `${name(1)} more`, title: `+ ${String(count - shown)}`, width: '3.5em', cell: () => '…' }];
  };
  const classes = classNames
    ? [
        {
          id: 'class',
          title: 'Target',
          width: '7em',
          grow: true,
          cell: (row: DataRow) => classNames[largest(row.targets)] ?? '',
        },
        {
          id: 'guess',
          title: 'Output',
          width: '11em',
          grow: true,
          cell: (row: DataRow) => <Guess row={row} names={classNames} />,
        },
      ]
    : [
        ...several(
          outputs,
          (unit) => `y${subscript(String(unit))}`,
          (row) => row.targets,
        ),
        ...several(
          outputs,
          (unit) => `a${subscript(String(unit))}`,
          (row) => row.outputs,
        ),
      ];
  return [
    { id: 'sample', title: '#', width: '3em', numeric: true, cell: (row) => row.sample },
    ...(shape ? [imageColumn(model, shape)] : []),
    { id: 'loss', title: 'E', width, numeric: true, cell: (row) => show(row.loss, digits) },
    ...classes,
    ...(shape
      ? []
      : several(
          inputs,
          (unit) => inputName(model, unit),
          (row) => row.inputs,
        )),
  ];
}

function imageColumn(model: ModelSlice, shape: ImageShape): TableColumn<DataRow> {
  return {
    id: 'image',
    title: 'x',
    width: '44px',
    cell: ({ sample, inputs }) => (
      <InputImage {...{ model, shape, inputs }} label={`Image of sample ${showCount(sample)}`} />
    ),
  };
}

function Guess({ row, names }: { readonly row: DataRow; readonly names: readonly string[] }) {
  const guess = largest(row.outputs);
  const right = guess === largest(row.targets);
  return (
    <span class={right ? 'verdict pass' : 'verdict fail'}>
      {right ? '✓' : '✗'} {names[guess] ?? ''} <span class="muted numeric">{show(row.outputs[guess], 3)}</span>
    </span>
  );
}

function largest(values: Float64Array): number {
  let at = 0;
  for (let k = 1; k < values.length; k++) if ((values[k] ?? NaN) > (values[at] ?? NaN)) at = k;
  return at;
}
