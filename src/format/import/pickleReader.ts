/** The bytes of a pickle, read in order: numbers, texts and lines. A method throws an `ImportError` where they end early. */

import { corrupt } from './importError';

const LONGEST_LINE = 2 ** 16;
const LONGEST_INTEGER = 256;

export class PickleReader {
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    /** Where the next byte is. */
    public at: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Moves past `count` bytes; gives where they begin. */
  take(count: number): number {
    const start = this.at;
    if (count > this.bytes.length - start) throw corrupt('the pickle is cut off');
    this.at += count;
    return start;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  i32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  u64(): number {
    return Number(this.view.getBigUint64(this.take(8), true));
  }

  f64(): number {
    return this.view.getFloat64(this.take(8));
  }

  raw(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.raw(length));
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0 || end - this.at > LONGEST_LINE) throw corrupt('the pickle is cut off');
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  /** Little-endian, in two's complement. */
  long(length: number): number | bigint {
    if (length > LONGEST_INTEGER) throw corrupt('the pickle holds an integer of too many digits');
    const digits = this.raw(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(digits[index] ?? 0);
    if (length > 0 && (digits[length - 1] ?? 0) > 127) value -= 1n << BigInt(8 * length);
    return plain(value);
  }

  integer(text: string): number | bigint {
    if (!/^[+-]?\d{1,600}$/.test(text)) throw damaged();
    return plain(BigInt(text.replace('+', '')));
  }

  float(text: string): number {
    const value = Number(text.replace(/^([+-]?)inf$/, '$1Infinity'));
    if (Number.isNaN(value) && text !== 'nan') throw damaged();
    return value;
  }
}

function plain(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export function damaged(): Error {
  return corrupt('the pickle is damaged');
}
