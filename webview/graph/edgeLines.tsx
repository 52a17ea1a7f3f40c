import { parameterName, showShort } from '../names';
import type { Network } from '../../src/core/network';
import type { Point } from './camera';
import { type Edge, edgeOf, outlet } from './edges';
import { edgeKey } from './items';
import type { RouteMarks } from './marks';
import { type GraphLayout, size, unitAt } from './layout';
import type { Scale } from './scale';
import type { LayerLayout } from '../../src/core/network';

/** Pixels between the strokes of routes that share an edge. */
const STROKE_SPACING = 3.6;

interface LinesProps {
  readonly edges: readonly Edge[];
  readonly values: Float64Array | undefined;
  readonly scale: Scale;
}

/** Edges in the colour and width of their value. */
export function EdgeLines({ edges, values, scale }: LinesProps) {
  return (
    <>
      {edges.map(({ parameter, index, from, to }) => {
        const t = scale.at(values?.[index] ?? 0);
        return (
          <line
            key={edgeKey(parameter)}
            class={t < 0 ? 'edge negative' : 'edge positive'}
            style={{ '--t': Math.abs(t).toFixed(3) }}
            x1={from.x}
            y1={from.y}
            x2={to.x}
            y2={to.y}
          />
        );
      })}
    </>
  );
}

interface RouteLinesProps {
  readonly layout: GraphLayout;
  readonly blocks: readonly LayerLayout[];
  readonly marks: RouteMarks;
}

/** The coloured routes: beside each other where they share an edge. */
export function RouteLines({ layout, blocks, marks }: RouteLinesProps) {
  const last = layout.columns.at(-1);
  const toLoss = [...marks.toLoss].flatMap(([unit, colours]) => {
    const from = last && outlet(last, unit);
    return from ? [{ key: `loss-${String(unit)}`, from, to: layout.loss, colours }] : [];
  });
  const edges = [...marks.edges].flatMap(([key, { parameter, colours }]) => {
    const edge = edgeOf(layout, blocks, parameter);
    return edge ? [{ key, from: edge.from, to: edge.to, colours }] : [];
  });
  const links = marks.links.flatMap(({ layer, from, to, colour }) => {
    const column = layout.columns[layer - 1];
    const start = column && unitAt(column, from);
    const end = column && unitAt(column, to);
    if (!start || !end) return [];
    return [
      {
        key: `link-${String(from)}-${String(to)}-${String(colour)}`,
        from: { x: start.x - size.half / 2, y: start.y },
        to: { x: end.x + size.half / 2, y: end.y },
        colours: [colour],
      },
    ];
  });
  return (
    <g class="routes">
      {[...edges, ...links, ...toLoss].flatMap(({ key, from, to, colours }) =>
        colours.map((colour, at) => {
          const shift = offset(from, to, (at - (colours.length - 1) / 2) * STROKE_SPACING);
          return (
            <line
              key={`${key}-${String(colour)}`}
              class={`route route-${String(colour)}`}
              x1={from.x + shift.x}
              y1={from.y + shift.y}
              x2={to.x + shift.x}
              y2={to.y + shift.y}
            />
          );
        }),
      )}
    </g>
  );
}

function offset(from: Point, to: Point, by: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: (-(to.y - from.y) / length) * by, y: ((to.x - from.x) / length) * by };
}

interface EdgeNamesProps {
  readonly layout: GraphLayout;
  readonly network: Network;
  readonly edges: readonly Edge[];
  readonly values: Float64Array | undefined;
}

/** Names (and where there is room, values) written on the edges of layers with few units. */
export function EdgeNames({ layout, network, edges, values }: EdgeNamesProps) {
  return (
    <g class="edge-names" aria-hidden="true">
      {edges.map(({ parameter, index, from, to }) => {
        const along = labelPlace(network, layout, parameter.layer);
        if (along === undefined) return null;
        const roomy = gapAfter(layout, parameter.layer) > ROOM_FOR_VALUES;
        return (
          <text
            key={edgeKey(parameter)}
            x={from.x + along * (to.x - from.x)}
            y={from.y + along * (to.y - from.y) + 3.5}
          >
            {parameterName(network, parameter)}
            {roomy && <tspan class="value"> {showShort(values?.[index])}</tspan>}
          </text>
        );
      })}
    </g>
  );
}

/** Of a layer, all values or none: the edges of its bias are longer, and say no more than the others. */
const ROOM_FOR_VALUES = 150;
/** The height of a line of names. */
const LINE = 13;
/** Half the width of a name. */
const NAME = 20;

/** From the units of a layer to those of the next. */
function gapAfter({ columns }: GraphLayout, layer: number): number {
  const source = columns[layer - 1];
  const target = columns[layer];
  return source && target ? target.x - source.x - source.width : 0;
}

/**
 * Where along the edges of θ^(l) their names do not meet: near the sources the edges of one spread out by `along` of a
 * pitch, those of two sources are 1 − `along` of it apart; near the targets the other way round.
 */
function labelPlace({ layers }: Network, layout: GraphLayout, layer: number): number | undefined {
  const { columns, pitch, compact } = layout;
  const source = columns[layer - 1];
  const target = columns[layer];
  if (!source || !target || compact) return undefined;
  const gap = gapAfter(layout, layer);
  const sources = source.units + (layers[layer]?.hasBiases ? 1 : 0);
  const fits = (along: number, spread: number): boolean =>
    along * gap >= NAME && along * pitch >= LINE && (spread - 1) * along * pitch + LINE <= (1 - along) * pitch;
  const near = [0.3, 0.27, 0.24, 0.2];
  const fromSource = near.find((along) => fits(along, target.units));
  if (fromSource !== undefined && sources <= 8) return fromSource;
  const fromTarget = near.find((along) => fits(along, sources));
  return fromTarget !== undefined && target.units <= 8 ? 1 - fromTarget : undefined;
}
