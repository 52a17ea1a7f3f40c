import type { Network } from '../../src/core/network';
import { passCost } from '../../src/core/predictions';

/** Outputs at places that lie evenly over one input, or over the plane of two. */
export interface Lattice {
  /** Places along each side. */
  readonly side: number;
  /** Output k of place p at p · s_L + k; of a plane, place p is column p mod side, row ⌊p / side⌋ from the least x₂ on. */
  readonly outputs: Float64Array;
}

/** The end of a stretch. */
type Ends = readonly [from: number, to: number];

/**
 * The inputs of `side` places over a stretch, or side × side over two: each the middle of its cell, with one more cell
 * beyond each end, so that what is drawn between the middles fills the stretch.
 */
export function latticeInputs(stretches: readonly Ends[], side: number): Float64Array {
  const places = side ** stretches.length;
  const inputs = new Float64Array(places * stretches.length);
  for (let place = 0; place < places; place++) {
    for (const [j, [from, to]] of stretches.entries()) {
      const step = (to - from) / (side - 2);
      const along = Math.floor(place / side ** j) % side;
      inputs[place * stretches.length + j] = from + (along - 0.5) * step;
    }
  }
  return inputs;
}

/** How many places along a side so much work allows, counted in multiply-adds. */
export function sideFor(network: Network, dimensions: number, work: number, most: number): number {
  const places = work / passCost(network);
  return Math.max(LEAST, Math.min(most, Math.floor(places ** (1 / dimensions))));
}

const LEAST = 14;
