/** What a network makes of its data, compared with the targets: outputs, errors, and where targets are classes, who is taken for whom. */

import { forward, inputsOf } from './backprop';
import { classOf, targetsAreClasses } from './classes';
import type { Dataset, Network, Objective } from './network';

/** Rows with their targets and outputs. Row-major. */
export interface PredictedRows {
  /** Which rows they are, from 1. */
  readonly samples: Float64Array;
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
  readonly outputs: Float64Array;
}

/** The predictions of the training rows, or of those held out. */
export interface SetPredictions {
  /** All rows; `rows` may be fewer. */
  readonly count: number;
  /** How many rows of class i are taken for class k, at i · classes + k; null where targets are no classes, or too many. */
  readonly confusion: Float64Array | null;
  /** (1/m) Σ_s (a_k − y_k)² of each output. */
  readonly meanSquares: Float64Array;
  /** The least and the greatest value of each of the first two inputs, in turn. */
  readonly inputRanges: Float64Array;
  readonly rows: PredictedRows;
}

export interface Predictions {
  /** Of two for a single output, else one for each; null where targets are no classes. */
  readonly classes: number | null;
  readonly training: SetPredictions;
  readonly validation: SetPredictions | null;
}

/** Classes beyond which a table of who is taken for whom is not read any more. */
const MOST_CLASSES = 100;
/** Multiply-adds between two steps, about a millisecond. */
const WORK = 2 ** 18;

/**
 * The outputs over all rows of both sets, counted, and `most` of them (spread evenly) themselves. The rows' inputs come
 * along where there are one or two: more cannot be drawn.
 */
export function* predicting(
  network: Network,
  theta: Float64Array,
  { training, validation }: Dataset,
  most: number,
): Generator<void, Predictions> {
  const units = network.layers.at(-1)?.units ?? 0;
  const areClasses = [training, ...(validation ? [validation] : [])].every((set) => targetsAreClasses(network, set));
  const classes = areClasses ? Math.max(2, units) : null;
  return {
    classes,
    training: yield* predictingSet({ network, theta, samples: training }, most, classes),
    validation: validation ? yield* predictingSet({ network, theta, samples: validation }, most, classes) : null,
  };
}

/** a^(L) of each row of `inputs` (s_1 numbers a row), row-major. */
export function* outputsAt(network: Network, theta: Float64Array, inputs: Float64Array): Generator<void, Float64Array> {
  const [s1, sL] = [network.layers[0]?.units ?? 1, network.layers.at(-1)?.units ?? 0];
  const outputs = new Float64Array((inputs.length / s1) * sL);
  const cost = passCost(network);
  let pass: ReturnType<typeof forward> | undefined;
  let work = 0;
  for (let row = 0; row * s1 < inputs.length; row++) {
    pass = forward(network, theta, inputs.subarray(row * s1, (row + 1) * s1), pass);
    outputs.set(pass.a.at(-1) ?? [], row * sL);
    work += cost;
    if (work > WORK) {
      work = 0;
      yield;
    }
  }
  return outputs;
}

/** What one forward pass costs, in multiply-adds: an activation is worth a dozen of them. */
export function passCost({ layers, theta }: Network): number {
  return theta.length + 12 * layers.slice(1).reduce((sum, { units }) => sum + units, 0);
}

function* predictingSet(
  { network, theta, samples: set }: Objective,
  most: number,
  classes: number | null,
): Generator<void, SetPredictions> {
  const units = network.layers.at(-1)?.units ?? 0;
  const confusion = classes !== null && classes <= MOST_CLASSES ? new Float64Array(classes * classes) : null;
  const squares = new Float64Array(units);
  const chosen = spreadRows(set.count, most);
  const outputs = new Float64Array(chosen.length * units);
  const cost = passCost(network);
  let next = 0;
  let pass: ReturnType<typeof forward> | undefined;
  let work = 0;
  for (let sample = 1; sample <= set.count; sample++) {
    pass = forward(network, theta, inputsOf(network, set, sample), pass);
    const a = pass.a.at(-1) ?? new Float64Array(units);
    const y = (sample - 1) * units;
    for (let k = 0; k < units; k++) squares[k] = (squares[k] ?? 0) + ((a[k] ?? NaN) - (set.targets[y + k] ?? NaN)) ** 2;
    if (confusion && classes !== null) {
      const cell = classOf(set.targets, y, units) * classes + classOf(a, 0, units);
      confusion[cell] = (confusion[cell] ?? 0) + 1;
    }
    if (chosen[next] === sample) outputs.set(a, next++ * units);
    work += cost;
    if (work > WORK) {
      work = 0;
      yield;
    }
  }
  const s1 = network.layers[0]?.units ?? 0;
  return {
    count: set.count,
    confusion,
    meanSquares: squares.map((sum) => sum / set.count),
    inputRanges: rangesOf(set.inputs, s1),
    rows: {
      samples: chosen,
      inputs: s1 <= 2 ? pick(set.inputs, s1, chosen) : new Float64Array(0),
      targets: pick(set.targets, units, chosen),
      outputs,
    },
  };
}

/** At most `most` of the rows 1…count, evenly spread. */
export function spreadRows(count: number, most: number): Float64Array {
  const step = Math.max(1, Math.ceil(count / Math.max(1, most)));
  return Float64Array.from({ length: most === 0 ? 0 : Math.ceil(count / step) }, (_, k) => 1 + k * step);
}

function pick(values: Float64Array, columns: number, rows: Float64Array): Float64Array {
  const picked = new Float64Array(rows.length * columns);
  for (const [at, row] of rows.entries()) picked.set(values.subarray((row - 1) * columns, row * columns), at * columns);
  return picked;
}

function rangesOf(inputs: Float64Array, columns: number): Float64Array {
  const shown = Math.min(2, columns);
  const ranges = Float64Array.from({ length: 2 * shown }, (_, k) => (k % 2 === 0 ? Infinity : -Infinity));
  for (let start = 0; start < inputs.length; start += columns) {
    for (let j = 0; j < shown; j++) {
      const value = inputs[start + j] ?? NaN;
      ranges[2 * j] = Math.min(ranges[2 * j] ?? NaN, value);
      ranges[2 * j + 1] = Math.max(ranges[2 * j + 1] ?? NaN, value);
    }
  }
  return ranges;
}
