/** Shapes and types of what an HDF5 file holds. */

import { corrupt, unsupported } from '../importError';
import { ELEMENT_TYPES, quoted, type ElementType } from '../tensor';
import type { Hdf5Bytes } from './bytes';

export interface Datatype {
  readonly size: number;
  /** Numbers; undefined for texts. */
  readonly element?: ElementType;
  readonly littleEndian: boolean;
  /** Texts of any length, which stand in a heap. */
  readonly variable: boolean;
}

const FLOATS: Readonly<Record<number, ElementType>> = {
  2: ELEMENT_TYPES.float16,
  4: ELEMENT_TYPES.float32,
  8: ELEMENT_TYPES.float64,
};
const INTEGERS: Readonly<Record<number, ElementType>> = {
  1: ELEMENT_TYPES.int8,
  2: ELEMENT_TYPES.int16,
  4: ELEMENT_TYPES.int32,
  8: ELEMENT_TYPES.int64,
};
const NATURALS: Readonly<Record<number, ElementType>> = {
  1: ELEMENT_TYPES.uint8,
  2: ELEMENT_TYPES.uint16,
  4: ELEMENT_TYPES.uint32,
  8: ELEMENT_TYPES.uint64,
};

/** The shape of a dataset or an attribute. */
export function dataspace(file: Hdf5Bytes, start: number): number[] {
  const version = file.view.getUint8(start);
  const rank = file.view.getUint8(start + 1);
  if (version !== 1 && version !== 2) throw corrupt('a shape of the HDF5 file is damaged');
  const first = start + (version === 1 ? 8 : 4);
  return Array.from({ length: rank }, (_, axis) => file.u64(first + axis * 8));
}

/** The type of its elements. Throws an `ImportError` for one that is neither a real number nor a text. */
export function datatype(file: Hdf5Bytes, start: number, name: string): Datatype {
  const bits = file.view.getUint8(start);
  const kind = bits & 15;
  const flags = file.view.getUint8(start + 1);
  const size = file.view.getUint32(start + 4, true);
  const littleEndian = (flags & 1) === 0;
  if (kind === 3) return { size, littleEndian, variable: false };
  if (kind === 9 && (flags & 15) === 1) return { size: 16, littleEndian, variable: true };
  const element = kind === 1 ? FLOATS[size] : kind === 0 ? (flags & 8 ? INTEGERS : NATURALS)[size] : undefined;
  // h5py's booleans are an enumeration over int8.
  if (kind === 8 && size === 1) return { size, element: ELEMENT_TYPES.bool, littleEndian: true, variable: false };
  if (!element) throw unsupported(`${quoted(name)} has an HDF5 type that is not a real number`);
  return { size, element, littleEndian, variable: false };
}
