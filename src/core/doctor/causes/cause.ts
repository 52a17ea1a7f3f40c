/** What a row of the table of causes is. */

import type { Pausing } from '../../check/steps';
import type { Examination } from '../examination';
import type { CauseCode, Finding } from '../finding';

export interface Cause {
  readonly code: CauseCode;
  /** Where one of these was found to be severe it explains what this cause would see: it is not looked for then. */
  readonly explainedBy: readonly CauseCode[];
  /** What is found, without the code. */
  readonly find: (examination: Examination) => Pausing<readonly Omit<Finding, 'code'>[]>;
}

export const nothing: readonly never[] = [];
