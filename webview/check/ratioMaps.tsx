import { useMemo } from 'preact/hooks';
import { superscript } from '../../src/core/notation';
import type { JudgedEntries, ModelSlice } from '../../src/protocol';
import { parameterName, show } from '../names';
import { openChain, useDigits, usePanel } from '../panel';
import { layoutOf } from '../state';
import { type RatioCell, type RatioMap, distance, ratioMaps, side } from './ratios';

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
      <h4>Yours ÷ right</h4>
      <p class="muted ratio-legend" aria-hidden="true">
        <span>≤ 0.1, wrong sign</span>
        <span class="ratio-scale" />
        <span>≥ 10</span>
      </p>
      <div class="heat-maps ratio-maps">
        {maps.map((map) => (
          <figure key={`${String(map.layer)} ${map.part}`}>
            <Picture model={model} map={map} />
            <figcaption class="symbol-text">
              θ{superscript(`(${String(map.layer)})`)} {map.part}
            </figcaption>
          </figure>
        ))}
      </div>
      <details>
        <summary>Wrong gradients as a table</summary>
        <Entries model={model} cells={wrong.slice(0, MOST)} />
        {wrong.length > MOST && <p class="muted">Only the first {MOST} are listed.</p>}
      </details>
    </section>
  );
}

const SIDE = 12;

function Picture({
  model,
  map: { layer, part, rows, columns, cells },
}: {
  readonly model: ModelSlice;
  readonly map: RatioMap;
}) {
  const panel = usePanel();
  const wrong = cells.filter((cell) => cell.wrong).length;
  const words = `Yours divided by right, ${part} of layer ${String(layer)}: ${String(wrong)} of ${String(cells.length)} cells wrong`;
  return (
    <svg width={columns * SIDE + 2} height={rows * SIDE + 2} role="img" aria-label={words}>
      {cells.map(({ row, column, parameter, ratio }) => (
        <rect
          key={`${String(row)} ${String(column)}`}
          class={`ratio ${side(ratio)}`}
          x={column * SIDE + 1}
          y={row * SIDE + 1}
          width={SIDE - 1}
          height={SIDE - 1}
          fill-opacity={(ratio === 1 ? 1 : 0.3 + 0.7 * distance(ratio)).toFixed(2)}
          onClick={() => {
            openChain(panel, parameter);
          }}
        >
          <title>{`${parameterName(model.network, parameter)}: yours ÷ right = ${show(ratio, 3)}`}</title>
        </rect>
      ))}
    </svg>
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
