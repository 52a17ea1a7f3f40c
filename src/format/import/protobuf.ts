/** The wire format of Protocol Buffers: a message as its fields by number, read on demand. */

import { corrupt } from './importError';

/** The value of one field as it stands on the wire: a varint, 4 or 8 bytes, or a run of bytes. */
export type FieldValue =
  | { readonly wire: 'varint'; readonly value: bigint }
  | { readonly wire: 'fixed' | 'bytes'; readonly bytes: Uint8Array };

/** The fields of a message, each in the order of the file. Throws an `ImportError` where the bytes are no message. */
export class Message {
  private readonly fields = new Map<number, FieldValue[]>();

  constructor(bytes: Uint8Array) {
    const reader = new WireReader(bytes);
    while (!reader.ended) {
      const tag = reader.varint();
      const number = Number(tag >> 3n);
      const wire = Number(tag & 7n);
      if (number < 1 || number > 2 ** 29) throw damaged();
      const list = this.fields.get(number);
      const field = readField(reader, wire);
      if (list) list.push(field);
      else this.fields.set(number, [field]);
    }
  }

  /** Every message of a repeated field. */
  messages(number: number): Message[] {
    return this.runs(number).map((bytes) => new Message(bytes));
  }

  message(number: number): Message | undefined {
    return this.messages(number).at(-1);
  }

  /** Every run of bytes of a field; none where it holds numbers. */
  runs(number: number): Uint8Array[] {
    return (this.fields.get(number) ?? []).map((field) => {
      if (field.wire !== 'bytes') throw damaged();
      return field.bytes;
    });
  }

  bytes(number: number): Uint8Array | undefined {
    return this.runs(number).at(-1);
  }

  texts(number: number): string[] {
    return this.runs(number).map((bytes) => new TextDecoder().decode(bytes));
  }

  text(number: number): string {
    return this.texts(number).at(-1) ?? '';
  }

  /** Signed 64-bit integers, packed or not. */
  integers(number: number): number[] {
    const values: number[] = [];
    for (const field of this.fields.get(number) ?? []) {
      if (field.wire === 'varint') values.push(signed(field.value));
      else if (field.wire === 'bytes') {
        const reader = new WireReader(field.bytes);
        while (!reader.ended) values.push(signed(reader.varint()));
      } else throw damaged();
    }
    return values;
  }

  integer(number: number): number | undefined {
    return this.integers(number).at(-1);
  }

  /** Floats of 4 or doubles of 8 bytes, packed or not. */
  floats(number: number, size: 4 | 8): number[] {
    const values: number[] = [];
    for (const field of this.fields.get(number) ?? []) {
      if (field.wire === 'varint' || field.bytes.length % size !== 0) throw damaged();
      const view = new DataView(field.bytes.buffer, field.bytes.byteOffset, field.bytes.byteLength);
      for (let at = 0; at < view.byteLength; at += size) {
        values.push(size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
      }
    }
    return values;
  }

  has(number: number): boolean {
    return this.fields.has(number);
  }
}

class WireReader {
  private at = 0;

  constructor(private readonly buffer: Uint8Array) {}

  get ended(): boolean {
    return this.at >= this.buffer.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.buffer[this.at++];
      if (byte === undefined) throw damaged();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw damaged();
  }

  take(length: number): Uint8Array {
    const start = this.at;
    if (length > this.buffer.length - start)
      throw corrupt('a field has more bytes than there are: the file is cut off');
    this.at += length;
    return this.buffer.subarray(start, this.at);
  }
}

function readField(reader: WireReader, wire: number): FieldValue {
  if (wire === 0) return { wire: 'varint', value: reader.varint() };
  if (wire === 1) return { wire: 'fixed', bytes: reader.take(8) };
  if (wire === 5) return { wire: 'fixed', bytes: reader.take(4) };
  if (wire === 2) return { wire: 'bytes', bytes: reader.take(Number(reader.varint())) };
  throw damaged();
}

function signed(value: bigint): number {
  return Number(BigInt.asIntN(64, value));
}

function damaged(): Error {
  return corrupt('the bytes are not a Protocol Buffers message');
}
