/** Mistakes in the error of the output, ∂E/∂a⁽ᴸ⁾. */

import { lossFactor } from '../../cost';
import { LOSSES, type LossName, hasLossWithLogits } from '../../functions';
import { type Batch, lossSlopes, outputDeltas, outputsOf, throughRows } from '../batch';
import type { MistakeRow, OutputError, OutputVariation } from '../row';
import { at, codeNumber, rightDelta, rightDeltaInCode } from './tools';

export const OUTPUT_ROWS: readonly MistakeRow[] = [
  {
    code: 'other-loss',
    name: 'the derivative of another loss',
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
    output: ({ loss }) =>
      (Object.keys(LOSSES) as LossName[])
        .filter((type) => type !== loss.type)
        .flatMap((type): OutputVariation[] => [
          {
            detail: { loss: type },
            make: (batch) => {
              const signal = lossSlopes(batch, { type });
              return { signal, delta: outputDeltas(batch, { type }, batch.y, signal) };
            },
          },
          // The same without the short form a − y of a loss with logits.
          ...(LOSSES[type].withLogits
            ? [
                {
                  detail: { loss: type, form: 'unmerged' },
                  make: (batch: Batch) => throughOutput(batch, lossSlopes(batch, { type })),
                },
              ]
            : []),
        ]),
  },
  {
    code: 'target-missing',
    name: 'a for a − y',
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
    output: (): OutputVariation[] => [
      {
        detail: {},
        make: (batch) => {
          // Of a loss with logits that is a itself.
          if (hasLossWithLogits(batch.network)) {
            const error = outputs(batch);
            return { signal: error, delta: error };
          }
          const none = new Float64Array(batch.y.length);
          const signal = lossSlopes(batch, batch.network.loss, none);
          return { signal, delta: outputDeltas(batch, batch.network.loss, none, signal) };
        },
      },
      // a through g′, whatever the loss.
      { detail: { form: 'residual' }, make: (batch) => throughOutput(batch, outputs(batch)) },
    ],
  },
];

/** a^(L) with the factor of the loss. */
function outputs(batch: Batch): Float64Array {
  const factor = lossFactor(batch.network);
  return outputsOf(batch).map((a) => factor * a);
}

function throughOutput(batch: Batch, signal: Float64Array): OutputError {
  return { signal, delta: throughRows(batch, batch.network.layers.length, signal) };
}
