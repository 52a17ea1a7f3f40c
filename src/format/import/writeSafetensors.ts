/** Tensors as a safetensors file. */

import { corrupt } from './importError';
import { isRecord, parseModelJson } from './modelJson';
import { readSafetensors } from './safetensors';

export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** The bytes of a file with the tensors in their order: float32 where every number of one has room in it, else float64. */
export function writeSafetensors(tensors: readonly TensorToWrite[]): Uint8Array {
  return assembled(tensors.map(encoded), undefined);
}

/**
 * The file with some of its tensors replaced, all others and its metadata as they were. Throws an `ImportError` where it is
 * damaged or has no tensor of a name.
 */
export function rewrittenSafetensors(file: Uint8Array, replaced: readonly TensorToWrite[]): Uint8Array {
  const tensors = readSafetensors(file);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = parseModelJson(file.subarray(8, start), 'the header');
  if (!isRecord(header)) throw corrupt('the header is not a JSON object');
  for (const { name } of replaced) {
    if (!tensors.some((tensor) => tensor.name === name)) throw corrupt(`the file no longer has the tensor “${name}”`);
  }
  const pieces = tensors.map(({ name, shape }): Encoded => {
    const other = replaced.find((tensor) => tensor.name === name);
    if (other) return encoded(other);
    const { dtype, data_offsets: offsets } = header[name] as { dtype: string; data_offsets: [number, number] };
    return { name, shape, dtype, bytes: file.subarray(start + offsets[0], start + offsets[1]) };
  });
  return assembled(pieces, header['__metadata__']);
}

interface Encoded {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly bytes: Uint8Array;
}

function encoded({ name, shape, values }: TensorToWrite): Encoded {
  const single = values.every((value) => Object.is(Math.fround(value), value));
  return { name, shape, dtype: single ? 'F32' : 'F64', bytes: littleEndian(values, single) };
}

function assembled(tensors: readonly Encoded[], metadata: unknown): Uint8Array {
  const entries: [string, unknown][] = metadata === undefined ? [] : [['__metadata__', metadata]];
  let end = 0;
  for (const { name, shape, dtype, bytes } of tensors) {
    entries.push([name, { dtype, shape, data_offsets: [end, end + bytes.length] }]);
    end += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  // Spaces up to a multiple of 8, so that the numbers are aligned.
  const length = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(text, 8);
  let at = 8 + length;
  for (const { bytes } of tensors) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function littleEndian(values: Float64Array, single: boolean): Uint8Array {
  const width = single ? 4 : 8;
  const view = new DataView(new ArrayBuffer(values.length * width));
  for (const [index, value] of values.entries()) {
    if (single) view.setFloat32(index * 4, value, true);
    else view.setFloat64(index * 8, value, true);
  }
  return new Uint8Array(view.buffer);
}
