/** The whole text → network, data or the wish for a CSV, claims and places. */

import { ACTIVATIONS, LOSSES, type LossName } from '../../core/functions';
import type { Pausing } from '../../core/check/steps';
import { parameterLayout } from '../../core/network';
import type { Activation, Loss, Network } from '../../core/network';
import type { Exercise } from '../../core/exercise/exercise';
import type { PlacedClaim } from '../json/annotations';
import type { TensorPlace } from './beside';
import { readData } from './data';
import type { ReadData } from './data';
import { readExercise, readValues } from './exercise';
import type { ReadValues } from './exercise';
import { foreignFile } from './foreign';
import { drawingWeights } from './init';
import type { JsonDocument, JsonNode, NumberPool, ObjectNode } from '../json';
import { readLayers } from './layers';
import type { ReadLayer } from './layers';
import { ACTIVATION_NAMES, readLoss } from './named';
import type { Problems } from '../problems';
import { integer, list } from './reader';
import { Reader } from './reader';
import { MOST_AT_ONCE } from './rows';
import { SourceMap } from '../json/source';
import { readRegularization, readTraining } from './training';

export interface ReadNetwork {
  /** Undefined where the text has an error. */
  readonly network: Network | undefined;
  readonly data: ReadData | undefined;
  /** Parts of θ that are still to come from files. */
  readonly tensors: readonly TensorPlace[];
  readonly seed: number;
  readonly claims: readonly PlacedClaim[];
  /** Answers to what is no ∂J/∂θ: the key `claims`. */
  readonly values: ReadValues;
  /** What a sheet asks and hides; undefined where the file is none. */
  readonly exercise: Exercise | undefined;
  readonly source: SourceMap;
}

const KEYS = [
  ...['$schema', 'name', 'description', 'layers', 'loss', 'regularization', 'data', 'training', 'seed'],
  ...['exercise', 'claims'],
];
const SEED = integer(0, 2 ** 32 - 1);
const NO_VALUES: ReadValues = { claims: [], open: [] };

/** Reads the tree of a file; every problem goes to `problems`. */
export function* readNetwork(
  text: string,
  { root, numbers }: JsonDocument,
  fileName: string,
  problems: Problems,
): Pausing<ReadNetwork> {
  const reader = new Reader(text, numbers, problems);
  const file = reader.object(root, 'the file');
  if (!file) {
    return nothing(numbers);
  }
  const foreign = foreignFile(file);
  if (foreign !== undefined) {
    const brace = { offset: file.offset, length: 1 };
    const message = `the file is ${foreign}; import it with “Open model as network…” or “gradient-inspector import”`;
    problems.report('foreign-file', brace, message);
    return nothing(numbers);
  }
  reader.checkKeys(file, 'the file', KEYS);
  const value = (key: string): JsonNode | undefined => file.members.get(key)?.value;
  const name = reader.string(value('name'), '"name"')?.value ?? baseName(fileName);
  const description = reader.string(value('description'), '"description"')?.value ?? '';
  const layers = yield* readLayers(reader, file);
  const loss = readLoss(reader, value('loss'));
  if (loss) checkLoss(reader, file, layers, loss);
  const regularization = readRegularization(reader, value('regularization'));
  const training = readTraining(reader, value('training'));
  const seed = reader.number(value('seed'), '"seed"', SEED) ?? 0;
  const data = yield* readData(reader, value('data'), {
    inputs: layers[0]?.source.units,
    outputs: layers.at(-1)?.source.units,
    outputLayer: layers.length,
    loss: loss?.type,
  });
  const claims = layers.flatMap(({ source }) => source.claims);
  const shape = {
    layout: parameterLayout(layers.map(({ layer }) => layer)),
    units: layers.map(({ source }) => source.units),
  };
  const exercise = readExercise(reader, value('exercise'), shape);
  const values = readValues(reader, value('claims'), shape);
  const theta = problems.hasErrors ? undefined : yield* buildTheta(numbers, layers, seed);
  const source = new SourceMap(layers, numbers, value('loss'), theta, file);
  const network: Network | undefined =
    theta && loss
      ? { name, description, layers: layers.map(({ layer }) => layer), loss, regularization, training, seed, theta }
      : undefined;
  return { network, data, tensors: tensorPlaces(layers), seed, claims, values, exercise, source };
}

/** Of a text that is no network at all. */
function nothing(numbers: NumberPool): ReadNetwork {
  const source = new SourceMap([], numbers, undefined, undefined);
  const none = { network: undefined, data: undefined, exercise: undefined };
  return { ...none, tensors: [], seed: 0, claims: [], values: NO_VALUES, source };
}

/** The cross-entropies take ln a, which only an output in (0, 1) has. */
function checkLoss(reader: Reader, file: ObjectNode, layers: readonly ReadLayer[], { type }: Loss): void {
  const output = layers.at(-1);
  const span = file.members.get('loss')?.value;
  if (!output || output.source.number === 1 || !span || !LOSSES[type].needsProbabilities) return;
  const activation: Activation = output.layer.activation;
  if (ACTIVATIONS[activation.type].probabilities) {
    warnOfFreeOutputs(reader, span, activation, type);
    return;
  }
  const suitable = ACTIVATION_NAMES.filter((name) => ACTIVATIONS[name].probabilities);
  const message =
    `${type} takes the logarithm of the outputs, which must lie in (0, 1), but those of the output layer's activation ` +
    `${activation.type} need not; expected ${list(suitable)} there`;
  const partner = LOSSES[type].withLogits?.activation;
  const at = output.source.activation;
  const fix =
    partner === undefined || !at
      ? undefined
      : {
          title: `Change the output layer's activation to "${partner}"`,
          edits: [{ offset: at.offset, length: at.length, text: JSON.stringify(partner) }],
        };
  reader.problems.report('loss-needs-probabilities', span, message, fix);
}

/** A loss for targets that sum to 1 looks at the outputs of other targets only by way of a sum that these do not have. */
function warnOfFreeOutputs(reader: Reader, span: JsonNode, activation: Activation, type: LossName): void {
  if (!LOSSES[type].targets.sumsToOne || ACTIVATIONS[activation.type].vector) return;
  const message =
    `${type} looks only at outputs whose target is not 0, and those of ${activation.type} need not sum to 1: J falls to 0 with ` +
    'every output at 1; expected "softmax" at the output, or "binaryCrossEntropy" as the loss';
  const fix = {
    title: 'Change the loss to "binaryCrossEntropy"',
    edits: [{ offset: span.offset, length: span.length, text: '"binaryCrossEntropy"' }],
  };
  reader.problems.report('cross-entropy-on-sigmoid', span, message, span.kind === 'string' ? fix : undefined);
}

/** The parameter vector: numbers of the text, drawn weights and zero biases where it leaves them out. */
function* buildTheta(numbers: NumberPool, layers: readonly ReadLayer[], seed: number): Pausing<Float64Array> {
  const layout = parameterLayout(layers.map(({ layer }) => layer));
  const theta = new Float64Array(layout.count);
  for (const [index, { weights, biases, rows, columns }] of layout.layers.entries()) {
    const read = layers[index + 1];
    if (!read) continue;
    const { source, init } = read;
    if (source.tensors.weights) {
      // Filled when the file is read.
    } else if (source.weights) {
      let left = MOST_AT_ONCE;
      for (const [i, row] of source.rows.entries()) {
        if (row) theta.set(numbers.slice(row.first, columns), weights + i * columns);
        left -= columns;
        if (left > 0) continue;
        left = MOST_AT_ONCE;
        yield;
      }
    } else {
      const block = theta.subarray(weights, weights + rows * columns);
      yield* drawingWeights(block, init, seed, index + 1, { fanIn: columns, fanOut: rows });
    }
    if (source.biases) theta.set(numbers.slice(source.biases.first, rows), biases);
  }
  return theta;
}

function tensorPlaces(layers: readonly ReadLayer[]): TensorPlace[] {
  const layout = parameterLayout(layers.map(({ layer }) => layer));
  return layout.layers.flatMap(({ weights, biases, rows, columns }, index) => {
    const tensors = layers[index + 1]?.source.tensors ?? {};
    const where = `layer ${String(index + 2)}`;
    return [
      ...(tensors.weights
        ? [{ ...tensors.weights, what: `"weights" of ${where}`, first: weights, shape: [rows, columns] }]
        : []),
      ...(tensors.biases ? [{ ...tensors.biases, what: `"biases" of ${where}`, first: biases, shape: [rows] }] : []),
    ];
  });
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
