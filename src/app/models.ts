import type { Pausing } from '../core/check/steps';
import type { Dataset, Samples } from '../core/network';
import type { Model } from './compute';

/** Numbers that are compared between two pauses. */
const PIECE = 2 ** 18;

/** What a text says, whichever reading of it. */
type Said = Pick<Model, 'network' | 'data'>;

/**
 * Whether both are the same network with the same parameters and data: an edit of layout or of a description's spelling
 * apart.
 */
export function* sameModel(a: Said, b: Said): Pausing<boolean> {
  if (!same({ ...a.network, theta: null }, { ...b.network, theta: null })) return false;
  return (yield* comparingNumbers(a.network.theta, b.network.theta)) && (yield* comparingData(a.data, b.data));
}

/** True where θ of one fits the other: as many layers, units and biases. */
export function sameShape(a: Model, b: Model): boolean {
  const shape = ({ network }: Model): unknown => network.layers.map(({ units, hasBiases }) => [units, hasBiases]);
  return same(shape(a), shape(b));
}

type Numbers = ArrayLike<number>;

/** Bit for bit the same numbers (NaN equals itself, 0 is not −0). */
export function sameNumbers(a: Numbers, b: Numbers): boolean {
  return a === b || (a.length === b.length && areSame(a, b, 0, a.length));
}

function areSame(a: Numbers, b: Numbers, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!Object.is(a[at], b[at])) return false;
  return true;
}

/** The same of numbers that there may be none of. */
function* comparingNumbers(a: Numbers | undefined, b: Numbers | undefined): Pausing<boolean> {
  if (!a || !b || a === b) return a === b;
  if (a.length !== b.length) return false;
  for (let from = 0; from < a.length; from += PIECE) {
    if (!areSame(a, b, from, Math.min(from + PIECE, a.length))) return false;
    yield;
  }
  return true;
}

function* comparingData(a: Dataset | undefined, b: Dataset | undefined): Pausing<boolean> {
  if (!a || !b) return a === b;
  const { training: trainingA, validation: validationA, trainingRows: rowsA, ...restA } = a;
  const { training: trainingB, validation: validationB, trainingRows: rowsB, ...restB } = b;
  return (
    same(restA, restB) &&
    (yield* comparingNumbers(rowsA, rowsB)) &&
    (yield* comparingSamples(trainingA, trainingB)) &&
    (yield* comparingSamples(validationA, validationB))
  );
}

function* comparingSamples(a: Samples | undefined, b: Samples | undefined): Pausing<boolean> {
  if (!a || !b) return a === b;
  return (
    (yield* comparingNumbers(a.inputs, b.inputs)) &&
    (yield* comparingNumbers(a.targets, b.targets)) &&
    (yield* comparingNumbers(a.weights, b.weights))
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
