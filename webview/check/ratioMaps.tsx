import { useMemo } from 'preact/hooks';
import { superscript } from '../../src/core/notation';
import type { JudgedEntries, ModelSlice } from '../../src/protocol';
import { parameterName, show, showCount } from '../names';
import { openChain, useDigits, usePanel } from '../panel';
import { Picture } from '../savePicture/picture';
import { layoutOf } from '../state';
import { CellMap } from './cellMap';
import { type RatioCell, type RatioMap, distance, kindOf, ratioMaps } from './ratios';

interface RatioMapsProps {
  readonly model: ModelSlice;
  readonly entries: JudgedEntries;
}

/** Wrong entries that the table lists. */
const MOST = 50;

/** Claimed ÷ right of each block, in color, and the wrong ones as a table. A cell leads to its chain. */
export function RatioMaps({ model, entries }: RatioMapsProps) {
  const maps = useMemo(() => ratioMaps(layoutOf(model).layers, entries), [model, entries]);
  const wrong = maps.flatMap(({ cells }) => cells.filter((cell) => cell.wrong));
  return (
    <section>
      <h2>Yours ÷ right</h2>
      <Picture of="ratios" class="ratio-picture">
        <p class="muted ratio-legend" aria-hidden="true">
          <span>≤ 0.1</span>
          <span class="ratio-scale" />
          <span>≥ 10</span>
          <span class="ratio-key zero">0</span>
          <span>zero</span>
          <span class="ratio-key negative">−</span>
          <span>wrong sign</span>
        </p>
        <div class="heat-maps ratio-maps">
          {maps.map((map) => (
            <figure key={`${String(map.layer)} ${map.part}`}>
              <Map model={model} map={map} />
              <figcaption class="symbol-text">
                θ{superscript(`(${String(map.layer)})`)} {map.part}
              </figcaption>
            </figure>
          ))}
        </div>
      </Picture>
      <details>
        <summary>Wrong gradients as a table</summary>
        <Entries model={model} cells={wrong.slice(0, MOST)} />
        {wrong.length > MOST && <p class="muted">Showing the first {showCount(MOST)} only.</p>}
      </details>
    </section>
  );
}

const SIDE = 13;
/** HostState apart without color: what adds nothing, and what points the wrong way. */
const marks = { zero: '0', negative: '−' } as const;

interface MapProps {
  readonly model: ModelSlice;
  readonly map: RatioMap;
}

function Map({ model, map: { layer, part, rows, columns, cells } }: MapProps) {
  const panel = usePanel();
  const wrong = cells.filter((cell) => cell.wrong).length;
  const words = `Yours ÷ right, ${part} of layer ${String(layer)}: ${showCount(wrong)} of ${showCount(cells.length)} cells wrong`;
  return (
    <CellMap
      label={words}
      rows={rows}
      columns={columns}
      side={SIDE}
      cells={cells.map(({ row, column, parameter, ratio }) => {
        const kind = kindOf(ratio);
        return {
          row,
          column,
          name: `${parameterName(model.network, parameter)}: yours ÷ right = ${show(ratio, 3)}`,
          class: `ratio ${kind}`,
          opacity: kind === 'above' || kind === 'below' ? 0.3 + 0.7 * distance(ratio) : 1,
          ...(kind in marks && { mark: marks[kind as keyof typeof marks] }),
        };
      })}
      onOpen={(at) => {
        const cell = cells[at];
        if (cell) openChain(panel, cell.parameter);
      }}
    />
  );
}

function Entries({ model, cells }: { readonly model: ModelSlice; readonly cells: readonly RatioCell[] }) {
  const panel = usePanel();
  const digits = useDigits();
  return (
    <table class="judged-blocks">
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          <th scope="col">Yours</th>
          <th scope="col">Right</th>
          <th scope="col">Yours ÷ right</th>
        </tr>
      </thead>
      <tbody>
        {cells.map(({ parameter, claimed, gradient, ratio }) => {
          const name = parameterName(model.network, parameter);
          return (
            <tr key={name}>
              <th scope="row">
                <button
                  type="button"
                  class="link symbol-text"
                  title="Show chain"
                  onClick={() => {
                    openChain(panel, parameter);
                  }}
                >
                  {name}
                </button>
              </th>
              <td class="numeric">{show(claimed, digits)}</td>
              <td class="numeric">{show(gradient, digits)}</td>
              <td class="numeric">{show(ratio, 3)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
