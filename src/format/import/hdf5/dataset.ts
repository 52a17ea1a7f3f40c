/** Arrays of an HDF5 file: contiguous, compact, or in chunks that went through filters. */

import { unzlibSync } from 'fflate';
import { ImportError, corrupt, unsupported } from '../importError';
import { MOST_BYTES } from '../limits';
import { denseTensor, elementCount, quoted, type ElementType, type Tensor } from '../tensor';
import { UNDEFINED, guarded, type Hdf5Bytes } from './bytes';
import { dataspace, datatype as datatypeAt } from './datatype';

export interface HeaderMessage {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  readonly shared: boolean;
}

/** The messages of a header that make it a dataset. */
interface DatasetMessages {
  readonly space: HeaderMessage;
  readonly datatype: HeaderMessage;
  readonly layout: HeaderMessage;
  readonly filters: HeaderMessage | undefined;
}

interface Chunked {
  readonly path: string;
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  readonly width: number;
  readonly steps: readonly number[];
  readonly result: Uint8Array;
}

const TEXT: ElementType = { name: 'text', bytes: 1, kind: 'boolean', read: () => NaN };

/** The dataset whose header has these messages. Its numbers are read when they are asked for. */
export function dataset(file: Hdf5Bytes, path: string, { space, datatype, layout, filters }: DatasetMessages): Tensor {
  if (datatype.shared) throw unsupported(`${quoted(path)} has a type that is defined elsewhere in the file`);
  const shape = dataspace(file, space.start);
  const { element, littleEndian } = datatypeAt(file, datatype.start, path);
  if (!element) return { name: path, shape, type: TEXT, values: () => notNumbers(path) };
  const size = elementCount(path, shape) * element.bytes;
  const values = (): Float64Array =>
    guarded(() => {
      // Deflate makes at most 1032 bytes of one: more cannot be in the file.
      if (size > file.length * 1032) throw corrupt(`${quoted(path)} would be larger than its file`);
      if (size > MOST_BYTES) throw new ImportError('too-large', `${quoted(path)} has ${String(size)} bytes`);
      const bytes = stored(file, path, layout.start, shape, element.bytes, filters);
      return denseTensor(path, shape, element, bytes, { littleEndian }).values();
    });
  return { name: path, shape, type: element, values };
}

function stored(
  file: Hdf5Bytes,
  path: string,
  start: number,
  shape: readonly number[],
  width: number,
  filters: HeaderMessage | undefined,
): Uint8Array {
  const version = file.view.getUint8(start);
  const kind = file.view.getUint8(start + 1);
  if (version !== 3 && (version !== 4 || kind === 2))
    throw unsupported(`${quoted(path)} is laid out as only newer HDF5 files are (version ${String(version)})`);
  if (kind === 0) {
    const length = file.view.getUint16(start + 2, true);
    return file.slice(start + 4, length);
  }
  if (kind === 1) {
    const address = file.u64(start + 2);
    const length = file.u64(start + 10);
    const expected = shape.reduce((product, count) => product * count, width);
    // Never written: HDF5 gives zeros, and takes no room.
    if (address >= UNDEFINED) return new Uint8Array(expected);
    return file.slice(address, length);
  }
  if (kind !== 2) throw corrupt(`${quoted(path)} has no layout`);
  const rank = file.view.getUint8(start + 2) - 1;
  if (rank !== shape.length) throw corrupt(`${quoted(path)} has chunks of a different shape`);
  const chunk = shape.map((_, axis) => file.view.getUint32(start + 11 + axis * 4, true));
  if (chunk.some((length) => length === 0)) throw corrupt(`${quoted(path)} has empty chunks`);
  const steps = filters ? filtersAt(file, filters.start) : [];
  const result = new Uint8Array(shape.reduce((product, count) => product * count, width));
  const address = file.u64(start + 3);
  if (address < UNDEFINED) chunks(file, address, { path, shape, chunk, width, steps, result }, 0);
  return result;
}

/** A node of a B-tree of version 1 over chunks. */
function chunks(file: Hdf5Bytes, address: number, target: Chunked, depth: number): void {
  file.count();
  const { path, shape, chunk, width, steps } = target;
  if (depth > 16 || file.signature(address) !== 'TREE' || file.view.getUint8(address + 4) !== 1) {
    throw corrupt(`${quoted(path)} is damaged`);
  }
  const level = file.view.getUint8(address + 5);
  const count = file.view.getUint16(address + 6, true);
  const keySize = 8 + 8 * (shape.length + 1);
  const full = chunk.reduce((product, length) => product * length, width);
  if (full > MOST_BYTES) throw corrupt(`${quoted(path)} has chunks that are too large`);
  for (let index = 0; index < count; index++) {
    const key = address + 24 + index * (keySize + 8);
    const child = file.u64(key + keySize);
    if (level > 0) {
      chunks(file, child, target, depth + 1);
      continue;
    }
    file.count();
    const offsets = shape.map((_, axis) => file.u64(key + 8 + axis * 8));
    let bytes = file.slice(child, file.view.getUint32(key, true));
    for (const step of [...steps].reverse()) bytes = undone(step, bytes, width, full, path);
    if (bytes.length !== full) throw corrupt(`a chunk of ${quoted(path)} has the wrong size`);
    place(bytes, offsets, target);
  }
}

/** The numbers of the filters that every chunk went through. */
function filtersAt(file: Hdf5Bytes, start: number): number[] {
  const version = file.view.getUint8(start);
  const count = file.view.getUint8(start + 1);
  let at = start + (version === 1 ? 8 : 2);
  const steps: number[] = [];
  for (let index = 0; index < count; index++) {
    const id = file.view.getUint16(at, true);
    const named = version === 1 || id >= 256;
    const nameLength = named ? file.view.getUint16(at + 2, true) : 0;
    at += named ? 4 : 2;
    const values = file.view.getUint16(at + 2, true);
    at += 4 + (version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength) + values * 4;
    if (version === 1 && values % 2 === 1) at += 4;
    steps.push(id);
  }
  return steps;
}

function notNumbers(path: string): never {
  throw unsupported(`${quoted(path)} holds texts, expected numbers`);
}

/** What a chunk was before the filter: 1 deflate, 2 shuffle, 3 a checksum behind it. */
function undone(filter: number, bytes: Uint8Array, width: number, full: number, path: string): Uint8Array {
  if (filter === 3) return bytes.subarray(0, Math.max(0, bytes.length - 4));
  if (filter === 1) {
    try {
      return unzlibSync(bytes, { out: new Uint8Array(full) });
    } catch {
      throw corrupt(`a chunk of ${quoted(path)} cannot be inflated`);
    }
  }
  if (filter !== 2) throw unsupported(`${quoted(path)} is compressed by the HDF5 filter ${String(filter)}`);
  const count = Math.floor(bytes.length / width);
  const result = new Uint8Array(bytes.length);
  for (let index = 0; index < count; index++) {
    for (let byte = 0; byte < width; byte++) result[index * width + byte] = bytes[byte * count + index] ?? 0;
  }
  return result;
}

/** Copies what of a chunk lies inside of the array: the last ones reach past its end. */
function place(bytes: Uint8Array, offsets: readonly number[], { shape, chunk, width, result }: Chunked): void {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const copy = (axis: number, from: number, to: number): void => {
    const length = Math.min(chunk[axis] ?? 1, (shape[axis] ?? 1) - (offsets[axis] ?? 0));
    if (axis >= shape.length - 1) {
      const run = axis < shape.length ? length : 1;
      if (run > 0) result.set(bytes.subarray(from * width, (from + run) * width), (to + (offsets[axis] ?? 0)) * width);
      return;
    }
    const inner = chunk.slice(axis + 1).reduce((product, count) => product * count, 1);
    for (let index = 0; index < length; index++) {
      copy(axis + 1, from + index * inner, to + ((offsets[axis] ?? 0) + index) * (strides[axis] ?? 1));
    }
  };
  copy(0, 0, 0);
}
