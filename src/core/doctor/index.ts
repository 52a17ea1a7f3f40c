/**
 * THE doctor: a table of causes why a network does not learn, looked for one after the other. A cause is one row, of one of the
 * files of causes/; no finding is without its number, and a remedy is tried before it is offered.
 */

import type { Pausing } from '../check/steps';
import type { Dataset, Network } from '../network';
import type { Cause } from './causes/cause';
import { CAUSES } from './causes';
import { Examination, type TrialTools } from './examination';
import type { Finding, FindingSeverity } from './finding';

export { CAUSES } from './causes';
export type { Cause } from './causes/cause';
export type { TrialTools } from './examination';
export type { CauseCode, Finding, FindingSeverity } from './finding';

export interface LearningDiagnosis {
  /** The most severe first. */
  readonly findings: readonly Finding[];
  /** Epochs of the trial, and how many the file asks for. */
  readonly epochs: number;
  readonly epochsAsked: number;
  /** J without the penalty before training, and after it. */
  readonly lossBefore: number;
  readonly lossAfter: number;
  /** J of the best output that is the same for every row, and the least that any network can reach. */
  readonly constantLoss: number;
  readonly floor: number;
}

const ORDER: Readonly<Record<FindingSeverity, number>> = { severe: 0, warning: 1, note: 2 };

/**
 * Why `network` does not learn its data: its training is run in memory, as far as a second affords, and every cause of the
 * table is looked for. With pauses. Throws a RangeError where there are no samples.
 */
export function* diagnosing(
  network: Network,
  data: Dataset,
  tools: TrialTools,
  epochs = network.training.epochs,
  causes: readonly Cause[] = CAUSES,
): Pausing<LearningDiagnosis> {
  const examination = yield* Examination.of(network, data, tools, epochs);
  const findings: Finding[] = [];
  for (const { code, explainedBy, find } of causes) {
    if (explainedBy.some((other) => examination.severe.has(other))) continue;
    for (const found of yield* find(examination)) {
      findings.push({ code, ...found });
      examination.found.add(code);
      if (found.severity === 'severe') examination.severe.add(code);
    }
  }
  const { run, firstLoss, reference } = examination;
  return {
    findings: findings.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]),
    epochs: run.epochs,
    epochsAsked: epochs,
    lossBefore: firstLoss,
    lossAfter: run.loss,
    constantLoss: reference.constant,
    floor: reference.floor,
  };
}
