/**
 * The one source of randomness: pure-rand's xoroshiro128+ seeded with the file's `seed`. Each purpose has a stream of
 * its own, which begins 2⁶⁴ draws after the one before it (the generator's `jump`): stream 1 is the validation split, 2
 * the shuffling of epochs, 2 + l the initial weights of θ^(l). So nothing drawn for one purpose changes what another
 * draws.
 */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

export const SPLIT_STREAM = 1;

/** The stream of the initial weights of θ^(l). */
export function initStream(layer: number): number {
  return 2 + layer;
}

/**
 * The generator of `seed` (0…2³²−1) at the beginning of a stream (≥ 1; the bare seed's first draws are not random
 * enough).
 */
export function randomStream(seed: number, stream: number): RandomGenerator {
  const generator = xoroshiro128plus(seed);
  for (let jumps = 0; jumps < stream; jumps++) generator.jump();
  return generator;
}

/** Uniform in [0, 1), 53 bits. */
export function uniform(random: RandomGenerator): number {
  return uniformFloat64(random);
}

/** The numbers 0 … count − 1 in random order (Fisher–Yates, from the end). */
export function permutation(random: RandomGenerator, count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let index = 0; index < count; index++) order[index] = index;
  for (let last = count - 1; last > 0; last--) {
    const other = uniformInt(random, 0, last);
    const value = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = value;
  }
  return order;
}
