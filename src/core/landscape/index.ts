/**
 * J over a plane through θ: J(θ + α d₁ + β d₂) for two directions d₁ and d₂, with the path of a run projected onto it (H. Li et al.,
 * "Visualizing the Loss Landscape of Neural Nets", 2018).
 */

import type { Pausing } from '../check/steps';
import { hessianProducts } from '../hessian';
import type { Objective } from '../network';
import { dot, lengthOf } from '../vectors';
import { type Direction, type DirectionKind, type PlaneKind, choosing } from './directions';

export type { DirectionKind, PlaneKind } from './directions';

/** θ after an epoch of a run. */
export interface RunPoint {
  readonly epoch: number;
  readonly theta: Float64Array;
}

/** At most so many of the points, evenly, the first and the last among them. */
export function evenly(points: readonly RunPoint[], most: number): readonly RunPoint[] {
  if (points.length <= most) return points;
  const stride = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, n) => points[Math.round(n * stride)]).filter((point) => point !== undefined);
}

/** Of the points the first, those that are nearest after 1, 2, 4, 8, … epochs, and the last. */
export function doubling(points: readonly RunPoint[]): readonly RunPoint[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  const kept = new Set([first]);
  for (let after = 1; first.epoch + after < last.epoch; after *= 2) {
    const next = points.find(({ epoch }) => epoch >= first.epoch + after);
    if (next) kept.add(next);
  }
  return [...kept.add(last)];
}

export interface Axis {
  readonly is: DirectionKind;
  /** In the layout of θ; 0 everywhere where the network has one parameter, and no second direction. */
  readonly direction: Float64Array;
  /** dᵀ∇J and dᵀHd: J along it is about J(θ) + slope α + ½ bend α². */
  readonly slope: number;
  readonly bend: number;
}

/** From…to of α and of β. */
export interface PlaneWindow {
  readonly across: readonly [number, number];
  readonly up: readonly [number, number];
}

export interface Plane {
  /** J(θ) */
  readonly loss: number;
  readonly across: Axis;
  readonly up: Axis;
  /** What is worth seeing: the path, and about θ as far as J rises to some times what it is. */
  readonly window: PlaneWindow;
  /** The run's path in the plane: the epochs, and α and β of the point of the plane that is nearest to each θ. */
  readonly path: { readonly epochs: Float64Array; readonly across: Float64Array; readonly up: Float64Array };
  /** The part of the squared distances of the path from θ that lies in the plane; NaN where there is no path. */
  readonly held: number;
}

/** J(θ), with the pauses of a pass over the samples. */
export type LossAt = (theta: Float64Array) => Pausing<number>;

/** What a plane is laid through. */
export interface PlaneOptions {
  readonly kind: PlaneKind;
  /** Of random directions; another seed gives others. */
  readonly seed: number;
  readonly loss: number;
  /** ∂J/∂θ */
  readonly gradient: Float64Array;
  /** The run so far, if any; epochs rising. */
  readonly path: readonly RunPoint[];
}

/**
 * The plane of this kind through θ. With a pause after each sample. Throws an Error where a plane of the run's path is asked for and
 * no run has moved θ.
 */
export function* planeThrough(objective: Objective, options: PlaneOptions, products = hessianProducts): Pausing<Plane> {
  const { network, theta } = objective;
  const multiply = yield* products(objective);
  const { gradient, kind, loss } = options;
  const offsets = options.path.map((point) => point.theta.map((value, k) => value - (theta[k] ?? NaN)));
  const [first, second] = yield* choosing(network, theta, multiply, { ...options, offsets });
  const axes: Axis[] = [];
  for (const { is, vector } of [first, second]) {
    const bent = yield* multiply(vector);
    axes.push({ is, direction: vector, slope: dot(vector, gradient), bend: dot(vector, bent) });
  }
  const [across = none, up = none] = axes;
  const places = offsets.map((offset) => coordinates([first, second], offset));
  const path = {
    epochs: Float64Array.from(options.path, ({ epoch }) => epoch),
    across: Float64Array.from(places, ([alpha]) => alpha),
    up: Float64Array.from(places, ([, beta]) => beta),
  };
  const window = kind === 'path' ? around(path) : about(path, naturalReach(kind, [across, up], loss, theta));
  return { loss, across, up, window, path, held: heldPart([first, second], offsets, places) };
}

/**
 * J at the places (α₁, β₁, α₂, β₂, …) of the plane through θ along `across` and `up`. With the pauses of `lossAt`. Throws a RangeError
 * where the directions are not of the size of θ.
 */
export function* lossesAt(
  theta: Float64Array,
  [across, up]: readonly [Float64Array, Float64Array],
  places: Float64Array,
  lossAt: LossAt,
): Pausing<Float64Array> {
  if (across.length !== theta.length || up.length !== theta.length) {
    throw new RangeError('the directions are not those of this network');
  }
  const losses = new Float64Array(places.length / 2);
  for (let n = 0; n < losses.length; n++) {
    losses[n] = yield* lossAt(moved(theta, [across, up], places[2 * n] ?? NaN, places[2 * n + 1] ?? NaN));
  }
  return losses;
}

/** θ + α d₁ + β d₂ */
export function moved(
  theta: Float64Array,
  [across, up]: readonly [Float64Array, Float64Array],
  alpha: number,
  beta: number,
): Float64Array {
  return theta.map((value, k) => value + alpha * (across[k] ?? NaN) + beta * (up[k] ?? NaN));
}

const none: Axis = { is: 'none', direction: new Float64Array(), slope: 0, bend: 0 };

/** α and β of the point of the plane that is nearest to θ + offset: by the normal equations, as d₁ and d₂ may be at any angle. */
function coordinates([first, second]: readonly [Direction, Direction], offset: Float64Array): [number, number] {
  const [a, b, c] = [
    dot(first.vector, first.vector),
    dot(first.vector, second.vector),
    dot(second.vector, second.vector),
  ];
  const [p, q] = [dot(first.vector, offset), dot(second.vector, offset)];
  const determinant = a * c - b * b;
  return determinant > 0 ? [(c * p - b * q) / determinant, (a * q - b * p) / determinant] : [a > 0 ? p / a : 0, 0];
}

function heldPart(
  [first, second]: readonly [Direction, Direction],
  offsets: readonly Float64Array[],
  places: readonly (readonly [number, number])[],
): number {
  let [held, all] = [0, 0];
  for (const [n, [alpha, beta]] of places.entries()) {
    all += dot(offsets[n] ?? none.direction, offsets[n] ?? none.direction);
    const { length } = first.vector;
    const inside = moved(new Float64Array(length), [first.vector, second.vector], alpha, beta);
    held += dot(inside, inside);
  }
  return all > 0 ? Math.min(1, held / all) : NaN;
}

/** Room around the path, as a part of its extent. */
const MARGIN = 0.18;
/** The least extent in one direction, as a part of that in the other. */
const THIN = 0.1;

/** The path with some room around it; α and β each have their own scale. */
function around({ across, up }: Plane['path']): PlaneWindow {
  const ends = (values: Float64Array): [number, number] =>
    values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [0, 0]);
  const [[left, right], [low, high]] = [ends(across), ends(up)];
  const [width, height] = [right - left, high - low];
  const wide = (from: number, to: number, other: number): [number, number] => {
    const extent = Math.max(to - from, THIN * other);
    const middle = (from + to) / 2;
    return [middle - (0.5 + MARGIN) * extent, middle + (0.5 + MARGIN) * extent];
  };
  return { across: wide(left, right, height), up: wide(low, high, width) };
}

/** A square about θ, of one scale, that shows the path and goes as far as `reach`. */
function about({ across, up }: Plane['path'], reach: number): PlaneWindow {
  const farthest = [...across, ...up].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const half = Math.max(reach, (1 + MARGIN) * farthest);
  return { across: [-half, half], up: [-half, half] };
}

/** The least reach of a picture, as a part of ‖θ‖. */
const LEAST = 0.05;

/** How far J rises to about three times itself by its second derivatives, and the step of −∇J to its minimum is passed. */
function naturalReach(kind: PlaneKind, axes: readonly Axis[], loss: number, theta: Float64Array): number {
  // Random directions are as long as θ.
  if (kind === 'random') return 1;
  const size = lengthOf(theta) || 1;
  const bend = axes.reduce((most, axis) => Math.max(most, Math.abs(axis.bend)), 0);
  const slope = axes.reduce((most, axis) => Math.max(most, Math.abs(axis.slope)), 0);
  if (!(bend > 0) || !Number.isFinite(bend)) return size / 2;
  return Math.max(LEAST * size, Math.sqrt((4 * Math.abs(loss)) / bend), (2 * slope) / bend);
}
