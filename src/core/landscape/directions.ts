/** The two directions that J is looked at along. */

import type { Pausing } from '../check/steps';
import { leading, type Multiply } from '../eigen';
import { type Network, parameterLayout } from '../network';
import { addTimes, dot, lengthOf, pseudoRandom } from '../vectors';

/**
 * `path`: the two principal directions of a run, seen from θ; `gradient`: −∇J and the eigenvector of λ_max; `eigenvectors`: those of the
 * two largest eigenvalues of the Hessian; `random`: two that are scaled unit by unit as θ is.
 */
export type PlaneKind = 'path' | 'gradient' | 'eigenvectors' | 'random';

/** What a direction is: of `descent` it is −∇J/‖∇J‖; `none` where θ is one number, and has no second. */
export type DirectionKind = 'principal' | 'descent' | 'eigenvector' | 'random' | 'none';

export interface Direction {
  readonly is: DirectionKind;
  /** Of length 1, unless it is random or none. */
  readonly vector: Float64Array;
}

interface PlaneChoice {
  readonly kind: PlaneKind;
  readonly seed: number;
  readonly gradient: Float64Array;
  /** The run's θ less the θ that the plane goes through. */
  readonly offsets: readonly Float64Array[];
}

/** Of a direction, what must be left at right angles to the first for it to be the second. */
const LEAST_ANGLE = 1e-3;

/**
 * The first two directions of this kind; where one is missing (∇J is 0, a run went straight ahead), the next best. Those that are not
 * random are at right angles. Throws an Error where no run has moved θ, and its path is asked for.
 */
export function* choosing(
  network: Network,
  theta: Float64Array,
  multiply: Multiply,
  { kind, seed, gradient, offsets }: PlaneChoice,
): Pausing<readonly [Direction, Direction]> {
  const random = pseudoRandom(seed);
  const filtered = (): Direction => ({ is: 'random', vector: filterNormalized(network, theta, random) });
  const found: Direction[] = [];
  if (kind === 'path') {
    const { directions } = yield* principal(offsets);
    found.push(...directions.map((vector): Direction => ({ is: 'principal', vector })));
    if (found.length === 0) throw new Error('train first: there is no path yet');
  }
  if (kind === 'path' || kind === 'gradient') found.push({ is: 'descent', vector: gradient.map((value) => -value) });
  if (kind === 'gradient' || kind === 'eigenvectors') {
    const pairs = yield* leading(theta.length, multiply, 2);
    found.push(...pairs.map(({ vector }): Direction => ({ is: 'eigenvector', vector })));
  }
  if (kind === 'random') {
    const first = filtered();
    return [first, atAngle(first, filtered)];
  }
  const [first, ...others] = found.filter(({ vector }) => lengthOf(vector) > 0).map(unit);
  if (!first) throw new Error('J has no direction to look along');
  // A random one is the last resort: it is at an angle to any other, unless θ is one number.
  for (const { is, vector } of [...others, unit(filtered()), unit(filtered())]) {
    const rest = vector.slice();
    addTimes(rest, -dot(first.vector, vector), first.vector);
    if (lengthOf(rest) > LEAST_ANGLE) return [first, unit({ is, vector: rest })];
  }
  return [first, { is: 'none', vector: new Float64Array(theta.length) }];
}

function unit({ is, vector }: Direction): Direction {
  const length = lengthOf(vector);
  return { is, vector: vector.map((value) => value / length) };
}

/**
 * The principal directions of vectors, not of their distances from their mean: those of the largest Σ (dᵀv)², of length 1, two at most
 * and none of which nothing is left but rounding; and what part of Σ vᵀv each holds.
 */
export function* principal(
  vectors: readonly Float64Array[],
): Pausing<{ directions: Float64Array[]; shares: number[] }> {
  // Of far fewer vectors than numbers in each, the matrix of their products has the same eigenvalues, and d = Σ_n u_n v_n / √λ.
  const products = vectors.map((v) => Float64Array.from(vectors, (other) => dot(v, other)));
  const all = products.reduce((sum, row, n) => sum + (row[n] ?? NaN), 0);
  const [directions, shares]: [Float64Array[], number[]] = [[], []];
  if (!(all > 0)) return { directions, shares };
  const pairs = yield* leading(vectors.length, times(products), 2);
  for (const { value, vector } of pairs) {
    if (!(value > ROUNDING * all)) continue;
    const direction = new Float64Array(vectors[0]?.length ?? 0);
    for (const [n, v] of vectors.entries()) addTimes(direction, (vector[n] ?? NaN) / Math.sqrt(value), v);
    directions.push(direction);
    shares.push(value / all);
  }
  return { directions, shares };
}

const ROUNDING = 1e-12;

function times(matrix: readonly Float64Array[]) {
  return function* (v: Float64Array): Pausing<Float64Array> {
    yield;
    return Float64Array.from(matrix, (row) => dot(row, v));
  };
}

/**
 * A random direction in which every unit's weights and bias together are as long as they are in θ: what J does along it does not depend on
 * how the network is scaled (Li et al. 2018, "filter normalization").
 */
function filterNormalized({ layers }: Network, theta: Float64Array, random: () => number): Float64Array {
  const direction = theta.map(() => normal(random));
  for (const { rows, columns, weights, biases } of parameterLayout(layers).layers) {
    for (let i = 0; i < rows; i++) {
      const places = Array.from({ length: columns }, (_, j) => weights + i * columns + j);
      if (biases >= 0) places.push(biases + i);
      const length = (values: Float64Array): number =>
        Math.sqrt(places.reduce((sum, k) => sum + (values[k] ?? NaN) ** 2, 0));
      const factor = length(theta) / length(direction);
      for (const k of places) direction[k] = (direction[k] ?? NaN) * factor;
    }
  }
  return direction;
}

/** A number of the standard normal distribution (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

/** Cosine of the least angle of two random directions: of few parameters they may be almost one. */
const MOST_COSINE = 0.8;
const DRAWS = 50;

/** A random direction at an angle to `first`; none where there is no such. */
function atAngle(first: Direction, draw: () => Direction): Direction {
  for (let n = 0; n < DRAWS; n++) {
    const next = draw();
    const cosine = dot(first.vector, next.vector) / (lengthOf(first.vector) * lengthOf(next.vector));
    if (Math.abs(cosine) <= MOST_COSINE) return next;
  }
  return { is: 'none', vector: new Float64Array(first.vector.length) };
}
