import type { LayerLayout } from '../../src/core/network';
import type { UnitId } from '../../src/core/unitSpread';
import type { ModelSlice } from '../../src/protocol';
import { inputName, SHORT, show, showCount, showPercent } from '../names';
import type { PictureKind } from './kinds';
import type { UnitPlane } from './usePlane';
import type { Spreads } from './useSpreads';

/** What is seen of a unit beside its numbers, in words; empty where there is nothing. */
export type UnitWords = (layer: number, unit: number) => readonly string[];

interface Seen {
  readonly model: ModelSlice;
  readonly kinds: readonly (PictureKind | null)[];
  readonly spreads: Spreads | null;
  readonly plane: UnitPlane | null;
  /** The units of the plane, in its order. */
  readonly planeUnits: readonly UnitId[];
  readonly blocks: readonly LayerLayout[];
  readonly edgeValues: Float64Array;
  /** θ or ∂J/∂θ. */
  readonly edgeName: string;
}

export function unitWords(seen: Seen): UnitWords {
  return (layer, unit) => [...pictureWords(seen, layer, unit), ...spreadWords(seen, layer, unit)];
}

function pictureWords(seen: Seen, layer: number, unit: number): string[] {
  const { model, kinds, plane, planeUnits, blocks, edgeValues, edgeName } = seen;
  if (kinds[layer - 1] === 'plane') {
    const over = `a over ${inputName(model, 1)} and ${inputName(model, 2)}`;
    const z = plane?.units[planeUnits.findIndex((id) => id.layer === layer && id.unit === unit)]?.z;
    if (layer === 1 || layer === model.network.layers.length || !z) return [over];
    const positive = z.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) / z.length;
    return [`${over}; z > 0 on ${showPercent(positive)} of the plane`];
  }
  const [block] = blocks;
  if (kinds[layer - 1] !== 'weights' || !block) return [];
  const start = block.weights + (unit - 1) * block.columns;
  const own = edgeValues.subarray(start, start + block.columns);
  const [least, greatest] = own.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
    Infinity,
    -Infinity,
  ] as [number, number]);
  return [`${edgeName} from every pixel: ${show(least, SHORT)} … ${show(greatest, SHORT)}`];
}

function spreadWords({ model, spreads }: Seen, layer: number, unit: number): string[] {
  const spread = spreads?.of(layer, unit);
  if (!spread || !spreads) return [];
  const words = (name: string, [least, first, median, third, greatest]: readonly number[]): string =>
    `${name}: ${show(least, SHORT)} … ${show(greatest, SHORT)}, middle half ${show(first, SHORT)} … ${show(third, SHORT)}, median ${show(median, SHORT)}`;
  const over = spreads.rows < model.samples ? ` over ${showCount(spreads.rows)} of the samples` : ' over the samples';
  return [...(layer > 1 ? [words(`z${over}`, [...spread.z])] : []), words(`a${over}`, [...spread.a])];
}
