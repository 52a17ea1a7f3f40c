/** What kind of slip was made, for somebody who is still to find the number: no value, and no name of the very factor. */

import type { SlipCode } from './slip';

const HINTS: Readonly<Record<SlipCode, string>> = {
  sign: 'look at the sign',
  'factor-two': 'look at the constant factors, the 2 and the ½',
  'missing-mean': 'look at what it is divided by',
  'extra-mean': 'look at what it is divided by',
  'missing-penalty': 'look at the penalty R',
  'missing-input-factor': 'a factor is missing',
  'descent-step': 'it is a step of gradient descent, not a derivative',
  'updated-parameter': 'it is the parameter after a step of gradient descent, not a derivative',
  'missing-activation-derivative': 'a factor is missing',
  'derivative-at-activation': 'z and a are taken for each other',
  'extra-activation-derivative': 'a factor is there twice',
  'missing-weight-factor': 'a factor is missing',
  'missing-path': 'a path to the loss is missing',
  transposed: 'rows and columns are taken for each other',
  'swapped-units': 'it is the derivative by another parameter',
  'other-sample': 'it is that of one sample, where J is the mean over all',
  'used-updated-weights': 'weights are used as they are after the update',
  'rounded-early': 'the way is right, but something was rounded too early',
  unknown: 'no simple slip explains it',
};

/** The hint at a slip, and at a second one that was made too. */
export function hint(code: SlipCode, and?: SlipCode): string {
  return and ? `there are two slips: ${HINTS[code]}, and ${HINTS[and]}` : HINTS[code];
}
