/** The key `data`: inline rows are read here, those of a CSV are asked for. */

import { LOSSES, type LossName } from '../../core/functions';
import type { CsvRequest, Column } from '../csv';
import type { DataOptions, Rows } from '../csv/dataset';
import type { JsonNode, NumbersNode, ObjectNode } from '../json';
import { namesArrays, readArrayRequest } from './beside';
import type { ArrayRequest } from './beside';
import { BELOW_ONE, count, integer } from './reader';
import type { Reader } from './reader';
import { readList, readNumberRows } from './rows';
import { Classes, checkTargetRow, classCountMessage, oneHot, sizeMessage } from './targets';

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
  readonly rows?: Rows;
  readonly csv?: CsvRequest;
  readonly arrays?: ArrayRequest;
}

type TargetEncoding = 'numeric' | 'oneHot';

const KEYS = ['inputs', 'targets', 'file', 'targetEncoding', 'standardize', 'validation'];
const NOWHERE: ReadonlyMap<string, string> = new Map();
const ONLY_ARRAYS: ReadonlyMap<string, string> = new Map([
  ['classes', 'it says how many classes the integers of an array stand for'],
]);

/** Reads `data`, or returns undefined where the file has none. */
export function readData(reader: Reader, node: JsonNode | undefined, shape: DataShape): ReadData | undefined {
  const object = reader.object(node, '"data"');
  if (!object) return undefined;
  const ofArrays = namesArrays(object);
  const keys = ofArrays ? [...KEYS, 'classes'] : KEYS;
  reader.checkKeys(object, '"data"', keys, ofArrays ? NOWHERE : ONLY_ARRAYS);
  const value = (key: string): JsonNode | undefined => object.members.get(key)?.value;
  const encodingNode = value('targetEncoding');
  const encodings: readonly TargetEncoding[] = ['numeric', 'oneHot'];
  const encoding = encodingNode ? reader.name(encodingNode, '"targetEncoding"', encodings) : 'numeric';
  if (encodingNode && encoding === 'oneHot' && shape.loss) checkOneHot(reader, encodingNode, shape.loss);
  const options: DataOptions = {
    standardize: reader.boolean(value('standardize'), '"standardize"') ?? false,
    validation: reader.number(value('validation'), '"validation"', BELOW_ONE) ?? 0,
  };
  if (ofArrays) {
    const arrays = encoding && readArrayRequest(reader, object, encoding === 'oneHot', shape);
    return { options, ...(arrays && { arrays }) };
  }
  const file = value('file');
  if (file) {
    const csv = readRequest(reader, object, file, encoding, shape);
    return { options, ...(csv && { csv }) };
  }
  const rows = readInline(reader, object, encoding, shape);
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
function readInline(
  reader: Reader,
  data: ObjectNode,
  encoding: TargetEncoding | undefined,
  shape: DataShape,
): Rows | undefined {
  const inputs = reader.required(data, 'inputs', '"data"')?.value;
  const targets = reader.required(data, 'targets', '"data"')?.value;
  const classes = encoding === 'oneHot';
  const inputRows = inputs && readMatrix(reader, inputs, 'inputs', shape.inputs, 'one for each unit of layer 1');
  const meaning = classes ? 'the class' : `one for each unit of layer ${String(shape.outputLayer)}`;
  const columns = encoding && (classes ? 1 : shape.outputs);
  const targetRows = targets && readMatrix(reader, targets, 'targets', columns, meaning);
  if (!inputs || !targets || !inputRows || !targetRows) return undefined;

  const whole = inputs.kind === 'array' && inputs.whole && targets.kind === 'array' && targets.whole;
  if (whole && inputRows.length !== targetRows.length) {
    const expected = `expected ${String(inputRows.length)}, one for each row of "inputs"`;
    const message = `"targets" has ${count(targetRows.length, 'row')}, ${expected}`;
    reader.problems.report('wrong-length', targets, message);
  }
  if (encoding === 'numeric' && shape.loss) checkTargets(reader, shape.loss, targetRows);
  const { inputs: inputUnits, outputs } = shape;
  const x = inputUnits === undefined ? undefined : pack(reader, inputRows, inputUnits);
  const y = columns === undefined ? undefined : pack(reader, targetRows, columns);
  if (!x || !y || outputs === undefined || inputRows.length !== targetRows.length) return undefined;
  if (!classes) return { count: inputRows.length, inputs: x, targets: y };
  const seen = new Classes();
  const numbers = Uint32Array.from(y, (value) => seen.numberOf(String(value)));
  if (seen.names.length !== outputs) {
    reader.problems.report('class-count', targets, classCountMessage(seen.names, outputs));
    return undefined;
  }
  const tooLarge = sizeMessage(numbers.length, outputs);
  if (tooLarge !== undefined) {
    reader.problems.report('data-too-large', targets, `"targets" would be ${tooLarge}`);
    return undefined;
  }
  return { count: inputRows.length, inputs: x, targets: oneHot(numbers, outputs), classNames: seen.names };
}

function readMatrix(
  reader: Reader,
  node: JsonNode,
  key: string,
  columns: number | undefined,
  meaning: string,
): (NumbersNode | undefined)[] | undefined {
  const rows = readNumberRows(reader, node, `"${key}"`, { count: undefined, meaning: '' }, { count: columns, meaning });
  if (rows?.length === 0 && node.kind === 'array' && node.whole) {
    reader.problems.report('wrong-length', node, `"${key}" has 0 rows, expected at least 1`);
  }
  return rows;
}

function checkTargets(reader: Reader, loss: LossName, rows: readonly (NumbersNode | undefined)[]): void {
  for (const row of rows) {
    if (!row) continue;
    checkTargetRow(loss, reader.numbers.slice(row.first, row.count), (code, message, column) => {
      reader.problems.report(code, column === undefined ? row : reader.numbers.span(row.first + column), message);
    });
  }
}

/** The rows as one block, or undefined where one of them is not sound. */
function pack(reader: Reader, rows: readonly (NumbersNode | undefined)[], columns: number): Float64Array | undefined {
  if (rows.some((row) => row?.count !== columns)) return undefined;
  const block = new Float64Array(rows.length * columns);
  for (const [index, row] of rows.entries()) {
    if (row) block.set(reader.numbers.slice(row.first, columns), index * columns);
  }
  return block;
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
  if (file?.value === '')
    reader.problems.report('out-of-range', file, '"file" is empty, expected the path of a CSV file');
  if (!file || file.value === '' || !inputColumns || !targetColumns || !encoding) return undefined;
  const { offset, length, value: path } = file;
  return {
    path,
    span: { offset, length },
    inputs: inputColumns,
    targets: targetColumns,
    oneHot: classes,
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
): Column[] | undefined {
  const node = reader.required(data, key, '"data"')?.value;
  if (!node) return undefined;
  const columns: Column[] = [];
  let sound = true;
  readList(reader, node, `"${key}"`, 'column', { count: expected, meaning }, (item, _index, what) => {
    const { offset, length } = item;
    const name = item.kind === 'string' ? item.value : reader.number(item, what, COLUMN);
    if (name === undefined) sound = false;
    else columns.push({ name, span: { offset, length } });
  });
  return sound && (expected === undefined || columns.length === expected) ? columns : undefined;
}

const COLUMN = { ...integer(1, Number.MAX_SAFE_INTEGER), expected: 'a header name or a number from 1' };
