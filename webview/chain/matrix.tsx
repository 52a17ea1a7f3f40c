import type { ComponentChildren } from 'preact';
import { showCount } from '../names';

export interface MatrixProps {
  /** What it is, for a screen reader. */
  readonly label: string;
  readonly symbol: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Row and column count from 0. */
  readonly cell: (row: number, column: number) => ComponentChildren;
  /** True for the cells that make up the chosen entry. */
  readonly marked: (row: number, column: number) => boolean;
  /** Rows and columns of the whole that are not shown. */
  readonly hidden: { readonly rows: number; readonly columns: number };
  /** Beneath it, e.g. what turns its pages. */
  readonly children?: ComponentChildren;
}

/** A matrix in brackets, its rows and columns named. */
export function Matrix({ label, symbol, rows, columns, cell, marked, hidden, children }: MatrixProps) {
  const outside = [
    hidden.rows > 0 ? `${showCount(hidden.rows)} more rows` : '',
    hidden.columns > 0 ? `${showCount(hidden.columns)} more columns` : '',
  ].filter(Boolean);
  return (
    <figure class="matrix">
      <table aria-label={label}>
        <thead>
          <tr>
            <th class="matrix-symbol">{symbol}</th>
            {columns.map((name) => (
              <Head key={name} name={name} scope="col" />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((name, row) => (
            <tr key={name}>
              <Head name={name} scope="row" />
              {columns.map((column, at) => (
                <td key={column} class={marked(row, at) ? 'numeric marked' : 'numeric'}>
                  {cell(row, at)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {(outside.length > 0 || children) && (
        <figcaption>
          {outside.length > 0 && <span class="muted">{outside.join(', ')}</span>}
          {children}
        </figcaption>
      )}
    </figure>
  );
}

/** The one row or column of a vector has no name, and nothing to read as its header. */
function Head({ name, scope }: { readonly name: string; readonly scope: 'row' | 'col' }) {
  return name === '' ? <th role="cell" /> : <th scope={scope}>{name}</th>;
}
