import type { Point } from './camera';
import type { EdgeLabel } from './edgeLabels';
import { type Edge, edgeOf, outlet } from './edges';
import { edgeKey } from './items';
import type { RouteMarks } from './marks';
import { type GraphLayout, size, unitAt } from './layout';
import type { ColorScale } from './scale';
import type { LayerLayout } from '../../src/core/network';

/** Pixels between the strokes of routes that share an edge. */
const STROKE_SPACING = 3.6;

interface LinesProps {
  readonly edges: readonly Edge[];
  readonly values: Float64Array | undefined;
  readonly scale: ColorScale;
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

/** Half of what a route adds to the width of the strokes inside of it, and the room for the edge in their middle. */
const RIM = 2.2;
const CORE = 5.4;

/**
 * The coloured routes. Over an edge they run as rims around it, as around units, one outside of the other, so that the
 * edge's own colour stays in sight; elsewhere beside each other.
 */
export function RouteLines({ layout, blocks, marks }: RouteLinesProps) {
  const last = layout.columns.at(-1);
  const toLoss = [...marks.toLoss].flatMap(([unit, colours]) => {
    const from = last && outlet(last, unit);
    return from ? [{ key: `loss-${String(unit)}`, from, to: layout.loss, colours }] : [];
  });
  const edges = [...marks.edges].flatMap(([key, { parameter, colours }]) => {
    const edge = edgeOf(layout, blocks, parameter);
    return edge ? [{ key, ...edge, colours }] : [];
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
      {edges.map(({ key, from, to, colours }) => {
        const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
        const rims = colours.map((colour, at) => ({ colour, width: CORE + 2 * RIM * (at + 1) })).reverse();
        return (
          <g key={key}>
            {rims.map(({ colour, width }) => (
              <line
                key={colour}
                class={`route route-${String(colour)}`}
                {...ends}
                style={{ '--width': `${String(width)}px` }}
              />
            ))}
            <line class="route-core" {...ends} style={{ '--width': `${String(CORE)}px` }} />
          </g>
        );
      })}
      {[...links, ...toLoss].flatMap(({ key, from, to, colours }) =>
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
  readonly labels: readonly EdgeLabel[];
}

/** Names and values of weights, each on one opaque background: a line behind a number reads as a minus sign. */
export function EdgeNames({ labels }: EdgeNamesProps) {
  return (
    <g class="edge-names" aria-hidden="true">
      {labels.map(({ key, name, value, box }) => (
        <g key={key} transform={`translate(${String(box.left)} ${String(box.top)})`}>
          <rect width={box.width} height={box.height} rx={3} />
          <text x={box.width / 2} y={box.height - 4}>
            {name}
            {value !== '' && (
              <tspan class="value" dx={4}>
                {value}
              </tspan>
            )}
          </text>
        </g>
      ))}
    </g>
  );
}
