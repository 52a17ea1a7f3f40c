/** Tensors as a safetensors file. */

export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** The bytes of a file with the tensors in their order: float32 where every number of one has room in it, else float64. */
export function writeSafetensors(tensors: readonly TensorToWrite[]): Uint8Array {
  const header: Record<string, unknown> = {};
  const pieces: Uint8Array[] = [];
  let end = 0;
  for (const { name, shape, values } of tensors) {
    const single = values.every((value) => Object.is(Math.fround(value), value));
    const bytes = littleEndian(values, single);
    header[name] = { dtype: single ? 'F32' : 'F64', shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
    pieces.push(bytes);
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Spaces up to a multiple of 8, so that the numbers are aligned.
  const length = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(text, 8);
  let at = 8 + length;
  for (const piece of pieces) {
    file.set(piece, at);
    at += piece.length;
  }
  return file;
}

function littleEndian(values: Float64Array, single: boolean): Uint8Array {
  const width = single ? 4 : 8;
  const view = new DataView(new ArrayBuffer(values.length * width));
  for (const [index, value] of values.entries()) {
    if (single) view.setFloat32(index * 4, value, true);
    else view.setFloat64(index * 8, value, true);
  }
  return new Uint8Array(view.buffer);
}
