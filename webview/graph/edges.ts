import type { LayerLayout, ParameterId } from '../../src/core/network';
import type { Point } from './camera';
import { type Column, type GraphLayout, shownUnits, size, unitAt } from './layout';

/** A weight or a bias as it is drawn: a straight line with its index in the parameter vector. */
export interface Edge {
  readonly parameter: ParameterId;
  readonly index: number;
  readonly from: Point;
  readonly to: Point;
}

/** More edges than this between two layers are too many to read: the strongest are drawn. */
export const EDGE_LIMIT = 400;

/** Where edges leave a unit; of a cell in a block, its middle. */
export function outlet(column: Column, unit: number): Point | undefined {
  const at = unitAt(column, unit);
  if (!at || (column.block && unit > 0)) return at;
  return { x: at.x + (unit === 0 ? size.bias : column.width / 2), y: at.y };
}

/** Where edges reach a unit. */
function inlet(column: Column, unit: number): Point | undefined {
  const at = unitAt(column, unit);
  return !at || column.block ? at : { x: column.x, y: at.y };
}

/** One edge; undefined where an end of it is folded or the network has no such parameter. */
export function edgeOf(layout: GraphLayout, blocks: readonly LayerLayout[], parameter: ParameterId): Edge | undefined {
  const block = blocks[parameter.layer - 1];
  const source = layout.columns[parameter.layer - 1];
  const target = layout.columns[parameter.layer];
  if (!block || !source || !target) return undefined;
  const from = outlet(source, parameter.from);
  const to = inlet(target, parameter.to);
  if (!from || !to) return undefined;
  return { parameter, index: indexIn(block, parameter), from, to };
}

export interface EdgeSelection {
  readonly edges: readonly Edge[];
  /** How many more there are between drawn units, and were left out. */
  readonly left: number;
}

/** The strength of a parameter by its index: which edges are drawn where there are too many. */
export type Strength = (index: number) => number;

/**
 * All edges of one unit, into it and out of it, to units that are drawn; of more than EDGE_LIMIT the strongest. To the
 * cells of a block none: they show the edges by their own colour.
 */
export function edgesOfUnit(
  layout: GraphLayout,
  blocks: readonly LayerLayout[],
  layer: number,
  unit: number,
  strength: Strength,
): readonly Edge[] {
  const before = unit === 0 ? undefined : layout.columns[layer - 2];
  const after = layout.columns[layer];
  const into = before && !before.block ? shownUnits(before).map((from) => ({ layer: layer - 1, to: unit, from })) : [];
  const out = after && !after.block ? targetsIn(after).map((to) => ({ layer, to, from: unit })) : [];
  return [into, out].flatMap((ids) => strongest(layout, blocks, ids, strength).edges);
}

/**
 * The edges between units that are drawn, of more than EDGE_LIMIT between two layers the strongest. Those of a block of
 * cells would hide it: they are drawn only while a cell is pointed at.
 */
export function edgesOf(layout: GraphLayout, blocks: readonly LayerLayout[], strength: Strength): EdgeSelection {
  const edges: Edge[] = [];
  let left = 0;
  for (const [l, source] of layout.columns.entries()) {
    const target = layout.columns[l + 1];
    if (!target) continue;
    const [sources, targets] = [shownUnits(source), targetsIn(target)];
    if (source.block || target.block) {
      left += sources.length * targets.length;
      continue;
    }
    const ids = targets.flatMap((to) => sources.map((from): ParameterId => ({ layer: l + 1, to, from })));
    const drawn = strongest(layout, blocks, ids, strength);
    edges.push(...drawn.edges);
    left += drawn.left;
  }
  return { edges, left };
}

/** The edge nearest to a point, if it is within `reach`. */
export function nearestEdge(edges: readonly Edge[], point: Point, reach: number): Edge | undefined {
  let nearest: Edge | undefined;
  let least = reach;
  for (const edge of edges) {
    const distance = distanceTo(edge, point);
    if (distance <= least) {
      nearest = edge;
      least = distance;
    }
  }
  return nearest;
}

function targetsIn(column: Column): number[] {
  return shownUnits(column).filter((unit) => unit > 0);
}

function strongest(
  layout: GraphLayout,
  blocks: readonly LayerLayout[],
  ids: readonly ParameterId[],
  strength: Strength,
): EdgeSelection {
  const all = ids.flatMap((id) => edgeOf(layout, blocks, id) ?? []);
  if (all.length <= EDGE_LIMIT) return { edges: all, left: 0 };
  const strengths = Float64Array.from(all, ({ index }) => strength(index));
  const threshold = strengths.slice().sort()[all.length - EDGE_LIMIT] ?? 0;
  const edges = all.filter((_, at) => (strengths[at] ?? 0) >= threshold).slice(0, EDGE_LIMIT);
  return { edges, left: all.length - edges.length };
}

function indexIn({ weights, biases, columns }: LayerLayout, { to, from }: ParameterId): number {
  return from === 0 ? biases + to - 1 : weights + (to - 1) * columns + from - 1;
}

function distanceTo({ from, to }: Edge, point: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const along = ((point.x - from.x) * dx + (point.y - from.y) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - (from.x + t * dx), point.y - (from.y + t * dy));
}
