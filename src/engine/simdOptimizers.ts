/** The optimizers with their updates by kernels; what they remember and how they begin a step is optimizers.ts's. */

import type { Optimizer as OptimizerSettings } from '../core/network';
import { constantOf, type Optimizer } from './optimizers';
import type { Range } from './ranges';
import type { Address, Kernels } from './simdKernels';

/** `plain` for the parameters at `theta`, whose memory is the kernels' own. */
export function simdOptimizer(
  settings: OptimizerSettings,
  plain: Optimizer,
  at: { readonly kernels: Kernels; readonly theta: Address; readonly gradient: Address },
): Optimizer {
  const { kernels } = at;
  const constant = (key: keyof OptimizerSettings): number => constantOf(settings, key);
  /** Where the range begins in θ, in the gradient and in what is remembered, and how long it is. */
  const places = ({ from, to }: Range) => ({
    theta: at.theta + 8 * from,
    gradient: at.gradient + 8 * from,
    memory: plain.memory.map(({ byteOffset }) => byteOffset + 8 * from),
    count: to - from,
  });
  const withUpdate = (step: (range: Range, learningRate: number) => void): Optimizer => ({
    ...plain,
    update(_theta, _gradient, range) {
      step(range, this.learningRate);
    },
  });
  switch (settings.type) {
    case 'gd':
      return withUpdate(({ from, to }, rate) => {
        kernels.gradientDescent(at.theta + 8 * from, at.gradient + 8 * from, to - from, rate);
      });
    case 'momentum':
    case 'nesterov': {
      const [mu, nesterov] = [constant('momentum'), settings.type === 'nesterov'];
      return withUpdate((range, rate) => {
        const { theta, gradient, memory, count } = places(range);
        kernels.momentum(theta, gradient, memory[0] ?? 0, count, rate, mu, nesterov);
      });
    }
    case 'rmsprop': {
      const [decay, epsilon] = [constant('decay'), constant('epsilon')];
      return withUpdate((range, rate) => {
        const { theta, gradient, memory, count } = places(range);
        kernels.rmsprop(theta, gradient, memory[0] ?? 0, count, rate, decay, epsilon);
      });
    }
    case 'adam':
    case 'adamw': {
      const [beta1, beta2, epsilon] = [constant('beta1'), constant('beta2'), constant('epsilon')];
      const weightDecay = settings.type === 'adamw' ? constant('weightDecay') : 0;
      return withUpdate((range, learningRate) => {
        const { theta, gradient, memory, count } = places(range);
        const [first = 0, second = 0] = memory;
        const [power1 = NaN, power2 = NaN] = plain.memory[2] ?? [];
        const rate = learningRate / (1 - power1);
        const [root, kept] = [Math.sqrt(1 - power2), 1 - learningRate * weightDecay];
        kernels.adam(theta, gradient, first, second, count, rate, root, beta1, beta2, epsilon, kept);
      });
    }
  }
}
