import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../controls';

export interface TableColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** The title in full, where there is no room for it. */
  readonly meaning?: string;
  /** As wide at least. */
  readonly width: string;
  /** Takes a share of the room that is left. */
  readonly grow?: boolean;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly count: number;
  /** Row `at`, from 0; undefined while it is not known. */
  readonly row: (at: number) => Row | undefined;
  readonly selected?: number;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  readonly onSelect?: (at: number) => void;
  /** A double click, or Enter: what leads on from a row. */
  readonly onOpen?: (at: number) => void;
  /** The rows that are drawn have changed. */
  readonly onShow?: (first: number, count: number) => void;
  /** As high as its rows, up to a limit, instead of as high as there is room. */
  readonly fitted?: boolean;
  /** Pixels; 24 where there is text alone. */
  readonly rowHeight?: number;
}

const TEXT_ROW = 24;
/** At least, under a finger. */
const FINGER_ROW = 40;
/** Between columns, and beside the first and the last. */
const GAP = 12;
/** The highest element that browsers lay out exactly; beyond it, scrolling is scaled. */
const MAX_HEIGHT = 8_000_000;
const OVERSCAN = 8;

/** A table of which only the rows in sight exist, however many there are. Arrow keys walk, the space bar selects, Enter opens, or else selects, too. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, count, row, selected, sort, onSort, onSelect, onOpen, onShow, fitted = false } = props;
  const rowHeight = Math.max(props.rowHeight ?? TEXT_ROW, matchMedia('(pointer: coarse)').matches ? FINGER_ROW : 0);
  const body = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState(0);
  const [height, setHeight] = useState(0);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);

  const full = count * rowHeight;
  const drawn = Math.min(full, MAX_HEIGHT);
  const stretch = drawn > height ? Math.max(1, (full - height) / (drawn - height)) : 1;
  const top = scroll * stretch;
  const first = Math.max(0, Math.min(count - 1, Math.floor(top / rowHeight)) - OVERSCAN);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + OVERSCAN);
  const current = Math.min(active, Math.max(0, count - 1));

  useLayoutEffect(() => {
    const target = body.current;
    if (!target) return;
    const measure = (): void => {
      const head = target.querySelector<HTMLElement>('.table-head')?.offsetHeight ?? 0;
      setHeight(Math.max(0, target.clientHeight - head));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => {
      observer.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    if (count > 0) onShow?.(first, last - first);
  }, [first, last, count, onShow]);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    body.current?.querySelector<HTMLElement>(`[data-row="${String(current)}"]`)?.focus({ preventScroll: true });
  });

  const moveTo = (at: number): void => {
    const target = Math.max(0, Math.min(count - 1, at));
    const y = target * rowHeight;
    const scroller = body.current;
    if (!scroller) return;
    if (y < top) scroller.scrollTop = y / stretch;
    else if (y + rowHeight > top + height) scroller.scrollTop = (y + rowHeight - height) / stretch;
    setScroll(scroller.scrollTop);
    setActive(target);
    wantsFocus.current = true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const moves: Partial<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: count - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) moveTo(to);
    else if (event.key === 'Enter' && onOpen) onOpen(current);
    else if (event.key === 'Enter' || event.key === ' ') onSelect?.(current);
    else return;
    event.preventDefault();
  };

  const template = {
    gridTemplateColumns: columns.map(({ width, grow }) => (grow ? `minmax(${width}, 1fr)` : width)).join(' '),
    minWidth: `calc(${columns.map(({ width }) => width).join(' + ')} + ${String(GAP * (columns.length + 1))}px)`,
  };
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, k) => first + k);
  return (
    <div
      class={fitted ? 'table fitted' : 'table'}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      ref={body}
      onScroll={(event) => {
        setScroll(event.currentTarget.scrollTop);
      }}
    >
      <div class="table-head" role="row" aria-rowindex={1} style={template}>
        {columns.map((column) => (
          <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
      <div role="rowgroup" onKeyDown={onKeyDown}>
        <div class="table-rows" style={{ height: `${String(drawn)}px`, minWidth: template.minWidth }}>
          {rows.map((at) => {
            const data = row(at);
            return (
              <div
                key={at}
                class={onSelect ? 'table-row selectable' : 'table-row'}
                role="row"
                data-row={at}
                aria-rowindex={at + 2}
                aria-selected={onSelect ? at === selected : undefined}
                tabIndex={at === current ? 0 : -1}
                style={{
                  gridTemplateColumns: template.gridTemplateColumns,
                  height: `${String(rowHeight)}px`,
                  lineHeight: `${String(rowHeight)}px`,
                  transform: `translateY(${String(at * rowHeight - top + scroll)}px)`,
                }}
                onClick={() => {
                  setActive(at);
                  onSelect?.(at);
                }}
                onDblClick={() => onOpen?.(at)}
              >
                {columns.map(({ id, numeric, cell }) => (
                  <div key={id} role="gridcell" class={numeric ? 'cell numeric right' : 'cell'}>
                    {data === undefined ? '' : cell(data)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface HeadCellProps<Row> {
  readonly column: TableColumn<Row>;
  readonly sort: Sort | undefined;
  readonly onSort: ((sort: Sort) => void) | undefined;
}

function HeadCell<Row>({ column: { id, title, meaning, numeric, sortable }, sort, onSort }: HeadCellProps<Row>) {
  const sorted = sort?.column === id ? sort : undefined;
  const name = numeric ? 'cell right' : 'cell';
  if (!sortable || !onSort) {
    return (
      <div role="columnheader" class={name}>
        {title}
      </div>
    );
  }
  return (
    <div
      role="columnheader"
      class={name}
      title={meaning}
      aria-label={meaning}
      aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        onClick={() => {
          onSort({ column: id, descending: sorted ? !sorted.descending : (numeric ?? false) });
        }}
      >
        {title}
        {sorted && <Icon name={sorted.descending ? 'down' : 'up'} />}
      </button>
    </div>
  );
}
