/** Mistakes in the error of the output, ∂E/∂a⁽ᴸ⁾. */

import { LOSSES, type LossName } from '../../functions';
import { outputDeltas, lossSlopes, throughRows } from '../batch';
import type { MistakeRow, Variation } from '../row';
import { at, codeNumber, rightDelta, rightDeltaInCode } from './tools';

export const OUTPUT_ROWS: readonly MistakeRow[] = [
  {
    code: 'other-loss',
    layersOf: 'units',
    sentence: ({ detail }) => `the derivative of another loss is used, the ${LOSSES[detail.loss as LossName].label}`,
    hint: 'look at the derivative of the loss',
    formula: (place) => ({
      right: rightDelta(place),
      yours: `${at('δ', place.layer)} with ∂E/∂a of the ${LOSSES[place.detail.loss as LossName].label}`,
    }),
    numpy: (place) => ({
      right: rightDeltaInCode(place),
      yours: `dZ${codeNumber(place, 'units')} from the ${LOSSES[place.detail.loss as LossName].label}`,
    }),
    output: (batch) =>
      (Object.keys(LOSSES) as LossName[])
        .filter((type) => type !== batch.network.loss.type)
        .flatMap((type): Variation<Float64Array>[] => [
          { detail: { loss: type }, make: () => outputDeltas(batch, { type }) },
          // The same without the short form a − y of a merged pair.
          {
            detail: { loss: type, form: 'unmerged' },
            make: () =>
              LOSSES[type].merged
                ? throughRows(batch, batch.network.layers.length, lossSlopes(batch, { type }))
                : undefined,
          },
        ]),
  },
  {
    code: 'target-missing',
    layersOf: 'units',
    sentence: () => 'the output a is taken for the error a − y: the target y is missing',
    hint: 'look at the error of the output',
    formula: (place) => ({
      right: rightDelta(place),
      yours: rightDelta(place).replace('∂E/', 'a for ∂E/').replace(' − y', ''),
    }),
    numpy: (place) => ({
      right: rightDeltaInCode(place),
      yours: rightDeltaInCode(place)
        .replace(' - Y', '')
        .replace(`dA${codeNumber(place, 'units')}`, `A${codeNumber(place, 'units')}`),
    }),
    output: (batch): Variation<Float64Array>[] => [
      { detail: {}, make: () => outputDeltas(batch, batch.network.loss, new Float64Array(batch.y.length)) },
      { detail: { form: 'residual' }, make: () => throughOutput(batch) },
    ],
  },
];

/** a through g′, whatever the loss. */
function throughOutput(batch: Parameters<typeof outputDeltas>[0]): Float64Array {
  const a = batch.a.at(-1) ?? new Float64Array();
  return throughRows(batch, batch.network.layers.length, a);
}
