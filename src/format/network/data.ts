/** The key `data`: inline rows are read here, those of a CSV are asked for. */

import type { Pausing } from '../../core/check/steps';
import { LOSSES, type LossName } from '../../core/functions';
import { isGroup } from '../csv/columns';
import type { ColumnName } from '../csv/columns';
import type { CsvRequest } from '../csv';
import type { DataOptions, FileRows } from '../csv/dataset';
import type { JsonNode, ObjectNode } from '../json';
import { namesArrays, readArrayRequest } from './beside';
import type { ArrayRequest } from './beside';
import { BELOW_ONE, integer } from './reader';
import type { Reader } from './reader';
import { MOST_AT_ONCE, MOST_UNITS, readList, readNumbers } from './rows';
import { sharedNumbers } from '../json/sharedNumbers';
import { Classes, MOST_CLASSES, checkTargetRow, classCountMessage, fitTargets, oneHot, sizeMessage } from './targets';
import { isList, readWeighting } from './weighting';
import { counted } from '../../core/notation';

/** What the network asks of its data; undefined where that is itself wrong. */
export interface DataShape {
  readonly inputs: number | undefined;
  readonly outputs: number | undefined;
  readonly outputLayer: number;
  readonly loss: LossName | undefined;
}

export interface ReadData {
  readonly options: DataOptions;
  /** Inline rows, where they are sound. */
  readonly rows?: FileRows;
  readonly csv?: CsvRequest;
  readonly arrays?: ArrayRequest;
}

/** Characters of a path at most, as operating systems have it. */
const LONGEST_PATH = 4096;

type TargetEncoding = 'numeric' | 'oneHot';

const KEYS = ['inputs', 'targets', 'weights', 'classWeights', 'file', 'targetEncoding', 'standardize', 'validation'];
const ONLY_ARRAYS: ReadonlyMap<string, string> = new Map([
  ['classes', 'it says how many classes the integers of an array stand for'],
]);

/** Reads `data`, or returns undefined where the file has none. */
export function* readData(reader: Reader, node: JsonNode | undefined, shape: DataShape): Pausing<ReadData | undefined> {
  const object = reader.object(node, '"data"');
  if (!object) return undefined;
  const ofArrays = namesArrays(object);
  const keys = ofArrays ? [...KEYS, 'classes'] : KEYS;
  reader.checkKeys(object, '"data"', keys, ofArrays ? undefined : ONLY_ARRAYS);
  const value = (key: string): JsonNode | undefined => object.members.get(key)?.value;
  const encodingNode = value('targetEncoding');
  const encodings: readonly TargetEncoding[] = ['numeric', 'oneHot'];
  const encoding = encodingNode ? reader.name(encodingNode, '"targetEncoding"', encodings) : 'numeric';
  if (encodingNode && encoding === 'oneHot' && shape.loss) checkOneHot(reader, encodingNode, shape.loss);
  const file = value('file');
  const inputs = value('inputs');
  const written = !file && !ofArrays && inputs?.kind === 'array' && inputs.whole ? inputs.items.length : undefined;
  const weighting = readWeighting(reader, object, written, shape.outputs);
  const options: DataOptions = {
    standardize: reader.boolean(value('standardize'), '"standardize"') ?? false,
    validation: reader.number(value('validation'), '"validation"', BELOW_ONE) ?? 0,
    ...(weighting && { weighting }),
  };
  if (ofArrays) {
    const arrays = encoding && readArrayRequest(reader, object, encoding === 'oneHot', shape);
    return { options, ...(arrays && { arrays }) };
  }
  if (file) {
    const csv = readRequest(reader, object, file, encoding, shape);
    return { options, ...(csv && { csv }) };
  }
  const weights = value('weights');
  if (weights && !isList(weights))
    reader.wrongType(weights, '"weights" of "data"', 'an array of numbers, one for each row');
  const rows = yield* readInline(reader, object, encoding, shape);
  return { options, ...(rows && { rows }) };
}

/** One-hot targets are 0 and 1, which not every loss takes. */
function checkOneHot(reader: Reader, node: JsonNode, loss: LossName): void {
  const { targets } = LOSSES[loss];
  if (targets.accepts(0) && targets.accepts(1)) return;
  const message = `"oneHot" makes targets of 0 and 1, but a target of ${loss} must be ${targets.expected}`;
  reader.problems.report('target-out-of-range', node, message);
}

// ── Inline ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** With `oneHot`, an inline target row is one number, the name of its class; otherwise s_L numbers. */
function* readInline(
  reader: Reader,
  data: ObjectNode,
  encoding: TargetEncoding | undefined,
  shape: DataShape,
): Pausing<FileRows | undefined> {
  const inputs = reader.required(data, 'inputs', '"data"')?.value;
  const targets = reader.required(data, 'targets', '"data"')?.value;
  const classes = encoding === 'oneHot';
  const meaning = classes ? 'the class' : `one for each unit of layer ${String(shape.outputLayer)}`;
  const columns = encoding && (classes ? 1 : shape.outputs);
  const { loss, outputs } = shape;
  const x = inputs && (yield* readBlock(reader, inputs, 'inputs', shape.inputs, 'one for each unit of layer 1'));
  const checked = encoding === 'numeric' ? loss : undefined;
  const y = targets && (yield* readBlock(reader, targets, 'targets', columns, meaning, checked));
  if (!x || !y) return undefined;
  if (x.whole && y.whole && x.count !== y.count) {
    const expected = `expected ${String(x.count)}, one for each row of "inputs"`;
    reader.problems.report('wrong-length', targets, `"targets" has ${counted(y.count, 'row')}, ${expected}`);
  }
  if (!x.values || !y.values || outputs === undefined || x.count !== y.count) return undefined;
  if (!classes) return { count: x.count, inputs: x.values, targets: y.values };
  const seen = new Classes();
  const known = new Map<number, number>();
  const numbers = new Uint32Array(y.values.length);
  for (let row = 0; row < numbers.length; row++) {
    const value = y.values[row] ?? NaN;
    let number = known.get(value);
    if (number === undefined) {
      number = seen.numberOf(String(value));
      // Of more classes, only that they are too many is of use.
      if (number === MOST_CLASSES) break;
      known.set(value, number);
    }
    numbers[row] = number;
  }
  if (seen.names.length !== outputs) {
    reader.problems.report('class-count', targets, classCountMessage(seen.names, outputs));
    return undefined;
  }
  const tooLarge = sizeMessage(numbers.length, outputs);
  if (tooLarge !== undefined) {
    reader.problems.report('data-too-large', targets, `"targets" would be ${tooLarge}`);
    return undefined;
  }
  return { count: x.count, inputs: x.values, targets: oneHot(numbers, outputs), classNames: seen.names };
}

/** A matrix of the file in one piece: of the rows themselves, which may be ten million, nothing is kept. */
interface MatrixText {
  readonly count: number;
  /** Row-major; undefined where a row is not sound. */
  readonly values: Float64Array | undefined;
  readonly whole: boolean;
}

/** Reads rows of `columns` numbers each, which are targets of `loss` where that is given. */
function* readBlock(
  reader: Reader,
  node: JsonNode,
  key: string,
  columns: number | undefined,
  meaning: string,
  loss?: LossName,
): Pausing<MatrixText | undefined> {
  const { numbers, problems } = reader;
  const what = `"${key}"`;
  if (node.kind !== 'array') return reader.wrongType(node, what, 'an array of rows, [[…], …]');
  const { length: count } = node.items;
  if (count === 0 && node.whole) problems.report('wrong-length', node, `${what} has 0 rows, expected at least 1`);
  // More numbers than the text has are not there, whatever the shapes promise.
  const size = columns !== undefined && count * columns <= numbers.count ? count * columns : 0;
  const values = sharedNumbers(size);
  let isSound = columns !== undefined;
  let index = 0;
  const readRow = (item: JsonNode): void => {
    const row = readNumbers(reader, item, () => `row ${String(index + 1)} of ${what}`, { count: columns, meaning });
    if (row && loss) {
      checkTargetRow(loss, numbers.slice(row.first, row.count), (code, message, column) => {
        problems.report(code, column === undefined ? row : numbers.span(row.first + column), message);
      });
    }
    if (row?.count === columns && row && (index + 1) * row.count <= size) {
      values.set(numbers.slice(row.first, row.count), index * row.count);
    } else isSound = false;
    index++;
  };
  let left = MOST_AT_ONCE;
  for (const piece of node.items.pieces()) {
    if (problems.isFull) break;
    if (piece.kind !== 'rows') {
      readRow(piece);
      left -= piece.kind === 'numbers' ? piece.count : 1;
      if (left > 0) continue;
      left = MOST_AT_ONCE;
      yield;
      continue;
    }
    // Rows that there is nothing to say of are read many at once: there may be ten million.
    const most = Math.ceil(MOST_AT_ONCE / Math.max(1, piece.columns));
    for (let row = 0; row < piece.count && !problems.isFull; row += most) {
      yield;
      const rows = Math.min(most, piece.count - row);
      const block = numbers.slice(piece.first + row * piece.columns, rows * piece.columns);
      if (piece.columns === columns && areFinite(block) && (!loss || fitTargets(loss, block, columns))) {
        if ((index + rows) * columns <= size) values.set(block, index * columns);
        index += rows;
      } else for (let at = row; at < row + rows && !problems.isFull; at++) readRow(piece.row(at));
    }
  }
  return { count, values: isSound ? values : undefined, whole: node.whole };
}

function areFinite(values: Float64Array): boolean {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}

// ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

function readRequest(
  reader: Reader,
  data: ObjectNode,
  fileNode: JsonNode,
  encoding: TargetEncoding | undefined,
  { inputs, outputs, outputLayer, loss }: DataShape,
): CsvRequest | undefined {
  const file = reader.string(fileNode, '"file"');
  const inputColumns = readColumns(reader, data, 'inputs', inputs, 'one for each unit of layer 1');
  const classes = encoding === 'oneHot';
  const meaning = classes ? 'the column of class names' : `one for each unit of layer ${String(outputLayer)}`;
  const targetColumns = readColumns(reader, data, 'targets', encoding && (classes ? 1 : outputs), meaning);
  const weightNode = data.members.get('weights')?.value;
  const weights = weightNode && !isList(weightNode) ? readWeightColumn(reader, weightNode) : undefined;
  const length = file?.value.length ?? 0;
  if (file && (length === 0 || length > LONGEST_PATH)) {
    const found = length === 0 ? 'empty' : `of ${String(length)} characters`;
    reader.problems.report('out-of-range', file, `"file" is ${found}, expected the path of a CSV file`);
    return undefined;
  }
  if (!file || !inputColumns || !targetColumns || !encoding) return undefined;
  return {
    path: file.value,
    span: { offset: file.offset, length: file.length },
    inputs: inputColumns,
    targets: targetColumns,
    ...(weights && { weights }),
    oneHot: classes,
    inputUnits: inputs,
    outputs,
    loss,
  };
}

function readColumns(
  reader: Reader,
  data: ObjectNode,
  key: string,
  expected: number | undefined,
  meaning: string,
): ColumnName[] | undefined {
  const node = reader.required(data, key, '"data"')?.value;
  if (!node) return undefined;
  if (node.kind === 'string') return [{ name: node.value, span: { offset: node.offset, length: node.length } }];
  const columns: ColumnName[] = [];
  let sound = true;
  let hasGroups = false;
  let left = MOST_UNITS;
  if (node.kind === 'array') {
    for (const item of node.items) {
      hasGroups = item.kind === 'string' && isGroup(item.value);
      if (hasGroups || --left === 0) break;
    }
  }
  const length = { count: hasGroups ? undefined : expected, meaning };
  readList(reader, node, `"${key}"`, 'column', length, (item, _index, what) => {
    const { offset, length } = item;
    const name = item.kind === 'string' ? item.value : reader.number(item, what, COLUMN);
    if (name === undefined) sound = false;
    else columns.push({ name, span: { offset, length } });
  });
  return sound && (length.count === undefined || columns.length === length.count) ? columns : undefined;
}

/** A single column, by its name or number. */
function readWeightColumn(reader: Reader, node: JsonNode): ColumnName | undefined {
  const { offset, length } = node;
  const rule = {
    ...COLUMN,
    expected: 'the column of the weights, by its header name or its number from 1, or an array of numbers',
  };
  const name = node.kind === 'string' ? node.value : reader.number(node, '"weights" of "data"', rule);
  return name === undefined ? undefined : { name, span: { offset, length } };
}

const COLUMN = { ...integer(1, Number.MAX_SAFE_INTEGER), expected: 'a header name or a number from 1' };
