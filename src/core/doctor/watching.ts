/** What the doctor says of a run while it is on: of the table, the causes that are seen without a trial. */

import type { Pausing } from '../check/steps';
import type { Objective } from '../network';
import type { Observation } from '../run';
import { CAUSES } from './causes';
import type { CauseCode } from './finding';
import type { Cause, RunEpochs, Statement } from './causes/cause';
import { afterEpochs, type LastState, sighting } from './sight';

/**
 * What is seen at θ after so many epochs, on the rows of `objective`; where the run diverged, after its last finite state. With a pause
 * after each row.
 */
export function* watching(
  objective: Objective,
  epoch: number,
  diverged?: LastState,
  causes: readonly Cause[] = CAUSES,
): Pausing<Observation[]> {
  const sight = yield* sighting(objective, afterEpochs(epoch), diverged);
  const observations: Observation[] = [];
  for (const { code, seen } of causes) {
    for (const statement of seen ? yield* seen(sight) : []) observations.push(observation(code, statement));
  }
  return observations;
}

/** What the epochs of a run show so far. */
export function watchingEpochs(run: RunEpochs, causes: readonly Cause[] = CAUSES): Observation[] {
  return causes.flatMap(({ code, seenInEpochs }) => {
    const statement = seenInEpochs?.(run);
    return statement ? [observation(code, statement)] : [];
  });
}

function observation(code: CauseCode, { layer, units, message }: Statement): Observation {
  return { code, ...(layer !== undefined && { layer }), units, message };
}
