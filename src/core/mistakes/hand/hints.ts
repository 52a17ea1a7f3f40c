/** What kind of mistake was made, for somebody who is still to find the number: no value, and no name of the very factor. */

import { MISTAKES } from '../rows';
import type { SlipCode } from './slip';

/** Of what only a hand does; what a program does too has its hint in the table. */
const HINTS: Partial<Record<SlipCode, string>> = {
  'path-missing': 'a path to the loss is missing',
  'units-swapped': 'it is the derivative with respect to another parameter',
  'rounded-early': 'the method is right, but something was rounded too early',
  unexplained: 'no known mistake explains it',
};

/** The hint at a mistake, and at a second one that was made too. */
export function hint(code: SlipCode, and?: SlipCode): string {
  return and ? `there are two mistakes: ${hintOf(code)}, and ${hintOf(and)}` : hintOf(code);
}

function hintOf(code: SlipCode): string {
  return HINTS[code] ?? MISTAKES.find((row) => row.code === code)?.hint ?? '';
}
