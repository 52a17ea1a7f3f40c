/** One look at a network: its gradients, in steps of a few milliseconds, so that other work can come between. */

import type { Analysis } from '../core/backprop';
import type { Objective } from '../core/network';
import { createEngine } from './create';

/** J, ∂J/∂θ and the mean z, a and δ of every unit over all samples: what core's `gradients` gives, fast. */
export function* analysing({ network, theta, samples }: Objective): Generator<void, Analysis> {
  const engine = createEngine({ ...network, theta }, samples.weights !== undefined);
  engine.begin({ samples, first: 0, count: samples.count }, 'units');
  while (!engine.advance()) yield;
  const { dataLoss, penalty, gradient, units } = engine;
  return { loss: dataLoss + penalty, dataLoss, penalty, gradient, units };
}
