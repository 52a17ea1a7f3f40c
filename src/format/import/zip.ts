/**
 * ZIP archives (APPNOTE 6.3, with ZIP64), stored or deflated. Sizes are those of the central directory; nothing is
 * inflated beyond them, and nothing before it is asked for.
 */

import { Inflate } from 'fflate';
import { ImportError, corrupt, unsupported } from './importError';
import { quoted } from './tensor';

export interface ZipEntry {
  readonly name: string;
  /** Inflated, in bytes. */
  readonly size: number;
  /** The content; throws an `ImportError` where it is damaged or larger than `limit` bytes. */
  read(limit: number): Uint8Array;
  /** At least the first `count` bytes, where there are as many. Neither complete nor checked. */
  head(count: number): Uint8Array;
}

/** True where the bytes begin as an archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_ENTRIES = 65536;

/** The entries of an archive in the order of its directory, folders left out. Throws an `ImportError` where it is damaged. */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { start, count } = directory(view);
  if (count > MOST_ENTRIES) throw new ImportError('too-large', `the archive has ${String(count)} files`);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let packed = 0;
  let at = start;
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY) throw damaged();
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > bytes.length) throw damaged();
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const sizes = {
      size: view.getUint32(at + 24, true),
      packed: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    };
    widen(view, at + 46 + nameLength, extraLength, sizes);
    packed += sizes.packed;
    // Entries that share their bytes are how a small archive claims to hold a large one.
    if (packed > bytes.length) throw damaged();
    if (names.has(name)) throw corrupt(`the archive has ${quoted(name)} twice`);
    names.add(name);
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const sum = view.getUint32(at + 16, true);
    if (!name.endsWith('/')) entries.push(entry(bytes, view, { name, ...sizes, flags, method, sum }));
    at = next;
  }
  return entries;
}

interface EntryRecord {
  readonly name: string;
  readonly size: number;
  readonly packed: number;
  readonly offset: number;
  readonly flags: number;
  readonly method: number;
  readonly sum: number;
}

function entry(bytes: Uint8Array, view: DataView, record: EntryRecord): ZipEntry {
  const { name, size, packed, offset, flags, method, sum } = record;
  const content = (): Uint8Array => {
    if (flags & 1) throw unsupported(`${quoted(name)} is encrypted`);
    if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL) throw damaged();
    const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
    if (start + packed > bytes.length) throw corrupt(`${quoted(name)} is cut off`);
    return bytes.subarray(start, start + packed);
  };
  const unpack = (atMost: number): Uint8Array => {
    const body = content();
    // Deflate makes at most 1032 bytes of one.
    if (size > body.length * 1032) throw corrupt(`${quoted(name)} would have ${String(size)} bytes, which it cannot`);
    if (method === 8) return inflated(body, name, size, atMost);
    if (method !== 0) throw unsupported(`${quoted(name)} is compressed by method ${String(method)}`);
    if (body.length !== size)
      throw corrupt(`${quoted(name)} has ${String(body.length)} bytes, expected ${String(size)}`);
    return body;
  };
  return {
    name,
    size,
    head: (count) => unpack(Math.min(count, size)),
    read(limit) {
      if (size > limit) {
        const message = `${quoted(name)} has ${String(size)} bytes, expected at most ${String(limit)}`;
        throw new ImportError('too-large', message);
      }
      const body = unpack(size);
      if (crc32(body) !== sum) throw corrupt(`${quoted(name)} is damaged: its checksum differs`);
      return body;
    },
  };
}

/** The first `atMost` bytes of `size`, or a few more; all of them have to be there where `atMost` is `size`. */
function inflated(packed: Uint8Array, name: string, size: number, atMost: number): Uint8Array {
  const result = new Uint8Array(atMost);
  let length = 0;
  let ended = false;
  const stream = new Inflate((chunk, final) => {
    if (length + chunk.length > size) throw corrupt(`${quoted(name)} has more than its ${String(size)} bytes`);
    result.set(chunk.subarray(0, Math.max(0, atMost - length)), length);
    length = Math.min(size, length + chunk.length);
    ended = final;
  });
  try {
    for (let at = 0; at < packed.length && !ended && (length < atMost || atMost === size); at += PIECE) {
      stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
    }
  } catch (error) {
    throw error instanceof ImportError ? error : corrupt(`${quoted(name)} is damaged: it cannot be inflated`);
  }
  if (length < atMost) throw corrupt(`${quoted(name)} has ${String(length)} bytes, expected ${String(size)}`);
  return result;
}

/** So that a lie about the size is found after at most 1032 times as many bytes. */
const PIECE = 8192;

function directory(view: DataView): { start: number; count: number } {
  const last = view.byteLength - 22;
  let end = last;
  while (end >= 0 && end > last - 65536 && view.getUint32(end, true) !== END) end--;
  if (end < 0 || view.getUint32(end, true) !== END) throw corrupt('the archive has no directory: the file is cut off');
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (count !== 0xffff && start !== 0xffffffff) return { start, count };
  if (end < 20 || view.getUint32(end - 20, true) !== LOCATOR_64) throw damaged();
  const end64 = Number(view.getBigUint64(end - 12, true));
  if (end64 + 56 > view.byteLength || view.getUint32(end64, true) !== END_64) throw damaged();
  return { count: Number(view.getBigUint64(end64 + 32, true)), start: Number(view.getBigUint64(end64 + 48, true)) };
}

/** Takes from the ZIP64 field what had no room in 32 bits, in the order that the specification gives. */
function widen(
  view: DataView,
  start: number,
  length: number,
  sizes: { size: number; packed: number; offset: number },
): void {
  for (let at = start; at + 4 <= start + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(at + 4 + view.getUint16(at + 2, true), start + length);
    let field = at + 4;
    for (const key of ['size', 'packed', 'offset'] as const) {
      if (sizes[key] !== 0xffffffff) continue;
      if (field + 8 > end) throw damaged();
      sizes[key] = Number(view.getBigUint64(field, true));
      field += 8;
    }
    return;
  }
}

function crc32(bytes: Uint8Array): number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0);
  return ~sum >>> 0;
}

function damaged(): ImportError {
  return corrupt('the archive’s directory is damaged');
}
