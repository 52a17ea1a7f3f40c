/** brain.js's `toJSON()`, versions 1 and 2. */

import { corrupt, unsupported } from './importError';
import { isRecord } from './modelJson';
import type { JsonRecord } from './modelJson';
import type { ImportedModel, ModelLayer } from './model';
import { activationNamed, withConstant } from './names';
import { quoted } from './tensor';
import type { Activation } from '../../core/network';

/** True for the content of a brain.js file of whichever kind. */
export function isBrainJs(value: unknown): value is JsonRecord {
  if (!isRecord(value)) return false;
  const options = value['trainOpts'] ?? value['options'];
  return (Array.isArray(value['sizes']) && Array.isArray(value['layers'])) || ('type' in value && isRecord(options));
}

/** The model of a brain.js file. Throws an `ImportError`. */
export function readBrainJs(file: JsonRecord): ImportedModel {
  const { type, sizes, layers } = file;
  if (type !== undefined && type !== 'NeuralNetwork' && type !== 'NeuralNetworkGPU') {
    throw unsupported(`the file is a brain.js ${textOf(type)}, which is not a fully connected network`);
  }
  if (!Array.isArray(sizes) || !Array.isArray(layers) || sizes.length !== layers.length || layers.length < 2) {
    throw corrupt('the sizes and layers of the brain.js file do not fit together');
  }
  const counts: unknown[] = sizes;
  const units = counts.map((size) => {
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 1)
      throw corrupt('the sizes in the brain.js file are not whole numbers');
    return size;
  });
  const first: unknown = layers[0];
  const named = isRecord(first) && !('weights' in first);
  const activation = activationOf(file, named);
  let keys = named ? namesOf(first, units[0] ?? 0) : [];
  const inputLabels = labels(keys);
  const result = layers.slice(1).map((layer: unknown, index): ModelLayer => {
    const shape = { units: units[index + 1] ?? 0, inputs: units[index] ?? 0 };
    const name = `layer ${String(index + 2)}`;
    if (!isRecord(layer)) throw corrupt(`${name} of the brain.js file is damaged`);
    if (!named) return { ...shape, ...arrays(layer, shape, name), activation };
    const own = namesOf(layer, shape.units);
    const read = objects(layer, own, keys, name);
    keys = own;
    const ownLabels = labels(own);
    return { ...shape, ...read, activation, ...(ownLabels && { labels: ownLabels }) };
  });
  return { layers: result, ...(inputLabels && { inputLabels }), notes: [] };
}

function activationOf(file: JsonRecord, first: boolean): Activation {
  const training = isRecord(file['trainOpts']) ? file['trainOpts'] : {};
  const options = isRecord(file['options']) ? file['options'] : {};
  const name = file['activation'] ?? training['activation'] ?? options['activation'] ?? 'sigmoid';
  const alpha = training['leakyReluAlpha'] ?? options['leakyReluAlpha'] ?? file['leakyReluAlpha'];
  const type = typeof name === 'string' ? activationNamed(name) : undefined;
  if (!type) throw unsupported(`the activation ${textOf(name)} is not one that the format has`);
  if (type !== 'leakyRelu') return { type };
  if (first && alpha === undefined) {
    throw unsupported(
      'brain.js 1 computes leaky-relu otherwise (0 below 0, 0.01 z above), which the format does not hold',
    );
  }
  return withConstant(type, typeof alpha === 'number' ? alpha : 0.01);
}

function arrays(
  { weights, biases }: JsonRecord,
  { units, inputs }: { readonly units: number; readonly inputs: number },
  name: string,
): { weights: Float64Array; biases: Float64Array } {
  if (!Array.isArray(weights) || weights.length !== units)
    throw corrupt(`${name} does not have one row of weights for each unit`);
  const rows = weights.map((row) => numbers(row, inputs, name));
  return { weights: Float64Array.from(rows.flat()), biases: Float64Array.from(numbers(biases, units, name)) };
}

/** An array of numbers, or the object that `JSON.stringify` makes of a typed array. */
function numbers(value: unknown, count: number, name: string): number[] {
  const list: unknown[] = isRecord(value) ? Object.values(value) : Array.isArray(value) ? value : [];
  if (list.length !== count) throw corrupt(`${name} has ${String(list.length)} numbers, expected ${String(count)}`);
  return list.map((item) => number(item, name));
}

function number(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw corrupt(`${name} holds something that is not a number`);
  return value;
}

function namesOf(layer: JsonRecord, count: number): string[] {
  const names = Object.keys(layer);
  if (names.length !== count)
    throw corrupt(`a layer of the brain.js file has ${String(names.length)} units, expected ${String(count)}`);
  return names;
}

/** One object a unit, with its weights by the names of the units before. */
function objects(
  layer: JsonRecord,
  own: readonly string[],
  before: readonly string[],
  name: string,
): { weights: Float64Array; biases: Float64Array } {
  const weights = new Float64Array(own.length * before.length);
  const biases = new Float64Array(own.length);
  for (const [i, key] of own.entries()) {
    const unit = layer[key];
    const inner = isRecord(unit) ? unit['weights'] : undefined;
    if (!isRecord(unit) || !isRecord(inner) || Object.keys(inner).length !== before.length) {
      throw corrupt(`the unit ${quoted(key)} of ${name} does not have one weight for each unit before it`);
    }
    for (const [j, from] of before.entries()) {
      weights[i * before.length + j] = number(Object.hasOwn(inner, from) ? inner[from] : undefined, name);
    }
    biases[i] = number(unit['bias'], name);
  }
  return { weights, biases };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

/** The names of units where they are more than numbers. */
function labels(names: readonly string[]): string[] | undefined {
  return names.every((name) => /^\d+$/.test(name)) ? undefined : [...names];
}
