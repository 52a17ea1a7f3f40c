import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LayerWindow, IndexRange } from '../../src/core/chain/layerWindow';
import { type ParameterId, parameterIndex, parameterLayout } from '../../src/core/network';
import { subscript, superscript } from '../../src/core/notation';
import { useAnswer } from '../answer';
import { IconButton } from '../controls';
import { useSize } from '../graph/useSize';
import { activationName, convention, deltaName, parameterName, shareOfModel, show, showCount } from '../names';
import { useDigits, usePanel } from '../panel';
import { Matrix } from './matrix';
import { NoNumbers } from './noNumbers';
import type { ReadingProps } from './readings';
import { keyboardNavigation } from './keyboardNavigation';

/** Rows that are shown of a larger matrix, and columns at least and at most. */
const ROWS = 6;
const COLUMNS = { least: 3, most: 10 };
/** Pixels of a digit, and of a column beside its digits; what the names of the rows and the sign before them take. */
const DIGIT = 7.5;
const PADDING = 15;
const NAMES = 115;

/** Equation (14) for a whole layer: the matrix of its derivatives as δ times a, over the batch where there is one. */
export function MatrixView({ model, values, parameter, chain }: ReadingProps) {
  const { host } = usePanel();
  const digits = useDigits();
  const { network, revision } = model;
  const { layer, to, from } = parameter;
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const fitting = Math.floor((width - NAMES) / ((digits + 5) * DIGIT + PADDING));
  const most = Math.max(COLUMNS.least, Math.min(COLUMNS.most, fitting));
  const [page, setPage] = useState(0);
  const block = parameterLayout(network.layers).layers[layer - 1];
  const chosen = values?.sample ?? null;
  const batch = chosen === null && model.samples > 1;
  const pages = batch ? Math.ceil(model.samples / most) : 1;
  const at = Math.min(page, pages - 1);
  const samples: IndexRange = batch
    ? { first: at * most + 1, count: Math.min(most, model.samples - at * most) }
    : { first: chosen ?? 1, count: 1 };
  const least = block && block.biases >= 0 ? 0 : 1;
  const rows = around(to, 1, block?.rows ?? 1, ROWS);
  const columns = around(from, least, block?.columns ?? 1, most);
  const window = { layer, samples, rows, columns };
  const answer = useAnswer(chain && width > 0 ? JSON.stringify([revision, window]) : null, values?.revision ?? 0, () =>
    host.layerWindow({ revision, window }),
  );
  if (answer.error) return <p class="hint">{answer.error}</p>;

  const l = superscript(`(${String(layer)})`);
  const next = superscript(`(${String(layer + 1)})`);
  const { left } = convention(network, chosen);
  const j = chain ? left : 'E';
  const penalty = chain && chain.penalty !== 0 ? ` + ∂R/∂θ${l}` : '';
  const share = model.network.loss.samples === 'sum' ? '' : model.weightSum === undefined ? '(1/m) ' : '(1/Σw) ';
  const w = model.weightSum === undefined ? '' : 'w ⊙ ';
  const equation = batch ? `${share}(${w}Δ${next})ᵀ A${l}` : `δ${next} (a${l})ᵀ`;
  const shown: ShownWindow = { ...window, known: chain ? answer.value : undefined, symbolic: !chain };
  const hidden = {
    rows: (block?.rows ?? 1) - rows.count,
    columns: (block?.columns ?? 1) + 1 - least - columns.count,
    samples: batch ? model.samples - samples.count : 0,
  };
  const turn = batch && pages > 1 && <Pager page={at} pages={pages} samples={samples} onTurn={setPage} />;
  return (
    <>
      {!chain && <NoNumbers />}
      <p class="matrix-equation">
        ∂{j}/∂θ{l} = {equation}
        {penalty}
        <span class="muted">
          {' '}
          {batch ? `row s of Δ is δ${next}, row s of A is a${l}, of sample s` : `entry i, j is δᵢ${next} aⱼ${l}`}
        </span>
      </p>
      <div class="matrices" ref={frame}>
        <div class="matrix-part">
          {batch && share !== '' && <span class="matrix-sign">1{shareOfModel(model).replace(' · w', '')}</span>}
          <Deltas shown={shown} to={to} batch={batch} hidden={{ rows: hidden.rows, columns: hidden.samples }}>
            {turn}
          </Deltas>
        </div>
        <div class="matrix-part">
          <span class="matrix-sign">·</span>
          <Inputs shown={shown} from={from} batch={batch} hidden={{ rows: hidden.samples, columns: hidden.columns }} />
        </div>
        <div class="matrix-part">
          <span class="matrix-sign">=</span>
          <Products
            model={model}
            window={shown}
            parameter={parameter}
            symbol={`∂${j}/∂θ${l}`}
            gradient={values?.analysis?.gradient ?? undefined}
            hidden={hidden}
          />
        </div>
      </div>
      {penalty && <p class="hint">The last matrix includes the penalty’s gradient, ∂R/∂θ.</p>}
      <p class="hint">Use the arrow keys to move between parameters; click an entry to select it.</p>
    </>
  );
}

/** `room` consecutive numbers of `least`…`most`, or all where they are fewer, with `middle` among them. */
function around(middle: number, least: number, most: number, room: number): IndexRange {
  const count = Math.min(room, most - least + 1);
  const first = Math.max(least, Math.min(middle - Math.floor((count - 1) / 2), most - count + 1));
  return { first, count };
}

interface ShownWindow {
  readonly layer: number;
  readonly samples: IndexRange;
  readonly rows: IndexRange;
  readonly columns: IndexRange;
  readonly known: LayerWindow | undefined;
  /** True where there are no numbers to wait for. */
  readonly symbolic: boolean;
}

interface PartProps {
  readonly shown: ShownWindow;
  readonly batch: boolean;
  readonly hidden: { readonly rows: number; readonly columns: number };
}

/** Units by samples: δ_i of each. */
function Deltas({
  shown,
  batch,
  hidden,
  to,
  children,
}: PartProps & { readonly to: number; readonly children?: ComponentChildren }) {
  const digits = useDigits();
  const { layer, rows, samples, known, symbolic } = shown;
  const next = superscript(`(${String(layer + 1)})`);
  return (
    <Matrix
      label={`δ of layer ${String(layer + 1)}, a row for each unit${batch ? ', a column for each sample' : ''}`}
      symbol={batch ? `(Δ${next})ᵀ` : `δ${next}`}
      rows={numbers(rows).map((i) => deltaName(layer + 1, i))}
      columns={batch ? numbers(samples).map((s) => `s = ${showCount(s)}`) : ['']}
      cell={(row, s) =>
        symbolic ? deltaName(layer + 1, rows.first + row) : show(known?.delta[s * rows.count + row], digits)
      }
      marked={(row) => rows.first + row === to}
      hidden={hidden}
    >
      {children}
    </Matrix>
  );
}

/** Samples by units: a_j of each. */
function Inputs({ shown, batch, hidden, from }: PartProps & { readonly from: number }) {
  const digits = useDigits();
  const { layer, columns, samples, known, symbolic } = shown;
  const l = superscript(`(${String(layer)})`);
  return (
    <Matrix
      label={`a of layer ${String(layer)}, a column for each unit${batch ? ', a row for each sample' : ''}`}
      symbol={batch ? `A${l}` : `(a${l})ᵀ`}
      rows={batch ? numbers(samples).map((s) => `s = ${showCount(s)}`) : ['']}
      columns={numbers(columns).map((j) => columnName(layer, j))}
      cell={(s, column) =>
        symbolic ? activationName(layer, columns.first + column) : show(known?.a[s * columns.count + column], digits)
      }
      marked={(_, column) => columns.first + column === from}
      hidden={hidden}
    />
  );
}

interface ProductsProps {
  readonly model: ReadingProps['model'];
  readonly window: ShownWindow;
  readonly parameter: ParameterId;
  readonly symbol: string;
  readonly gradient: Float64Array | undefined;
  readonly hidden: { readonly rows: number; readonly columns: number };
}

/** The derivatives themselves, to choose from. */
function Products({ model: { network }, window, parameter, symbol, gradient, hidden }: ProductsProps) {
  const { host } = usePanel();
  const digits = useDigits();
  const frame = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const { layer, rows, columns } = window;
  const layout = parameterLayout(network.layers);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    frame.current?.querySelector<HTMLElement>('[aria-pressed=true]')?.focus();
  }, [parameter]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = keyboardNavigation(network, parameter, event.key);
    if (!target) return;
    event.preventDefault();
    wantsFocus.current = true;
    void host.select(target);
  };
  return (
    <div ref={frame} onKeyDown={onKeyDown}>
      <Matrix
        label={`${symbol}, a row for each unit of layer ${String(layer + 1)}, a column for each of layer ${String(layer)}`}
        symbol={symbol}
        rows={numbers(rows).map((i) => `i = ${String(i)}`)}
        columns={numbers(columns).map((j) => `j = ${String(j)}`)}
        cell={(row, column) => {
          const id = { layer, to: rows.first + row, from: columns.first + column };
          const chosen = id.to === parameter.to && id.from === parameter.from;
          const value = gradient?.[parameterIndex(layout, id)];
          return (
            <button
              type="button"
              aria-pressed={chosen}
              tabIndex={chosen ? 0 : -1}
              title={`∂/∂${parameterName(network, id)}`}
              onClick={() => {
                wantsFocus.current = true;
                void host.select(id);
              }}
            >
              {gradient ? show(value, digits) : `${deltaName(layer + 1, id.to)} ${activationName(layer, id.from)}`}
            </button>
          );
        }}
        marked={(row, column) => rows.first + row === parameter.to && columns.first + column === parameter.from}
        hidden={hidden}
      />
    </div>
  );
}

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly samples: IndexRange;
  readonly onTurn: (page: number) => void;
}

function Pager({ page, pages, samples: { first, count }, onTurn }: PagerProps) {
  return (
    <span class="pager">
      <IconButton
        label="Earlier samples"
        icon="previous"
        disabled={page === 0}
        onClick={() => {
          onTurn(page - 1);
        }}
      />
      <span class="muted numeric">
        {showCount(first)}–{showCount(first + count - 1)}
      </span>
      <IconButton
        label="Later samples"
        icon="next"
        disabled={page === pages - 1}
        onClick={() => {
          onTurn(page + 1);
        }}
      />
    </span>
  );
}

function columnName(layer: number, unit: number): string {
  return unit === 0 ? `a${subscript('0')} = 1` : activationName(layer, unit);
}

function numbers({ first, count }: IndexRange): number[] {
  return Array.from({ length: count }, (_, k) => first + k);
}
