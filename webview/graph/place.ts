import type { LayerLayout } from '../../src/core/network';
import type { Point } from './camera';
import { edgeOf } from './edges';
import type { GraphItem } from './items';
import { type Box, type GraphLayout, shownUnits, size, unitAt } from './layout';

/** The room that an item takes; of an edge, its middle. Undefined where the item is folded or does not exist. */
export function boxOf(layout: GraphLayout, blocks: readonly LayerLayout[], item: GraphItem): Box | undefined {
  if (item.kind === 'loss') return { left: layout.loss.x, top: layout.loss.y - 24, width: size.loss, height: 48 };
  if (item.kind === 'edge') {
    const edge = edgeOf(layout, blocks, item.parameter);
    return edge && { left: (edge.from.x + edge.to.x) / 2, top: (edge.from.y + edge.to.y) / 2, width: 0, height: 0 };
  }
  const column = layout.columns[item.layer - 1];
  if (!column) return undefined;
  if (item.kind === 'gap') {
    const row = column.rows.find((candidate) => candidate.kind === 'gap' && candidate.first === item.first);
    return row && { left: column.x, top: row.y - size.gap / 2, width: column.width, height: size.gap };
  }
  const at = unitAt(column, item.unit);
  if (!at) return undefined;
  if (item.unit === 0) return square(at.x, at.y, 2 * size.bias);
  if (column.block) return square(at.x, at.y, column.block.cell);
  const below = item.layer === 1 || layout.compact || column.picture ? 0 : size.delta;
  const height = column.unitHeight;
  return { left: column.x, top: at.y - height / 2, width: column.width, height: height + below };
}

function square(x: number, y: number, side: number): Box {
  return { left: x - side / 2, top: y - side / 2, width: side, height: side };
}

/** The unit whose box, widened to twice `reach` where it is smaller, is around the point: of several the nearest. */
export function unitAround(
  layout: GraphLayout,
  blocks: readonly LayerLayout[],
  point: Point,
  reach: number,
): GraphItem | undefined {
  let found: GraphItem | undefined;
  let nearest = Infinity;
  for (const column of layout.columns) {
    if (column.block) continue;
    for (const unit of shownUnits(column)) {
      const item: GraphItem = { kind: 'unit', layer: column.layer, unit };
      const box = boxOf(layout, blocks, item);
      if (!box) continue;
      const across = Math.abs(point.x - box.left - box.width / 2);
      const down = Math.abs(point.y - box.top - box.height / 2);
      if (across > Math.max(reach, box.width / 2) || down > Math.max(reach, box.height / 2)) continue;
      const distance = Math.hypot(across, down);
      if (distance < nearest) [found, nearest] = [item, distance];
    }
  }
  return found;
}
