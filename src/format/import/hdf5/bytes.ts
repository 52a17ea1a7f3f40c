/** The bytes of an HDF5 file: every address and length is checked against the file before it is followed. */

import { corrupt } from '../importError';

/** An address that stands for none. */
export const UNDEFINED = 2 ** 64;
/** How many structures are read in all: a file that refers to itself ends here. */
const MOST_READS = 200_000;

export class Hdf5Bytes {
  readonly view: DataView;
  private reads = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  /** Counts one more structure. Throws an `ImportError` after too many. */
  count(): void {
    if (++this.reads > MOST_READS) throw corrupt('the HDF5 file refers to itself, or has too many parts');
  }

  /** An address or a length. */
  u64(at: number): number {
    return Number(this.view.getBigUint64(at, true));
  }

  /** A number of `width` bytes: 1, 2, 4 or 8. */
  unsigned(at: number, width: number): number {
    if (width === 1) return this.view.getUint8(at);
    if (width === 2) return this.view.getUint16(at, true);
    return width === 4 ? this.view.getUint32(at, true) : this.u64(at);
  }

  /** The four letters that a structure begins with. */
  signature(at: number): string {
    this.inside(at, at + 4);
    return String.fromCharCode(...this.bytes.subarray(at, at + 4));
  }

  /** Throws an `ImportError` where these bytes are not all of the file. */
  inside(start: number, end: number): void {
    if (!(start >= 0 && end >= start && end <= this.bytes.length)) throw corrupt('the HDF5 file is damaged or cut off');
  }

  slice(start: number, length: number): Uint8Array {
    this.inside(start, start + length);
    return this.bytes.subarray(start, start + length);
  }

  /** Up to the first zero. */
  textUpTo(start: number, end: number): string {
    this.inside(start, end);
    const bytes = this.bytes.subarray(start, end);
    const zero = bytes.indexOf(0);
    return new TextDecoder().decode(zero < 0 ? bytes : bytes.subarray(0, zero));
  }
}

/** What `read` gives. An address or a length that lies is an `ImportError`. */
export function guarded<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    // Of a DataView: an address or a length that lies.
    if (error instanceof RangeError) throw corrupt('the HDF5 file is damaged or cut off');
    throw error;
  }
}
