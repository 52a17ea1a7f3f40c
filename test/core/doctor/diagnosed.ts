import { runToEnd } from '../../../src/core/check/steps';
import { type LearningDiagnosis, diagnosing } from '../../../src/core/doctor';
import type { Dataset, Network } from '../../../src/core/network';
import { trialTools } from '../../../src/engine/trial';
import { parseNetworkFile } from '../../../src/format';
import type { File } from './generated';

export function parsed(file: File): { readonly network: Network; readonly data: Dataset } {
  const { network, data, problems } = parseNetworkFile(JSON.stringify(file), { fileName: 'generated' });
  if (!network || !data) throw new Error(problems.map(({ message }) => message).join('; '));
  return { network, data };
}

/** What the doctor says of a network file. */
export function diagnosed(file: File): LearningDiagnosis {
  const { network, data } = parsed(file);
  return runToEnd(diagnosing(network, data, trialTools));
}
