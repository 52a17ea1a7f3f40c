/** What a network's J is held against: the best that outputs without a look at the inputs, and that any outputs, can do. */

import { divisorOf, lossFactor, weightOf } from '../cost';
import { LOSSES } from '../functions';
import { type Loss, type Network, type Samples } from '../network';
import { inputsOf, targetsOf } from '../backprop';

/** Steps of the search for the best output, each of which leaves 0.62 of the range. */
const STEPS = 60;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export interface Reference {
  /** J, without the penalty, of the best output that is the same for every row. */
  readonly constant: number;
  /** The least J that any network can reach: rows of equal inputs have equal outputs. */
  readonly floor: number;
  /** The part of the floor that the targets alone make: the entropy of targets between 0 and 1. */
  readonly entropy: number;
  /** Rows (from 1) whose inputs another row has with other targets. */
  readonly contradicting: readonly number[];
}

/** The reference of these samples under `loss`. */
export function referenceOf(network: Network, samples: Samples, loss: Loss): Reference {
  const judged = { ...network, loss };
  const scale = lossFactor(judged) / divisorOf(judged, samples);
  const rows = Array.from({ length: samples.count }, (_, s) => s + 1);
  const of = (groups: readonly (readonly number[])[]): number =>
    scale * groups.reduce((sum, group) => sum + leastLoss(judged, samples, group), 0);
  const groups = byInputs(network, samples);
  const contradicting = groups.filter((group) => disagrees(network, samples, group)).flat();
  return {
    constant: of([rows]),
    floor: of(groups),
    entropy: of(rows.map((row) => [row])),
    contradicting: contradicting.sort((a, b) => a - b),
  };
}

/** The least Σ E of these rows where all have the same output. */
function leastLoss(network: Network, samples: Samples, rows: readonly number[]): number {
  const units = network.layers.at(-1)?.units ?? 0;
  const { loss } = network;
  const row = LOSSES[loss.type];
  let sum = 0;
  const weights = rows.map((s) => weightOf(samples, s));
  const weight = weights.reduce((total, value) => total + value, 0);
  if (weight === 0) return 0;
  for (let k = 0; k < units; k++) {
    const y = rows.map((s) => samples.targets[(s - 1) * units + k] ?? NaN);
    const total = (of: (target: number) => number): number =>
      y.reduce((all, target, s) => all + (weights[s] ?? NaN) * of(target), 0);
    const at = (a: number): number => total((target) => row.value(a, target, loss));
    const mean = total((target) => target) / weight;
    // Of distributions the mean is the best, by Gibbs's inequality; else E is convex in a.
    sum += row.targets.sumsToOne ? at(mean) : Math.min(at(mean), leastOf(at, y));
  }
  return sum;
}

function leastOf(at: (a: number) => number, y: readonly number[]): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of y) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low === high) return at(low);
  for (let step = 0; step < STEPS; step++) {
    const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (at(left) <= at(right)) high = right;
    else low = left;
  }
  return at((low + high) / 2);
}

/** The rows (from 1) by equal inputs. */
function byInputs(network: Network, samples: Samples): number[][] {
  const groups = new Map<string, number[]>();
  for (let s = 1; s <= samples.count; s++) {
    const key = inputsOf(network, samples, s).join();
    const group = groups.get(key);
    if (group) group.push(s);
    else groups.set(key, [s]);
  }
  return [...groups.values()];
}

function disagrees(network: Network, samples: Samples, group: readonly number[]): boolean {
  const [first = 1] = group;
  const y = targetsOf(network, samples, first);
  return group.some((s) => targetsOf(network, samples, s).some((value, k) => value !== y[k]));
}
