/** The derivative chain of one parameter at two θ: the same paths of both, side by side. */

import type { Objective, ParameterId } from '../network';
import { type Chain, type ChainOptions, type ChainPath, chaining, pathOf } from '.';

/** One path at both θ. */
export interface ComparedPath {
  readonly a: ChainPath;
  readonly b: ChainPath;
}

export interface ChainComparison {
  readonly parameter: ParameterId;
  readonly a: Omit<Chain, 'paths'>;
  readonly b: Omit<Chain, 'paths'>;
  /** Paths that are among the largest at one θ or the other: the one whose contributions differ most first. */
  readonly paths: readonly ComparedPath[];
}

/**
 * ∂J/∂θ of one parameter at the objective's θ and at `other`, with the `paths` largest of each, factor by factor, in steps, one a
 * sample. Throws a RangeError as `chain` does.
 */
export function* comparingChains(
  objective: Objective,
  other: Float64Array,
  parameter: ParameterId,
  options: ChainOptions,
): Generator<void, ChainComparison> {
  const { sample, paths } = options;
  const there = { ...objective, theta: other };
  const { paths: largestHere, ...a } = yield* chaining(objective, parameter, options);
  const { paths: largestThere, ...b } = yield* chaining(there, parameter, {
    paths,
    ...(sample !== undefined && { sample }),
  });
  const compared = new Map<string, ComparedPath>();
  for (const path of largestHere) compared.set(keyOf(path), { a: path, b: pathOf(there, parameter, path, b.divisor) });
  for (const path of largestThere) {
    const key = keyOf(path);
    if (!compared.has(key)) compared.set(key, { a: pathOf(objective, parameter, path, a.divisor), b: path });
    yield;
  }
  return { parameter, a, b, paths: [...compared.values()].sort((one, two) => distance(two) - distance(one)) };
}

/** |contribution − contribution′|; what is no number stands before all. */
function distance({ a, b }: ComparedPath): number {
  const value = Math.abs(a.contribution - b.contribution);
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

function keyOf({ sample, nodes }: ChainPath): string {
  return `${String(sample)} ${nodes.map(({ unit }) => unit).join()}`;
}
