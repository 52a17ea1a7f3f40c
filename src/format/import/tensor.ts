/** Arrays of numbers as other programs store them, and their elements as float64. */

import { ImportError, corrupt, unsupported } from './importError';

/** One array of a file. */
export interface Tensor {
  readonly name: string;
  /** The length of each dimension; [] is a single number. */
  readonly shape: readonly number[];
  /** How the file stores it. */
  readonly type: ElementType;
  /** Its elements row by row (the last index fastest), each the same number in float64. Decoded anew by each call. */
  values(): Float64Array;
}

/** How one element is stored. */
export interface ElementType {
  readonly name: string;
  readonly bytes: number;
  readonly kind: 'float' | 'integer' | 'boolean';
  read(view: DataView, offset: number, littleEndian: boolean): number;
}

/** The element types of NumPy, safetensors, PyTorch and ONNX that hold real numbers. */
export const ELEMENT_TYPES = {
  float64: { name: 'float64', bytes: 8, kind: 'float', read: (view, at, little) => view.getFloat64(at, little) },
  float32: { name: 'float32', bytes: 4, kind: 'float', read: (view, at, little) => view.getFloat32(at, little) },
  float16: { name: 'float16', bytes: 2, kind: 'float', read: (view, at, little) => half(view.getUint16(at, little)) },
  bfloat16: {
    name: 'bfloat16',
    bytes: 2,
    kind: 'float',
    read: (view, at, little) => brain(view.getUint16(at, little)),
  },
  int64: {
    name: 'int64',
    bytes: 8,
    kind: 'integer',
    read: (view, at, little) => exact(view.getBigInt64(at, little)),
  },
  uint64: {
    name: 'uint64',
    bytes: 8,
    kind: 'integer',
    read: (view, at, little) => exact(view.getBigUint64(at, little)),
  },
  int32: { name: 'int32', bytes: 4, kind: 'integer', read: (view, at, little) => view.getInt32(at, little) },
  uint32: { name: 'uint32', bytes: 4, kind: 'integer', read: (view, at, little) => view.getUint32(at, little) },
  int16: { name: 'int16', bytes: 2, kind: 'integer', read: (view, at, little) => view.getInt16(at, little) },
  uint16: { name: 'uint16', bytes: 2, kind: 'integer', read: (view, at, little) => view.getUint16(at, little) },
  int8: { name: 'int8', bytes: 1, kind: 'integer', read: (view, at) => view.getInt8(at) },
  uint8: { name: 'uint8', bytes: 1, kind: 'integer', read: (view, at) => view.getUint8(at) },
  bool: { name: 'bool', bytes: 1, kind: 'boolean', read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
} as const satisfies Readonly<Record<string, ElementType>>;

/** Where a tensor's elements stand: dense, in rows or (`columnMajor`, Fortran's order) the first index fastest. */
export interface TensorLayout {
  readonly littleEndian?: boolean;
  readonly columnMajor?: boolean;
}

/**
 * The tensor whose elements `bytes` hold, exactly as many as the shape says. Throws an `ImportError` where there are
 * more or fewer.
 */
export function denseTensor(
  name: string,
  shape: readonly number[],
  type: ElementType,
  bytes: Uint8Array,
  { littleEndian = true, columnMajor = false }: TensorLayout = {},
): Tensor {
  const count = elementCount(name, shape);
  if (count * type.bytes !== bytes.length) {
    const expected = `expected ${String(count * type.bytes)} for ${shapeText(shape)} of ${type.name}`;
    throw corrupt(`${quoted(name)} has ${String(bytes.length)} bytes, ${expected}`);
  }
  const values = (): Float64Array => {
    const read = decode(bytes, count, type, littleEndian);
    return columnMajor && shape.length > 1 ? rowMajor(read, shape) : read;
  };
  return { name, shape, type, values };
}

/** The number of elements. Throws an `ImportError` where it is no number that a file could hold. */
export function elementCount(name: string, shape: readonly number[]): number {
  let count = 1;
  for (const length of shape) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw corrupt(`${quoted(name)} has a dimension of ${String(length)}`);
    }
    count *= length;
  }
  // A zero among the dimensions hides how large the others are.
  if (!Number.isSafeInteger(count) || shape.length > 32) {
    throw new ImportError('too-large', `${quoted(name)} has the shape ${shapeText(shape)}`);
  }
  return count;
}

/** As in `5×4`; a single number is `()`. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? '()' : shape.slice(0, 8).join('×');
}

/** A name out of a file, in quotation marks and not longer than a line. */
export function quoted(name: string): string {
  return `“${name.length > 120 ? `${name.slice(0, 120)}…` : name}”`;
}

/** An integer past 2⁵³ would become another number. */
function exact(value: bigint): number {
  if (BigInt(Number(value)) !== value) throw unsupported(`the integer ${String(value)} is not exact in float64`);
  return Number(value);
}

/** IEEE binary16: 1 sign, 5 exponent, 10 fraction bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a float32. */
function brain(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}

function decode(bytes: Uint8Array, count: number, type: ElementType, littleEndian: boolean): Float64Array {
  // Aligned; `slice` would share the memory of a Node Buffer.
  const copied = new Uint8Array(bytes).buffer;
  if (littleEndian && type === ELEMENT_TYPES.float64) return new Float64Array(copied);
  if (littleEndian && type === ELEMENT_TYPES.float32) {
    return new Float64Array(new Float32Array(copied));
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) values[index] = type.read(view, index * type.bytes, littleEndian);
  return values;
}

/** Elements with the first index fastest, put in the order with the last fastest. */
function rowMajor(values: Float64Array, shape: readonly number[]): Float64Array {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1));
  return strided(values, 0, shape, strides);
}

/** The elements of a view into `values` row by row: element (i, j, …) stands at `offset` + i·strides[0] + j·strides[1] + … */
export function strided(
  values: Float64Array,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Float64Array {
  const result = new Float64Array(shape.reduce((product, length) => product * length, 1));
  const index = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from] ?? NaN;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis] ?? 0;
      const stride = strides[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      from += stride;
      index[axis] = next;
      if (next < length) break;
      from -= length * stride;
      index[axis] = 0;
    }
  }
  return result;
}
