/** Rows of numbers → the dataset: what is trained on, what is held out, and both standardised. */

import type { Pausing } from '../../core/check/steps';
import type { Dataset, Samples } from '../../core/network';
import { sharedNumbers } from '../json/sharedNumbers';
import { permutation, randomStream, SPLIT_STREAM } from '../network/random';
import type { Span } from '../problems';

/** All rows as the file has them, row-major. */
export interface FileRows extends Samples {
  readonly inputNames?: readonly string[];
  readonly classNames?: readonly string[];
}

export interface DataOptions {
  readonly standardize: boolean;
  /** 0 ≤ f < 1 */
  readonly validation: number;
  /** Where rows do not all count the same. */
  readonly weighting?: Weighting;
}

/** What the text says of the rows' weights, whatever a file beside it adds. */
export interface Weighting {
  /** Where it is said. */
  readonly span: Span;
  /** One number a row, and where they stand. */
  readonly rows?: Float64Array;
  readonly listed?: Span;
  /** One number a class. */
  readonly classes?: Float64Array;
}

/** Numbers between two pauses. */
const PIECE = 2 ** 17;

/** Splits and standardises. `rows` is taken over: its inputs may be written over. */
export function* makingDataset(
  rows: FileRows,
  { standardize, validation }: DataOptions,
  seed: number,
): Pausing<Dataset> {
  const split = validation > 0 ? splitRows(rows.count, validation, seed) : undefined;
  const { count, inputs, targets, weights } = rows;
  const isSplit = split !== undefined && split.validation.length > 0;
  const training = isSplit
    ? yield* pickRows(rows, split.training)
    : { count, inputs, targets, ...(weights && { weights }) };
  const held = isSplit ? yield* pickRows(rows, split.validation) : undefined;
  const standardization = standardize ? yield* fitStandardization(training) : undefined;
  if (standardization) {
    yield* apply(standardization, training);
    if (held) yield* apply(standardization, held);
  }
  return {
    training,
    ...(isSplit && { validation: held, trainingRows: split.training.map((row) => row + 1) }),
    ...(rows.inputNames && { inputNames: rows.inputNames }),
    ...(rows.classNames && { classNames: rows.classNames }),
    ...(standardization && { standardization }),
  };
}

function* pickRows({ count, inputs, targets, weights }: Samples, rows: Uint32Array): Pausing<Samples> {
  return {
    count: rows.length,
    inputs: yield* pick(inputs, inputs.length / count, rows),
    targets: yield* pick(targets, targets.length / count, rows),
    ...(weights && { weights: yield* pick(weights, 1, rows) }),
  };
}

function* pick(values: Float64Array, columns: number, rows: Uint32Array): Pausing<Float64Array> {
  const picked = sharedNumbers(rows.length * columns);
  yield* inPieces(rows.length, columns, (first, last) => {
    for (let at = first; at < last; at++) {
      const from = (rows[at] ?? 0) * columns;
      const to = at * columns;
      for (let column = 0; column < columns; column++) picked[to + column] = values[from + column] ?? NaN;
    }
  });
  return picked;
}

/** Hands over all rows, not too many at once: from `first` to before `last`. */
function* inPieces(rows: number, columns: number, work: (first: number, last: number) => void): Pausing<void> {
  const most = Math.ceil(PIECE / columns);
  for (let first = 0; first < rows; first += most) {
    work(first, Math.min(first + most, rows));
    yield;
  }
}

type Standardization = NonNullable<Dataset['standardization']>;

/**
 * Mean μ_j and population deviation √((1/m) Σ_s (x_sj − μ_j)²) of every input over the training rows. An input that
 * never changes has the deviation 1 instead of 0, so that it becomes 0 and not NaN.
 */
function* fitStandardization({ count, inputs }: Samples): Pausing<Standardization> {
  const columns = inputs.length / count;
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  const rest = new Float64Array(columns);
  // The second pass adds what the first has rounded off, which for an input that never changes would be its whole deviation.
  for (let pass = 0; pass < 2; pass++) {
    rest.fill(0);
    yield* inPieces(count, columns, (first, last) => {
      for (let at = first * columns; at < last * columns;) {
        for (let j = 0; j < columns; j++) rest[j] = (rest[j] ?? 0) + ((inputs[at++] ?? 0) - (mean[j] ?? 0)) / count;
      }
    });
    for (let j = 0; j < columns; j++) mean[j] = (mean[j] ?? 0) + (rest[j] ?? 0);
  }
  yield* inPieces(count, columns, (first, last) => {
    for (let at = first * columns; at < last * columns;) {
      for (let j = 0; j < columns; j++) {
        deviation[j] = (deviation[j] ?? 0) + ((inputs[at++] ?? 0) - (mean[j] ?? 0)) ** 2 / count;
      }
    }
  });
  return { mean: Array.from(mean), deviation: Array.from(deviation, (variance) => Math.sqrt(variance) || 1) };
}

function* apply({ mean, deviation }: Standardization, { count, inputs }: Samples): Pausing<void> {
  const columns = mean.length;
  yield* inPieces(count, columns, (first, last) => {
    for (let at = first * columns; at < last * columns;) {
      for (let j = 0; j < columns; j++, at++) {
        inputs[at] = ((inputs[at] ?? 0) - (mean[j] ?? 0)) / (deviation[j] ?? 1);
      }
    }
  });
}

/** Which rows are held out for validation. */
export interface Split {
  /** Row numbers from 0, each list in the file's order. */
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Holds out ⌊f·m⌋ of `rows` rows, drawn with `seed`: the first of a Fisher–Yates permutation. At least one row is left
 * to train on, since f < 1.
 */
export function splitRows(rows: number, fraction: number, seed: number): Split {
  // 0.29 · 100 is 28.999999999999996 in doubles; a person means 29.
  const held = Math.min(rows - 1, Math.floor(fraction * rows + 1e-9));
  const isHeld = new Uint8Array(rows);
  if (held > 0) {
    for (const row of permutation(randomStream(seed, SPLIT_STREAM), rows).subarray(0, held)) isHeld[row] = 1;
  }
  const split = { validation: new Uint32Array(held), training: new Uint32Array(rows - held) };
  let at = 0;
  for (let row = 0; row < rows; row++) {
    if (isHeld[row] === 1) split.validation[at++] = row;
    else split.training[row - at] = row;
  }
  return split;
}
