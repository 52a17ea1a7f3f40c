/** What every importer makes of a file: layers of θ and activations, what it was not told, and what it left out. */

import type { Activation } from '../../core/network';
import { ImportError, corrupt, unsupported } from './importError';
import { MOST_IMPORTED_PARAMETERS } from './limits';
import { quoted, shapeText } from './tensor';
import type { Tensor } from './tensor';
import { transposed } from '../../core/layerMath';

/** θ^(l) with what follows it. */
export interface ModelLayer {
  readonly name?: string;
  readonly labels?: readonly string[];
  readonly units: number;
  readonly inputs: number;
  /** units × inputs, row by row. */
  readonly weights: Float64Array;
  /** Absent where the layer has none. */
  readonly biases?: Float64Array;
  /** Undefined where the file does not say. */
  readonly activation?: Activation;
}

export interface ImportedModel {
  readonly layers: readonly ModelLayer[];
  readonly inputLabels?: readonly string[];
  /** In the words of the network format; absent where the file has none. */
  readonly loss?: LossWords;
  readonly optimizer?: Readonly<Record<string, string | number>>;
  /** What was left out or taken for granted, one line each. */
  readonly notes: readonly string[];
}

/** The key `loss` of a network file. */
export type LossWords = string | Readonly<Record<string, string | number | boolean>>;

/** How matrices of a file multiply that does not say it itself: X @ W or W @ x. */
export type WeightOrientation = 'inputs-by-units' | 'units-by-inputs';

/** What the reader of a file may ask for. */
export interface ImportContext {
  readonly orientation?: WeightOrientation;
  /** The names of the weight matrices in the order of the layers. */
  readonly order?: readonly string[];
  /** The bytes of a file beside the model. Throws an Error with a message for people. */
  readonly readBeside: (path: string) => Uint8Array;
}

/** One operation of a model that runs from its inputs to its outputs without a branch. */
export type ModelOperation =
  | {
      readonly kind: 'linear';
      readonly name: string;
      readonly units: number;
      readonly inputs: number;
      readonly weights: Float64Array;
      readonly biases?: Float64Array;
    }
  /** x_i → scale_i x_i + shift_i; a single number stands for every unit. */
  | { readonly kind: 'affine'; readonly name: string; readonly scale: Float64Array; readonly shift: Float64Array }
  | { readonly kind: 'activation'; readonly name: string; readonly activation: Activation };

/**
 * The steps as layers: an affine step becomes part of the linear one before it or after it. Throws an `ImportError`
 * where the shapes do not fit, or a step has no place in a layer.
 */
export function layersOf(steps: readonly ModelOperation[]): ModelLayer[] {
  const layers: Building[] = [];
  let pending: Extract<ModelOperation, { kind: 'affine' }> | undefined;
  for (const step of steps) {
    const last = layers.at(-1);
    if (step.kind === 'linear') {
      checkSizes(step, last);
      layers.push(pending ? precededBy(step, pending) : { ...step });
      pending = undefined;
    } else if (step.kind === 'affine') {
      if (last && !last.activation && !pending) Object.assign(last, followedBy(last, step));
      else pending = pending ? combined(pending, step) : step;
    } else if (step.activation.type !== 'identity') {
      if (!last)
        throw unsupported(`${quoted(step.name)} (${step.activation.type}) comes before the first linear layer`);
      if (pending) throw unsupported(`${quoted(pending.name)} can be folded into no linear layer`);
      if (last.activation) {
        const both = `${last.activation.type} and ${step.activation.type}`;
        throw unsupported(`${quoted(step.name)}: two activations in a row, ${both}; a layer has one`);
      }
      last.activation = step.activation;
    }
  }
  if (pending) throw unsupported(`${quoted(pending.name)} can be folded into no linear layer`);
  if (layers.length === 0) throw unsupported('the model has no linear layer');
  checkNumberOfParameters(layers);
  return layers.map(({ name, units, inputs, weights, biases, activation }) => ({
    name,
    units,
    inputs,
    weights,
    ...(biases && { biases }),
    activation: activation ?? { type: 'identity' },
  }));
}

/** How many weights and biases a model has. */
export function parameterCount({
  layers,
}: {
  readonly layers: readonly Pick<ModelLayer, 'weights' | 'biases'>[];
}): number {
  return layers.reduce((sum, { weights, biases }) => sum + weights.length + (biases?.length ?? 0), 0);
}

/** `4-5-3, 43 parameters` */
export function shapeOf(model: ImportedModel): string {
  const units = [model.layers[0]?.inputs ?? 0, ...model.layers.map((layer) => layer.units)];
  return `${units.join('-')}, ${String(parameterCount(model))} parameters`;
}

/** Throws an `ImportError` where there are more parameters than a network may have. */
export function checkNumberOfParameters(layers: readonly Pick<ModelLayer, 'weights' | 'biases'>[]): void {
  const count = parameterCount({ layers });
  if (count > MOST_IMPORTED_PARAMETERS) {
    throw new ImportError('too-large', `the model has ${String(count)} parameters, expected at most 2 × 10⁷`);
  }
}

/** A matrix of a file as θ: units × inputs, turned where the file has inputs × units. Throws an `ImportError`. */
export function matrixOf(
  tensor: Tensor,
  turned: boolean,
): { readonly units: number; readonly inputs: number; readonly weights: Float64Array } {
  const [rows, columns] = tensor.shape;
  if (tensor.shape.length !== 2 || rows === undefined || columns === undefined || rows === 0 || columns === 0) {
    throw unsupported(`${quoted(tensor.name)} has the shape ${shapeText(tensor.shape)}, expected a matrix`);
  }
  const values = finite(tensor);
  if (!turned) return { units: rows, inputs: columns, weights: values };
  return { units: columns, inputs: rows, weights: transposed(values, rows, columns) };
}

/** The elements of a vector of `count` numbers (a column or a row counts as one). Throws an `ImportError`. */
export function vectorOf(tensor: Tensor, count: number, what: string): Float64Array {
  const size = tensor.shape.reduce((product, length) => product * length, 1);
  if (size !== count || tensor.shape.filter((length) => length !== 1).length > 1) {
    const expected = `expected ${String(count)}, one for each unit of ${quoted(what)}`;
    throw corrupt(`${quoted(tensor.name)} has the shape ${shapeText(tensor.shape)}, ${expected}`);
  }
  return finite(tensor);
}

/** BatchNormalization at inference: γ (x − mean) / √(variance + ε) + β. */
export function normalization(
  name: string,
  parts: {
    readonly gamma?: Float64Array | undefined;
    readonly beta?: Float64Array | undefined;
    readonly mean: Float64Array;
    readonly variance: Float64Array;
    readonly epsilon: number;
  },
): ModelOperation {
  const { gamma, beta, mean, variance, epsilon } = parts;
  const scale = mean.map((_, i) => (gamma?.[i] ?? 1) / Math.sqrt((variance[i] ?? NaN) + epsilon));
  const shift = mean.map((value, i) => (beta?.[i] ?? 0) - value * (scale[i] ?? NaN));
  if (![...scale, ...shift].every(Number.isFinite)) throw corrupt(`${quoted(name)} has a variance that is not > 0`);
  return { kind: 'affine', name, scale, shift };
}

/** The number of fewest digits that is the same in float32: a slope that was 0.01 before it was stored is 0.01 again. */
export function shortestFloat32(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

type Building = { -readonly [Key in keyof ModelLayer]: ModelLayer[Key] } & { name: string };

function checkSizes(step: Extract<ModelOperation, { kind: 'linear' }>, last: Building | undefined): void {
  const { name, units, inputs, weights, biases } = step;
  if (last && last.units !== inputs) {
    const before = `the layer before it, ${quoted(last.name)}, has ${String(last.units)} units`;
    throw corrupt(`${quoted(name)} takes ${String(inputs)} inputs, but ${before}`);
  }
  if (weights.length !== units * inputs || (biases && biases.length !== units)) {
    throw corrupt(`${quoted(name)} has a wrong number of weights or biases`);
  }
}

/** Numbers of a tensor that is to be part of θ. */
function finite(tensor: Tensor): Float64Array {
  const values = tensor.values();
  for (const value of values) {
    if (!Number.isFinite(value))
      throw unsupported(`${quoted(tensor.name)} holds ${String(value)}, expected finite numbers`);
  }
  return values;
}

type Affine = Extract<ModelOperation, { kind: 'affine' }>;

function at(values: Float64Array, index: number): number {
  return (values.length === 1 ? values[0] : values[index]) ?? NaN;
}

function checkWidth({ name, scale, shift }: Affine, width: number): void {
  if ([scale, shift].every(({ length }) => length === 1 || length === width)) return;
  throw corrupt(
    `${quoted(name)} has ${String(Math.max(scale.length, shift.length))} numbers for ${String(width)} units`,
  );
}

/** scale ∘ (W x + b) + shift */
function followedBy(layer: Building, affine: Affine): Pick<Building, 'weights' | 'biases'> {
  const { units, inputs, weights, biases } = layer;
  checkWidth(affine, units);
  const { scale, shift } = affine;
  return {
    weights: weights.map((value, index) => value * at(scale, Math.floor(index / inputs))),
    biases: Float64Array.from({ length: units }, (_, i) => (biases?.[i] ?? 0) * at(scale, i) + at(shift, i)),
  };
}

/** W (scale ∘ x + shift) + b */
function precededBy(step: Extract<ModelOperation, { kind: 'linear' }>, affine: Affine): Building {
  const { units, inputs, weights, biases } = step;
  checkWidth(affine, inputs);
  const { scale, shift } = affine;
  const shifted = Float64Array.from({ length: units }, (_, i) => {
    let sum = biases?.[i] ?? 0;
    for (let j = 0; j < inputs; j++) sum += (weights[i * inputs + j] ?? NaN) * at(shift, j);
    return sum;
  });
  return {
    name: step.name,
    units,
    inputs,
    weights: weights.map((value, index) => value * at(scale, index % inputs)),
    biases: shifted,
  };
}

function combined(first: Affine, second: Affine): Affine {
  const width = Math.max(first.scale.length, first.shift.length, second.scale.length, second.shift.length);
  checkWidth(first, width);
  checkWidth(second, width);
  const each = (value: (i: number) => number): Float64Array => Float64Array.from({ length: width }, (_, i) => value(i));
  return {
    kind: 'affine',
    name: first.name,
    scale: each((i) => at(first.scale, i) * at(second.scale, i)),
    shift: each((i) => at(first.shift, i) * at(second.scale, i) + at(second.shift, i)),
  };
}
