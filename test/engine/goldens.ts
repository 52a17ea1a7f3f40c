/** PyTorch's cases with their training: parameters and losses after some epochs of each optimizer. */

import { readFileSync } from 'node:fs';
import { parseNetworkFile, type NetworkFile } from '../../src/format';
import type { Dataset, Network } from '../../src/core/network';
import { flatten, golden, goldenNames } from '../core/goldens';

const folder = new URL('../fixtures/goldens/', import.meta.url);

interface ExpectedTraining {
  readonly lossBeforeEachEpochThenFinal: readonly number[];
  readonly parameters: Parameters<typeof flatten>[1];
}

export interface TrainingGolden {
  readonly name: string;
  readonly network: Network;
  readonly data: Dataset;
  readonly losses: readonly number[];
  readonly theta: Float64Array;
}

/** All goldens as the format reads them, frozen parts and optimizers included; `losses` and `theta` where they were trained. */
export const trainingGoldens: readonly TrainingGolden[] = goldenNames.flatMap((name) => {
  const { training } = golden(name).expected as { readonly training?: ExpectedTraining };
  if (!training) return [];
  const { network, data } = networkFile(readFileSync(new URL(`${name}.nn.json`, folder), 'utf8'));
  const theta = flatten(network, training.parameters);
  return [{ name, network, data, losses: training.lossBeforeEachEpochThenFinal, theta }];
});

/** Network and data of a text that has no error. */
export function networkFile(text: string): { readonly network: Network; readonly data: Dataset } {
  const { network, data, problems }: NetworkFile = parseNetworkFile(text, { fileName: 'test.nn.json' });
  if (!network || !data) throw new Error(problems.map(({ message }) => message).join('\n'));
  return { network, data };
}
