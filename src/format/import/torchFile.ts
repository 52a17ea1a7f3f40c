/** PyTorch's `.pt` and `.pth`: a pickle and the storages of its tensors, in a ZIP archive or, before 1.6, one after the other. */

import { corrupt } from './importError';
import { MOST_BYTES, MOST_DESCRIPTION } from './limits';
import { readPickle } from './pickle';
import { PersistentId, PickleGlobal, PickleObject, type PickleValue } from './pickleValue';
import { ELEMENT_TYPES, quoted, type ElementType } from './tensor';
import { isZip, readZip } from './zip';

/** True where the bytes begin with PyTorch's own pickle, as files before 1.6 do. */
export function isLegacyTorch(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/** `True` where an archive holds what PyTorch puts there. */
export function isTorchArchive(bytes: Uint8Array): boolean {
  return isZip(bytes) && readZip(bytes).some(({ name }) => name === 'data.pkl' || name.endsWith('/data.pkl'));
}

/** PROTO 2, LONG1 of ten bytes: 0x1950a86a20f9469cfc6c. */
const MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/** The bytes of a storage by its key. */
export interface Storages {
  bytes(key: string): Uint8Array;
  readonly littleEndian: boolean;
}

interface Opened {
  readonly root: PickleValue;
  readonly storages: Storages;
}

/** The pickled object of a file, and its storages. Throws an `ImportError`. */
export function openTorch(bytes: Uint8Array): Opened {
  return isZip(bytes) ? readArchive(bytes) : readLegacy(bytes);
}

function readArchive(bytes: Uint8Array): Opened {
  const entries = new Map(readZip(bytes).map((entry) => [entry.name, entry]));
  const pickle = [...entries.keys()].find((name) => name === 'data.pkl' || name.endsWith('/data.pkl'));
  if (pickle === undefined) throw corrupt('the archive has no data.pkl: it is not one of PyTorch');
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`)?.read(64);
  const storages: Storages = {
    littleEndian: !order || new TextDecoder().decode(order).trim() !== 'big',
    bytes(key) {
      const entry = entries.get(`${folder}data/${key}`);
      if (!entry) throw corrupt(`the archive lacks the storage ${quoted(key)}`);
      return entry.read(MOST_BYTES);
    },
  };
  const { value } = readPickle(entries.get(pickle)?.read(MOST_DESCRIPTION) ?? new Uint8Array());
  return { root: value, storages };
}

/** Four pickles (magic number, protocol, system, object), the storages' keys, then each storage's length and bytes. */
function readLegacy(bytes: Uint8Array): Opened {
  let at = 0;
  const next = (): PickleValue => {
    const { value, end } = readPickle(bytes, at);
    at = end;
    return value;
  };
  next();
  next();
  const system = next();
  const root = next();
  const keys = next();
  if (!Array.isArray(keys)) throw corrupt('the list of storages is damaged');
  const sizes = storageSizes(root);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = new Map<PickleValue, { start: number; end: number }>();
  for (const key of keys) {
    if (at + 8 > bytes.length) throw corrupt('the file is cut off among its storages');
    const count = Number(view.getBigInt64(at, true));
    const size = sizes.get(key) ?? 0;
    const start = at + 8;
    const end = start + count * size;
    if (count < 0 || end > bytes.length || size === 0) throw corrupt('the file is cut off among its storages');
    places.set(key, { start, end });
    at = end;
  }
  const littleEndian = !(system instanceof Map) || system.get('little_endian') !== false;
  return {
    root,
    storages: {
      littleEndian,
      bytes(key) {
        const place = places.get(key);
        if (!place) throw corrupt(`the file lacks the storage ${quoted(key)}`);
        return bytes.subarray(place.start, place.end);
      },
    },
  };
}

/** How long one element of each storage is, which stands only where the tensors name it. */
function storageSizes(root: PickleValue): Map<PickleValue, number> {
  const sizes = new Map<PickleValue, number>();
  visit(root, (value) => {
    const storage = value instanceof PersistentId ? storageOf(value) : undefined;
    if (storage) sizes.set(storage.key, storage.type.bytes);
  });
  return sizes;
}

/** Every value that `root` holds, each once, however it is nested. */
function visit(root: PickleValue, see: (value: PickleValue) => void): void {
  const seen = new Set<PickleValue>();
  const open: PickleValue[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    see(value);
    if (Array.isArray(value)) for (const item of value) open.push(item);
    else if (value instanceof Map) for (const [key, item] of value) open.push(key, item);
    else if (value instanceof PersistentId) open.push(value.id);
    else if (value instanceof PickleObject) {
      for (const item of value.args) open.push(item);
      for (const item of value.items.values()) open.push(item);
      open.push(value.state);
    }
  }
}

const STORAGE_TYPES: Readonly<Record<string, ElementType>> = {
  DoubleStorage: ELEMENT_TYPES.float64,
  FloatStorage: ELEMENT_TYPES.float32,
  HalfStorage: ELEMENT_TYPES.float16,
  BFloat16Storage: ELEMENT_TYPES.bfloat16,
  LongStorage: ELEMENT_TYPES.int64,
  IntStorage: ELEMENT_TYPES.int32,
  ShortStorage: ELEMENT_TYPES.int16,
  CharStorage: ELEMENT_TYPES.int8,
  ByteStorage: ELEMENT_TYPES.uint8,
  BoolStorage: ELEMENT_TYPES.bool,
};

/** What a persistent id says of its storage; undefined where it is none. */
export function storageOf({ id }: PersistentId): { key: string; type: ElementType; count: number } | undefined {
  if (!Array.isArray(id) || id[0] !== 'storage') return undefined;
  const [, of, key, , count] = id;
  const name = of instanceof PickleGlobal ? of.name : '';
  const type = Object.hasOwn(STORAGE_TYPES, name) ? STORAGE_TYPES[name] : undefined;
  if (!type || typeof key !== 'string' || typeof count !== 'number') return undefined;
  return { key, type, count };
}
