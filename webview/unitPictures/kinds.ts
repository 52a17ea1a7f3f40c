import { useMemo } from 'preact/hooks';
import type { ModelSlice } from '../../src/protocol';
import type { Folding } from '../graph/layout';
import { useView } from '../panel';
import type { PanelArrangement } from '../state';

/**
 * What is seen in the box of a unit: an input that is an image (one picture for the whole layer), the output over the plane of two
 * inputs, the weights as an image, or how often a takes which value.
 */
export type PictureKind = 'image' | 'plane' | 'weights' | 'histogram';

/** Undecided, computing layers with more units than this are drawn as pictures. */
const FEW = 4;

/** What the units of each layer are drawn as; null: as numbers. */
export function pictureKinds(model: ModelSlice, units: PanelArrangement['units']): readonly (PictureKind | null)[] {
  const { layers } = model.network;
  if (units === 'numbers') return layers.map(() => null);
  const [inputs] = layers;
  const plane = inputs?.units === 2;
  const kinds = layers.map((layer, l): PictureKind | null => {
    if (l === 0) return null;
    if (units === 'undecided' && layer.units <= FEW) return null;
    if (plane) return 'plane';
    if (l === 1 && inputs?.shape) return 'weights';
    return model.samples > 1 ? 'histogram' : null;
  });
  const some = kinds.some((kind) => kind === 'plane');
  return kinds.map((kind, l) => {
    if (l === 0) return inputs?.shape ? 'image' : some ? 'plane' : null;
    // The output is the picture that those of the units before it add up to.
    return l === layers.length - 1 && some ? 'plane' : kind;
  });
}

/** True where there is a choice between numbers and pictures. */
export function hasPictures(model: ModelSlice): boolean {
  return pictureKinds(model, 'pictures').some((kind) => kind !== null);
}

const nothing: Folding['pinned'] = new Map();

/** How the layers are drawn, by what the reader has chosen. */
export function useFolding(model: ModelSlice, pinned: Folding['pinned'] = nothing): Folding {
  const unfolded = useView((state) => state.unfolded);
  const units = useView((state) => state.units);
  return useMemo(() => {
    const kinds = pictureKinds(model, units);
    const pictures = new Set(kinds.flatMap((kind, l) => (kind === null || kind === 'image' ? [] : [l + 1])));
    const image = kinds[0] === 'image' ? model.network.layers[0]?.shape : undefined;
    return { unfolded: new Set(unfolded), pinned, pictures, image };
  }, [model, unfolded, units, pinned]);
}
