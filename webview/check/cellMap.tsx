import { useRef, useState } from 'preact/hooks';
import { nextCell, type CellPosition } from './cells';

export interface MapCell extends CellPosition {
  /** What the cell shows, for a tooltip and a screen reader. */
  readonly name: string;
  readonly class: string;
  /** 0…1 */
  readonly opacity: number;
  /** One character that tells the cell apart where color alone would not. */
  readonly mark?: string;
}

interface CellMapProps {
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  /** The side of a cell, in pixels. */
  readonly side: number;
  /** From left to right, row by row. */
  readonly cells: readonly MapCell[];
  /** The cell of the selected parameter. */
  readonly chosen?: number;
  readonly onOpen: (at: number) => void;
}

/** A matrix as a picture of cells. One cell takes the focus; arrow keys, Home and End move it; Enter and Space open the cell. */
export function CellMap({ label, rows, columns, side, cells, chosen = -1, onOpen }: CellMapProps) {
  const [active, setActive] = useState(0);
  const picture = useRef<SVGSVGElement>(null);
  const current = Math.min(active, cells.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') onOpen(current);
    else {
      const to = nextCell(cells, current, event.key);
      if (to === undefined) return;
      setActive(to);
      picture.current?.querySelector<SVGElement>(`[data-cell="${String(to)}"]`)?.focus();
    }
    event.preventDefault();
  };
  const selected = cells[chosen];
  return (
    <svg
      class="cell-map"
      width={columns * side + 2}
      height={rows * side + 2}
      role="group"
      aria-label={label}
      ref={picture}
      onKeyDown={onKeyDown}
    >
      {cells.map((cell, at) => {
        const [x, y] = [cell.column * side + 1, cell.row * side + 1];
        return (
          <g
            key={`${String(cell.row)} ${String(cell.column)}`}
            class={cell.class}
            role="button"
            aria-label={cell.name}
            data-cell={at}
            tabIndex={at === current ? 0 : -1}
            onFocus={() => {
              setActive(at);
            }}
            onClick={() => {
              onOpen(at);
            }}
          >
            <title>{cell.name}</title>
            <rect x={x} y={y} width={side} height={side} fill-opacity={cell.opacity.toFixed(2)} />
            {cell.mark && (
              <text x={x + side / 2} y={y + side / 2} aria-hidden="true">
                {cell.mark}
              </text>
            )}
          </g>
        );
      })}
      {selected && (
        <rect
          class="heat-chosen"
          x={selected.column * side + 1}
          y={selected.row * side + 1}
          width={side}
          height={side}
        />
      )}
    </svg>
  );
}
