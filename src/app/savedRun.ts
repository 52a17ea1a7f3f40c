import * as v from 'valibot';
import { METRICS, type EpochRows, type Metric } from '../core/epochs';
import type { Dataset, Samples } from '../core/network';
import { CAUSE_CODES } from '../core/doctor/finding';
import type { RunFinding, RunOutcome, RunStart } from '../protocol';

/** What of a training run outlives the extension host. */
export interface RunRecord {
  /** The epoch that `theta` is the state after; none of `rows` is after it. */
  readonly epoch: number;
  readonly theta: Float64Array;
  /** Where the run was on: what a worker takes it up from. */
  readonly state: Float64Array | null;
  /** Where it had ended: how. */
  readonly outcome: RunOutcome | null;
  readonly totalEpochs: number;
  readonly findings: readonly RunFinding[];
  readonly rows: EpochRows;
  readonly starts: readonly RunStart[];
}

/** A run together with what it was a run of. */
export interface SavedRun extends RunRecord {
  readonly uri: string;
  /** The text that its network was read from. */
  readonly text: string;
  /** `sumOf` its data. */
  readonly dataSum: number;
}

/** A larger one is not saved. */
const MOST_BYTES = 64 * 2 ** 20;
const VERSION = 2;
/** Bytes of the SHA-256 digest that a file begins with: that of all bytes after it. */
const DIGEST = 32;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const rate = v.object({ step: count, learningRate: v.pipe(v.number(), v.finite()) });
/** A line of JSON behind the digest; `numbers` are the lengths of what comes after it, in its order. */
const headSchema = v.object({
  version: v.literal(VERSION),
  uri: v.string(),
  text: v.string(),
  dataSum: v.number(),
  epoch: count,
  outcome: v.nullable(
    v.object({
      kind: v.picklist(['epochs', 'loss', 'gradientNorm', 'patience', 'diverged', 'cancelled', 'failed']),
      message: v.string(),
    }),
  ),
  totalEpochs: count,
  findings: v.array(
    v.object({
      code: v.picklist(CAUSE_CODES),
      epoch: count,
      layer: v.optional(count),
      units: v.array(count),
      message: v.string(),
    }),
  ),
  starts: v.array(v.object({ id: count, epoch: count, learningRates: v.array(rate) })),
  numbers: v.array(count),
});

/** The run as bytes: a digest, a line of JSON, then its numbers. Undefined where they would be too many. */
export async function encodeRun(run: SavedRun): Promise<Uint8Array | undefined> {
  const { theta, state, rows, starts, ...rest } = run;
  const numbers = [
    theta,
    state ?? new Float64Array(0),
    ...starts.map((start) => start.theta),
    rows.epochs,
    ...METRICS.map((metric) => rows[metric]),
  ];
  const head = {
    ...rest,
    version: VERSION,
    starts: starts.map(({ theta: _, ...start }) => start),
    numbers: numbers.map(({ length }) => length),
  };
  const line = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
  const size = numbers.reduce((sum, { byteLength }) => sum + byteLength, DIGEST + line.length);
  if (size > MOST_BYTES) return undefined;
  const bytes = new Uint8Array(size);
  bytes.set(line, DIGEST);
  let at = DIGEST + line.length;
  for (const { buffer, byteOffset, byteLength } of numbers) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  bytes.set(await digestOf(bytes));
  return bytes;
}

/** The inverse of `encodeRun`; undefined where the bytes are not exactly what it wrote. */
export async function decodeRun(bytes: Uint8Array): Promise<SavedRun | undefined> {
  const digest = await digestOf(bytes);
  if (bytes.length < DIGEST || digest.some((byte, k) => byte !== bytes[k])) return undefined;
  const end = bytes.indexOf(0x0a, DIGEST);
  const head = v.safeParse(headSchema, parsed(new TextDecoder().decode(bytes.subarray(DIGEST, Math.max(end, DIGEST)))));
  if (!head.success) return undefined;
  const { version: _, starts, numbers: lengths, ...rest } = head.output;
  const arrays: Float64Array[] = [];
  let at = end + 1;
  for (const length of lengths) {
    const next = at + length * Float64Array.BYTES_PER_ELEMENT;
    if (next > bytes.length) return undefined;
    // Not `bytes.slice`: a Buffer's shares its memory.
    arrays.push(new Float64Array(bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + next)));
    at = next;
  }
  const [theta, state, ...others] = arrays;
  const startThetas = others.splice(0, starts.length);
  const [epochs, ...columns] = others;
  if (at !== bytes.length || !theta || !state || !epochs || columns.length !== METRICS.length) return undefined;
  const rows = { epochs, ...(Object.fromEntries(METRICS.map((metric, k) => [metric, columns[k]])) as Columns) };
  const run = {
    ...rest,
    theta,
    state: state.length > 0 ? state : null,
    rows,
    starts: starts.map((start, k) => ({ ...start, theta: startThetas[k] ?? theta })),
  };
  return isSound(run) ? run : undefined;
}

async function digestOf(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes.subarray(DIGEST))));
}

type Columns = Record<Metric, Float64Array>;

function isSound({ theta, rows, epoch, starts }: SavedRun): boolean {
  const { epochs } = rows;
  return (
    theta.every(Number.isFinite) &&
    epochs.length > 0 &&
    (epochs.at(-1) ?? NaN) <= epoch &&
    epochs.every((value, row) => Number.isSafeInteger(value) && value > (epochs[row - 1] ?? -1)) &&
    METRICS.every((metric) => rows[metric].length === 0 || rows[metric].length === epochs.length) &&
    starts.length > 0 &&
    starts.every((start) => start.theta.length === theta.length && start.epoch <= epoch)
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One number for all numbers of the data: other data, most likely another (FNV-1a over their 32-bit words). */
export function sumOf(data: Dataset | undefined): number {
  let sum = 0x811c9dc5;
  const add = (values: Float64Array): void => {
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let k = 0; k < words.length; k++) sum = Math.imul(sum ^ (words[k] ?? 0), 0x01000193);
  };
  const addAll = (samples: Samples | undefined): void => {
    if (!samples) return;
    add(samples.inputs);
    add(samples.targets);
  };
  addAll(data?.training);
  addAll(data?.validation);
  return sum >>> 0;
}
