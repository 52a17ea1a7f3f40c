/** Files of a program’s own training (`.nn-run`), as the Python helper records them; its docstring describes them. */

import * as v from 'valibot';
import { MOST_IMPORTED_PARAMETERS } from './import/limits';

const MAGIC = 'GRADIENT-INSPECTOR-RUN 1\n';
/** Bytes of the header at most. */
const MOST_HEADER = 65_536;
/** Numbers of a record before its parameters: the epoch, J, and whether there are gradients. */
const BEFORE = 3;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const headerSchema = v.object({
  network: v.string(),
  unit: v.picklist(['epoch', 'step']),
  parameters: v.pipe(count, v.maxValue(MOST_IMPORTED_PARAMETERS)),
  record: count,
});

export interface RunFile {
  /** The name of the network file beside it. */
  readonly network: string;
  /** What lies between two records. */
  readonly unit: 'epoch' | 'step';
  /** How many numbers θ has. */
  readonly parameters: number;
  /** Complete records; the first is the start. */
  readonly records: number;
  /** J at a record as the program’s helper worked it out; NaN where it did not. */
  loss(record: number): number;
  theta(record: number): Float64Array;
  /** null where none was recorded. */
  gradient(record: number): Float64Array | null;
}

/**
 * Reads as far as the file goes: a record that is cut off is none. Throws an Error for people where it is no such file, or
 * its start is still being written.
 */
export function readRunFile(bytes: Uint8Array): RunFile {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length));
  if (start !== MAGIC) throw new Error(`it does not begin with the line “${MAGIC.trim()}”`);
  const end = bytes.subarray(0, MOST_HEADER).indexOf(10, MAGIC.length);
  if (end < 0) throw new Error('its header is cut off');
  const { network, unit, parameters, record } = parseHeader(bytes.subarray(MAGIC.length, end));
  if (record !== BEFORE + 2 * parameters) {
    const expected = `expected ${String(BEFORE + 2 * parameters)} for ${String(parameters)} parameters`;
    throw new Error(`its header says that a record has ${String(record)} numbers, ${expected}`);
  }
  const records = Math.floor((bytes.length - end - 1) / (8 * record));
  // A copy, since its place in the file need not be one that numbers can stand at.
  const numbers = new Float64Array(bytes.slice(end + 1, end + 1 + records * record * 8).buffer);
  for (let index = 0; index < records; index++) {
    if (numbers[index * record] === index) continue;
    throw new Error(`its record ${String(index)} is numbered ${String(numbers[index * record])}`);
  }
  const part = (index: number, from: number, length: number): Float64Array =>
    numbers.subarray(index * record + from, index * record + from + length);
  return {
    network,
    unit,
    parameters,
    records,
    loss: (index) => numbers[index * record + 1] ?? NaN,
    theta: (index) => part(index, BEFORE, parameters),
    gradient: (index) => (numbers[index * record + 2] === 1 ? part(index, BEFORE + parameters, parameters) : null),
  };
}

function parseHeader(bytes: Uint8Array): v.InferOutput<typeof headerSchema> {
  try {
    return v.parse(headerSchema, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    throw new Error(`its header is damaged: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
