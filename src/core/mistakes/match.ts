/** Whether a block of ∂J/∂θ, changed or not, is what was claimed, and for which constant. */

import type { Block, Parts } from './block';
import type { LayerClaims } from './claimSet';
import type { Network } from '../network';
import type { Affine, BlockChange, Part } from './row';

/** The values that an unknown constant may have, and how many claims have narrowed them. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly claims: number;
}

/** Any positive number. */
export const ANY: Interval = { low: Number.MIN_VALUE, high: Infinity, claims: 0 };

/** A block change with the part that it touches, and its block where its input is another. */
export interface BlockUse {
  readonly change: BlockChange;
  readonly part: Part;
}

/** True where a change of this part touches an entry; the penalty has a part of a bias only where it is over them, too. */
export function touchesEntry(part: Part, bias: boolean, { regularization }: Pick<Network, 'regularization'>): boolean {
  if (part === 'penalty' && regularization.biases === true) return true;
  return part === 'all' || part === 'data' || (part === 'biases') === bias;
}

/** What the block holds at k with these changes, one of which may have an unknown constant. */
export class ChangedBlock {
  constructor(
    private readonly block: Block,
    private readonly uses: readonly BlockUse[],
  ) {}

  /** The parts of what the block holds at k, before anything is done with the finished number. */
  parts(k: number): Parts {
    let parts: Parts | undefined;
    for (const { change, part } of this.uses)
      if (this.touches(part, k)) parts = summed(this.block, change, part, k) ?? parts;
    parts ??= this.block.parts(k);
    for (const { change, part } of this.uses)
      if (change.reparted && this.touches(part, k)) parts = change.reparted(parts, this.block, k);
    return parts;
  }

  /** What the block holds at k. */
  at(k: number): Affine<number> {
    const parts = this.parts(k);
    const { data, penalty, along = 0 } = parts;
    for (const { change, part } of this.uses) {
      if (!change.finish || !this.touches(part, k)) continue;
      const finished = change.finish(parts, this.block.theta(k), part);
      // What is done with a finished number is done with what the constant adds to it, too.
      return along === 0 || finished.along !== 0
        ? finished
        : { base: finished.base, along: change.finish({ data: 0, penalty: along }, 0, part).base };
    }
    return { base: data + penalty, along };
  }

  private touches(part: Part, k: number): boolean {
    return touchesEntry(part, this.block.isBias(k), this.block.batch.network);
  }
}

/** True where the change is one of the sum that an entry is. */
export function isOfSum({ parted, input, ofSample }: BlockChange): boolean {
  return Boolean(parted ?? input ?? ofSample);
}

/** The parts of entry k where the change is one of the sum. */
function summed(block: Block, { parted, input, ofSample }: BlockChange, part: Part, k: number): Parts | undefined {
  if (ofSample) {
    const { sample, whole, share, withoutPenalty } = ofSample;
    const data = (whole === 0 ? 0 : whole * block.data(k)) + share * block.share(sample, k);
    return { data, penalty: withoutPenalty && part === 'all' ? 0 : block.penalty(k) };
  }
  if (parted) return parted(block, k, part);
  const other = input?.(block.batch);
  return other && block.withInput(other).parts(k);
}

/** True where the value is what is claimed at k. */
export function isWithin({ claimed, tolerance }: LayerClaims, k: number, value: number): boolean {
  return Math.abs((claimed[k] ?? NaN) - value) <= widthOf(tolerance[k], claimed[k], value);
}

/** What a claim may be off; also the rounding of this very number, where it is larger than all others of its layer. */
function widthOf(tolerance = 0, claimed = NaN, base: number): number {
  return tolerance + 1e-13 * Math.min(Math.abs(base), Math.abs(claimed));
}

/** For which constants a block is what was claimed, and which wrong claims it does not explain. */
export interface Match extends Interval {
  /** k of the claims. */
  readonly missed: readonly number[];
}

/**
 * The constants for which every claim of the layer is `at(k)`, but for `allowed` of the wrong ones; undefined where there
 * is none. A right claim must always be `at(k)`.
 */
export function match(
  claims: LayerClaims,
  at: (k: number) => Affine<number>,
  start: Interval = ANY,
  allowed = 0,
): Match | undefined {
  let solved = false;
  const watched = (k: number): Affine<number> => {
    const value = at(k);
    solved ||= value.along !== 0;
    return value;
  };
  // A claim that has nothing to do with the others may have narrowed the constant first: then without the first ones.
  for (let skipped = 0; skipped <= allowed; skipped++) {
    const found = matchFrom(claims, allowed > 0 ? watched : at, start, allowed, skipped);
    if (found || start !== ANY || !solved) return found;
  }
  return undefined;
}

function matchFrom(
  { order, claimed, tolerance, wrong }: LayerClaims,
  at: (k: number) => Affine<number>,
  start: Interval,
  allowed: number,
  skipped: number,
): Match | undefined {
  let { low, high, claims: count } = start;
  const missed: number[] = [];
  for (let n = 0; n < order.length; n++) {
    const k = order[n] ?? 0;
    const { base, along } = at(k);
    const off = (claimed[k] ?? NaN) - base;
    const width = widthOf(tolerance[k], claimed[k], base);
    if (along === 0) {
      if (Math.abs(off) <= width) continue;
    } else if (n >= skipped) {
      const [p, q] = [(off - width) / along, (off + width) / along];
      const narrowed = Math.max(low, Math.min(p, q));
      const below = Math.min(high, Math.max(p, q));
      if (narrowed <= below) {
        [low, high] = [narrowed, below];
        if (Math.abs(along) * high > width) count++;
        continue;
      }
    }
    if (missed.length === allowed || wrong[k] !== 1) return undefined;
    missed.push(k);
  }
  return { low, high, claims: count, missed };
}

/** The number of the interval that takes the fewest digits. */
export function simplest({ low, high }: Interval): number {
  const middle = high === Infinity ? low : (low + high) / 2;
  for (let digits = 1; digits < 17; digits++) {
    const value = Number(middle.toPrecision(digits));
    if (value >= low && value <= high) return value;
  }
  return middle;
}
