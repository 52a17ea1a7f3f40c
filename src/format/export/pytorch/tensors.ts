/** Blocks of numbers for a script: written out where they are few, in a file beside it where they are many. */

import { pythonNumber } from '../../../core/functions';

/** Numbers that are written out in the script at most. */
const MOST_WRITTEN = 20_000;
const ROW_WIDTH = 110;

/** Every tensor of one script, in the order in which they are asked for. */
export class Tensors {
  private readonly stored: Float64Array[] = [];
  private offset = 0;
  private readonly written: boolean;

  /** `count` numbers are to come in all; `alone`: all are written out, however many. */
  constructor(count: number, alone: boolean) {
    this.written = alone || count <= MOST_WRITTEN;
  }

  /** The expression for `values` as a tensor of rows (or, without `columns`, of numbers). */
  add(values: Float64Array, columns?: number): string {
    if (this.written) return `torch.tensor(${columns === undefined ? list(values) : rows(values, columns)})`;
    const [from, to] = [this.offset, this.offset + values.length];
    this.stored.push(values);
    this.offset = to;
    const shape = columns === undefined ? '' : `.reshape(-1, ${String(columns)})`;
    return `stored[${String(from)}:${String(to)}]${shape}`;
  }

  /** The file beside the script: float64, the lowest byte first. Undefined where there is none. */
  file(): Uint8Array | undefined {
    if (this.written) return undefined;
    const bytes = new DataView(new ArrayBuffer(this.offset * 8));
    let at = 0;
    for (const values of this.stored) {
      for (const value of values) {
        bytes.setFloat64(at, value, true);
        at += 8;
      }
    }
    return new Uint8Array(bytes.buffer);
  }
}

function rows(values: Float64Array, columns: number): string {
  const lines: string[] = [];
  for (let at = 0; at < values.length; at += columns) lines.push(`    ${list(values.subarray(at, at + columns))},`);
  return `[\n${lines.join('\n')}\n]`;
}

function list(values: Float64Array): string {
  const lines = [''];
  for (const value of values) {
    const text = `${pythonNumber(value)}, `;
    const last = lines.length - 1;
    if ((lines[last] ?? '').length + text.length > ROW_WIDTH) lines.push(text);
    else lines[last] = (lines[last] ?? '') + text;
  }
  return `[${lines
    .map((line) => line.trimEnd())
    .join('\n     ')
    .replace(/,$/, '')}]`;
}
