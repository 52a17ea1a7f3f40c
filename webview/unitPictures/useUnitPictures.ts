import { useMemo, useRef } from 'preact/hooks';
import { type ImageShape, type LayerLayout, weightsInto } from '../../src/core/network';
import type { UnitId } from '../../src/core/unitSpread';
import { activate } from '../../src/core/functions';
import { inputDerivatives } from '../../src/core/inputDerivatives';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { type Rgb, useColours } from '../color';
import { cellValues } from '../graph/cells';
import { type GraphItem, keyOf } from '../graph/items';
import { type GraphLayout, shownUnits } from '../graph/layout';
import { scaleOf } from '../graph/scale';
import { zeroLines } from '../predictions/contour';
import { shadesOf } from '../predictions/shades';
import { useHostState, useView } from '../panel';
import { inputName, showsMeans } from '../names';
import { type PictureKind, pictureKinds } from './kinds';
import type { UnitPicture } from './picture';
import { Bitmaps, colourAt, imagePixels, packed, paletteOf, signedPixels, writtenInputs } from './pixels';
import { type PlaneGround, type UnitPlane, usePlane, usePlaneGround } from './usePlane';
import { useLiveWeights } from './useLiveWeights';
import { type Spreads, useSettled, useSpreads } from './useSpreads';
import { type UnitWords, unitWords } from './words';

/** Pictures by the key of their unit, or of `layer 2` for a block of cells. */
export type UnitPictures = ReadonlyMap<string, UnitPicture>;

/** Milliseconds. */
const WORDS_INTERVAL = 1000;

export function blockKey(layer: number): string {
  return `layer ${String(layer)}`;
}

interface Drawn {
  readonly layout: GraphLayout;
  readonly blocks: readonly LayerLayout[];
  /** ∂J/∂θ where that colors the edges, else θ. */
  readonly edgeValues: Float64Array;
  readonly byGradient: boolean;
  /** The unit beside a block that its cells are coloured for. */
  readonly beside: GraphItem | null;
}

/** What is seen of the units. */
export interface Seen {
  readonly pictures: UnitPictures;
  /** Of the units that are drawn, where z and a are means, or as histograms. */
  readonly spreads: Spreads | null;
  readonly words: UnitWords;
  /** What the pictures are; empty where there are none. */
  readonly legend: string;
}

/** A picture for each unit that is drawn as one, and for each block of cells. */
export function useUnitPictures(model: ModelSlice, values: ValuesSlice | null, drawn: Drawn): Seen {
  const { layout, blocks, edgeValues, byGradient, beside } = drawn;
  const edgeName = byGradient ? '∂J/∂θ' : 'θ';
  const { network } = model;
  const setting = useView((state) => state.units);
  const colours = useColours();
  const bitmaps = useRef(new Bitmaps());
  const kinds = useMemo(() => pictureKinds(model, setting), [model, setting]);
  const units = useMemo(() => unitsDrawnAs(layout, (layer) => kinds[layer - 1] === 'plane'), [layout, kinds]);
  const ground = usePlaneGround(model, units.length > 0);
  const plane = usePlane(network, values?.theta ?? network.theta, ground, units);

  const mean = showsMeans(model, values?.sample ?? null);
  const spreadUnits = useMemo(
    () =>
      unitsDrawnAs(layout, (layer) => {
        const kind = kinds[layer - 1];
        // A mean of 0 says little of any unit, whatever is drawn of it.
        if (kind) return kind === 'histogram' || (mean && kind !== 'image');
        return mean && !layout.columns[layer - 1]?.block;
      }),
    [layout, kinds, mean],
  );
  const spreads = useSpreads(model, values, spreadUnits);

  const planes = useMemo(
    () => (plane && ground ? planePictures(model, plane, ground, units, colours, bitmaps.current) : []),
    [model, plane, ground, units, colours],
  );
  const shape = network.layers[0]?.shape;
  const weightUnits = useMemo(() => unitsDrawnAs(layout, (layer) => kinds[layer - 1] === 'weights'), [layout, kinds]);
  const live = useLiveWeights(model, weightUnits, edgeValues === values?.theta);
  const weights = useMemo(() => {
    if (!shape) return [];
    const all =
      live ??
      weightsInto(
        network,
        edgeValues,
        weightUnits.map(({ unit }) => unit),
      );
    return weightPictures(weightUnits, all, shape, colours, bitmaps.current);
  }, [live, network, weightUnits, shape, edgeValues, colours]);
  const bars = useMemo(() => {
    const ids = unitsDrawnAs(layout, (layer) => kinds[layer - 1] === 'histogram');
    return spreads ? barPictures(ids, spreads, values) : [];
  }, [layout, kinds, spreads, values]);
  const cells = useMemo(
    () => blockPictures(model, drawn, values, colours, bitmaps.current),
    [model, layout, blocks, edgeValues, byGradient, beside, values, colours],
  );
  const pictures = useMemo(() => new Map([...planes, ...weights, ...bars, ...cells]), [planes, weights, bars, cells]);
  const newestWords = useMemo(
    () => unitWords({ model, kinds, spreads, plane, planeUnits: units, blocks, edgeValues, edgeName }),
    [model, kinds, spreads, plane, units, blocks, edgeValues, edgeName],
  );
  // Words are read one after the other: while a run goes on they need not change with every picture.
  const running = useHostState(({ training }) => training.status === 'running');
  const words = useSettled(newestWords, running ? WORDS_INTERVAL : 0);
  const legend = useMemo(
    () => [...new Set(kinds)].flatMap((kind) => (kind ? (legendOf(kind, model, byGradient) ?? []) : [])).join('; '),
    [kinds, model, byGradient],
  );
  return { pictures, spreads, words, legend };
}

function legendOf(kind: PictureKind, model: ModelSlice, byGradient: boolean): string | undefined {
  switch (kind) {
    case 'plane':
      return `a over ${inputName(model, 1)} (across) and ${inputName(model, 2)} (up); the line is z = 0`;
    case 'weights':
      return `${byGradient ? '∂J/∂θ' : 'θ'} of each pixel, to its own scale`;
    case 'histogram':
      return 'histogram of a';
    case 'image':
      return byGradient ? '∂J/∂x of each pixel' : undefined;
  }
}

/** The units (without bias neurons) that are drawn as such pictures. */
function unitsDrawnAs({ columns }: GraphLayout, isWanted: (layer: number) => boolean): UnitId[] {
  return columns
    .filter(({ layer }) => isWanted(layer))
    .flatMap((column) =>
      shownUnits(column)
        .filter((unit) => unit > 0)
        .map((unit) => ({ layer: column.layer, unit })),
    );
}

type Named = readonly [string, UnitPicture];

function nameOf({ layer, unit }: UnitId): string {
  return keyOf({ kind: 'unit', layer, unit });
}

/** Each output as in the Predictions view; each other unit by how far a lies from g(0), with the line z = 0. */
function planePictures(
  model: ModelSlice,
  { side, units, outputs }: UnitPlane,
  { predictions }: PlaneGround,
  ids: readonly UnitId[],
  colours: (variable: string) => Rgb,
  bitmaps: Bitmaps,
): Named[] {
  const { layers } = model.network;
  const palette = paletteOf([colours('--negative'), colours('--bg'), colours('--positive')]);
  const sL = layers.at(-1)?.units ?? 0;
  /** The place of a pixel: the least x₂ is at the bottom. */
  const placeOf = (pixel: number): number => (side - 1 - Math.floor(pixel / side)) * side + (pixel % side);
  const middles = layers.map(({ activation, units: count }, l) =>
    l === 0 ? 0 : (activate(activation, new Float64Array(count))[0] ?? 0),
  );
  const scales = layers.map((_, l) => {
    const own = units.filter((_unit, n) => ids[n]?.layer === l + 1).map(({ a }) => a);
    return scaleOf(...own.map((a) => a.map((value) => value - (middles[l] ?? 0))));
  });
  return ids.flatMap((id, n): Named[] => {
    const unit = units[n];
    const name = nameOf(id);
    if (!unit) return [];
    const l = id.layer - 1;
    if (id.layer === layers.length) {
      const lattice = { side, outputs };
      const shades = shadesOf(model, predictions, sL === 1 ? 1 : id.unit, { lattice, targets: [] }, colours);
      const bitmap = bitmaps.paint(name, side, side, (pixel) => packed(shades.colour(outputs, placeOf(pixel) * sL)));
      const lines = shades.borders.flatMap((border) =>
        linesOf(
          Float64Array.from({ length: side * side }, (_, place) => border(outputs, place * sL)),
          side,
        ),
      );
      return [[name, { kind: 'pixels', bitmap, smooth: true, beyond: 1, lines }]];
    }
    const middle = middles[l] ?? 0;
    const max = scales[l]?.max || 1;
    const bitmap = bitmaps.paint(name, side, side, (pixel) =>
      colourAt(palette, 0.5 + ((RAMP / 2) * ((unit.a[placeOf(pixel)] ?? NaN) - middle)) / max),
    );
    const lines = l === 0 ? [] : linesOf(unit.z, side);
    return [[name, { kind: 'pixels', bitmap, smooth: true, beyond: 1, lines }]];
  });
}

/** So much of the colors: the line must stand out from them. */
const RAMP = 0.8;

/** Where values over the plane change sign, as shares of a box. */
function linesOf(values: Float64Array, side: number): number[] {
  const cells = side - 2;
  return zeroLines(values, side).map((at, k) => (k % 2 === 0 ? (at - 0.5) / cells : 1 - (at - 0.5) / cells));
}

/** θ (or ∂J/∂θ) from the pixels to each unit, by its share of that unit's largest: what it looks for, not how strongly. */
function weightPictures(
  ids: readonly UnitId[],
  /** Unit after unit. */
  all: Float64Array,
  shape: ImageShape,
  colours: (variable: string) => Rgb,
  bitmaps: Bitmaps,
): Named[] {
  const palette = paletteOf([colours('--negative'), colours('--bg'), colours('--positive')]);
  const columns = all.length / ids.length;
  return ids.map((id, n) => {
    const name = nameOf(id);
    const own = all.subarray(n * columns, (n + 1) * columns);
    const colour = signedPixels(shape, own, scaleOf(own).max, palette);
    const bitmap = bitmaps.paint(name, shape.columns, shape.rows, colour);
    return [name, { kind: 'pixels', bitmap, smooth: false, beyond: 0, lines: [] }];
  });
}

function barPictures(ids: readonly UnitId[], spreads: Spreads, values: ValuesSlice | null): Named[] {
  return ids.flatMap((id): Named[] => {
    const spread = spreads.of(id.layer, id.unit);
    if (!spread) return [];
    const { counts, from, to } = spread;
    const chosen = (values?.sample ?? null) !== null;
    const a = chosen ? values?.analysis?.units.a[id.layer - 1]?.[id.unit - 1] : undefined;
    const share = to > from ? ((a ?? NaN) - from) / (to - from) : 0.5;
    const mark = a === undefined ? null : Math.max(0, Math.min(1, share));
    const zero = to > from ? -from / (to - from) : from < 0 ? 1 : 0;
    return [[nameOf(id), { kind: 'bars', counts, zero, mark }]];
  });
}

/** Blocks of cells whose units are no pictures themselves: inputs that are an image as such, others by their activations. */
function blockPictures(
  model: ModelSlice,
  { layout, blocks, edgeValues, byGradient, beside }: Drawn,
  values: ValuesSlice | null,
  colours: (variable: string) => Rgb,
  bitmaps: Bitmaps,
): Named[] {
  const around = (middle: string) => paletteOf([colours('--negative'), colours(middle), colours('--positive')]);
  const units = values?.analysis?.units;
  return layout.columns.flatMap((column): Named[] => {
    const { block, layer, picture } = column;
    const shown = block && !picture ? cellValues(column, beside, blocks, edgeValues, units) : undefined;
    if (!block || !shown || shown.length === 0) return [];
    const shape = { rows: block.down, columns: block.across, depth: block.depth };
    const isInput = layer === 1 && model.network.layers[0]?.shape !== undefined && shown === units?.a[0];
    // The mean of ∂E/∂x over the samples, too: it is linear in δ.
    const delta = isInput && byGradient ? units?.delta[1] : undefined;
    const slope = values && delta?.length ? inputDerivatives(model.network, values.theta, delta) : undefined;
    const scale = scaleOf(slope ?? shown);
    const palette = around(slope ? '--bg' : '--cell');
    const colour = slope
      ? signedPixels(shape, slope, scale.max, palette)
      : isInput
        ? imagePixels(shape, writtenInputs(model, shown))
        : block.depth === 3
          ? signedPixels(shape, shown, scale.max, palette)
          : (pixel: number) => (pixel < shown.length ? colourAt(palette, 0.5 + 0.5 * scale.at(shown[pixel] ?? 0)) : 0);
    const bitmap = bitmaps.paint(blockKey(layer), block.across, block.down, colour);
    return [[blockKey(layer), { kind: 'pixels', bitmap, smooth: false, beyond: 0, lines: [] }]];
  });
}
