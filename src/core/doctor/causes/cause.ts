/** What a row of the table of causes is. */

import type { Pausing } from '../../check/steps';
import type { EpochRows } from '../../epochs';
import type { Network } from '../../network';
import type { Examination } from '../examination';
import type { CauseCode, Finding } from '../finding';
import type { Sight } from '../sight';

/** What is seen at one θ, and the number that proves it. */
export interface Statement extends Pick<Finding, 'message' | 'evidence'> {
  readonly layer?: number;
  readonly units: readonly number[];
}

/** The epochs of a run so far, from its start on. */
export interface RunEpochs {
  readonly network: Network;
  readonly rows: EpochRows;
}

export interface Cause {
  readonly code: CauseCode;
  /** Where one of these was found to be severe it explains what this cause would see: it is not looked for then. */
  readonly explainedBy: readonly CauseCode[];
  /** What is found, without the code. */
  readonly find: (examination: Examination) => Pausing<readonly Omit<Finding, 'code'>[]>;
  /** What a run is told at once, without a trial and in the words of `find`; a cause that needs one has none. */
  readonly seen?: (sight: Sight) => Pausing<readonly Statement[]>;
  /** What the epochs of a run show, likewise. */
  readonly seenInEpochs?: (run: RunEpochs) => Statement | undefined;
}

export const nothing: readonly never[] = [];
