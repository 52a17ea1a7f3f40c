/**
 * The paths of largest |contribution| of one sample, in order, without listing the others.
 *
 * A product is taken in the order in which it is written, from the loss down to the parameter. Rounding is monotone, so
 * the largest product that reaches a node from the loss is the largest of its successors' largest, each times one factor
 * (max-product dynamic programming), and it stays the largest whatever is multiplied on afterwards. Thus every beginning
 * of a path knows exactly what its best completion is worth, and a best-first search meets the paths in their order.
 */

import { type LocalFactors, rank } from './localFactors';
import type { Stage } from '../stages';

export interface RankedPath {
  readonly local: LocalFactors;
  /** One unit a stage, from the parameter on, counted from 0. */
  readonly units: readonly number[];
  /** ω of contribution = ω product / D. */
  readonly weight: number;
  /** |contribution|, Infinity where it is not a finite number. */
  readonly rank: number;
}

/** The beginning of a path; the beginnings that wait never share a completion. */
interface Beginning {
  readonly before: Beginning | undefined;
  readonly stage: number;
  readonly unit: number;
  /** The factor that leads from `before` to here. */
  readonly factor: number;
  /** The rank of its best completion. */
  readonly rank: number;
}

interface PathOptions {
  readonly limit: number;
  readonly above: number;
  readonly weight: number;
  readonly divisor: number;
}

/**
 * At most `limit` paths that start in unit `start` and rank above `above`: largest first, and of equals the one whose units,
 * from the parameter on, come first. `weight` and `divisor` are ω and D of contribution = ω product / D.
 */
export function largestPaths(
  stages: readonly Stage[],
  start: number,
  local: LocalFactors,
  { limit, above, weight, divisor }: PathOptions,
): RankedPath[] {
  const best = bestFromLoss(stages, local);
  const root: Beginning = {
    before: undefined,
    stage: 0,
    unit: start,
    factor: NaN,
    rank: finish(best[0]?.[start] ?? NaN, [], local.input),
  };
  const waiting = new Heap();
  waiting.push(root);
  const found: RankedPath[] = [];
  while (found.length < limit) {
    const next = waiting.pop();
    if (!next || !(next.rank > above)) break;
    found.push({ local, units: complete(next), weight, rank: next.rank });
  }
  return found;

  /** Multiplies on what is left of the product, in its order. */
  function finish(product: number, tail: readonly number[], input: number): number {
    let value = product;
    for (const factor of tail) value = rank(value, factor);
    return (weight * rank(value, input)) / divisor;
  }

  /** Follows the best completion of a beginning to its end; every other way that branches off is left waiting. */
  function complete(beginning: Beginning): number[] {
    let at = beginning;
    while (at.stage + 1 < stages.length) {
      const ways = continuations(at);
      let chosen = ways[0] ?? at;
      for (const way of ways) if (way.rank > chosen.rank) chosen = way;
      for (const way of ways) if (way !== chosen && way.rank > above) waiting.push(way);
      at = chosen;
    }
    return unitsOf(at);
  }

  function continuations(at: Beginning): Beginning[] {
    const stage = at.stage + 1;
    const step = local.steps[at.stage];
    const onward = best[stage];
    const next = stages[stage];
    if (!step || !onward || !next) return [];
    const tail = factorsBack(at);
    const ways: Beginning[] = [];
    const [first, last] = next.spread ? [0, next.units - 1] : [at.unit, at.unit];
    for (let unit = first; unit <= last; unit++) {
      const factor = step.factor(at.unit, unit);
      const value = finish(rank(onward[unit] ?? NaN, factor), tail, local.input);
      ways.push({ before: at, stage, unit, factor, rank: value });
    }
    return ways;
  }
}

/** For each stage and unit, the rank of the largest product from the loss to it. */
function bestFromLoss(stages: readonly Stage[], { loss, steps }: LocalFactors): Float64Array[] {
  let next: Float64Array = loss.map((value) => rank(value, 1));
  const best = [next];
  for (let n = stages.length - 2; n >= 0; n--) {
    next = steps[n]?.best(next) ?? next;
    best.unshift(next);
  }
  return best;
}

/** The factors of a beginning, the one farthest from the parameter first. */
function factorsBack(beginning: Beginning): number[] {
  const factors: number[] = [];
  for (let at = beginning; at.before; at = at.before) factors.push(at.factor);
  return factors;
}

function unitsOf(end: Beginning): number[] {
  const units: number[] = [];
  for (let at: Beginning | undefined = end; at; at = at.before) units.push(at.unit);
  return units.reverse();
}

/** A binary heap whose top is the beginning that `precedes` all others. */
class Heap {
  private readonly items: Beginning[] = [];

  push(item: Beginning): void {
    let at = this.items.length;
    this.items.push(item);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = this.items[up];
      if (!parent || !precedes(item, parent)) break;
      this.items[at] = parent;
      at = up;
    }
    this.items[at] = item;
  }

  pop(): Beginning | undefined {
    const top = this.items[0];
    const item = this.items.pop();
    if (!item || this.items.length === 0) return item;
    let at = 0;
    for (;;) {
      const left = this.items[2 * at + 1];
      const right = this.items[2 * at + 2];
      const child = left && right && precedes(right, left) ? right : left;
      if (!child || !precedes(child, item)) break;
      this.items[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    this.items[at] = item;
    return top;
  }
}

/** Larger rank first; of equals, the one that takes the smaller unit where the two part. */
function precedes(a: Beginning, b: Beginning): boolean {
  if (a.rank !== b.rank) return a.rank > b.rank;
  let [x, y]: [Beginning | undefined, Beginning | undefined] = [a, b];
  while (x && y && x.stage > y.stage) x = x.before;
  while (x && y && y.stage > x.stage) y = y.before;
  while (x && y && x.before !== y.before) {
    x = x.before;
    y = y.before;
  }
  return x !== undefined && y !== undefined && x.unit < y.unit;
}
