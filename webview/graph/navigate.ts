/** The graph by arrow keys: up and down in a column, left and right over an edge into the next one. */

import type { GraphItem } from './items';
import { type CellGrid, type Column, type GraphLayout, shownUnits, unitAt } from './layout';

type UnitItem = Extract<GraphItem, { kind: 'unit' }>;
type Node = UnitItem | Extract<GraphItem, { kind: 'gap' }>;
type EdgeItem = Extract<GraphItem, { kind: 'edge' }>;

/** Where an arrow key, Home or End leads from `item`; undefined where it leads nowhere. */
export function navigate(layout: GraphLayout, item: GraphItem, key: string): GraphItem | undefined {
  switch (item.kind) {
    case 'loss':
      return key === 'ArrowLeft' ? nearestUnit(layout, layout.columns.length, layout.loss.y) : undefined;
    case 'edge':
      return fromEdge(layout, item, key);
    case 'unit':
    case 'gap': {
      const column = layout.columns[item.layer - 1];
      if (!column) return undefined;
      return inColumn(column, item, key) ?? sideways(layout, column, item, key);
    }
  }
}

function inColumn(column: Column, item: Node, key: string): GraphItem | undefined {
  if (column.block && item.kind === 'unit' && item.unit > 0) return inBlock(column, column.block, item, key);
  const stops = stopsOf(column);
  return step(
    stops,
    stops.findIndex((stop) => sameStop(stop, item)),
    key,
  );
}

/** In a block of cells the arrows go both ways. */
function inBlock(column: Column, block: CellGrid, { layer, unit }: UnitItem, key: string): GraphItem | undefined {
  const { across, depth } = block;
  const place = Math.floor((unit - 1) / depth) % across;
  const to = {
    ArrowUp: unit - across * depth,
    ArrowDown: unit + across * depth,
    ArrowLeft: place > 0 ? unit - depth : NaN,
    ArrowRight: place < across - 1 ? unit + depth : NaN,
    Home: 1,
    End: column.units,
  }[key];
  if (to === undefined || Number.isNaN(to) || to > column.units) return undefined;
  if (to >= 1) return { kind: 'unit', layer, unit: to };
  return column.biasY === undefined ? undefined : { kind: 'unit', layer, unit: 0 };
}

function sideways(layout: GraphLayout, column: Column, item: Node, key: string): GraphItem | undefined {
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined;
  const right = key === 'ArrowRight';
  if (right && item.layer === layout.columns.length) return { kind: 'loss' };
  const y = item.kind === 'gap' ? gapY(column, item.first) : unitAt(column, item.unit)?.y;
  const neighbour = nearestUnit(layout, right ? item.layer + 1 : item.layer - 1, y ?? 0);
  // No edge leads to folded units, or into a bias neuron.
  if (!neighbour || item.kind === 'gap' || (!right && item.unit === 0)) return neighbour;
  const parameter = right
    ? { layer: item.layer, to: neighbour.unit, from: item.unit }
    : { layer: item.layer - 1, to: item.unit, from: neighbour.unit };
  return { kind: 'edge', parameter, anchor: right ? 'from' : 'to' };
}

/** Along an edge to its ends, or around the end that the reader came from to the next edge. */
function fromEdge(layout: GraphLayout, { parameter, anchor }: EdgeItem, key: string): GraphItem | undefined {
  const { layer, to, from } = parameter;
  if (key === 'ArrowRight') return { kind: 'unit', layer: layer + 1, unit: to };
  if (key === 'ArrowLeft') return { kind: 'unit', layer, unit: from };
  const column = layout.columns[anchor === 'from' ? layer : layer - 1];
  if (!column) return undefined;
  const units = shownUnits(column).filter((unit) => anchor === 'to' || unit > 0);
  const next = step(units, units.indexOf(anchor === 'from' ? to : from), key);
  if (next === undefined) return undefined;
  return { kind: 'edge', anchor, parameter: anchor === 'from' ? { layer, to: next, from } : { layer, to, from: next } };
}

function step<T>(stops: readonly T[], at: number, key: string): T | undefined {
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: stops.length - 1 }[key];
  return to === undefined || to < 0 ? undefined : stops[to];
}

/** Units and folds of a column from top to bottom. */
function stopsOf({ layer, biasY, rows, block }: Column): Node[] {
  const bias: Node[] = biasY === undefined ? [] : [{ kind: 'unit', layer, unit: 0 }];
  if (block) return [...bias, { kind: 'unit', layer, unit: 1 }];
  return [
    ...bias,
    ...rows.map((row): Node =>
      row.kind === 'gap' ? { kind: 'gap', layer, first: row.first } : { kind: 'unit', layer, unit: row.unit },
    ),
  ];
}

function sameStop(a: Node, b: Node): boolean {
  if (a.kind === 'gap') return b.kind === 'gap' && a.first === b.first;
  return b.kind === 'unit' && a.unit === b.unit;
}

function gapY({ rows }: Column, first: number): number | undefined {
  return rows.find((row) => row.kind === 'gap' && row.first === first)?.y;
}

/** The unit (not the bias neuron) of a layer that is nearest to a height. */
function nearestUnit(layout: GraphLayout, layer: number, y: number): UnitItem | undefined {
  const column = layout.columns[layer - 1];
  if (!column) return undefined;
  const units = shownUnits(column).filter((unit) => unit > 0);
  const distance = (unit: number): number => Math.abs((unitAt(column, unit)?.y ?? Infinity) - y);
  const unit = units.reduce((best, other) => (distance(other) < distance(best) ? other : best), units[0] ?? 1);
  return { kind: 'unit', layer, unit };
}
