/** The order of the rows in each epoch. */

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

/** The stream of the file's `seed` that shuffling draws from: as many jumps of the generator, 2⁶⁴ draws each. */
const SHUFFLE_STREAM = 2;

/**
 * Each epoch's order of `count` rows: Fisher–Yates from the last row to the first, always starting from the data's own
 * order, with the numbers of xoroshiro128+. They go on from epoch to epoch, and share nothing with those that the initial
 * weights and the validation split are drawn from.
 */
export class Shuffle {
  readonly order: Uint32Array;
  private generator: JumpableRandomGenerator;

  constructor(seed: number, count: number) {
    this.order = new Uint32Array(count);
    this.generator = xoroshiro128plus(seed);
    for (let jumps = 0; jumps < SHUFFLE_STREAM; jumps++) this.generator.jump();
  }

  /** What the orders to come depend on, as integers; `restore` goes on from there. */
  get state(): readonly number[] {
    return this.generator.getState();
  }

  restore(state: readonly number[]): void {
    this.generator = xoroshiro128plusFromState(state);
  }

  /** Writes the next epoch's order into `order`. */
  next(): void {
    const { order } = this;
    for (let k = 0; k < order.length; k++) order[k] = k;
    for (let k = order.length - 1; k > 0; k--) {
      const other = uniformInt(this.generator, 0, k);
      const row = order[k] ?? 0;
      order[k] = order[other] ?? 0;
      order[other] = row;
    }
  }
}
