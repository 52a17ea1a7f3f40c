/** The optimizers with their updates by kernels; what they remember and how they begin a step is optimizers.ts's. */

import { OPTIMIZERS } from '../../core/functions';
import { settingsOf } from '../../core/functions/optimizers';
import type { Optimizer as OptimizerSettings } from '../../core/network';
import { StepNumbers, type StatefulOptimizer } from '../optimizers';
import type { Range } from '../ranges';
import { KERNEL_NAMES } from './kernelBytes';
import { invoke, type Address, type Kernels } from './simdKernels';
import type { SharingPolicy } from '../pool/sharing';

/**
 * `plain` for the parameters at `theta`, whose memory is the kernels' own; a pool takes long ranges together. An optimizer
 * without a kernel stays as it is.
 */
export function simdOptimizer(
  settings: OptimizerSettings,
  plain: StatefulOptimizer,
  at: { readonly kernels: Kernels; readonly theta: Address; readonly gradient: Address },
  sharing: SharingPolicy | undefined,
): StatefulOptimizer {
  const kernel = KERNEL_NAMES.optimizers.find((name) => name === settings.type);
  const row = OPTIMIZERS[settings.type];
  if (kernel === undefined || row.kind !== 'elementwise') return plain;
  const addresses = [at.theta, at.gradient, ...plain.rows.map(({ byteOffset }) => byteOffset)];
  const numbers = new StepNumbers(row, settingsOf(settings), plain.state);
  return {
    ...plain,
    update(_theta, _gradient, range) {
      const given = numbers.at(this.learningRate);
      const argumentsOf = ({ from, to }: Range): readonly number[] => [
        ...addresses.map((address) => address + 8 * from),
        to - from,
        ...given,
      ];
      if (!sharing?.overRange(kernel, range, argumentsOf)) invoke(at.kernels, kernel, argumentsOf(range));
    },
  };
}
