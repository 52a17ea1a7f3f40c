/** The keys `exercise` and `claims`: what a sheet asks and hides, and the answers to what is no ∂J/∂θ. */

import {
  type Asked,
  type ClaimedQuantity,
  DEFAULTS,
  type Exercise,
  HIDEABLE,
  QUANTITIES,
  type ValueClaim,
  type ValuePlace,
  VARIABLE,
} from '../../core/exercise/exercise';
import { type ParameterId, type ParameterLayout, parameterIndex } from '../../core/network';
import { readParameters } from '../json/annotations';
import type { JsonNode, ObjectNode } from '../json';
import { quote, isNull } from '../json';
import type { Span } from '../problems';
import { NUMBER, type NumberRule, type Reader, integer } from './reader';
import { type Length, readList } from './rows';

/** A value claim with its place in the text. */
export type PlacedValueClaim = ValueClaim & Span;

/** A null in the place of a value. */
export interface OpenValue extends Span {
  readonly place: ValuePlace;
}

export interface ReadValues {
  /** In the text's order. */
  readonly claims: readonly PlacedValueClaim[];
  readonly open: readonly OpenValue[];
}

/** What the network says about the places that answers may have. */
export interface SheetShape {
  readonly layout: ParameterLayout;
  /** s_1…s_L; undefined where a layer is itself wrong. */
  readonly units: readonly (number | undefined)[];
}

const KEYS = ['hide', 'ask', 'tolerance', 'hints', 'attempts', 'points', 'student', 'vary', 'fingerprint'];
const ANY_LENGTH: Length = { count: undefined, meaning: '' };
const COUNT = integer(1, 1000);
const HINTS = integer(0, 1000);
const POINTS: NumberRule = { accepts: (value) => value >= 0 && value <= 1e6, expected: 'a number from 0 to 10⁶' };
const TOLERANCE: NumberRule = {
  accepts: (value) => value > 0 && value < 1,
  expected: '"digits" or a number above 0 and below 1, the part of the value that a claim may be off by',
};
const LONGEST_NAME = 256;

/** Reads `exercise`; undefined where the file has none, or what it has is no object. */
export function readExercise(reader: Reader, node: JsonNode | undefined, shape: SheetShape): Exercise | undefined {
  const object = reader.object(node, '"exercise"');
  if (!object) return undefined;
  reader.checkKeys(object, '"exercise"', KEYS);
  const value = (key: string): JsonNode | undefined => object.members.get(key)?.value;
  const ask = readAsk(reader, value('ask'), shape);
  const attempts = reader.number(value('attempts'), '"attempts"', COUNT);
  const points = readPoints(reader, value('points'));
  const student = readName(reader, value('student'), '"student"');
  const fingerprint = readName(reader, value('fingerprint'), '"fingerprint"');
  return {
    hide: readWords(reader, value('hide'), '"hide"', HIDEABLE) ?? DEFAULTS.hide,
    ...(ask && { ask }),
    tolerance: readTolerance(reader, value('tolerance')),
    hints: readHints(reader, value('hints')),
    ...(attempts !== undefined && { attempts }),
    ...(points !== undefined && { points }),
    ...(student !== undefined && { student }),
    vary: readWords(reader, value('vary'), '"vary"', VARIABLE) ?? DEFAULTS.vary,
    ...(fingerprint !== undefined && { fingerprint }),
  };
}

/** A list of words, each at most once. */
function readWords<Word extends string>(
  reader: Reader,
  node: JsonNode | undefined,
  what: string,
  words: readonly Word[],
): readonly Word[] | undefined {
  if (!node) return undefined;
  const found = new Set<Word>();
  readList(reader, node, what, 'word', ANY_LENGTH, (item, _index, name) => {
    const word = reader.name(item, name, words);
    if (word) found.add(word);
  });
  return [...found];
}

function readAsk(reader: Reader, node: JsonNode | undefined, shape: SheetShape): readonly Asked[] | undefined {
  if (!node) return undefined;
  const asked: Asked[] = [];
  readList(reader, node, '"ask"', 'entry', ANY_LENGTH, (item, _index, what) => {
    const text = reader.string(item, what);
    if (!text) return;
    const one = askedBy(text.value);
    const problem = one ? outside(one, shape) : EXPECTED_ASK;
    if (problem === undefined && one) asked.push(one);
    else reader.problems.report('out-of-range', item, `${what} is ${quote(text.value)}, expected ${problem ?? ''}`);
  });
  return asked;
}

const EXPECTED_ASK = '"l,i,j" for ∂J/∂θ_ij^(l) (j = 0 is the bias), "layer l" for those of θ^(l), or "all"';

function askedBy(text: string): Asked | undefined {
  if (text === 'all') return { kind: 'all' };
  const layer = /^layer +([0-9]{1,5})$/.exec(text)?.[1];
  if (layer !== undefined) return { kind: 'layer', layer: Number(layer) };
  const numbers = /^([0-9]{1,5}), *([0-9]{1,5}), *([0-9]{1,5})$/.exec(text)?.slice(1).map(Number);
  if (!numbers) return undefined;
  const [l = 0, to = 0, from = 0] = numbers;
  return { kind: 'parameter', parameter: { layer: l, to, from } };
}

/** What was expected where the network has no such parameter. */
function outside(asked: Asked, { layout }: SheetShape): string | undefined {
  const last = layout.layers.length;
  if (asked.kind === 'layer')
    return asked.layer >= 1 && asked.layer <= last ? undefined : `a layer of θ from 1 to ${String(last)}`;
  if (asked.kind === 'parameter' && parameterIndex(layout, asked.parameter) < 0) {
    const block = layout.layers[asked.parameter.layer - 1];
    if (!block) return `a parameter of θ^(1) to θ^(${String(last)})`;
    const first = block.biases < 0 ? '1' : '0';
    return `i from 1 to ${String(block.rows)} and j from ${first} to ${String(block.columns)} in θ^(${String(asked.parameter.layer)})`;
  }
  return undefined;
}

function readTolerance(reader: Reader, node: JsonNode | undefined): Exercise['tolerance'] {
  if (!node || (node.kind === 'string' && node.value === 'digits')) return 'digits';
  return reader.number(node, '"tolerance"', { ...TOLERANCE, orElse: '"digits"' }) ?? 'digits';
}

function readHints(reader: Reader, node: JsonNode | undefined): Exercise['hints'] {
  if (!node) return true;
  if (node.kind === 'number') return reader.number(node, '"hints"', HINTS) ?? true;
  if (node.kind === 'literal' && node.value !== null) return node.value;
  reader.wrongType(node, '"hints"', 'true, false or the number of hints that are given');
  return true;
}

function readPoints(reader: Reader, node: JsonNode | undefined): Exercise['points'] {
  if (!node) return undefined;
  if (node.kind === 'number') return reader.number(node, '"points"', POINTS);
  if (node.kind !== 'object') {
    reader.wrongType(
      node,
      '"points"',
      'the points of the whole sheet, or an object of points for each answer of a kind',
    );
    return undefined;
  }
  const kinds = ['gradients', ...QUANTITIES] as const;
  reader.checkKeys(node, '"points"', kinds);
  const points: Partial<Record<(typeof kinds)[number], number>> = {};
  for (const kind of kinds) {
    const value = reader.number(node.members.get(kind)?.value, `"${kind}" of "points"`, POINTS);
    if (value !== undefined) points[kind] = value;
  }
  return points;
}

function readName(reader: Reader, node: JsonNode | undefined, what: string): string | undefined {
  const name = reader.string(node, what);
  if (!name) return undefined;
  const { length } = name.value;
  if (length > 0 && length <= LONGEST_NAME) return name.value;
  const found = length === 0 ? 'empty' : `of ${String(length)} characters`;
  reader.problems.report('out-of-range', name, `${what} is ${found}, expected 1 to ${String(LONGEST_NAME)} characters`);
  return undefined;
}

const VALUE: NumberRule = { ...NUMBER, expected: 'a finite number or null', orElse: 'null' };

/** Reads `claims`: z, a, δ, J and θ after a step, each with null where an answer is still to come. */
export function readValues(reader: Reader, node: JsonNode | undefined, shape: SheetShape): ReadValues {
  const claims: PlacedValueClaim[] = [];
  const open: OpenValue[] = [];
  const object = reader.object(node, '"claims"');
  if (!object) return { claims, open };
  reader.checkKeys(object, '"claims"', [...QUANTITIES]);
  const take = (item: JsonNode, place: ValuePlace, what: string): void => {
    const { offset, length } = item;
    if (isNull(item)) {
      open.push({ place, offset, length });
      return;
    }
    const value = reader.number(item, what, VALUE);
    if (value !== undefined) claims.push({ place, value, text: reader.textOf(item), offset, length });
  };
  const member = (quantity: ClaimedQuantity): JsonNode | undefined => object.members.get(quantity)?.value;
  const loss = member('loss');
  if (loss) take(loss, { quantity: 'loss' }, '"loss" of "claims"');
  for (const quantity of ['z', 'a', 'delta'] as const) readUnits(reader, member(quantity), quantity, shape, take);
  readStep(reader, object, shape, take);
  // In the text's order, whatever order the keys have.
  const byPlace = (p: Span, q: Span): number => p.offset - q.offset;
  return { claims: claims.sort(byPlace), open: open.sort(byPlace) };
}

type Take = (item: JsonNode, place: ValuePlace, what: string) => void;

/** One item for each layer 2…L: null, the units of the only row, or a list of rows. */
function readUnits(
  reader: Reader,
  node: JsonNode | undefined,
  quantity: 'z' | 'a' | 'delta',
  { units }: SheetShape,
  take: Take,
): void {
  if (!node) return;
  const what = `"${quantity}" of "claims"`;
  const layers: Length = { count: units.length - 1, meaning: 'one for each of the layers from 2 on' };
  readList(reader, node, what, 'layer', layers, (item, index) => {
    if (isNull(item)) return;
    const layer = index + 2;
    const where = `layer ${String(layer)} of ${what}`;
    const length: Length = { count: units[index + 1], meaning: `one for each unit of layer ${String(layer)}` };
    const row = (list: JsonNode, sample: number, name: string): void => {
      readList(reader, list, name, 'number', length, (one, unit, itemName) => {
        take(one, { quantity, layer, sample, unit: unit + 1 }, itemName);
      });
    };
    if (item.kind !== 'array' || !hasRows(item.items)) row(item, 1, where);
    else {
      readList(reader, item, where, 'row', ANY_LENGTH, (list, at, name) => {
        if (!isNull(list)) row(list, at + 1, name);
      });
    }
  });
}

function hasRows(items: Iterable<JsonNode>): boolean {
  for (const { kind } of items) if (kind === 'array' || kind === 'numbers') return true;
  return false;
}

/** One item for each θ^(l): null, or weights and biases as `claimedGradients` has them. */
function readStep(reader: Reader, claims: ObjectNode, { layout }: SheetShape, take: Take): void {
  const node = claims.members.get('step')?.value;
  if (!node) return;
  const what = '"step" of "claims"';
  const layers: Length = { count: layout.layers.length, meaning: 'one for each θ^(l)' };
  readList(reader, node, what, 'layer', layers, (item, index) => {
    const block = layout.layers[index];
    if (isNull(item) || !block) return;
    const number = `layer ${String(index + 2)}`;
    const shape = {
      layer: index + 1,
      rows: { count: block.rows, meaning: `one for each unit of ${number}` },
      columns: { count: block.columns, meaning: `one for each unit of layer ${String(index + 1)}` },
      hasBiases: block.biases >= 0,
    };
    const name = `θ^(${String(index + 1)}) of ${what}`;
    readParameters(reader, item, name, 'number', shape, (one: JsonNode, parameter: ParameterId, itemName: string) => {
      take(one, { quantity: 'step', parameter }, itemName);
    });
  });
}
