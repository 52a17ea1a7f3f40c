import { useState } from 'preact/hooks';
import type { PredictedRows, SetPredictions } from '../../src/core/predictions';
import { css, useColours } from '../color';
import { numberWidth, SHORT, show, showCount } from '../names';
import { useDigits } from '../panel';
import { type TableColumn, VirtualTable } from '../table/virtualTable';
import { outputCount, outputName } from './classes';
import { roomy } from './domain';
import { type Dot, eachRow } from './dots';
import { Plot, type Pointed } from './plot';
import type { PredictionPictureProps } from './pictures';

interface Row {
  readonly sample: number;
  readonly heldOut: boolean;
  readonly target: number;
  readonly output: number;
}

/** What the network gives over what it should give, of one output: on the diagonal both are the same. */
export function ScatterView({
  model,
  predictions,
  drawn,
  asTable,
  bar,
  room,
  selected,
  onSelect,
}: PredictionPictureProps) {
  const colours = useColours();
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const units = outputCount(model);
  const k = Math.max(1, drawn) - 1;
  const name = outputName(model, k + 1);
  const rows = eachRow(predictions, (set, at, heldOut): Row => ({ ...numbersOf(set, at, units, k), heldOut }));
  if (asTable) {
    return (
      <>
        {bar(null)}
        <RowsTable rows={rows} onSelect={onSelect} />
      </>
    );
  }

  const dots = rows
    .filter(({ target, output }) => Number.isFinite(target) && Number.isFinite(output))
    .map(({ sample, heldOut, target, output }): Dot => ({
      x: target,
      y: output,
      colour: css(colours(heldOut ? '--validation' : '--training')),
      shape: heldOut ? 'square' : 'circle',
      heldOut,
      wrong: false,
      edged: false,
      sample,
    }));
  const numbers = dots.flatMap(({ x, y }) => [x, y]);
  const [from, to] = roomy(
    numbers.reduce((least, value) => Math.min(least, value), Infinity),
    numbers.reduce((most, value) => Math.max(most, value), -Infinity),
    0.06,
  );
  const { training, validation } = predictions;
  const miss = (set: SetPredictions): string => show(Math.sqrt(set.meanSquares[k] ?? NaN), SHORT);
  const misses = `√mean(a − y)² ${miss(training)} training${validation ? `, ${miss(validation)} held out` : ''}`;
  const target = selected?.targets?.[k];
  return (
    <>
      {bar(
        <p class="pointed numeric">
          {pointed?.dot
            ? `${pointed.dot.heldOut ? 'held-out row' : 'sample'} ${showCount(pointed.dot.sample)}: target ${show(pointed.dot.x, SHORT)}, output ${show(pointed.dot.y, SHORT)}`
            : misses}
        </p>,
      )}
      <Plot
        label={`Output ${name} over its target, ${showCount(dots.length)} rows; ${misses}. “Show as table” has the rows.`}
        x={{ name: `target of ${name}`, from, to }}
        y={{ name: `output ${name}`, from, to }}
        chosen={selected && target !== undefined ? { x: target, y: selected.outputs[k] ?? NaN } : null}
        {...{ dots, colours, onSelect, room }}
        paint={(context, frame) => {
          context.strokeStyle = css(colours('--muted'));
          context.setLineDash([5, 4]);
          context.beginPath();
          context.moveTo(frame.x(from), frame.y(from));
          context.lineTo(frame.x(to), frame.y(to));
          context.stroke();
          context.setLineDash([]);
        }}
        onPoint={setPointed}
      />
      <ul class="plot-legend" aria-label="Legend">
        <li>
          <i class="swatch metric-loss" />
          training
        </li>
        {validation && (
          <li>
            <i class="swatch metric-validationLoss" />
            held out
          </li>
        )}
        <li>
          <i class="swatch diagonal" />
          output = target
        </li>
      </ul>
    </>
  );
}

function numbersOf(
  { samples, targets, outputs }: PredictedRows,
  at: number,
  units: number,
  k: number,
): Omit<Row, 'heldOut'> {
  return {
    sample: samples[at] ?? 0,
    target: targets[at * units + k] ?? NaN,
    output: outputs[at * units + k] ?? NaN,
  };
}

interface RowsTableProps {
  readonly rows: readonly Row[];
  readonly onSelect: (row: Row) => void;
}

function RowsTable({ rows, onSelect }: RowsTableProps) {
  const digits = useDigits();
  const width = numberWidth(digits);
  const column = (id: string, title: string, cell: (row: Row) => number): TableColumn<Row> => ({
    id,
    title,
    width,
    numeric: true,
    cell: (row) => show(cell(row), digits),
  });
  const columns: TableColumn<Row>[] = [
    { id: 'sample', title: '#', width: '4em', numeric: true, cell: ({ sample }) => showCount(sample) },
    { id: 'set', title: 'Rows', width: '6em', cell: ({ heldOut }) => (heldOut ? 'held out' : 'training') },
    column('target', 'Target y', ({ target }) => target),
    column('output', 'Output a', ({ output }) => output),
    column('miss', 'a − y', ({ target, output }) => output - target),
  ];
  return (
    <VirtualTable
      label="Predictions and targets"
      columns={columns}
      count={rows.length}
      row={(at) => rows[at]}
      fitted
      onSelect={(at) => {
        const row = rows[at];
        if (row) onSelect(row);
      }}
    />
  );
}
