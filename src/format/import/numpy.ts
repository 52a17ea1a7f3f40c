/** NumPy's `.npy` (one array) and `.npz` (a ZIP archive of them), as `numpy.lib.format` describes them. */

import { ImportError, corrupt, unsupported } from './importError';
import { MOST_BYTES } from './limits';
import { ELEMENT_TYPES, denseTensor, elementCount, quoted } from './tensor';
import type { ElementType, Tensor } from './tensor';
import { readZip } from './zip';

/** True where the bytes begin as an `.npy` file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === 'NUMPY';
}

/** The array of an `.npy` file, of numbers or booleans. Throws an `ImportError` where it holds anything else. */
export function readNpy(bytes: Uint8Array, name = 'array'): Tensor {
  const { type, shape, start, littleEndian, columnMajor } = readHeader(bytes, name);
  return denseTensor(name, shape, type, bytes.subarray(start), { littleEndian, columnMajor });
}

/** The arrays of an `.npz` file in its order, each by its name without `.npy`. Throws an `ImportError`. */
export function readNpz(bytes: Uint8Array): Tensor[] {
  return readZip(bytes).map((entry) => {
    if (!entry.name.endsWith('.npy'))
      throw unsupported(`the archive holds ${quoted(entry.name)}, which is not a .npy file`);
    const name = entry.name.slice(0, -4);
    // What the header says is compared before the rest is inflated.
    const { type, shape, start, littleEndian, columnMajor } = readHeader(entry.head(HEADER_BYTES), name);
    const length = start + elementCount(name, shape) * type.bytes;
    if (length !== entry.size) {
      throw corrupt(`${quoted(name)} has ${String(entry.size)} bytes, expected ${String(length)} by its header`);
    }
    if (length > MOST_BYTES) throw new ImportError('too-large', `${quoted(name)} has ${String(length)} bytes`);
    const read = (): Tensor =>
      denseTensor(name, shape, type, entry.read(MOST_BYTES).subarray(start), { littleEndian, columnMajor });
    return { name, shape, type, values: () => read().values() };
  });
}

interface ArrayHeader {
  readonly type: ElementType;
  readonly shape: number[];
  /** Where the elements begin. */
  readonly start: number;
  readonly littleEndian: boolean;
  readonly columnMajor: boolean;
}

/** NumPy itself refuses headers that are longer. */
const LONGEST_HEADER = 10000;
const HEADER_BYTES = LONGEST_HEADER + 12;

function readHeader(bytes: Uint8Array, name: string): ArrayHeader {
  if (!isNpy(bytes)) throw corrupt(`${quoted(name)} does not begin as an .npy file does`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (bytes[6] ?? 0) > 1;
  const first = wide ? 12 : 10;
  if (bytes.length < first) throw corrupt(`the header of ${quoted(name)} is cut off`);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > LONGEST_HEADER || first + length > bytes.length) {
    throw corrupt(`the header of ${quoted(name)} has ${String(length)} bytes, more than there are or can be`);
  }
  const header = new TextDecoder('latin1').decode(bytes.subarray(first, first + length));
  const found = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(header);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([0-9,\s]*)\)/.exec(header)?.[1];
  if (!found || order === undefined || shape === undefined) throw corrupt(`the header of ${quoted(name)} is damaged`);
  if (found[2]) throw unsupported(`${quoted(name)} is an array of records, expected numbers`);
  return {
    ...elementType(found[1] ?? '', name),
    shape: shape
      .split(',')
      .filter((part) => part.trim() !== '')
      .map(Number),
    start: first + length,
    columnMajor: order === 'True',
  };
}

const KINDS: Readonly<Record<string, ElementType>> = {
  f8: ELEMENT_TYPES.float64,
  f4: ELEMENT_TYPES.float32,
  f2: ELEMENT_TYPES.float16,
  i8: ELEMENT_TYPES.int64,
  i4: ELEMENT_TYPES.int32,
  i2: ELEMENT_TYPES.int16,
  i1: ELEMENT_TYPES.int8,
  u8: ELEMENT_TYPES.uint64,
  u4: ELEMENT_TYPES.uint32,
  u2: ELEMENT_TYPES.uint16,
  u1: ELEMENT_TYPES.uint8,
  b1: ELEMENT_TYPES.bool,
};

function elementType(descr: string, name: string): { type: ElementType; littleEndian: boolean } {
  if (/^[|<>=]?O/.test(descr)) {
    throw unsupported(`${quoted(name)} is an array of Python objects (a pickle), which is not read; expected numbers`);
  }
  const type = Object.hasOwn(KINDS, descr.slice(1)) ? KINDS[descr.slice(1)] : undefined;
  if (!type || !/^[|<>=]/.test(descr))
    throw unsupported(`${quoted(name)} has the type ${quoted(descr)}, expected real numbers`);
  return { type, littleEndian: !descr.startsWith('>') };
}
