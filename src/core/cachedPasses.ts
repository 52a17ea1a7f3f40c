/** Both passes of every row at one θ, kept: what asks for them again and again need not compute them again. */

import { type SamplePass, requireSample, samplePasses, targetsOf } from './backprop';
import type { Objective } from './network';
import type { Pausing } from './check/steps';

/** The passes of every row in turn, or of row `only` (from 1), as `samplePasses` gives them. */
export type SamplePasses = (only?: number) => Iterable<SamplePass>;

/** z, a and δ of all rows may take so many bytes. */
const MOST_BYTES = 2 ** 26;

/** Computes and keeps them, with a pause after each row; undefined at once where they would take too much room. */
export function* cachedPasses(objective: Objective): Pausing<SamplePasses | undefined> {
  const { network, samples } = objective;
  const units = network.layers.reduce((sum, layer) => sum + layer.units, 0);
  if (3 * 8 * units * samples.count > MOST_BYTES) return undefined;
  const kept: SamplePass[] = [];
  for (const { sample, loss, z, a, delta } of samplePasses(objective)) {
    const copy = (layers: readonly Float64Array[]): Float64Array[] => layers.map((values) => values.slice());
    kept.push({ sample, loss, y: targetsOf(network, samples, sample), z: copy(z), a: copy(a), delta: copy(delta) });
    yield;
  }
  return (only) => {
    if (only === undefined) return kept;
    requireSample(samples, only);
    return kept.slice(only - 1, only);
  };
}
