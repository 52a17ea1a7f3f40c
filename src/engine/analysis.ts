/** Looks at a network: its gradients, or J alone, in steps of a few milliseconds, so that other work can come between. */

import type { Analysis } from '../core/backprop';
import type { Network, Objective, Samples } from '../core/network';
import { createEngine } from './create';

/** J, ∂J/∂θ and the mean z, a and δ of every unit over all samples: what core's `gradients` gives, fast. */
export function* analysing({ network, theta, samples }: Objective): Generator<void, Analysis> {
  const engine = createEngine({ ...network, theta }, samples.weights !== undefined);
  engine.begin({ samples, first: 0, count: samples.count }, 'units');
  while (!engine.advance()) yield;
  const { dataLoss, penalty, units } = engine;
  // Its own numbers: a view would take the engine's whole memory along wherever it is posted.
  const gradient = engine.gradient.slice();
  return { loss: dataLoss + penalty, dataLoss, penalty, gradient, units };
}

/** J at any θ of the network, to be asked many times: what core's `loss` gives, fast. */
export function lossMeter(network: Network, samples: Samples): (theta: Float64Array) => Generator<undefined, number> {
  const engine = createEngine(network, samples.weights !== undefined);
  return function* (theta) {
    engine.theta.set(theta);
    engine.begin({ samples, first: 0, count: samples.count }, 'loss');
    while (!engine.advance()) yield;
    return engine.dataLoss + engine.penalty;
  };
}
