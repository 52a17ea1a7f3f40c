/** TensorFlow.js's layers model: `model.json` with Keras's description, and the weights in files beside it. */

import { ImportError, corrupt, unsupported } from './importError';
import { MOST_BYTES } from './limits';
import { kerasModel } from './kerasModel';
import { isRecord } from './modelJson';
import type { JsonRecord } from './modelJson';
import type { ImportContext, ImportedModel } from './model';
import { ELEMENT_TYPES, denseTensor, elementCount, quoted } from './tensor';
import type { ElementType, Tensor } from './tensor';

/** True for the content of a `model.json` of TensorFlow.js, of whichever kind. */
export function isTfjs(value: unknown): value is JsonRecord {
  return isRecord(value) && ('modelTopology' in value || 'weightsManifest' in value);
}

const TYPES: Readonly<Record<string, ElementType>> = {
  float32: ELEMENT_TYPES.float32,
  int32: ELEMENT_TYPES.int32,
  bool: ELEMENT_TYPES.bool,
  uint8: ELEMENT_TYPES.uint8,
};

/** The model of a `model.json`. Throws an `ImportError`. */
export function readTfjs(file: JsonRecord, context: ImportContext): ImportedModel {
  if (file['format'] === 'graph-model') {
    throw unsupported('the file is a TensorFlow.js graph model, expected a layers model');
  }
  const topology = file['modelTopology'];
  const inner = isRecord(topology) && isRecord(topology['model_config']) ? topology['model_config'] : topology;
  const tensors = readManifest(file['weightsManifest'], context);
  const training = isRecord(file['trainingConfig'])
    ? file['trainingConfig']
    : isRecord(topology) && isRecord(topology['training_config'])
      ? topology['training_config']
      : undefined;
  const read = new Set<string>();
  const model = kerasModel(
    inner,
    ({ name }) => {
      const own = new Map<string, Tensor>();
      for (const tensor of tensors) {
        const parts = tensor.name.split('/');
        if (parts.length < 2 || parts.at(-2) !== name) continue;
        read.add(tensor.name);
        own.set((parts.at(-1) ?? '').replace(/:\d+$/, ''), tensor);
      }
      return own;
    },
    training && { loss: training['loss'], optimizer: training['optimizer_config'] },
    2,
  );
  const notes = tensors
    .filter(({ name }) => !read.has(name))
    .map(({ name }) => `${quoted(name)} was not read: it belongs to no layer`);
  return { ...model, notes: [...model.notes, ...notes] };
}

function readManifest(manifest: unknown, context: ImportContext): Tensor[] {
  if (!Array.isArray(manifest)) throw corrupt('the file has no weightsManifest');
  return manifest.flatMap((group: unknown) => {
    const paths = isRecord(group) ? group['paths'] : undefined;
    const weights = isRecord(group) ? group['weights'] : undefined;
    if (!Array.isArray(paths) || !Array.isArray(weights)) throw corrupt('the weightsManifest is damaged');
    const described = weights.map(weightEntry);
    const expected = described.reduce((sum, { bytes }) => sum + bytes, 0);
    if (expected > MOST_BYTES) throw new ImportError('too-large', `the weights have ${String(expected)} bytes`);
    const bytes = joined(
      paths.map((path: unknown) => {
        if (typeof path !== 'string') throw corrupt('a path in the weightsManifest is not a string');
        return context.readBeside(path);
      }),
    );
    if (bytes.length !== expected) {
      throw corrupt(
        `the weight files have ${String(bytes.length)} bytes, expected ${String(expected)}: they are cut off`,
      );
    }
    let at = 0;
    return described.map(({ name, shape, type, bytes: length }) => {
      at += length;
      return denseTensor(name, shape, type, bytes.subarray(at - length, at));
    });
  });
}

function weightEntry(weight: unknown): { name: string; shape: number[]; type: ElementType; bytes: number } {
  const { name, shape, dtype, quantization } = isRecord(weight) ? weight : {};
  if (typeof name !== 'string' || !Array.isArray(shape) || !shape.every((length) => typeof length === 'number')) {
    throw corrupt('a weight of the weightsManifest is damaged');
  }
  if (quantization !== undefined) throw unsupported(`${quoted(name)} is quantized, expected float32`);
  const type = typeof dtype === 'string' && Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
  if (!type) throw unsupported(`${quoted(name)} has the type ${quoted(String(dtype))}, expected real numbers`);
  return { name, shape, type, bytes: elementCount(name, shape) * type.bytes };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
