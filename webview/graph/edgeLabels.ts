/** Where the names and values of weights stand on their edges, so that none lies over another or over what matters. */

import type { Network } from '../../src/core/network';
import { parameterName, showShort } from '../names';
import type { Edge } from './edges';
import { edgeKey } from './items';
import { type Box, type GraphLayout, size } from './layout';

/** One label with its opaque background, which is as large as the whole label. */
export interface EdgeLabel {
  readonly key: string;
  readonly name: string;
  /** Empty where there is no room for it. */
  readonly value: string;
  readonly box: Box;
}

/** Heights and widths of text in the graph's own units; the same sizes stand in graph.css. */
const LINE = 15;
const PADDING = 4;
const NAME_SIZE = 13;
const VALUE_CHARACTER = 6.3;
/** Edges between two layers beyond which only those that matter are named. */
const MOST = 64;
/** The same beside units that are pictures: they are there to be looked at. */
const FEW = 8;
/** Where along its edge a label may stand: first where all of a layer stand alike. */
const ALIKE = [0.3, 0.27, 0.24, 0.2, 0.7, 0.73, 0.76, 0.8, 0.36, 0.64];
const ANYWHERE = [0.3, 0.24, 0.36, 0.2, 0.42, 0.16, 0.48, 0.54, 0.6, 0.66, 0.72, 0.78, 0.84];

/**
 * The labels of the drawn edges. Those of a layer all stand alike where they can, each in its own place where they must,
 * all with their values or all without. Where they do not fit, only the edges of `important` are named, as far as they fit.
 */
export function edgeLabels(
  layout: GraphLayout,
  network: Network,
  edges: readonly Edge[],
  values: Float64Array | undefined,
  important: ReadonlySet<string>,
): readonly EdgeLabel[] {
  if (layout.compact) return [];
  const labels: EdgeLabel[] = [];
  const lines = edges.filter(({ parameter }) => important.has(edgeKey(parameter)));
  for (const [l, source] of layout.columns.entries()) {
    const own = edges.filter(({ parameter }) => parameter.layer === l + 1);
    const target = layout.columns[l + 1];
    if (!target || own.length === 0) continue;
    // Labels stay between the columns, clear of units and of the rings around them.
    const room = { left: source.x + source.width + 4, right: target.x - 6 };
    const place = (chosen: readonly Edge[], withValues: boolean, places: readonly (readonly number[])[]) => {
      const texts = chosen.map((edge) => textOf(network, edge, withValues ? values : undefined));
      for (const candidates of places) {
        const placed = placeAll(chosen, texts, candidates, { room, layout, lines });
        if (placed) return placed;
      }
      return undefined;
    };
    const alike = ALIKE.map((along) => [along]);
    const named = lines.filter(({ parameter }) => parameter.layer === l + 1);
    const all =
      own.length <= (source.picture || target.picture ? FEW : MOST)
        ? (place(own, true, [...alike, ANYWHERE]) ?? place(own, false, [...alike, ANYWHERE]))
        : undefined;
    labels.push(...(all ?? place(named, true, [ANYWHERE]) ?? place(named, false, [ANYWHERE]) ?? []));
  }
  return labels;
}

interface Surroundings {
  readonly room: { readonly left: number; readonly right: number };
  readonly layout: GraphLayout;
  /** Edges that no label but their own may lie over. */
  readonly lines: readonly Edge[];
}

interface Text {
  readonly name: string;
  readonly value: string;
  readonly width: number;
}

/** Every label at the first of the candidates where it fits; undefined where one fits nowhere. */
function placeAll(
  edges: readonly Edge[],
  texts: readonly Text[],
  candidates: readonly number[],
  { room, layout, lines }: Surroundings,
): readonly EdgeLabel[] | undefined {
  const { bounds } = layout;
  const placed: EdgeLabel[] = [];
  for (const [at, edge] of edges.entries()) {
    const { from, to, parameter } = edge;
    const text = texts[at];
    if (!text) return undefined;
    const key = edgeKey(parameter);
    const label = candidates
      .map((along): EdgeLabel => {
        const x = from.x + along * (to.x - from.x);
        const y = from.y + along * (to.y - from.y);
        const box = { left: x - text.width / 2, top: y - LINE / 2, width: text.width, height: LINE };
        return { key, name: text.name, value: text.value, box };
      })
      .find(
        ({ box }) =>
          box.left >= room.left &&
          box.left + box.width <= room.right &&
          box.top >= bounds.top + size.header / 2 &&
          box.top + box.height <= bounds.top + bounds.height &&
          !placed.some((other) => overlap(box, other.box)) &&
          !lines.some((line) => edgeKey(line.parameter) !== key && crosses(box, line)),
      );
    if (!label) return undefined;
    placed.push(label);
  }
  return placed;
}

function textOf(network: Network, { parameter, index }: Edge, values: Float64Array | undefined): Text {
  const name = parameterName(network, parameter);
  const value = values ? `= ${showShort(values[index])}` : '';
  const gap = value === '' ? 0 : 4;
  return { name, value, width: symbolWidth(name) + gap + value.length * VALUE_CHARACTER + 2 * PADDING };
}

/** The width of a symbol in the graph's letters: subscripts and superscripts are narrower. */
function symbolWidth(name: string): number {
  const widths = [...name].map((char) => (/[⁽⁾]/u.test(char) ? 0.3 : /[₀-₉⁰¹²³⁴-⁹]/u.test(char) ? 0.4 : 0.62));
  return NAME_SIZE * widths.reduce((sum, width) => sum + width, 0);
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

/** True where the edge, with the strokes around it, runs through the box. */
function crosses({ left, top, width, height }: Box, { from, to }: Edge): boolean {
  if (left > to.x || left + width < from.x) return false;
  const slope = (to.y - from.y) / (to.x - from.x);
  const ys = [left, left + width].map((x) => from.y + slope * (Math.min(to.x, Math.max(from.x, x)) - from.x));
  return Math.max(...ys) > top - RIMS && Math.min(...ys) < top + height + RIMS;
}

/** Half the width of the strokes of an edge on several paths. */
const RIMS = 4;
