/** Rows of numbers, strings or null, checked against the shape that the network gives them. */

import type { Pausing } from '../../core/check/steps';
import type { ArrayNode, JsonNode, NumbersNode } from '../json';
import type { Fix, Span } from '../problems';
import { NUMBER } from './reader';
import type { NumberRule, Reader } from './reader';
import { counted } from '../../core/notation';

/** How many items there should be and what each stands for, as in `one for each unit of layer 1`. */
export interface Length {
  /** Undefined where the number is not known, because what gives it is itself wrong. */
  readonly count: number | undefined;
  readonly meaning: string;
}

/** Of a list that is too long, or whose length is not known, so many items are read: no layer has more units. */
export const MOST_UNITS = 65536;

/** A fix that writes more than this is no longer a fix. */
const MOST_APPENDED = 16;
const MOST_TURNED = 1e5;

/** A row of finite numbers of that length and rule, or undefined after reporting what it is instead. */
export function readNumbers(
  reader: Reader,
  node: JsonNode,
  /** The name of the row, made where there is something to say of it. */
  name: () => string,
  length: Length,
  rule: NumberRule = NUMBER,
  /** Offered, as often as it lacks, where the row is too short. */
  filler?: string,
): NumbersNode | undefined {
  if (node.kind === 'array') {
    const what = name();
    let index = 0;
    for (const item of firstOf(reader, node, length)) reader.number(item, `item ${String(++index)} of ${what}`, rule);
    checkLength(reader, node, what, 'number', length, filler);
    return undefined;
  }
  if (node.kind !== 'numbers') return reader.wrongType(node, name(), 'an array of numbers');
  const { first, count: found } = node;
  let sound = found === length.count || checkLength(reader, node, name(), 'number', length, filler);
  for (let index = 0; index < found && !reader.problems.isFull; index++) {
    const value = reader.numbers.value(first + index);
    // The name of the place is made for a bad number alone: there may be a hundred thousand good ones.
    if (Number.isFinite(value) && rule.accepts(value)) continue;
    reader.accept(value, reader.numbers.span(first + index), `item ${String(index + 1)} of ${name()}`, rule);
    sound = false;
  }
  return sound ? node : undefined;
}

/** Numbers that are read between two pauses. */
export const MOST_AT_ONCE = 2 ** 17;

/** Rows of numbers; a row that is not sound is undefined in the result. */
export function* readNumberRows(
  reader: Reader,
  node: JsonNode,
  what: string,
  rows: Length,
  columns: Length,
  rule: NumberRule = NUMBER,
  offerRows = false,
): Pausing<(NumbersNode | undefined)[] | undefined> {
  if (node.kind !== 'array') return reader.wrongType(node, what, 'an array of rows, [[…], …]');
  if (rows.count !== undefined && columns.count !== undefined && isTransposed(node, rows.count, columns.count)) {
    const [shape, expected] = [timesOf(columns.count, rows.count), timesOf(rows.count, columns.count)];
    const message = `${what} has ${shape} numbers, expected ${expected}: a row for each unit. It fits transposed`;
    reader.problems.report('wrong-length', node, message, transpose(reader, node));
    return undefined;
  }
  checkLength(reader, node, what, 'row', rows, offerRows ? rowOfZeros(columns) : undefined);
  const read: (NumbersNode | undefined)[] = [];
  let left = MOST_AT_ONCE;
  for (const item of firstOf(reader, node, rows)) {
    left -= item.kind === 'numbers' ? item.count : 1;
    if (left < 0) {
      left = MOST_AT_ONCE;
      yield;
    }
    read.push(readNumbers(reader, item, () => `row ${String(read.length + 1)} of ${what}`, columns, rule));
  }
  return read;
}

/** True where there are as many rows as there should be columns, each as long as there should be rows. */
export function isTransposed({ items, whole }: ArrayNode, rows: number, columns: number): boolean {
  if (!whole || rows === columns || items.length !== columns) return false;
  for (const row of items) if (row.kind !== 'numbers' || row.count !== rows) return false;
  return true;
}

function timesOf(rows: number, columns: number): string {
  return `${String(rows)} × ${String(columns)}`;
}

/** Rows for columns, each number as it was written. */
function transpose(reader: Reader, node: ArrayNode): Fix | undefined {
  const rows: string[][] = [];
  for (const row of node.items) {
    if (row.kind !== 'numbers' || rows.length * row.count > MOST_TURNED) return undefined;
    const { first } = row;
    rows.push(Array.from({ length: row.count }, (_, k) => reader.textOf(reader.numbers.span(first + k))));
  }
  const turned = (rows[0] ?? []).map((_, k) => `[${rows.map((row) => row[k]).join(', ')}]`);
  const { offset, length } = node;
  return { title: 'Transpose the matrix', edits: [{ offset, length, text: `[${turned.join(', ')}]` }] };
}

function rowOfZeros({ count: columns }: Length): string | undefined {
  if (columns === undefined || columns > MOST_APPENDED) return undefined;
  return `[${Array.from({ length: columns }, () => '0').join(', ')}]`;
}

/** Any list: hands every item to `read`, which reports what it cannot use. */
export function readList(
  reader: Reader,
  node: JsonNode,
  what: string,
  noun: string,
  length: Length,
  read: (item: JsonNode, index: number, what: string) => void,
): void {
  if (node.kind !== 'array' && node.kind !== 'numbers') {
    reader.wrongType(node, what, `an array of ${noun}s`);
    return;
  }
  checkLength(reader, node, what, noun, length);
  let index = 0;
  for (const item of firstOf(reader, node, length)) {
    read(item, index, `${noun} ${String(index + 1)} of ${what}`);
    index++;
  }
}

/** The items as nodes, until no more problems are listed; of a list far too long, the first. */
function* firstOf(
  reader: Reader,
  node: ArrayNode | NumbersNode,
  { count: most = 0 }: Length,
): Generator<JsonNode, void> {
  let left = Math.max(most, MOST_UNITS);
  for (const item of itemsOf(reader, node)) {
    if (left-- <= 0 || reader.problems.isFull) return;
    yield item;
  }
}

/** The items of an array as nodes, whether it is packed or not. */
function* itemsOf({ numbers }: Reader, node: ArrayNode | NumbersNode): Generator<JsonNode, void> {
  if (node.kind === 'array') yield* node.items;
  else {
    for (let at = node.first; at < node.first + node.count; at++) {
      yield numbers.node(at);
    }
  }
}

function checkLength(
  reader: Reader,
  node: ArrayNode | NumbersNode,
  what: string,
  noun: string,
  expected: Length,
  filler?: string,
): boolean {
  const found = node.kind === 'array' ? node.items.length : node.count;
  // Of an array that the text breaks off in, the length is not known.
  if (!node.whole || expected.count === undefined || found === expected.count) return true;
  const message = `${what} has ${counted(found, noun)}, expected ${String(expected.count)}, ${expected.meaning}`;
  const fix = filler === undefined ? undefined : append(reader, node, expected.count - found, filler);
  reader.problems.report('wrong-length', node, message, fix);
  return false;
}

/** Adds `item` as often as it lacks, in the array's own layout. */
function append(reader: Reader, node: ArrayNode | NumbersNode, missing: number, item: string): Fix | undefined {
  if (missing < 1 || missing > MOST_APPENDED) return undefined;
  const items = [...itemsOf(reader, node)];
  const last = items.at(-1);
  const before = items.at(-2);
  const separator = last && before ? reader.text.slice(end(before), last.offset) : ', ';
  const repeat = (between: string): string => Array.from({ length: missing }, () => item).join(between);
  const edit = last
    ? { offset: end(last), text: separator + repeat(separator) }
    : { offset: node.offset + 1, text: repeat(', ') };
  const title = missing > 4 ? `Append ${item}, ${String(missing)} times` : `Append ${repeat(', ')}`;
  return { title, edits: [{ ...edit, length: 0 }] };
}

function end({ offset, length }: Span): number {
  return offset + length;
}
