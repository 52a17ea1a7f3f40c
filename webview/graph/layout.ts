/**
 * Where everything of the graph lies: layers as columns from left to right, units from top to bottom, the loss at the
 * right. A wide layer is folded to its first and last units; unfolded it is a block of small cells, so that 784 pixels
 * are a picture and not a mile of neurons.
 */

import type { ImageShape, Layer } from '../../src/core/network';
import type { Point } from './camera';

/** Widths and heights in the graph's own units: pixels where it is not scaled. */
export const size = {
  /** Each of z and a. */
  half: 57,
  input: 62,
  /** Of one line: the name with the value beside it. */
  inputLine: 122,
  height: 38,
  /** Of units that show one line. */
  compact: 25,
  /** δ, beneath z. */
  delta: 16,
  bias: 15,
  loss: 62,
  gap: 26,
  /** Two lines above the columns. */
  header: 44,
  /** The room between the outputs and the loss, where the targets stand. */
  targets: 96,
} as const;

/** A layer with more units than this is folded: so many of its first, and so many of its last units are drawn. */
export const FOLD_ABOVE = 10;
const FOLD_FIRST = 4;
const FOLD_LAST = 3;
/** An unfolded layer with more units than this is a block of cells. */
const LIST_LIMIT = 20;
/** The side of a block of cells at most, and of a cell at most. */
const BLOCK = 420;
const CELL = 18;
/** The side of a unit that is a picture at most, what is left free between two, and the longer side of inputs that are an image. */
const PICTURE = 56;
const BETWEEN = 7;
const IMAGE = 168;

/** A row of a column: a unit, or what stands for folded ones. `y` is its middle. */
export type Row =
  | { readonly kind: 'unit'; readonly unit: number; readonly y: number }
  | { readonly kind: 'gap'; readonly first: number; readonly last: number; readonly y: number };

/** A wide layer, unfolded or an image: cells from left to right and from top to bottom. */
export interface CellGrid {
  readonly across: number;
  readonly down: number;
  readonly cell: number;
  readonly top: number;
  /** Units a cell: three where they are a pixel's colors. */
  readonly depth: number;
}

export interface Column {
  /** Its layer, from 1. */
  readonly layer: number;
  readonly x: number;
  readonly width: number;
  readonly units: number;
  /** Empty for a block. */
  readonly rows: readonly Row[];
  readonly block: CellGrid | undefined;
  /** The height of one of its units; `width` is the same where they are pictures. */
  readonly unitHeight: number;
  /** True where its units are pictures, not numbers. */
  readonly picture: boolean;
  /** The middle of the bias neuron, where this layer has one. */
  readonly biasY: number | undefined;
}

export interface GraphLayout {
  readonly columns: readonly Column[];
  /** The left edge and the middle of the loss. */
  readonly loss: Point;
  readonly bounds: Box;
  readonly pitch: number;
  readonly unitHeight: number;
  /** Units without symbols and δ, because the network is too tall for them. */
  readonly compact: boolean;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What the reader has unfolded, and units that are to be seen although their layer is folded. */
export interface Folding {
  readonly unfolded: ReadonlySet<number>;
  readonly pinned: ReadonlyMap<number, ReadonlySet<number>>;
  /** Layers whose units are pictures. */
  readonly pictures: ReadonlySet<number>;
  /** The inputs are one image. */
  readonly image: ImageShape | undefined;
}

type Shape = Pick<Layer, 'units' | 'hasBiases'>;

/** Lays the network out so that it fills a viewport of this size where it can. */
export function layoutGraph(
  layers: readonly Shape[],
  folding: Folding,
  viewport: { readonly width: number; readonly height: number },
): GraphLayout {
  const { lists, hasBias, tallest } = rowsOf(layers, folding);
  // A graph that is too wide for the viewport is scaled down, and so has more room from top to bottom.
  const scale = viewport.width > 0 ? Math.min(1, viewport.width / leastWidth(layers, lists, folding)) : 1;
  const room = viewport.height / scale - size.header - AROUND;
  const full = FULL;
  const compact = tallest * full * TIGHT > room || scale < LEGIBLE;
  const unitHeight = compact ? size.compact : size.height;
  const pitch = compact
    ? Math.min(1.25 * full, Math.max(size.compact + 7, room / tallest))
    : Math.min(Math.max(full, room / tallest), 2 * full);

  const shapes = layers.map(({ units }, l) => {
    const list = lists[l];
    const picture = folding.pictures.has(l + 1);
    const block = list ? undefined : blockOf(units, l, folding);
    const side = block?.cell ?? Math.min(PICTURE, pitch - BETWEEN);
    const unitWidth = picture ? side : l > 0 ? 2 * size.half : compact ? size.inputLine : size.input;
    const y0 = block ? block.top : ((1 - (list?.length ?? 1)) / 2) * pitch;
    return {
      layer: l + 1,
      units,
      width: block ? block.across * block.cell : unitWidth,
      rows: (list ?? []).map((row, at): Row => ({ ...row, y: y0 + at * pitch })),
      block,
      picture,
      unitHeight: picture ? side : unitHeight,
      biasY: hasBias[l] ? y0 - (block ? size.bias + 12 : pitch) : undefined,
    };
  });
  const gap = gapFor(shapes, viewport.width, compact ? LEAST_GAP - 24 : LEAST_GAP);
  let x = 0;
  const columns = shapes.map((shape): Column => {
    const column = { ...shape, x };
    x += shape.width + gap;
    return column;
  });
  const loss = { x: x - gap + size.targets, y: 0 };

  const half = Math.max(...columns.map((column) => (column.block ? 0 : column.unitHeight / 2)), unitHeight / 2);
  const above = half + size.header;
  const below = half + (compact ? 0 : size.delta);
  const highest = Math.min(...columns.map((column) => column.biasY ?? column.rows[0]?.y ?? column.block?.top ?? 0));
  const lowest = Math.max(...columns.map(({ rows, block }) => rows.at(-1)?.y ?? (block ? -block.top : 0)));
  const bounds = { left: 0, top: highest - above, width: loss.x + size.loss, height: lowest - highest + above + below };
  return { columns, loss, bounds, pitch, unitHeight, compact };
}

/** How wide the graph is with its columns as near to each other as they may be. */
function leastWidth(
  layers: readonly Shape[],
  lists: readonly (readonly ListRow[] | undefined)[],
  folding: Folding,
): number {
  const widths = layers.map(({ units }, l) => {
    const block = lists[l] ? undefined : blockOf(units, l, folding);
    if (block) return block.across * block.cell;
    return folding.pictures.has(l + 1) ? PICTURE : l > 0 ? 2 * size.half : size.input;
  });
  const gaps = (layers.length - 1) * LEAST_GAP;
  return widths.reduce((sum, width) => sum + width, gaps + size.targets + size.loss + MARGINS);
}

/** The height of a viewport in which no unit is compact: in its own size, or scaled down as far as that goes. */
export function roomyHeight(layers: readonly Shape[], folding: Folding, apart = 1): number {
  return rowsOf(layers, folding).tallest * FULL * apart + size.header + AROUND;
}

/** Units are drawn as small as this before they become compact. */
export const TIGHT = 0.78;

/** Units that are scaled down further than this have no room for two lines: they become compact. */
const LEGIBLE = 0.65;

/** The pitch of units with their δ, and the room that is kept above and below all of them. */
const FULL = size.height + size.delta + 12;
const AROUND = 40;

function rowsOf(layers: readonly Shape[], folding: Folding) {
  const lists = layers.map(({ units }, l) => listOf(l + 1, units, folding));
  const hasBias = layers.map((_, l) => layers[l + 1]?.hasBiases ?? false);
  const tallest = Math.max(...lists.map((list, l) => (list?.length ?? 0) + (hasBias[l] ? 1 : 0)));
  return { lists, hasBias, tallest };
}

/** True for a layer that is folded unless the reader unfolds it. */
export function isFoldable({ units }: Pick<Column, 'units'>): boolean {
  return units > FOLD_ABOVE;
}

/** The middle of a unit; undefined where it is folded or does not exist. Unit 0 is the bias neuron. */
export function unitAt({ x, width, units, rows, block, biasY }: Column, unit: number): Point | undefined {
  if (unit === 0) return biasY === undefined ? undefined : { x: x + width / 2, y: biasY };
  if (unit < 1 || unit > units) return undefined;
  if (block) {
    const { across, cell, top, depth } = block;
    const at = Math.floor((unit - 1) / depth);
    return { x: x + ((at % across) + 0.5) * cell, y: top + (Math.floor(at / across) + 0.5) * cell };
  }
  const row = rows.find((candidate) => candidate.kind === 'unit' && candidate.unit === unit);
  return row && { x: x + width / 2, y: row.y };
}

/** The unit of a block at a point of the graph. */
export function unitInBlock({ x, width, units, block }: Column, point: Point): number | undefined {
  if (!block || point.x < x || point.x >= x + width || point.y < block.top) return undefined;
  const at = Math.floor((point.y - block.top) / block.cell) * block.across + Math.floor((point.x - x) / block.cell);
  const unit = at * block.depth + 1;
  return unit <= units ? unit : undefined;
}

/** The units that are drawn, the bias neuron first. */
export function shownUnits({ units, rows, block, biasY }: Column): number[] {
  const bias = biasY === undefined ? [] : [0];
  if (block) return [...bias, ...Array.from({ length: units }, (_, k) => k + 1)];
  return [...bias, ...rows.flatMap((row) => (row.kind === 'unit' ? [row.unit] : []))];
}

type ListRow =
  | { readonly kind: 'unit'; readonly unit: number }
  | { readonly kind: 'gap'; readonly first: number; readonly last: number };

/** The rows of a layer: all of its units, or the first, the pinned and the last with gaps between; undefined for a block. */
function listOf(layer: number, units: number, folding: Folding): ListRow[] | undefined {
  const { unfolded, pinned, pictures, image } = folding;
  if (layer === 1 && image) return undefined;
  // Pictures in one long column would be too small to see.
  if (units > (pictures.has(layer) ? FOLD_ABOVE : LIST_LIMIT) && unfolded.has(layer)) return undefined;
  const whole = units <= FOLD_ABOVE || unfolded.has(layer);
  const wanted = whole
    ? Array.from({ length: units }, (_, k) => k + 1)
    : [
        ...Array.from({ length: FOLD_FIRST }, (_, k) => k + 1),
        ...(pinned.get(layer) ?? []),
        ...Array.from({ length: FOLD_LAST }, (_, k) => units - FOLD_LAST + k + 1),
      ];
  const rows: ListRow[] = [];
  let next = 1;
  for (const unit of [...new Set(wanted)].sort((a, b) => a - b)) {
    if (unit < next || unit > units) continue;
    if (unit > next) rows.push({ kind: 'gap', first: next, last: unit - 1 });
    rows.push({ kind: 'unit', unit });
    next = unit + 1;
  }
  return rows;
}

function blockOf(units: number, l: number, { image, pictures }: Folding): CellGrid {
  if (l === 0 && image) {
    const { rows: down, columns: across, depth } = image;
    const cell = Math.min(CELL, IMAGE / Math.max(down, across));
    return { across, down, cell, top: (-down * cell) / 2, depth };
  }
  const across = Math.ceil(Math.sqrt(units));
  const down = Math.ceil(units / across);
  const cell = Math.min(pictures.has(l + 1) ? PICTURE : CELL, BLOCK / across);
  return { across, down, cell, top: (-down * cell) / 2, depth: 1 };
}

/** Beyond this, the whole picture grows instead. */
const WIDEST = 150;
/** The least room between two columns, and what is left free at both sides of the graph together. */
const LEAST_GAP = 84;
const MARGINS = 32;

/** The room between two columns: what the viewport leaves, within limits. */
function gapFor(columns: readonly { readonly width: number }[], width: number, least: number): number {
  const taken = columns.reduce((sum, column) => sum + column.width, size.targets + size.loss + MARGINS);
  return Math.min(WIDEST, Math.max(least, (width - taken) / Math.max(1, columns.length - 1)));
}
