/** What stands in files beside the text: tensors of weights, and arrays of samples. */

import type { LossName } from '../../core/functions';
import type { JsonNode, ObjectNode } from '../json';
import type { Span } from '../problems';
import { integer } from './reader';
import type { Reader } from './reader';
import { counted } from '../../core/notation';

/** `{ "file": "model.safetensors", "tensor": "0.weight", "transposed": true }` */
export interface TensorReference {
  /** Relative to the network file, as it is written there. */
  readonly path: string;
  readonly tensor: string;
  /** The file has inputs × units. */
  readonly transposed: boolean;
  /** The whole object. */
  readonly span: Span;
}

/** A tensor that is a part of θ. */
export interface TensorPlace extends TensorReference {
  /** As in `"weights" of layer 2`. */
  readonly what: string;
  /** Where its numbers begin in the parameter vector. */
  readonly first: number;
  /** units × inputs, or [units] for biases. */
  readonly shape: readonly number[];
}

/** An array of a file: of an .npz the one of that name, of an .npy the only one. */
export interface ArrayPlace {
  readonly path: string;
  readonly array: string | undefined;
  /** Where the network file names it. */
  readonly span: Span;
}

/** What the network file wants of arrays. */
export interface ArrayRequest {
  readonly inputs: ArrayPlace;
  readonly targets: ArrayPlace;
  /** One number a row, where there are such. */
  readonly weights?: ArrayPlace;
  /** `targets` are class numbers from 0. */
  readonly oneHot: boolean;
  /** s_1, s_L and the loss, where they are known. */
  readonly inputUnits: number | undefined;
  readonly outputs: number | undefined;
  readonly loss: LossName | undefined;
}

const TENSOR_KEYS = ['file', 'tensor', 'transposed'];
const CLASSES = integer(1, 65536);

/** A reference to a tensor; undefined after a report. `mayTurn` where it is a matrix. */
export function readTensorReference(
  reader: Reader,
  node: ObjectNode,
  what: string,
  mayTurn: boolean,
): TensorReference | undefined {
  const keys = mayTurn ? TENSOR_KEYS : TENSOR_KEYS.slice(0, 2);
  reader.checkKeys(node, what, keys);
  const file = readPath(reader, reader.required(node, 'file', what)?.value, what, /\.safetensors$/i, '.safetensors');
  const tensor = reader.string(reader.required(node, 'tensor', what)?.value, `"tensor" of ${what}`);
  const transposed = mayTurn ? reader.boolean(node.members.get('transposed')?.value, `"transposed" of ${what}`) : false;
  if (file === undefined || !tensor) return undefined;
  const { offset, length } = node;
  return { path: file, tensor: tensor.value, transposed: transposed ?? false, span: { offset, length } };
}

/** True where `data` names arrays: an .npz, or files of its own for inputs and targets. */
export function namesArrays({ members }: ObjectNode): boolean {
  const file = members.get('file')?.value;
  if (file?.kind === 'string') return /\.npz$/i.test(file.value);
  return !file && ['inputs', 'targets'].some((key) => members.get(key)?.value.kind === 'object');
}

/** The arrays that `data` names; undefined after a report. */
export function readArrayRequest(
  reader: Reader,
  data: ObjectNode,
  oneHot: boolean,
  shape: Pick<ArrayRequest, 'outputs' | 'loss'> & { readonly inputs: number | undefined },
): ArrayRequest | undefined {
  const archive = data.members.get('file')?.value;
  const place = (node: JsonNode | undefined, key: string): ArrayPlace | undefined => {
    if (!node) return undefined;
    return archive ? inArchive(reader, archive, node, key) : ofItsOwn(reader, node, `"${key}"`);
  };
  const inputs = place(reader.required(data, 'inputs', '"data"')?.value, 'inputs');
  const targets = place(reader.required(data, 'targets', '"data"')?.value, 'targets');
  const weightNode = data.members.get('weights')?.value;
  // A list in the text is read with it.
  const isWritten = weightNode?.kind === 'array' || weightNode?.kind === 'numbers';
  const weights = isWritten ? undefined : place(weightNode, 'weights');
  checkClasses(reader, data, oneHot, shape.outputs);
  if (!inputs || !targets) return undefined;
  const { inputs: inputUnits, outputs, loss } = shape;
  return { inputs, targets, ...(weights && { weights }), oneHot, inputUnits, outputs, loss };
}

function checkClasses(reader: Reader, data: ObjectNode, oneHot: boolean, outputs: number | undefined): void {
  const node = data.members.get('classes');
  const classes = reader.number(node?.value, '"classes"', CLASSES);
  if (!node || classes === undefined) return;
  if (!oneHot) {
    const message = '"classes" has no meaning without "targetEncoding": "oneHot"';
    reader.problems.report('misplaced-key', node.key, message);
  } else if (outputs !== undefined && outputs !== classes) {
    const message = `"classes" is ${String(classes)}, but the output layer has ${counted(outputs, 'unit')}`;
    reader.problems.report('class-count', node.value, message);
  }
}

function inArchive(reader: Reader, archive: JsonNode, node: JsonNode, key: string): ArrayPlace | undefined {
  if (archive.kind !== 'string') return undefined;
  if (node.kind !== 'string') return reader.wrongType(node, `"${key}"`, 'the name of an array of the .npz file');
  const { offset, length, value } = node;
  return { path: archive.value, array: value, span: { offset, length } };
}

function ofItsOwn(reader: Reader, node: JsonNode, what: string): ArrayPlace | undefined {
  if (node.kind !== 'object') return reader.wrongType(node, what, 'an object like { "file": "X.npy" }');
  reader.checkKeys(node, what, ['file']);
  const path = readPath(reader, reader.required(node, 'file', what)?.value, what, /\.npy$/i, '.npy');
  const { offset, length } = node;
  return path === undefined ? undefined : { path, array: undefined, span: { offset, length } };
}

function readPath(
  reader: Reader,
  node: JsonNode | undefined,
  what: string,
  pattern: RegExp,
  ending: string,
): string | undefined {
  const file = reader.string(node, `"file" of ${what}`);
  if (!file) return undefined;
  if (pattern.test(file.value)) return file.value;
  reader.problems.report('out-of-range', file, `"file" of ${what} is not a ${ending} file, expected the path of one`);
  return undefined;
}
