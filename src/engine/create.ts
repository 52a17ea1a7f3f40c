/** Which engine a network gets. */

import type { Network } from '../core/network';
import { createBatchEngine } from './batch';
import type { GradientEngine } from './engine';
import { createSimdEngine } from './simd';

/** The fastest engine that this platform has; θ is the network's own at first. */
export function createEngine(network: Network): GradientEngine {
  return createSimdEngine(network) ?? createBatchEngine(network);
}
