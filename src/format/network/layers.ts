/** The key `layers`: every layer's own keys, then the shapes that one layer gives the next. */

import type { Pausing } from '../../core/check/steps';
import type { Activation, Layer } from '../../core/network';
import { readClaims, readParameterNames } from '../json/annotations';
import type { PlacedClaim, OpenClaim } from '../json/annotations';
import { readTensorReference } from './beside';
import type { TensorReference } from './beside';
import { FOREIGN_INITS } from './foreign';
import { readFrozen } from './frozen';
import { INIT_NAMES, defaultInit } from './init';
import type { InitName } from './init';
import type { ArrayNode, JsonNode, NumbersNode, ObjectNode } from '../json';
import { readActivation } from './named';
import type { Span } from '../problems';
import { integer } from './reader';
import type { NumberRule, Reader } from './reader';
import { isTransposed, readList, readNumberRows, readNumbers } from './rows';
import type { Length } from './rows';
import { counted } from '../../core/notation';

const MOST_LAYERS = 64;
/** In the text, or drawn for it. */
const MOST_TEXT_PARAMETERS = 4e6;
/** In all, where tensors stand beside the text. */
const MOST_BESIDE = 2e7;
const UNITS = integer(1, 65536);
const DEPTH: NumberRule = { accepts: (value) => value === 1 || value === 3, expected: '1 or 3' };
const BIAS_INPUT: NumberRule = { accepts: (value) => value !== 0, expected: 'a finite number other than 0' };

/** A layer as the text has it, with the places that the source map needs. */
export interface LayerSource {
  /** From 1. */
  readonly number: number;
  readonly node: ObjectNode;
  readonly units: number | undefined;
  /** The value of `activation`. */
  readonly activation: Span | undefined;
  /** The value of `weights` and its rows, each undefined where it is not sound. */
  readonly weights: Span | undefined;
  readonly rows: readonly (NumbersNode | undefined)[];
  readonly biases: NumbersNode | undefined;
  /** Those that stand beside the text. */
  readonly tensors: { readonly weights?: TensorReference; readonly biases?: TensorReference };
  readonly claims: readonly PlacedClaim[];
  /** Claims that are null. */
  readonly openClaims: readonly OpenClaim[];
}

export interface ReadLayer {
  readonly layer: Layer;
  readonly init: InitName;
  readonly source: LayerSource;
}

const COMMON_KEYS = ['units', 'name', 'labels'];
const COMPUTING_KEYS = [
  ...['activation', 'weights', 'biases', 'biasInput', 'init', 'frozen'],
  ...['parameterNames', 'claimedGradients'],
];
const INPUT_KEYS = [...COMMON_KEYS, 'shape'];
const ALL_KEYS = [...COMMON_KEYS, ...COMPUTING_KEYS];
const NOT_ON_INPUT: ReadonlyMap<string, string> = new Map(
  COMPUTING_KEYS.map((key) => [key, 'it only receives the inputs, and computes nothing']),
);
const ON_INPUT_ALONE: ReadonlyMap<string, string> = new Map([['shape', 'only inputs are drawn as an image']]);

/** Reads all layers; what is not sound is reported and stands for its default. */
export function* readLayers(reader: Reader, root: ObjectNode): Pausing<ReadLayer[]> {
  const member = reader.required(root, 'layers', 'the file');
  if (!member) return [];
  const { value } = member;
  if (value.kind !== 'array') {
    reader.wrongType(value, '"layers"', 'an array of layers');
    return [];
  }
  checkNumberOfLayers(reader, value);
  const layers: ReadLayer[] = [];
  let previous: number | undefined;
  let number = 0;
  for (const item of value.items) {
    if (++number > MOST_LAYERS) {
      const message = `"layers" has ${counted(value.items.length, 'layer')}, expected at most ${String(MOST_LAYERS)}`;
      reader.problems.report('too-many-layers', item, message);
      break;
    }
    const node = reader.object(item, `layer ${String(number)}`);
    const read = node && (yield* readLayer(reader, node, number, previous));
    previous = read?.source.units;
    if (read) layers.push(read);
  }
  checkNumberOfParameters(reader, layers);
  return layers;
}

function* readLayer(
  reader: Reader,
  node: ObjectNode,
  number: number,
  previous: number | undefined,
): Pausing<ReadLayer> {
  const isInput = number === 1;
  const where = `layer ${String(number)}`;
  const value = (key: string): JsonNode | undefined => node.members.get(key)?.value;
  if (isInput) reader.checkKeys(node, 'the input layer', INPUT_KEYS, NOT_ON_INPUT);
  else reader.checkKeys(node, where, ALL_KEYS, ON_INPUT_ALONE);

  const units = readUnits(reader, node, isInput, where, previous);
  const name = reader.string(value('name'), `"name" of ${where}`)?.value ?? '';
  const labels = readLabels(reader, value('labels'), where, units);
  const source = {
    number,
    node,
    units,
    activation: undefined,
    weights: undefined,
    rows: [],
    biases: undefined,
    tensors: {},
    claims: [],
    openClaims: [],
  };
  const layer: Layer = {
    units: units ?? 1,
    name,
    ...(labels && { labels }),
    activation: { type: 'identity' },
    hasBiases: false,
    frozenWeights: false,
    frozenBiases: false,
  };
  if (isInput) {
    const shape = readShape(reader, value('shape'), units);
    return { layer: { ...layer, ...(shape && { shape }) }, init: 'zeros', source };
  }

  const inputs: Length = { count: previous, meaning: `one for each unit of layer ${String(number - 1)}` };
  const outputs: Length = { count: units, meaning: `one for each unit of ${where}` };
  const activation: Activation | undefined = readActivation(reader, value('activation'), `"activation" of ${where}`);
  const init = value('init') && reader.name(value('init'), `"init" of ${where}`, INIT_NAMES, FOREIGN_INITS);
  const weights = value('weights');
  const rows =
    weights &&
    weights.kind !== 'object' &&
    (yield* readNumberRows(reader, weights, `"weights" of ${where}`, outputs, inputs, undefined, true));
  const hasBiases = !isFalse(value('biases'));
  const biases = hasBiases ? readBiases(reader, value('biases'), where, outputs) : undefined;
  const tensors = readTensors(reader, weights, value('biases'), where);
  const frozen = readFrozen(reader, value('frozen'), where, outputs, inputs, hasBiases);
  const biasInput = readBiasInput(reader, node, where, hasBiases);
  const shape = { layer: number - 1, rows: outputs, columns: inputs, hasBiases };
  const parameterNames = readParameterNames(reader, value('parameterNames'), where, shape);
  const given = readClaims(reader, value('claimedGradients'), where, shape);
  return {
    layer: {
      ...layer,
      activation: activation ?? layer.activation,
      hasBiases,
      ...(biasInput !== undefined && biasInput !== 1 && { biasInput }),
      frozenWeights: frozen.weights,
      frozenBiases: frozen.biases,
      ...(parameterNames && { parameterNames }),
    },
    init: init ?? defaultInit(activation?.type ?? 'identity'),
    source: { ...source, activation: value('activation'), weights, rows: rows || [], biases, tensors, ...given },
  };
}

/** `units`, or the number of rows of `weights` where the key is left out; undefined after a report. */
function readUnits(
  reader: Reader,
  node: ObjectNode,
  isInput: boolean,
  where: string,
  previous: number | undefined,
): number | undefined {
  const units = node.members.get('units')?.value;
  if (units) return reader.number(units, `"units" of ${where}`, UNITS);
  const weights = isInput ? undefined : node.members.get('weights')?.value;
  if (weights?.kind === 'array' && weights.whole) {
    const [first] = weights.items;
    const width = first?.kind === 'numbers' ? first.count : 0;
    // A matrix that fits transposed alone has its units in its columns.
    const isTurned = previous !== undefined && width !== previous && isTransposed(weights, width, previous);
    const rows = isTurned ? width : weights.items.length;
    if (UNITS.accepts(rows)) return rows;
    const message = `"weights" of ${where} has ${counted(rows, 'row')}, one for each unit, expected 1 to 65536`;
    reader.problems.report('out-of-range', weights, message);
    return undefined;
  }
  // Of another type, which is reported where it is read.
  if (weights && weights.kind !== 'object') return undefined;
  if (isInput) reader.required(node, 'units', 'the input layer');
  else if (node.whole) {
    const brace = { offset: node.offset, length: 1 };
    const message = weights
      ? `${where} has no "units", which are required if "weights" is in a file`
      : `${where} has neither "units" nor "weights", expected one of them`;
    reader.problems.report('missing-key', brace, message);
  }
  return undefined;
}

function readLabels(
  reader: Reader,
  node: JsonNode | undefined,
  where: string,
  units: number | undefined,
): string[] | undefined {
  if (!node) return undefined;
  const labels: string[] = [];
  const length = { count: units, meaning: `one for each unit of ${where}` };
  readList(reader, node, `"labels" of ${where}`, 'string', length, (item, index, what) => {
    labels[index] = reader.string(item, what)?.value ?? '';
  });
  return labels;
}

/** Rows, columns and, where there are several numbers a pixel, depth: 1 or 3. */
function readShape(reader: Reader, node: JsonNode | undefined, units: number | undefined): Layer['shape'] {
  if (!node) return undefined;
  const what = '"shape" of the input layer';
  if (node.kind !== 'numbers' || node.count < 2 || node.count > 3) {
    const expected = '[rows, columns] or [rows, columns, depth]';
    if (node.kind !== 'numbers') return reader.wrongType(node, what, expected);
    reader.problems.report('wrong-length', node, `${what} has ${counted(node.count, 'number')}, expected ${expected}`);
    return undefined;
  }
  const at = (index: number, rule: NumberRule, name: string): number | undefined =>
    reader.accept(
      reader.numbers.value(node.first + index),
      reader.numbers.span(node.first + index),
      `${name} of ${what}`,
      rule,
    );
  const [rows, columns, depth] = [
    at(0, UNITS, 'the number of rows'),
    at(1, UNITS, 'the number of columns'),
    node.count === 3 ? at(2, DEPTH, 'the depth') : 1,
  ];
  if (rows === undefined || columns === undefined || depth === undefined || units === undefined) return undefined;
  if (rows * columns * depth === units) return { rows, columns, depth };
  const message = `${what} has ${counted(rows * columns * depth, 'place')}, expected ${String(units)}: one for each unit`;
  reader.problems.report('wrong-length', node, message);
  return undefined;
}

function readBiases(
  reader: Reader,
  node: JsonNode | undefined,
  where: string,
  length: Length,
): NumbersNode | undefined {
  if (!node || node.kind === 'object') return undefined;
  const what = `"biases" of ${where}`;
  if (node.kind === 'numbers' || node.kind === 'array') {
    return readNumbers(reader, node, () => what, length, undefined, '0');
  }
  return reader.wrongType(node, what, 'an array of numbers, or false for a layer without biases');
}

/** References to tensors in place of numbers. */
function readTensors(
  reader: Reader,
  weights: JsonNode | undefined,
  biases: JsonNode | undefined,
  where: string,
): LayerSource['tensors'] {
  const read = (node: JsonNode | undefined, key: string, mayTurn: boolean): TensorReference | undefined =>
    node?.kind === 'object' ? readTensorReference(reader, node, `"${key}" of ${where}`, mayTurn) : undefined;
  const found = { weights: read(weights, 'weights', true), biases: read(biases, 'biases', false) };
  return { ...(found.weights && { weights: found.weights }), ...(found.biases && { biases: found.biases }) };
}

/** a_0 of a layer with biases: 1, or −1 where they are thresholds. */
function readBiasInput(reader: Reader, { members }: ObjectNode, where: string, hasBiases: boolean): number | undefined {
  const member = members.get('biasInput');
  const value = reader.number(member?.value, `"biasInput" of ${where}`, BIAS_INPUT);
  if (!member || hasBiases) return value;
  reader.problems.report('misplaced-key', member.key, `"biasInput" has no meaning in ${where}: it has no biases`);
  return undefined;
}

function isFalse(node: JsonNode | undefined): boolean {
  return node?.kind === 'literal' && node.value === false;
}

function checkNumberOfLayers(reader: Reader, node: ArrayNode): void {
  const { length } = node.items;
  if (length >= 2 || !node.whole) return;
  const message = `"layers" has ${counted(length, 'layer')}, expected at least 2: the input and the output layer`;
  reader.problems.report('too-few-layers', node, message);
}

/** Before anything of that size is allocated. */
function checkNumberOfParameters(reader: Reader, layers: readonly ReadLayer[]): void {
  let total = 0;
  let written = 0;
  let columns = 0;
  for (const { layer, source } of layers) {
    const weights = layer.units * columns;
    const biases = layer.hasBiases ? layer.units : 0;
    total += weights + biases;
    written += (source.tensors.weights ? 0 : weights) + (source.tensors.biases ? 0 : biases);
    columns = layer.units;
    if (written <= MOST_TEXT_PARAMETERS && total <= MOST_BESIDE) continue;
    const span = source.node.members.get('units')?.value ?? source.weights ?? source.node;
    const message =
      total > MOST_BESIDE
        ? `the network has ${String(total)} parameters up to this layer, expected at most 2 × 10⁷ in all`
        : `the network has ${String(written)} parameters up to this layer, expected at most 4 × 10⁶ in all`;
    reader.problems.report('too-many-parameters', span, message);
    return;
  }
}
