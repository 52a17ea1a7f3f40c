/** Which engine a network gets. */

import { isUsual } from '../core/cost';
import type { Network } from '../core/network';
import type { PoolOffer } from './pool/workerPool';
import type { GradientEngine } from './engine';
import { createPlainEngine } from './plainEngine';
import { createSimdEngine } from './kernels/simd';

/**
 * The fastest engine that this platform has; θ is the network's own at first. The threads on offer are started where the
 * network is large enough for steps over `rows` rows to be shared. `weighted`: rows are to come that do not all count the same;
 * those, and conventions of J that the kernels do not know, are left to the plain engine.
 */
export function createEngine(
  network: Network,
  weighted: boolean,
  offer?: { readonly pool: PoolOffer; readonly rows: number },
): GradientEngine {
  const pool =
    offer && offer.pool.threads > 1 && offer.rows * network.theta.length >= WORTH_SHARING ? offer.pool : undefined;
  return (isUsual(network, weighted) && createSimdEngine(network, pool)) || createPlainEngine(network);
}

/** Parameters times rows of a step: below, a step takes less time than it takes to agree on it. */
const WORTH_SHARING = 2 ** 14;
