import { useMemo } from 'preact/hooks';
import type { CheckReport } from '../../src/core/check';
import { type ParameterId, sameParameter } from '../../src/core/network';
import { superscript } from '../../src/core/notation';
import type { ModelSlice } from '../../src/protocol';
import { parameterName, show } from '../names';
import { layoutOf } from '../state';
import { type HeatMap, heatMaps, strength } from './heat';

interface HeatMapsProps {
  readonly model: ModelSlice;
  readonly report: CheckReport;
  readonly selected: ParameterId | null;
  readonly onSelect: (parameter: ParameterId) => void;
}

/** A picture of each θ^(l): where in the network the check finds what. The table says the same in words. */
export function HeatMaps({ model, report, selected, onSelect }: HeatMapsProps) {
  const maps = useMemo(() => heatMaps(layoutOf(model), report.parameters), [model, report]);
  return (
    <div class="heat-maps">
      {maps.map((map) => (
        <figure key={map.layer}>
          <Picture {...{ model, map, selected, onSelect }} />
          <figcaption class="symbol-text">θ{superscript(`(${String(map.layer)})`)}</figcaption>
        </figure>
      ))}
    </div>
  );
}

type PictureProps = Omit<HeatMapsProps, 'report'> & { readonly map: HeatMap };

const HEIGHT = 44;
const LARGEST = 11;
const SMALLEST = 3;

function Picture({ model, map, selected, onSelect }: PictureProps) {
  const { rows, columns, cells, worst, layer } = map;
  const side = Math.max(SMALLEST, Math.min(LARGEST, Math.floor(HEIGHT / rows)));
  const name = (parameter: ParameterId): string => parameterName(model.network, parameter);
  const words =
    `Verdicts on θ of layer ${String(layer)}; the worst: ${name(worst.parameter)}, ${worst.verdict}, ` +
    `relative error ${show(worst.relativeError, 2)}`;
  const chosen = cells.find(({ check }) => sameParameter(check.parameter, selected ?? undefined));
  return (
    <svg width={columns * side + 2} height={rows * side + 2} role="img" aria-label={words}>
      {cells.map(({ row, column, check }) => (
        <rect
          key={`${String(row)} ${String(column)}`}
          class={`heat ${check.verdict}`}
          x={column * side + 1}
          y={row * side + 1}
          width={side}
          height={side}
          fill-opacity={strength(check).toFixed(2)}
          onClick={() => {
            onSelect(check.parameter);
          }}
        >
          <title>{`${name(check.parameter)}: ${check.verdict}, relative error ${show(check.relativeError, 2)}`}</title>
        </rect>
      ))}
      {chosen && (
        <rect class="heat-chosen" x={chosen.column * side + 1} y={chosen.row * side + 1} width={side} height={side} />
      )}
    </svg>
  );
}
