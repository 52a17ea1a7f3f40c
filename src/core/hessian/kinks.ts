/** Where second derivatives jump: H is one-sided there. */

import { samplePasses } from '../backprop';
import { weightOf } from '../cost';
import { ACTIVATIONS, activationBreaks, lossBreaks, lossWithLogits } from '../functions';
import type { Objective } from '../network';
import { penalizedRanges } from '../penalty';

/** A place at which H is one-sided: so many samples stand exactly on a kink or bend of this unit, output or weight. */
export interface HessianKink {
  readonly kind: 'unit' | 'loss' | 'penalty';
  /** Of the unit; of the weight that is 0, the l of θ^(l). */
  readonly layer: number;
  /** From 1; 0 for the penalty. */
  readonly unit: number;
  /** Samples, or weights of the layer. */
  readonly count: number;
}

/** The units, outputs and weights that stand exactly where a first or second derivative jumps. */
export function hessianKinks(objective: Objective): HessianKink[] {
  const { network, theta, samples } = objective;
  const counts = new Map<string, HessianKink>();
  const count = (kind: HessianKink['kind'], layer: number, unit: number): void => {
    const key = `${kind} ${String(layer)} ${String(unit)}`;
    counts.set(key, { kind, layer, unit, count: (counts.get(key)?.count ?? 0) + 1 });
  };
  const withLogits = lossWithLogits(network) !== undefined;
  const ofLoss = lossBreaks(network);
  const residuals = [...ofLoss.kinks, ...ofLoss.bends];
  for (const { sample, z, a, y } of samplePasses(objective)) {
    if (weightOf(samples, sample) === 0) continue;
    for (const [l, { activation: g }] of network.layers.entries()) {
      const row = ACTIVATIONS[g.type];
      if (l === 0 || row.vector || (withLogits && l === network.layers.length - 1)) continue;
      const breaks = activationBreaks(g);
      z[l]?.forEach((value, i) => {
        if (breaks.includes(value)) count('unit', l + 1, i + 1);
      });
    }
    a.at(-1)?.forEach((value, k) => {
      if (residuals.includes(value - (y[k] ?? NaN))) count('loss', network.layers.length, k + 1);
    });
  }
  if (network.regularization.l1 > 0) {
    for (const [l, { from, to }] of penalizedRanges(network).entries()) {
      for (let k = from; k < to; k++) if (theta[k] === 0) count('penalty', l + 1, 0);
    }
  }
  return [...counts.values()];
}
