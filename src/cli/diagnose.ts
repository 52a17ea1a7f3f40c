/** `diagnose FILE`: why a network does not learn, with a trial run of its training that is never written. */

import { diagnosisText } from '../app/diagnosisText';
import { type LearningDiagnosis, diagnosing } from '../core/doctor';
import { pathEdits } from '../core/doctor/changes';
import { runToEnd } from '../core/check/steps';
import type { Network } from '../core/network';
import { trialTools } from '../engine/trial';
import type { ExitStatus, Request } from './command';
import { load, trainingSamples } from './input';
import { printJson } from './json';
import { requireUnlocked } from './lock';
import { print } from './streams';

export async function diagnoseCommand({ files: [file = ''], options }: Request): Promise<ExitStatus> {
  const epochs = options.integer('epochs', 0);
  const input = await load(file, options.text('root'));
  await requireUnlocked(input, options);
  const training = trainingSamples(input);
  const { network, data } = input.content;
  const found = runToEnd(diagnosing(network, { ...data, training }, trialTools, epochs));
  if (options.flag('json')) await printJson(document(file, network, found));
  else print(diagnosisText(network, found));
  return found.findings.some(({ severity }) => severity === 'severe') ? 1 : 0;
}

function document(file: string, network: Network, { findings, ...numbers }: LearningDiagnosis): object {
  return {
    file,
    ...numbers,
    findings: findings.map(({ remedy, ...finding }) => ({
      ...finding,
      remedy: remedy && { ...remedy, changes: pathEdits(network, remedy.changes) ?? [] },
    })),
  };
}
