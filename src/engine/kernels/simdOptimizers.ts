/** The optimizers with their updates by kernels; what they remember and how they begin a step is optimizers.ts's. */

import type { Optimizer as OptimizerSettings } from '../../core/network';
import { constantOf, type Optimizer } from '../optimizers';
import type { Range } from '../ranges';
import { invoke, type Address, type CrewKernel, type Kernels } from './simdKernels';
import type { Team } from '../pool/sharing';

/** A kernel, and its constants at this step. */
interface Step {
  readonly kernel: Exclude<CrewKernel, 'packPanels' | 'passPanels' | 'passRows'>;
  /** Numbers that are remembered of each parameter. */
  readonly remembered: 0 | 1 | 2;
  constants(learningRate: number): readonly number[];
}

/** `plain` for the parameters at `theta`, whose memory is the kernels' own; a team takes long ranges together. */
export function simdOptimizer(
  settings: OptimizerSettings,
  plain: Optimizer,
  at: { readonly kernels: Kernels; readonly theta: Address; readonly gradient: Address },
  team: Team | undefined,
): Optimizer {
  const step = stepOf(settings, plain);
  const { kernel, remembered } = step;
  const rows = plain.memory.slice(0, remembered);
  const addresses = [at.theta, at.gradient, ...rows.map(({ byteOffset }) => byteOffset)];
  return {
    ...plain,
    update(_theta, _gradient, range) {
      const given = step.constants(this.learningRate);
      const argumentsOf = ({ from, to }: Range): readonly number[] => [
        ...addresses.map((address) => address + 8 * from),
        to - from,
        ...given,
      ];
      if (!team?.overRange(kernel, range, argumentsOf)) invoke(at.kernels, kernel, argumentsOf(range));
    },
  };
}

/** Which kernel takes the step, with what constants behind the addresses and the count. */
function stepOf(settings: OptimizerSettings, plain: Optimizer): Step {
  const constant = (key: keyof OptimizerSettings): number => constantOf(settings, key);
  switch (settings.type) {
    case 'gd':
      return { kernel: 'gradientDescent', remembered: 0, constants: (rate) => [rate] };
    case 'momentum':
    case 'nesterov': {
      const [mu, nesterov] = [constant('momentum'), Number(settings.type === 'nesterov')];
      return { kernel: 'momentum', remembered: 1, constants: (rate) => [rate, mu, nesterov] };
    }
    case 'rmsprop': {
      const [decay, epsilon] = [constant('decay'), constant('epsilon')];
      return { kernel: 'rmsprop', remembered: 1, constants: (rate) => [rate, decay, epsilon] };
    }
    case 'adam':
    case 'adamw': {
      const [beta1, beta2, epsilon] = [constant('beta1'), constant('beta2'), constant('epsilon')];
      const weightDecay = settings.type === 'adamw' ? constant('weightDecay') : 0;
      return {
        kernel: 'adam',
        remembered: 2,
        constants: (learningRate) => {
          const [power1 = NaN, power2 = NaN] = plain.memory[2] ?? [];
          const kept = 1 - learningRate * weightDecay;
          return [learningRate / (1 - power1), Math.sqrt(1 - power2), beta1, beta2, epsilon, kept];
        },
      };
    }
  }
}
