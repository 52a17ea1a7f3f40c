import type { Predictions, SetPredictions } from '../../src/core/predictions';
import { formatNumber } from '../../src/core/notation';
import type { ModelSlice } from '../../src/protocol';
import { showCount } from '../names';
import { className } from './classes';

interface ConfusionProps {
  readonly model: ModelSlice;
  readonly predictions: Predictions;
}

/** Who is taken for whom: a table of the training rows, and one of those held out. */
export function Confusion({ model, predictions: { classes, training, validation } }: ConfusionProps) {
  if (classes === null) return null;
  const names = Array.from({ length: classes }, (_, at) => className(model, at));
  return (
    <div class="confusions">
      <ConfusionTable title={validation ? 'Training' : 'All rows'} names={names} set={training} />
      {validation && <ConfusionTable title="Held out" names={names} set={validation} />}
    </div>
  );
}

interface ConfusionTableProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly set: SetPredictions;
}

function ConfusionTable({ title, names, set: { count, confusion } }: ConfusionTableProps) {
  if (!confusion) {
    return (
      <p class="hint">
        {title}: {showCount(names.length)} classes are too many for a confusion matrix.
      </p>
    );
  }
  const size = names.length;
  const at = (row: number, column: number): number => confusion[row * size + column] ?? 0;
  const all = names.map((_, k) => k);
  const rowSum = (row: number): number => all.reduce((sum, column) => sum + at(row, column), 0);
  const columnSum = (column: number): number => all.reduce((sum, row) => sum + at(row, column), 0);
  const right = all.reduce((sum, k) => sum + at(k, k), 0);
  return (
    <figure class="confusion">
      <figcaption>
        <strong>{title}</strong>
        <span class="muted">
          {' '}
          {showCount(right)} of {showCount(count)} right, {percent(right, count)} % · rows: true class, columns:
          predicted
        </span>
      </figcaption>
      <table aria-label={`${title}: true classes in rows, predicted classes in columns`}>
        <thead>
          <tr>
            <td class="margin" />
            {names.map((name, column) => (
              <th key={column} scope="col" title={name}>
                {name}
              </th>
            ))}
            <th scope="col" class="margin" title="Recall: share of this class predicted correctly">
              recall %
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name, row) => (
            <tr key={row}>
              <th scope="row" title={name}>
                {name}
              </th>
              {names.map((predicted, column) => (
                <td
                  key={column}
                  class={cellClass(row === column, at(row, column))}
                  style={{ '--share': `${((100 * at(row, column)) / Math.max(1, rowSum(row))).toFixed(0)}%` }}
                  title={`${showCount(at(row, column))} of class ${name} predicted as ${predicted}`}
                >
                  {showCount(at(row, column))}
                </td>
              ))}
              <td class="numeric margin">{percent(at(row, row), rowSum(row))}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" class="margin" title="Precision: share of these predictions that are correct">
              precision %
            </th>
            {names.map((_, column) => (
              <td key={column} class="numeric margin">
                {percent(at(column, column), columnSum(column))}
              </td>
            ))}
            <td />
          </tr>
        </tfoot>
      </table>
    </figure>
  );
}

function cellClass(right: boolean, count: number): string {
  if (count === 0) return 'numeric none';
  return right ? 'numeric right-class' : 'numeric wrong-class';
}

/** In percent; a share of nothing is none. */
function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : formatNumber((100 * part) / whole, 3);
}
