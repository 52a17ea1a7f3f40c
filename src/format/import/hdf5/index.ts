/**
 * HDF5 files (File Format Specification 3.0) as h5py writes them: groups of either kind, numbers and texts, contiguous,
 * compact or chunked.
 */

import { type ImportError, corrupt, unsupported } from '../importError';
import { elementCount, quoted, type Tensor } from '../tensor';
import { Hdf5Bytes, UNDEFINED, guarded } from './bytes';
import { dataset, type HeaderMessage } from './dataset';
import { dataspace, datatype } from './datatype';

/** True where the bytes begin as an HDF5 file does. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
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
  const file = new Hdf5File(new Hdf5Bytes(bytes));
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

class Hdf5File {
  constructor(private readonly file: Hdf5Bytes) {}

  rootAddress(): number {
    const version = this.file.view.getUint8(8);
    const sizes = version < 2 ? 13 : 9;
    if (this.file.view.getUint8(sizes) !== 8 || this.file.view.getUint8(sizes + 1) !== 8) {
      throw unsupported('the HDF5 file has addresses that are not of 8 bytes');
    }
    if (version < 2) return this.file.u64(24 + (version === 1 ? 4 : 0) + 32 + 8);
    if (version > 3) throw unsupported(`the HDF5 file has the superblock version ${String(version)}`);
    return this.file.u64(36);
  }

  object(address: number, path: string): Hdf5Object {
    const messages = this.header(address);
    const of = (type: number): HeaderMessage | undefined => messages.find((message) => message.type === type);
    const [space, datatype, layout] = [of(1), of(3), of(8)];
    if (space && datatype && layout) {
      return { kind: 'dataset', tensor: dataset(this.file, path, { space, datatype, layout, filters: of(0x0b) }) };
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
    this.file.count();
    const messages: HeaderMessage[] = [];
    if (this.file.signature(address) === 'OHDR') this.headerV2(address, messages);
    else if (this.file.view.getUint8(address) === 1) {
      this.messagesV1(address + 16, address + 16 + this.file.view.getUint32(address + 8, true), messages);
    } else throw corrupt('an object of the HDF5 file has no header');
    return messages;
  }

  private messagesV1(start: number, end: number, messages: HeaderMessage[]): void {
    this.file.inside(start, end);
    for (let at = start; at + 8 <= end;) {
      this.file.count();
      const type = this.file.view.getUint16(at, true);
      const length = this.file.view.getUint16(at + 2, true);
      const shared = (this.file.view.getUint8(at + 4) & 2) !== 0;
      const body = at + 8;
      at = body + length;
      if (at > end) throw corrupt('a header of the HDF5 file is damaged');
      if (type === 0x10) {
        const next = this.file.u64(body);
        this.messagesV1(next, next + this.file.u64(body + 8), messages);
      } else messages.push({ type, start: body, end: at, shared });
    }
  }

  private headerV2(address: number, messages: HeaderMessage[]): void {
    const flags = this.file.view.getUint8(address + 5);
    let at = address + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const width = 2 ** (flags & 3);
    const size = this.file.unsigned(at, width);
    at += width;
    this.messagesV2(at, at + size, (flags & 4) !== 0, messages);
  }

  private messagesV2(start: number, end: number, ordered: boolean, messages: HeaderMessage[]): void {
    this.file.inside(start, end);
    for (let at = start; at + 4 <= end;) {
      this.file.count();
      const type = this.file.view.getUint8(at);
      const length = this.file.view.getUint16(at + 1, true);
      const shared = (this.file.view.getUint8(at + 3) & 2) !== 0;
      const body = at + 4 + (ordered ? 2 : 0);
      at = body + length;
      if (at > end) return; // a gap of fewer bytes than a message
      if (type === 0x10) {
        const next = this.file.u64(body);
        // After the signature, before the checksum.
        this.messagesV2(next + 4, next + this.file.u64(body + 8) - 4, ordered, messages);
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
      if (type === 0x11) this.tree(this.file.u64(start), this.heap(this.file.u64(start + 8)), add, 0);
      else if (type === 6) this.link(start, add);
      else if (type === 2) {
        const flags = this.file.view.getUint8(start + 1);
        const heap = this.file.u64(start + 2 + (flags & 1 ? 8 : 0));
        if (heap < UNDEFINED && heap < this.file.length)
          throw unsupported('the HDF5 file has a group of the dense kind');
      }
    }
    return children;
  }

  /** A node of a B-tree of version 1 over symbol tables. */
  private tree(address: number, names: (offset: number) => string, add: Add, depth: number): void {
    this.file.count();
    if (depth > 16 || this.file.signature(address) !== 'TREE' || this.file.view.getUint8(address + 4) !== 0) {
      throw corrupt('a group of the HDF5 file is damaged');
    }
    const level = this.file.view.getUint8(address + 5);
    const count = this.file.view.getUint16(address + 6, true);
    for (let index = 0; index < count; index++) {
      const child = this.file.u64(address + 24 + 8 + index * 16);
      if (level > 0) this.tree(child, names, add, depth + 1);
      else this.symbols(child, names, add);
    }
  }

  private symbols(address: number, names: (offset: number) => string, add: Add): void {
    if (this.file.signature(address) !== 'SNOD') throw corrupt('a group of the HDF5 file is damaged');
    const count = this.file.view.getUint16(address + 6, true);
    for (let index = 0; index < count; index++) {
      this.file.count();
      const entry = address + 8 + index * 40;
      const name = names(this.file.u64(entry));
      if (this.file.view.getUint32(entry + 16, true) === 2) throw elsewhere(name);
      add(name, this.file.u64(entry + 8));
    }
  }

  /** The names of a group by their offset in its local heap. */
  private heap(address: number): (offset: number) => string {
    if (this.file.signature(address) !== 'HEAP') throw corrupt('a group of the HDF5 file is damaged');
    const length = this.file.u64(address + 8);
    const start = this.file.u64(address + 24);
    this.file.inside(start, start + length);
    return (offset) => {
      if (offset >= length) throw corrupt('a name of the HDF5 file is damaged');
      return this.file.textUpTo(start + offset, start + length);
    };
  }

  private link(start: number, add: Add): void {
    const flags = this.file.view.getUint8(start + 1);
    let at = start + 2;
    const type = flags & 8 ? this.file.view.getUint8(at++) : 0;
    at += (flags & 4 ? 8 : 0) + (flags & 0x10 ? 1 : 0);
    const width = 2 ** (flags & 3);
    const length = this.file.unsigned(at, width);
    at += width;
    const name = new TextDecoder().decode(this.file.slice(at, length));
    if (type !== 0) throw elsewhere(name);
    add(name, this.file.u64(at + length));
  }

  // ── Attributes ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** The texts of an attribute; undefined where the group has none of that name, or it holds something else. */
  private attribute(messages: readonly HeaderMessage[], wanted: string): readonly string[] | undefined {
    for (const { start, end } of messages) {
      const version = this.file.view.getUint8(start);
      if (version < 1 || version > 3) continue;
      const lengths = [2, 4, 6].map((offset) => this.file.view.getUint16(start + offset, true));
      const pad = (length: number): number => (version === 1 ? Math.ceil(length / 8) * 8 : length);
      const [nameLength = 0, typeLength = 0, spaceLength = 0] = lengths;
      const name = start + 8 + (version === 3 ? 1 : 0);
      if (this.file.textUpTo(name, name + nameLength) !== wanted) continue;
      const type = name + pad(nameLength);
      const space = type + pad(typeLength);
      const data = space + pad(spaceLength);
      const shape = dataspace(this.file, space);
      const { element, size, variable } = datatype(this.file, type, wanted);
      if (element) return undefined;
      const count = elementCount(wanted, shape);
      if (count > MOST_TEXTS || data + count * size > end) throw corrupt(`the attribute ${quoted(wanted)} is cut off`);
      return Array.from({ length: count }, (_, index) => {
        const at = data + index * size;
        return variable ? this.heapText(at) : this.file.textUpTo(at, at + size);
      });
    }
    return undefined;
  }

  /** A text of any length: its length, the address of a global heap and its number there. */
  private heapText(at: number): string {
    this.file.count();
    const length = this.file.view.getUint32(at, true);
    const heap = this.file.u64(at + 4);
    const wanted = this.file.view.getUint32(at + 12, true);
    if (length === 0) return '';
    if (this.file.signature(heap) !== 'GCOL') throw corrupt('a text of the HDF5 file is damaged');
    const end = heap + this.file.u64(heap + 8);
    this.file.inside(heap, end);
    for (let object = heap + 16; object + 16 <= end;) {
      this.file.count();
      const number = this.file.view.getUint16(object, true);
      const size = this.file.u64(object + 8);
      if (number === 0) break;
      if (number === wanted) {
        if (length > size || object + 16 + length > end) break;
        return this.file.textUpTo(object + 16, object + 16 + length);
      }
      object += 16 + Math.ceil(size / 8) * 8;
    }
    throw corrupt('a text of the HDF5 file is damaged');
  }
}

type Add = (name: string, address: number) => void;

function elsewhere(name: string): ImportError {
  return unsupported(`${quoted(name)} of the HDF5 file is a link to another place, which is not followed`);
}
