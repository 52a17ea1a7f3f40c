import { SHORT, show } from '../names';
import type { InputInterval } from './domain';

interface LatticeTableProps {
  readonly caption: string;
  readonly columns: InputInterval;
  readonly rows: InputInterval;
  /** What is read at a place, in the file's numbers. */
  readonly cell: (x: number, y: number) => string;
}

/** Places along each side. */
const PLACES = 7;

/** What is drawn over a plane, as numbers at some places: the greatest of the second input at the top, as in the picture. */
export function LatticeTable({ caption, columns, rows, cell }: LatticeTableProps) {
  const xs = placesOf(columns, PLACES);
  const ys = placesOf(rows, PLACES).reverse();
  return (
    <div class="lattice-table">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <td />
            {xs.map((x) => (
              <th key={x} scope="col" class="numeric">
                {show(x, SHORT)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ys.map((y) => (
            <tr key={y}>
              <th scope="row" class="numeric">
                {show(y, SHORT)}
              </th>
              {xs.map((x) => (
                <td key={x} class="numeric">
                  {cell(x, y)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** So many places from one end of a stretch to the other, in the file's numbers. */
export function placesOf({ from, to, written }: InputInterval, count: number): number[] {
  return Array.from({ length: count }, (_, k) => written(from + ((to - from) * k) / (count - 1)));
}
