/** Mistakes in the error of the output, ∂E/∂a⁽ᴸ⁾. */

import { lossFactor } from '../../cost';
import { LOSSES, type LossName, hasLossWithLogits } from '../../functions';
import { type Batch, lossSlopes, outputDeltas, outputsOf, throughRows } from '../batch';
import type { MistakeRow, OutputError, Variation } from '../row';
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
    output: (batch) =>
      (Object.keys(LOSSES) as LossName[])
        .filter((type) => type !== batch.network.loss.type)
        .flatMap((type): Variation<OutputError>[] => {
          const signal = (): Float64Array => lossSlopes(batch, { type });
          return [
            {
              detail: { loss: type },
              make: () => {
                const made = signal();
                return { signal: made, delta: outputDeltas(batch, { type }, batch.y, made) };
              },
            },
            // The same without the short form a − y of a loss with logits.
            {
              detail: { loss: type, form: 'unmerged' },
              make: () => (LOSSES[type].withLogits ? throughOutput(batch, signal()) : undefined),
            },
          ];
        }),
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
    output: (batch): Variation<OutputError>[] => {
      const none = new Float64Array(batch.y.length);
      const factor = lossFactor(batch.network);
      const error = outputsOf(batch).map((a) => factor * a);
      return [
        {
          detail: {},
          // Of a loss with logits that is a itself.
          make: () =>
            hasLossWithLogits(batch.network)
              ? { signal: error, delta: error }
              : {
                  signal: lossSlopes(batch, batch.network.loss, none),
                  delta: outputDeltas(batch, batch.network.loss, none),
                },
        },
        // a through g′, whatever the loss.
        { detail: { form: 'residual' }, make: () => throughOutput(batch, error) },
      ];
    },
  },
];

function throughOutput(batch: Batch, signal: Float64Array): OutputError {
  return { signal, delta: throughRows(batch, batch.network.layers.length, signal) };
}
