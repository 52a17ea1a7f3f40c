import type { Dataset, Samples } from '../core/network';
import type { Model } from './compute';

/** True where both are the same network with the same parameters and data: an edit of layout or of a description's spelling apart. */
export function sameModel(a: Model, b: Model): boolean {
  return (
    sameNumbers(a.network.theta, b.network.theta) &&
    same({ ...a.network, theta: null }, { ...b.network, theta: null }) &&
    sameData(a.data, b.data)
  );
}

/** True where θ of one fits the other: as many layers, units and biases. */
export function sameShape(a: Model, b: Model): boolean {
  const shape = ({ network }: Model): unknown => network.layers.map(({ units, hasBiases }) => [units, hasBiases]);
  return same(shape(a), shape(b));
}

/** Bit for bit the same numbers (NaN equals itself, 0 is not −0). */
export function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  return a === b || (a.length === b.length && a.every((value, index) => Object.is(value, b[index])));
}

function sameData(a: Dataset | undefined, b: Dataset | undefined): boolean {
  if (!a || !b) return a === b;
  const { training: trainingA, validation: validationA, ...restA } = a;
  const { training: trainingB, validation: validationB, ...restB } = b;
  return sameSamples(trainingA, trainingB) && sameSamples(validationA, validationB) && same(restA, restB);
}

function sameSamples(a: Samples | undefined, b: Samples | undefined): boolean {
  if (!a || !b) return a === b;
  return sameNumbers(a.inputs, b.inputs) && sameNumbers(a.targets, b.targets);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
