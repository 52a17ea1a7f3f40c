import { useMemo } from 'preact/hooks';
import type { CheckReport } from '../../src/core/check';
import { type ParameterId, sameParameter } from '../../src/core/network';
import { superscript } from '../../src/core/notation';
import type { ModelSlice } from '../../src/protocol';
import { parameterName, show } from '../names';
import { Picture } from '../savePicture/picture';
import { layoutOf } from '../state';
import { CellMap } from './cellMap';
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
    <Picture of="checks" class="heat-picture">
      <div class="heat-maps">
        {maps.map((map) => (
          <figure key={map.layer}>
            <Map {...{ model, map, selected, onSelect }} />
            <figcaption class="symbol-text">θ{superscript(`(${String(map.layer)})`)}</figcaption>
          </figure>
        ))}
      </div>
    </Picture>
  );
}

type MapProps = Omit<HeatMapsProps, 'report'> & { readonly map: HeatMap };

const HEIGHT = 44;
const LARGEST = 11;
const SMALLEST = 3;

function Map({ model, map, selected, onSelect }: MapProps) {
  const { rows, columns, cells, worst, layer } = map;
  const side = Math.max(SMALLEST, Math.min(LARGEST, Math.floor(HEIGHT / rows)));
  const name = (parameter: ParameterId): string => parameterName(model.network, parameter);
  const words =
    `Verdicts for θ of layer ${String(layer)}; worst: ${name(worst.parameter)}, ${worst.verdict}, ` +
    `relative error ${show(worst.relativeError, 2)}`;
  return (
    <CellMap
      label={words}
      rows={rows}
      columns={columns}
      side={side}
      cells={cells.map(({ row, column, check }) => ({
        row,
        column,
        name: `${name(check.parameter)}: ${check.verdict}, relative error ${show(check.relativeError, 2)}`,
        class: `heat ${check.verdict}`,
        opacity: strength(check),
      }))}
      chosen={cells.findIndex(({ check }) => sameParameter(check.parameter, selected ?? undefined))}
      onOpen={(at) => {
        const cell = cells[at];
        if (cell) onSelect(cell.check.parameter);
      }}
    />
  );
}
