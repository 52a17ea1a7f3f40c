/**
 * HDF5 files (File Format Specification 3.0) as h5py writes them: groups of either kind, numbers and texts, contiguous,
 * compact or chunked. Every address and length is held against the file before it is followed.
 */

import { unzlibSync } from 'fflate';
import { ImportError, corrupt, unsupported } from './importError';
import { MOST_BYTES } from './limits';
import { ELEMENT_TYPES, denseTensor, elementCount, quoted } from './tensor';
import type { ElementType, Tensor } from './tensor';

/** True where the bytes begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const UNDEFINED = 2 ** 64;
/** How many structures are read in all: a file that refers to itself ends here. */
const MOST_READS = 200_000;
const MOST_TEXTS = 100_000;

export type Hdf5Object = Hdf5Group | Hdf5Dataset;

export interface Hdf5Group {
  readonly kind: 'group';
  readonly children: ReadonlyMap<string, () => Hdf5Object>;
  attribute(name: string): readonly string[] | undefined;
}

export interface Hdf5Dataset {
  readonly kind: 'dataset';
  readonly tensor: Tensor;
}

/** The root group of a file. Throws an `ImportError` where the file is damaged. */
export function readHdf5(bytes: Uint8Array): Hdf5Group {
  const file = new Hdf5File(bytes);
  const root = guarded(() => file.object(file.rootAddress(), '/'));
  if (root.kind !== 'group') throw corrupt('the root of the HDF5 file is not a group');
  return root;
}

/** The object at a path of names from a group, undefined where there is none. */
export function objectAt(group: Hdf5Group, path: readonly string[]): Hdf5Object | undefined {
  let current: Hdf5Object = group;
  for (const name of path) {
    const child: (() => Hdf5Object) | undefined = current.kind === 'group' ? current.children.get(name) : undefined;
    if (!child) return undefined;
    current = child();
  }
  return current;
}

function guarded<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    // Of a DataView: an address or a length that lies.
    if (error instanceof RangeError) throw corrupt('the HDF5 file is damaged or cut off');
    throw error;
  }
}

interface HeaderMessage {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  readonly shared: boolean;
}

interface Datatype {
  readonly size: number;
  /** Numbers; undefined for texts. */
  readonly element?: ElementType;
  readonly littleEndian: boolean;
  /** Texts of any length, which stand in a heap. */
  readonly variable: boolean;
}

class Hdf5File {
  private readonly view: DataView;
  private reads = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  rootAddress(): number {
    const version = this.view.getUint8(8);
    const sizes = version < 2 ? 13 : 9;
    if (this.view.getUint8(sizes) !== 8 || this.view.getUint8(sizes + 1) !== 8) {
      throw unsupported('the HDF5 file has addresses that are not of 8 bytes');
    }
    if (version < 2) return this.u64(24 + (version === 1 ? 4 : 0) + 32 + 8);
    if (version > 3) throw unsupported(`the HDF5 file has the superblock version ${String(version)}`);
    return this.u64(36);
  }

  object(address: number, path: string): Hdf5Object {
    const messages = this.header(address);
    const of = (type: number): HeaderMessage | undefined => messages.find((message) => message.type === type);
    const [space, datatype, layout] = [of(1), of(3), of(8)];
    if (space && datatype && layout) {
      return { kind: 'dataset', tensor: this.dataset(path, space, datatype, layout, of(0x0b)) };
    }
    const attributes = messages.filter(({ type }) => type === 0x0c);
    return {
      kind: 'group',
      children: this.links(messages, path),
      attribute: (name) => guarded(() => this.attribute(attributes, name)),
    };
  }

  // ── Object headers ───────────────────────────────────────────────────────────────────────────────────────────────

  private header(address: number): HeaderMessage[] {
    this.count();
    const messages: HeaderMessage[] = [];
    if (this.signature(address) === 'OHDR') this.headerV2(address, messages);
    else if (this.view.getUint8(address) === 1) {
      this.messagesV1(address + 16, address + 16 + this.view.getUint32(address + 8, true), messages);
    } else throw corrupt('an object of the HDF5 file has no header');
    return messages;
  }

  private messagesV1(start: number, end: number, messages: HeaderMessage[]): void {
    this.inside(start, end);
    for (let at = start; at + 8 <= end;) {
      this.count();
      const type = this.view.getUint16(at, true);
      const length = this.view.getUint16(at + 2, true);
      const shared = (this.view.getUint8(at + 4) & 2) !== 0;
      const body = at + 8;
      at = body + length;
      if (at > end) throw corrupt('a header of the HDF5 file is damaged');
      if (type === 0x10) {
        const next = this.u64(body);
        this.messagesV1(next, next + this.u64(body + 8), messages);
      } else messages.push({ type, start: body, end: at, shared });
    }
  }

  private headerV2(address: number, messages: HeaderMessage[]): void {
    const flags = this.view.getUint8(address + 5);
    let at = address + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const width = 2 ** (flags & 3);
    const size = this.unsigned(at, width);
    at += width;
    this.messagesV2(at, at + size, (flags & 4) !== 0, messages);
  }

  private messagesV2(start: number, end: number, ordered: boolean, messages: HeaderMessage[]): void {
    this.inside(start, end);
    for (let at = start; at + 4 <= end;) {
      this.count();
      const type = this.view.getUint8(at);
      const length = this.view.getUint16(at + 1, true);
      const shared = (this.view.getUint8(at + 3) & 2) !== 0;
      const body = at + 4 + (ordered ? 2 : 0);
      at = body + length;
      if (at > end) return; // a gap of fewer bytes than a message
      if (type === 0x10) {
        const next = this.u64(body);
        // After the signature, before the checksum.
        this.messagesV2(next + 4, next + this.u64(body + 8) - 4, ordered, messages);
      } else messages.push({ type, start: body, end: at, shared });
    }
  }

  // ── Groups ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private links(messages: readonly HeaderMessage[], path: string): Map<string, () => Hdf5Object> {
    const children = new Map<string, () => Hdf5Object>();
    const add = (name: string, address: number): void => {
      children.set(name, () => guarded(() => this.object(address, path === '/' ? name : `${path}/${name}`)));
    };
    for (const { type, start } of messages) {
      if (type === 0x11) this.tree(this.u64(start), this.heap(this.u64(start + 8)), add, 0);
      else if (type === 6) this.link(start, add);
      else if (type === 2) {
        const flags = this.view.getUint8(start + 1);
        const heap = this.u64(start + 2 + (flags & 1 ? 8 : 0));
        if (heap < UNDEFINED && heap < this.bytes.length)
          throw unsupported('the HDF5 file has a group of the dense kind');
      }
    }
    return children;
  }

  /** A node of a B-tree of version 1 over symbol tables. */
  private tree(address: number, names: (offset: number) => string, add: Add, depth: number): void {
    this.count();
    if (depth > 16 || this.signature(address) !== 'TREE' || this.view.getUint8(address + 4) !== 0) {
      throw corrupt('a group of the HDF5 file is damaged');
    }
    const level = this.view.getUint8(address + 5);
    const count = this.view.getUint16(address + 6, true);
    for (let index = 0; index < count; index++) {
      const child = this.u64(address + 24 + 8 + index * 16);
      if (level > 0) this.tree(child, names, add, depth + 1);
      else this.symbols(child, names, add);
    }
  }

  private symbols(address: number, names: (offset: number) => string, add: Add): void {
    if (this.signature(address) !== 'SNOD') throw corrupt('a group of the HDF5 file is damaged');
    const count = this.view.getUint16(address + 6, true);
    for (let index = 0; index < count; index++) {
      this.count();
      const entry = address + 8 + index * 40;
      const name = names(this.u64(entry));
      if (this.view.getUint32(entry + 16, true) === 2) throw elsewhere(name);
      add(name, this.u64(entry + 8));
    }
  }

  /** The names of a group by their offset in its local heap. */
  private heap(address: number): (offset: number) => string {
    if (this.signature(address) !== 'HEAP') throw corrupt('a group of the HDF5 file is damaged');
    const length = this.u64(address + 8);
    const start = this.u64(address + 24);
    this.inside(start, start + length);
    return (offset) => {
      if (offset >= length) throw corrupt('a name of the HDF5 file is damaged');
      return this.textUpTo(start + offset, start + length);
    };
  }

  private link(start: number, add: Add): void {
    const flags = this.view.getUint8(start + 1);
    let at = start + 2;
    const type = flags & 8 ? this.view.getUint8(at++) : 0;
    at += (flags & 4 ? 8 : 0) + (flags & 0x10 ? 1 : 0);
    const width = 2 ** (flags & 3);
    const length = this.unsigned(at, width);
    at += width;
    this.inside(at, at + length);
    const name = new TextDecoder().decode(this.bytes.subarray(at, at + length));
    if (type !== 0) throw elsewhere(name);
    add(name, this.u64(at + length));
  }

  // ── Attributes ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** The texts of an attribute; undefined where the group has none of that name, or it holds something else. */
  private attribute(messages: readonly HeaderMessage[], wanted: string): readonly string[] | undefined {
    for (const { start, end } of messages) {
      const version = this.view.getUint8(start);
      if (version < 1 || version > 3) continue;
      const lengths = [2, 4, 6].map((offset) => this.view.getUint16(start + offset, true));
      const pad = (length: number): number => (version === 1 ? Math.ceil(length / 8) * 8 : length);
      const [nameLength = 0, typeLength = 0, spaceLength = 0] = lengths;
      const name = start + 8 + (version === 3 ? 1 : 0);
      if (this.textUpTo(name, name + nameLength) !== wanted) continue;
      const type = name + pad(nameLength);
      const space = type + pad(typeLength);
      const data = space + pad(spaceLength);
      const shape = this.dataspace(space);
      const datatype = this.datatype(type, wanted);
      if (datatype.element) return undefined;
      const count = elementCount(wanted, shape);
      if (count > MOST_TEXTS || data + count * datatype.size > end)
        throw corrupt(`the attribute ${quoted(wanted)} is cut off`);
      return Array.from({ length: count }, (_, index) => {
        const at = data + index * datatype.size;
        return datatype.variable ? this.heapText(at) : this.textUpTo(at, at + datatype.size);
      });
    }
    return undefined;
  }

  /** A text of any length: its length, the address of a global heap and its number there. */
  private heapText(at: number): string {
    this.count();
    const length = this.view.getUint32(at, true);
    const heap = this.u64(at + 4);
    const wanted = this.view.getUint32(at + 12, true);
    if (length === 0) return '';
    if (this.signature(heap) !== 'GCOL') throw corrupt('a text of the HDF5 file is damaged');
    const end = heap + this.u64(heap + 8);
    this.inside(heap, end);
    for (let object = heap + 16; object + 16 <= end;) {
      this.count();
      const number = this.view.getUint16(object, true);
      const size = this.u64(object + 8);
      if (number === 0) break;
      if (number === wanted) {
        if (length > size || object + 16 + length > end) break;
        return this.textUpTo(object + 16, object + 16 + length);
      }
      object += 16 + Math.ceil(size / 8) * 8;
    }
    throw corrupt('a text of the HDF5 file is damaged');
  }

  // ── Datasets ─────────────────────────────────────────────────────────────────────────────────────────────────────

  private dataset(
    path: string,
    space: HeaderMessage,
    typeMessage: HeaderMessage,
    layout: HeaderMessage,
    filters: HeaderMessage | undefined,
  ): Tensor {
    if (typeMessage.shared) throw unsupported(`${quoted(path)} has a type that is defined elsewhere in the file`);
    const shape = this.dataspace(space.start);
    const { element, littleEndian } = this.datatype(typeMessage.start, path);
    if (!element) return { name: path, shape, type: TEXT, values: () => notNumbers(path) };
    const size = elementCount(path, shape) * element.bytes;
    const values = (): Float64Array =>
      guarded(() => {
        // Deflate makes at most 1032 bytes of one: more cannot be in the file.
        if (size > this.bytes.length * 1032) throw corrupt(`${quoted(path)} would be larger than its file`);
        if (size > MOST_BYTES) throw new ImportError('too-large', `${quoted(path)} has ${String(size)} bytes`);
        const bytes = this.stored(path, layout.start, shape, element.bytes, filters);
        return denseTensor(path, shape, element, bytes, { littleEndian }).values();
      });
    return { name: path, shape, type: element, values };
  }

  private stored(
    path: string,
    start: number,
    shape: readonly number[],
    width: number,
    filters: HeaderMessage | undefined,
  ): Uint8Array {
    const version = this.view.getUint8(start);
    const kind = this.view.getUint8(start + 1);
    if (version !== 3 && (version !== 4 || kind === 2))
      throw unsupported(`${quoted(path)} is laid out as only newer HDF5 files are (version ${String(version)})`);
    if (kind === 0) {
      const length = this.view.getUint16(start + 2, true);
      return this.slice(start + 4, length);
    }
    if (kind === 1) {
      const address = this.u64(start + 2);
      const length = this.u64(start + 10);
      const expected = shape.reduce((product, count) => product * count, width);
      // Never written: HDF5 gives zeros, and takes no room.
      if (address >= UNDEFINED) return new Uint8Array(expected);
      return this.slice(address, length);
    }
    if (kind !== 2) throw corrupt(`${quoted(path)} has no layout`);
    const rank = this.view.getUint8(start + 2) - 1;
    if (rank !== shape.length) throw corrupt(`${quoted(path)} has chunks of another shape`);
    const chunk = shape.map((_, axis) => this.view.getUint32(start + 11 + axis * 4, true));
    if (chunk.some((length) => length === 0)) throw corrupt(`${quoted(path)} has empty chunks`);
    const steps = filters ? this.filters(filters.start) : [];
    const result = new Uint8Array(shape.reduce((product, count) => product * count, width));
    const address = this.u64(start + 3);
    if (address < UNDEFINED) this.chunks(address, { path, shape, chunk, width, steps, result }, 0);
    return result;
  }

  /** A node of a B-tree of version 1 over chunks. */
  private chunks(address: number, target: Chunked, depth: number): void {
    this.count();
    const { path, shape, chunk, width, steps } = target;
    if (depth > 16 || this.signature(address) !== 'TREE' || this.view.getUint8(address + 4) !== 1) {
      throw corrupt(`${quoted(path)} is damaged`);
    }
    const level = this.view.getUint8(address + 5);
    const count = this.view.getUint16(address + 6, true);
    const keySize = 8 + 8 * (shape.length + 1);
    const full = chunk.reduce((product, length) => product * length, width);
    if (full > MOST_BYTES) throw corrupt(`${quoted(path)} has chunks that are too large`);
    for (let index = 0; index < count; index++) {
      const key = address + 24 + index * (keySize + 8);
      const child = this.u64(key + keySize);
      if (level > 0) {
        this.chunks(child, target, depth + 1);
        continue;
      }
      this.count();
      const offsets = shape.map((_, axis) => this.u64(key + 8 + axis * 8));
      let bytes = this.slice(child, this.view.getUint32(key, true));
      for (const step of [...steps].reverse()) bytes = undone(step, bytes, width, full, path);
      if (bytes.length !== full) throw corrupt(`a chunk of ${quoted(path)} has another size than it should`);
      place(bytes, offsets, target);
    }
  }

  /** The numbers of the filters that every chunk went through. */
  private filters(start: number): number[] {
    const version = this.view.getUint8(start);
    const count = this.view.getUint8(start + 1);
    let at = start + (version === 1 ? 8 : 2);
    const steps: number[] = [];
    for (let index = 0; index < count; index++) {
      const id = this.view.getUint16(at, true);
      const named = version === 1 || id >= 256;
      const nameLength = named ? this.view.getUint16(at + 2, true) : 0;
      at += named ? 4 : 2;
      const values = this.view.getUint16(at + 2, true);
      at += 4 + (version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength) + values * 4;
      if (version === 1 && values % 2 === 1) at += 4;
      steps.push(id);
    }
    return steps;
  }

  private dataspace(start: number): number[] {
    const version = this.view.getUint8(start);
    const rank = this.view.getUint8(start + 1);
    if (version !== 1 && version !== 2) throw corrupt('a shape of the HDF5 file is damaged');
    const first = start + (version === 1 ? 8 : 4);
    return Array.from({ length: rank }, (_, axis) => this.u64(first + axis * 8));
  }

  private datatype(start: number, name: string): Datatype {
    const bits = this.view.getUint8(start);
    const kind = bits & 15;
    const flags = this.view.getUint8(start + 1);
    const size = this.view.getUint32(start + 4, true);
    const littleEndian = (flags & 1) === 0;
    if (kind === 3) return { size, littleEndian, variable: false };
    if (kind === 9 && (flags & 15) === 1) return { size: 16, littleEndian, variable: true };
    const element = kind === 1 ? FLOATS[size] : kind === 0 ? (flags & 8 ? INTEGERS : NATURALS)[size] : undefined;
    // h5py's booleans are an enumeration over int8.
    if (kind === 8 && size === 1) return { size, element: ELEMENT_TYPES.bool, littleEndian: true, variable: false };
    if (!element) throw unsupported(`${quoted(name)} has an HDF5 type that is not a real number`);
    return { size, element, littleEndian, variable: false };
  }

  // ── Bytes ────────────────────────────────────────────────────────────────────────────────────────────────────────

  private count(): void {
    if (++this.reads > MOST_READS) throw corrupt('the HDF5 file refers to itself, or has too many parts');
  }

  private u64(at: number): number {
    return Number(this.view.getBigUint64(at, true));
  }

  private unsigned(at: number, width: number): number {
    if (width === 1) return this.view.getUint8(at);
    if (width === 2) return this.view.getUint16(at, true);
    return width === 4 ? this.view.getUint32(at, true) : this.u64(at);
  }

  private signature(at: number): string {
    this.inside(at, at + 4);
    return String.fromCharCode(...this.bytes.subarray(at, at + 4));
  }

  private inside(start: number, end: number): void {
    if (!(start >= 0 && end >= start && end <= this.bytes.length)) throw corrupt('the HDF5 file is damaged or cut off');
  }

  private slice(start: number, length: number): Uint8Array {
    this.inside(start, start + length);
    return this.bytes.subarray(start, start + length);
  }

  /** Up to the first zero. */
  private textUpTo(start: number, end: number): string {
    this.inside(start, end);
    const bytes = this.bytes.subarray(start, end);
    const zero = bytes.indexOf(0);
    return new TextDecoder().decode(zero < 0 ? bytes : bytes.subarray(0, zero));
  }
}

type Add = (name: string, address: number) => void;

interface Chunked {
  readonly path: string;
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  readonly width: number;
  readonly steps: readonly number[];
  readonly result: Uint8Array;
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
const TEXT: ElementType = { name: 'text', bytes: 1, kind: 'boolean', read: () => NaN };

function notNumbers(path: string): never {
  throw unsupported(`${quoted(path)} holds texts, expected numbers`);
}

function elsewhere(name: string): ImportError {
  return unsupported(`${quoted(name)} of the HDF5 file is a link to another place, which is not followed`);
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
