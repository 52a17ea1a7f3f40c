/** The quantities of a backward pass in the order in which it makes them, and how far it is right. */

import type { Diagnosis, WrongPlace } from '../../src/core/mistakes/diagnosis';
import { superscript } from '../../src/core/notation';

export interface BackwardStep {
  readonly name: string;
  readonly quantity: WrongPlace['quantity'];
  readonly layer: number;
  /** Unknown where nothing of it is claimed, or it follows from what is wrong. */
  readonly state: 'right' | 'wrong' | 'unknown';
  /** True for the first thing on the way back that is wrong. */
  readonly here: boolean;
}

/** δ⁽ᴸ⁾, ∂J/∂θ⁽ᴸ⁻¹⁾, δ⁽ᴸ⁻¹⁾, …, ∂J/∂θ⁽¹⁾: a column for each l of δ^(l+1), from the output to the input. */
export function backwardPass(layers: number, { blocks, place }: Pick<Diagnosis, 'blocks' | 'place'>): BackwardStep[][] {
  const columns: BackwardStep[][] = [];
  for (let l = layers - 1; l >= 1; l--) {
    const own = blocks.filter(({ layer }) => layer === l);
    const wrong = own.some((block) => block.wrong > 0);
    const right = blocks.some(({ layer, claimed, wrong: bad }) => layer <= l && claimed > bad);
    const deltaHere = place?.quantity === 'delta' && place.layer === l + 1;
    // A gradient that is right was made of a right δ, and that of right ones above.
    const delta: BackwardStep['state'] = deltaHere ? 'wrong' : right ? 'right' : 'unknown';
    const gradient: BackwardStep['state'] = own.length === 0 ? 'unknown' : wrong ? 'wrong' : 'right';
    const gradientHere = !!place && place.quantity !== 'delta' && place.layer === l;
    columns.push([
      { name: `δ${level(l + 1)}`, quantity: 'delta', layer: l + 1, state: delta, here: deltaHere },
      {
        name: `∂J/∂θ${level(l)}`,
        quantity: place?.quantity === 'bias-gradient' ? 'bias-gradient' : 'weight-gradient',
        layer: l,
        state: gradient,
        here: gradientHere,
      },
    ]);
  }
  return columns;
}

function level(l: number): string {
  return superscript(`(${String(l)})`);
}
