/** The safetensors format: the length of a JSON header (u64), the header, the tensors' bytes without a gap. */

import { corrupt, unsupported } from './importError';
import { isRecord, parseModelJson } from './modelJson';
import { MOST_DESCRIPTION } from './limits';
import { ELEMENT_TYPES, denseTensor, quoted } from './tensor';
import type { ElementType, Tensor } from './tensor';

const TYPES: Readonly<Record<string, ElementType>> = {
  F64: ELEMENT_TYPES.float64,
  F32: ELEMENT_TYPES.float32,
  F16: ELEMENT_TYPES.float16,
  BF16: ELEMENT_TYPES.bfloat16,
  I64: ELEMENT_TYPES.int64,
  I32: ELEMENT_TYPES.int32,
  I16: ELEMENT_TYPES.int16,
  I8: ELEMENT_TYPES.int8,
  U64: ELEMENT_TYPES.uint64,
  U32: ELEMENT_TYPES.uint32,
  U16: ELEMENT_TYPES.uint16,
  U8: ELEMENT_TYPES.uint8,
  BOOL: ELEMENT_TYPES.bool,
};

/** True where the bytes begin as a safetensors file does. */
export function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length >= 10 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0;
}

/** The tensors of the file in the order of their bytes. Throws an `ImportError` where the header or a range is wrong. */
export function readSafetensors(bytes: Uint8Array): Tensor[] {
  if (bytes.length < 8) throw corrupt('the file is cut off: it has no header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const rest = bytes.length - 8;
  if (length > rest) {
    throw corrupt(
      `the header would have ${String(length)} bytes, but only ${String(rest)} follow: the file is cut off`,
    );
  }
  if (length > MOST_DESCRIPTION) throw corrupt(`the header has ${String(length)} bytes, which is too many`);
  const header = parseModelJson(bytes.subarray(8, 8 + length), 'the header');
  if (!isRecord(header)) throw corrupt('the header is not a JSON object');
  const data = bytes.subarray(8 + length);
  const ranges = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value, data.length))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const range of ranges) {
    if (range.start !== end) throw corrupt(`the bytes of ${quoted(range.name)} overlap others or leave a gap`);
    end = range.end;
  }
  if (end !== data.length) throw corrupt(`${String(data.length - end)} bytes after the last tensor belong to none`);
  return ranges.map(({ name, type, shape, start, end }) => denseTensor(name, shape, type, data.subarray(start, end)));
}

interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: number[];
  readonly start: number;
  readonly end: number;
}

function readEntry(name: string, value: unknown, bytes: number): Entry {
  if (!isRecord(value)) throw corrupt(`the header’s entry for ${quoted(name)} is not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets)) {
    throw corrupt(`the header’s entry of ${quoted(name)} lacks dtype, shape or data_offsets`);
  }
  const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
  if (!type) throw unsupported(`${quoted(name)} has the type ${quoted(dtype)}, expected real numbers`);
  const [start, end] = offsets;
  if (offsets.length !== 2 || start === undefined || end === undefined || start > end || end > bytes) {
    throw corrupt(`the bytes of ${quoted(name)} (${offsets.join('–')}) are not all in the file: it is cut off`);
  }
  return { name, type, shape, start, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}
