/** Whether a block of ∂J/∂θ, changed or not, is what was claimed, and for which constant. */

import { Block, type Parts } from './block';
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
export function touches(part: Part, bias: boolean, { regularization }: Pick<Network, 'regularization'>): boolean {
  if (part === 'penalty' && regularization.biases === true) return true;
  return part === 'all' || part === 'data' || (part === 'biases') === bias;
}

/** What the block holds at k with these changes, one of which may have an unknown constant. */
export class Changed {
  private readonly blocks: readonly Block[] | undefined;

  constructor(
    private readonly block: Block,
    private readonly uses: readonly BlockUse[],
  ) {
    if (!uses.some(({ change }) => change.input)) return;
    this.blocks = uses.map(({ change: { input } }) =>
      input ? new Block(block.batch, block.l, block.delta, input) : block,
    );
  }

  /** The parts of what the block holds at k, before anything is done with the finished number. */
  parts(k: number): Parts {
    let parts: Parts | undefined;
    for (let n = 0; n < this.uses.length; n++) {
      const use = this.uses[n];
      if (!use || !(use.change.parted || use.change.input) || !this.touches(use.part, k)) continue;
      const block = this.blocks?.[n] ?? this.block;
      parts = use.change.parted ? use.change.parted(block, k, use.part) : block.parts(k);
    }
    parts ??= this.block.parts(k);
    for (const { change, part } of this.uses)
      if (change.reparted && this.touches(part, k)) parts = change.reparted(parts, this.block, k);
    return parts;
  }

  /** What the block holds at k. */
  at(k: number): Affine<number> {
    const parts = this.parts(k);
    for (const { change, part } of this.uses) {
      if (change.finish && this.touches(part, k)) return change.finish(parts, this.block.theta(k), part);
    }
    return { base: parts.data + parts.penalty, along: 0 };
  }

  private touches(part: Part, k: number): boolean {
    return touches(part, this.block.isBias(k), this.block.batch.network);
  }
}

/** True where the value is what is claimed at k. */
export function isWithin({ claimed, tolerance }: LayerClaims, k: number, value: number): boolean {
  return Math.abs((claimed[k] ?? NaN) - value) <= widthOf(tolerance[k], claimed[k], value);
}

/** True where the claim that tells mistakes apart best is not what the block holds there: then it is not what was claimed. */
export function failsFirst(claims: LayerClaims, block: Block, uses: readonly BlockUse[]): boolean {
  const k = claims.order[0];
  if (k === undefined) return false;
  const { base, along } = new Changed(block, uses).at(k);
  return along === 0 && !isWithin(claims, k, base);
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
  // A claim that has nothing to do with the others may have narrowed the constant first: then without the first ones.
  for (let skipped = 0; skipped <= allowed; skipped++) {
    const found = matchFrom(claims, at, start, allowed, skipped);
    if (found || start !== ANY) return found;
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
