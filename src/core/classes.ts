/** Targets that stand for classes: where "predicted right" means something. */

import { ACTIVATIONS } from './functions';
import type { Network, Samples } from './network';

/**
 * True where every target row names one class: one 1 among zeros where there are several outputs; 0 or 1 where there is one
 * output, and that is a probability. Then a row is predicted right when its largest output is at the 1, or when the one output
 * is on the target's side of ½.
 */
export function targetsAreClasses({ layers }: Pick<Network, 'layers'>, { count, targets }: Samples): boolean {
  const output = layers.at(-1);
  const units = output?.units ?? 0;
  const row = output && ACTIVATIONS[output.activation.type];
  if (count === 0 || (units === 1 && (!row?.probabilities || row.vector))) return false;
  for (let start = 0; start < targets.length; start += units) {
    let ones = 0;
    for (let k = start; k < start + units; k++) {
      if (targets[k] === 1) ones++;
      else if (targets[k] !== 0) return false;
    }
    if (units > 1 && ones !== 1) return false;
  }
  return true;
}

/** The class of `units` outputs or targets from `start` on, from 0: the largest; of a single one, 1 above ½. */
export function classOf(values: Float64Array, start: number, units: number): number {
  if (units === 1) return (values[start] ?? NaN) > 0.5 ? 1 : 0;
  let best = 0;
  for (let k = 1; k < units; k++) if ((values[start + k] ?? NaN) > (values[start + best] ?? NaN)) best = k;
  return best;
}
